"""FIDO's metadata is taken in, as the operator asks."""

from ..keymodels import mds
from ..keymodels.refresh import Refreshed, refresh

REASONS = {
    "no_root": f"FIDO's root certificate is not in {mds.SYSTEM_BUNDLE}.",
    "rollback": "This BLOB is older than the one that was taken in before.",
}


def take_in(blob: bytes | None) -> Refreshed:
    """From FIDO where there is no `blob`. Raises ValueError with a sentence."""
    try:
        root = mds.trusted_root(mds.SYSTEM_BUNDLE.read_bytes())
        return refresh(blob=mds.download() if blob is None else blob, root=root)
    except OSError as error:
        raise ValueError(f"The metadata could not be had: {error}") from error
    except mds.BlobRefused as refused:
        told = REASONS.get(refused.reason, f"The metadata was refused: {refused.reason}.")
        raise ValueError(told) from refused
