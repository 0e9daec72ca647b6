"""The Ed25519 key that signs the audit trail's checkpoints; sealed, as clients' signing keys are.

signing_key    the newest that can be unsealed; the first is made when it is asked for
public_keys    of all that ever signed: their halves are read out of what is sealed, so that
               nobody who only writes to the database can put in one of their own
made_at        of when the newest is; it signs for as long as its secret key is there
public_lines   the same as C2SP signed notes have them: the file of keys that auditors keep
fingerprint    of that file: to be compared by another way than that by which it came
"""

import hashlib
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from ..base import clock, sealing
from . import events, log, notes
from .events import ATTEMPT, CHANGE
from .models import CheckpointKey

PURPOSE = "checkpoint key"


def signing_key() -> Ed25519PrivateKey:
    known = _private_keys()
    return known[0] if known else _made()


def public_keys() -> list[bytes]:
    return [key.public_key().public_bytes_raw() for key in _private_keys()]


def made_at() -> datetime | None:
    return CheckpointKey.objects.order_by("-made_at").values_list("made_at", flat=True).first()


def public_lines() -> str:
    """A line a key and stream; empty before the first checkpoint."""
    keys = public_keys()
    return "".join(
        f"{notes.public_line(stream, key)}\n" for key in keys for stream in (CHANGE, ATTEMPT)
    )


def fingerprint() -> str:
    """SHA-256 in hex, as `sha256sum` tells it; empty where there is no key yet."""
    lines = public_lines()
    return hashlib.sha256(lines.encode()).hexdigest() if lines else ""


def _private_keys() -> list[Ed25519PrivateKey]:
    """The newest first; without those whose secret key is no longer there."""
    keys = []
    for row in CheckpointKey.objects.order_by("-made_at", "-pk"):
        try:
            raw = sealing.unseal(bytes(row.sealed), purpose=PURPOSE, owner=row.pk)
        except sealing.Unreadable:
            continue
        keys.append(Ed25519PrivateKey.from_private_bytes(raw))
    return keys


def _made() -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    name = hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()
    sealed = sealing.seal(key.private_bytes_raw(), purpose=PURPOSE, owner=name)
    with transaction.atomic():
        CheckpointKey.objects.create(pk=name, sealed=sealed, made_at=clock.now())
        log.record(events.CHECKPOINT_KEY_MADE, actor=log.SYSTEM, fingerprint=name)
    return key
