"""Keys in all states: none, one, two or three a person, registered by whoever looks after them.

Their sizes are those of a key with a packed attestation and a batch certificate, as `SoftKey` makes
it; only credential ids and public keys differ.
"""

import hashlib
import json
import uuid
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import timedelta
from random import Random

from django.conf import settings

from tests.softkey import SoftKey
from wardkey.base.text import canonical_name
from wardkey.keys.models import SecurityKey

from .people import DAYS, Crowd
from .writing import moment, uuid_from
from .writing import write as write_rows

NICKNAMES = ("Blue key", "Spare", "On my lanyard", "At home")
AAGUID = "0102030405060708090a0b0c0d0e0f10"
FIELDS = (
    *("id", "holder", "nickname", "nickname_key", "relying_party_id"),
    *("credential_id", "credential_id_sha256", "public_key", "public_key_sha256"),
    *("sign_count", "backup_eligible", "backup_state", "transports", "aaguid", "model"),
    *("proved", "attestation_object", "client_data_json", "serial_number"),
    *("state", "state_reason", "state_since", "state_by_id", "state_before"),
    *("registered_at", "registered_by", "last_used_at"),
)
# Up to which chance a key is in the state; why; what it was before.
STATES = (
    (0.78, "active", "", ""),
    (0.84, "waiting", "", ""),
    (0.87, "suspended", "lost", ""),
    (0.88, "suspended", "precaution", ""),
    (0.94, "removed", "holder_left", "active"),
    (0.98, "removed", "lost", "active"),
    (1.00, "removed", "lapsed", ""),
)
PROVED = {
    "algorithm": -7,
    "attestation": "basic",
    "user_verified": True,
    "resident_key": True,
    "min_pin_length": 4,
    "cred_protect": 2,
    "model": {"attested": False, "reason": "model_unknown", "format": "packed"}
    | {"backup_eligible": False, "model_id": "", "name": "", "certification": 0}
    | {"bad_statuses": [], "firmware_version": None, "outdated": False},
}


def write(keys: int, crowd: Crowd, chance: Random) -> None:
    write_rows(SecurityKey, FIELDS, _keys(keys, crowd, chance))


def _keys(keys: int, crowd: Crowd, chance: Random) -> Iterator[tuple[object, ...]]:
    """Three for every two people, and nobody gets more than three."""
    attestation, client_data = _made_by_one_key()
    share = min(keys / len(crowd.ids) / 1.5, 2.0)
    how_many = chance.choices(range(4), [0.1, 0.4, 0.4, 0.1], k=len(crowd.ids))
    left = keys
    for number, theirs in enumerate(how_many):
        for which in range(min(round(theirs * share + chance.random() * 0.01), left, 4)):
            left -= 1
            yield _row(number, NICKNAMES[which], crowd, chance, (attestation, client_data))


def _row(
    number: int, nickname: str, crowd: Crowd, chance: Random, made: tuple[bytes, bytes]
) -> tuple[object, ...]:
    registered = crowd.began + chance.random() * timedelta(days=DAYS)
    luck = chance.random()
    state, reason, before = next(rest for up_to, *rest in STATES if luck <= up_to)
    if state == "waiting":  # for 40 days at most: some have lapsed
        registered = crowd.began + timedelta(days=DAYS - 40 * chance.random())
    holder = crowd.ids[number]
    by = crowd.administrators[crowd.homes[number].trust] if chance.random() < 0.8 else holder
    credential_id, public_key = chance.randbytes(48), chance.randbytes(77)
    at = moment(registered)
    used = None if state == "waiting" else at
    return (
        *(uuid_from(chance.getrandbits(128)), holder, nickname, canonical_name(nickname)),
        *(settings.RELYING_PARTY_ID, credential_id, hashlib.sha256(credential_id).digest()),
        *(public_key, hashlib.sha256(public_key).digest(), 1, False, False, TRANSPORTS, AAGUID),
        *("", PROVED_TEXT, *made, str(number) if number % 3 == 0 else ""),
        *(state, reason, at, by, before, at, by, used),
    )


TRANSPORTS, PROVED_TEXT = json.dumps(["nfc", "usb"]), json.dumps(PROVED)


def _made_by_one_key() -> tuple[bytes, bytes]:
    """Attestation object and client data."""
    options = {
        "rp": {"id": settings.RELYING_PARTY_ID},
        "user": {"id": "AAAA"},
        "challenge": uuid.UUID(int=0).hex,
    }
    answer = SoftKey("filling").register(options, settings.ORIGINS[0])["response"]
    made = (answer["attestationObject"], answer["clientDataJSON"])
    attestation, client_data = (urlsafe_b64decode(each + "==") for each in made)
    return attestation, client_data
