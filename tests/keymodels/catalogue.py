"""The invented models, and registrations with keys of them through the real ceremony."""

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

from wardkey.ceremonies import base64url, registration
from wardkey.ceremonies.options import creation_options
from wardkey.ceremonies.registration import Registration
from wardkey.demo.key_models import SIGNER, Catalogue, InventedModel, invent, sign_blob
from wardkey.keymodels.refresh import Refreshed, refresh

from ..softkey import SoftKey

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ORIGIN = "https://portal.example"
CHALLENGE = bytes(range(32))
CATALOGUE = invent(seed=bytes(32), at=NOW)


def model(name: str, catalogue: Catalogue = CATALOGUE) -> InventedModel:
    [found] = [each for each in catalogue.models if each.name == name]
    return found


def entry_of(name: str, number: int) -> dict[str, Any]:
    """The entry of another model like that one."""
    entry = model(name).entry
    statement = {**entry["metadataStatement"], "description": f"{name} {number:02}"}
    return {**entry, "aaguid": str(uuid.UUID(int=number + 1)), "metadataStatement": statement}


def take_in(catalogue: Catalogue = CATALOGUE, **changes: Any) -> Refreshed:
    """`changes` to the payload, which is signed again."""
    blob = sign_blob({**catalogue.payload, **changes}, signer=catalogue.signer)
    return refresh(blob=blob, root=catalogue.root, signer=SIGNER)


def key_of(invented: InventedModel, **options: Any) -> SoftKey:
    """A key of that model: its batch certificate is issued by the model's root."""
    aaguid = invented.aaguid.bytes if invented.aaguid else bytes(16)
    return SoftKey(invented.name, aaguid=aaguid, root=invented.root, **options)


def registered(key: SoftKey, **faults: Any) -> Registration:
    options = creation_options(
        rp_id="portal.example",
        rp_name="Portal",
        user_handle=bytes(64),
        user_name="ben",
        display_name="Ben",
        challenge=CHALLENGE,
        exclude=[],
    )
    expected = registration.Expected(
        challenge_sha256=hashlib.sha256(base64url.decode(options["challenge"])).digest(),
        rp_id="portal.example",
        origins=frozenset({ORIGIN}),
    )
    return registration.verify(key.register(options, ORIGIN, **faults), expected)
