"""Authenticator data ends exactly where its flags and lengths say (ML08)."""

import hashlib

import pytest

from tests.softkey import ATTESTED, EXTENDED, PRESENT, VERIFIED, decode
from wardkey.ceremonies import authenticator_data, strict_cbor
from wardkey.ceremonies.authenticator_data import parse

from .ceremony import RP_ID, created, refused

HEAD = hashlib.sha256(RP_ID.encode()).digest()
ATTESTATION = strict_cbor.read(decode(created()["response"]["attestationObject"]))
WHOLE = ATTESTATION["authData"]


def with_flags(flags: int, rest: bytes = b"") -> bytes:
    return HEAD + bytes([flags]) + bytes(4) + rest


def test_all_parts_of_a_registration():
    data = parse(WHOLE)
    assert data.raw == WHOLE
    assert data.rp_id_hash == HEAD
    assert (data.flags, data.sign_count) == (PRESENT | VERIFIED | ATTESTED | EXTENDED, 1)
    assert data.aaguid == WHOLE[37:53]
    assert data.credential_id == WHOLE[55:87]
    assert data.public_key == WHOLE[87 : 87 + 77]
    assert data.cose == strict_cbor.read(data.public_key)
    assert data.extensions == {"credProtect": 2, "minPinLength": 4}


def test_an_assertion_has_only_the_head():
    data = parse(with_flags(PRESENT))
    assert data.aaguid is data.credential_id is data.public_key is None
    assert data.cose == data.extensions == {}


@pytest.mark.parametrize("bit", range(8))
def test_each_flag_by_itself(bit):
    data = authenticator_data.AuthenticatorData(b"", HEAD, 1 << bit, 0, None, None, None, {}, {})
    named = {
        0: data.user_present,
        2: data.user_verified,
        3: data.backup_eligible,
        4: data.backup_state,
    }
    assert [number for number, value in named.items() if value] == [bit] * (bit in named)


def test_reserved_flags_say_nothing():
    assert parse(with_flags(PRESENT | 0x02 | 0x20))


SPOILT = {
    "empty": b"",
    "36 bytes": with_flags(PRESENT)[:36],
    "38 bytes": with_flags(PRESENT) + b"\x00",
    "37 bytes, flagged as attested": with_flags(ATTESTED),
    "attested, AAGUID only": with_flags(ATTESTED, bytes(16)),
    "attested, half a length": with_flags(ATTESTED, bytes(17)),
    "credential id beyond the end": with_flags(ATTESTED, bytes(16) + b"\x00\x20" + bytes(31)),
    "credential id of 65535": with_flags(ATTESTED, bytes(16) + b"\xff\xff" + bytes(100)),
    "credential id of 0, no key": with_flags(ATTESTED, bytes(18)),
    "the key is no map": with_flags(ATTESTED, bytes(18) + b"\x01"),
    "flagged as extended, no extensions": with_flags(EXTENDED),
    "the extensions are no map": with_flags(EXTENDED, b"\x80"),
    "extensions, not flagged": with_flags(PRESENT, b"\xa0"),
    "bytes after the extensions": with_flags(EXTENDED, b"\xa0\x00"),
    "cut short": WHOLE[:-1],
    "too long": WHOLE + b"\x00",
}


@pytest.mark.parametrize("raw", SPOILT.values(), ids=SPOILT.keys())
def test_spoilt_ml08(raw):
    with refused("parse", "malformed"):
        parse(raw)


def test_no_prefix_of_it_is_read_ml08():
    for length in range(len(WHOLE)):
        with refused("7.1.13", "malformed"):
            parse(WHOLE[:length], step="7.1.13")
