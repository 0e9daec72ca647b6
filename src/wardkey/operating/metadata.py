"""FIDO's metadata is taken in: when the operator asks, and daily by the worker.

take_in          from a file, or from FIDO
take_in_daily    the worker's; what goes wrong is a warning, and tried again
"""

import logging
from datetime import timedelta

from django.conf import settings

from ..audit import log as trail
from ..base import clock, dependencies
from ..keymodels import mds
from ..keymodels.refresh import Refreshed, freshness, is_half_read, refresh

DAILY = timedelta(days=1)
REASONS = {
    "no_root": f"FIDO's root certificate is not in {mds.SYSTEM_BUNDLE}.",
    "rollback": "This BLOB is older than the one that was taken in before.",
}

TO_DO = "Let this machine reach WARDKEY_METADATA_URL, or bring the BLOB: `wardkey mds refresh`."

logger = logging.getLogger(__name__)


def take_in(blob: bytes | None, *, by: trail.Actor = trail.OPERATOR) -> Refreshed:
    """From FIDO where there is no `blob`. Raises ValueError with a sentence."""
    try:
        root = mds.trusted_root(mds.SYSTEM_BUNDLE.read_bytes())
        return refresh(blob=_downloaded() if blob is None else blob, root=root, by=by)
    except OSError as error:
        raise ValueError(f"The metadata could not be had: {error}") from error
    except mds.BlobRefused as refused:
        told = REASONS.get(refused.reason, f"The metadata was refused: {refused.reason}.")
        raise ValueError(told) from refused


def _downloaded() -> bytes:
    if not settings.METADATA_URL:
        raise ValueError("WARDKEY_METADATA_URL is empty: bring the BLOB with --file.")
    return mds.download(settings.METADATA_URL)


def _is_due() -> bool:
    fetched_at = freshness().fetched_at
    return fetched_at is None or clock.now() - fetched_at >= DAILY or is_half_read()


def take_in_daily() -> None:
    if not settings.METADATA_URL or not _is_due():
        return
    try:
        taken = take_in(None, by=trail.SYSTEM)
    except ValueError as error:
        dependencies.down("metadata", f"{error} What was known stays in force.", to_do=TO_DO)
    else:
        dependencies.up("metadata")
        logger.info("metadata no. %s: %s key models", taken.number, taken.models_read)
