"""What a registration proved about the key: which model it is, and who says so.

    prove    attested by its model's own roots, or unattested and why

An AAGUID counts only after that: before, it is the key's own word. Keys older than FIDO2 have an
AAGUID of zeros that nothing signs; their model is known by the key of their certificate.
"""

import hashlib
import uuid
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from ..ceremonies.registration import Registration, Reread
from ..ceremonies.trust import path_is_trusted
from .firmware import is_older, told_by
from .models import Certification, KeyModel
from .statuses import bad_statuses, certification_on

# Statements that do not sign the AAGUID, or of which a part may not.
WITHOUT_AAGUID = ("fido-u2f", "compound")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """`model_id`, `name`, `icon` and what follows are empty unless `attested`.

    `reason` says why not: attestation_none, attestation_self, model_unknown or chain.
    `certification` is a `Certification` at the time of the registration. `firmware_version` is
    the key's own where its certificate tells it, or else the lowest of its model; `outdated` says
    that it is lower than any that FIDO describes.
    """

    attested: bool
    reason: str = ""
    format: str = ""
    backup_eligible: bool = False
    model_id: uuid.UUID | None = None
    name: str = ""
    icon: str = ""
    certification: int = Certification.NONE
    bad_statuses: tuple[str, ...] = ()
    firmware_version: int | None = None
    outdated: bool = False

    def as_json(self) -> dict[str, object]:
        """To be kept with the key; without the picture, which stays with the model."""
        told = asdict(self)
        told.pop("icon")
        return told | {"model_id": str(self.model_id or "")}

    @classmethod
    def from_json(cls, told: dict) -> "Proved":
        """What `as_json` kept, also before a field was there."""
        known = {each.name: told[each.name] for each in fields(cls) if each.name in told}
        model_id = uuid.UUID(told["model_id"]) if told.get("model_id") else None
        return cls(**known | {"model_id": model_id, "bad_statuses": tuple(told["bad_statuses"])})


def prove(registration: Registration | Reread, *, at: datetime) -> Proved:
    """`at` is the moment of the registration, when its certificates have to be in force."""
    model, reason = _attested_model(registration, at)
    unattested = Proved(
        attested=False,
        reason=reason,
        format=registration.format,
        backup_eligible=registration.backup_eligible,
    )
    return unattested if model is None else _described(model, registration, at)


def _attested_model(
    registration: Registration | Reread, at: datetime
) -> tuple[KeyModel | None, str]:
    """The model to whose own roots the path leads, or none and why."""
    path = registration.trust_path
    if not path:
        return None, f"attestation_{registration.attestation}"
    model = _claimed_model(registration)
    if model is None:
        return None, "model_unknown"
    anchors = [b64decode(root) for root in model.roots]
    if not path_is_trusted(trust_path=path, anchors=anchors, at=at):
        return None, "chain"
    return model, ""


def _claimed_model(registration: Registration | Reread) -> KeyModel | None:
    if registration.format in WITHOUT_AAGUID or not registration.aaguid.int:
        return _model_by_certificate(registration.trust_path)
    return KeyModel.objects.filter(aaguid=registration.aaguid).first()


def _model_by_certificate(path: Sequence[bytes]) -> KeyModel | None:
    identifiers = [_key_identifier(der) for der in path]
    return KeyModel.objects.filter(key_identifiers__identifier__in=identifiers).first()


def _key_identifier(der: bytes) -> str:
    """Empty, and nobody's, for a key of a kind that nobody can check signatures with."""
    try:
        key = x509.load_der_x509_certificate(der).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return ""
    return x509.SubjectKeyIdentifier.from_public_key(key).digest.hex()


def _described(model: KeyModel, registration: Registration | Reread, at: datetime) -> Proved:
    certificates = {hashlib.sha256(der).hexdigest() for der in registration.trust_path}
    lowest, own = model.firmware_version, told_by(registration.trust_path[0])
    firmware = lowest if own is None else own
    return Proved(
        attested=True,
        format=registration.format,
        backup_eligible=registration.backup_eligible,
        model_id=model.pk,
        name=model.name,
        icon=model.icon,
        certification=certification_on(at.date(), model.statuses, firmware=firmware),
        bad_statuses=bad_statuses(model.statuses, certificates, firmware=firmware),
        firmware_version=firmware,
        outdated=is_older(own, lowest),
    )
