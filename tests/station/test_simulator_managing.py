"""What a PIN lets a platform look after: credentials, settings, large blobs. CTAP §6.8 to §6.11."""

import hashlib
import os

import pytest
from fido2.ctap2.blob import LargeBlobs
from fido2.ctap2.config import Config
from fido2.ctap2.credman import CredentialManagement
from fido2.ctap2.pin import ClientPin, PinProtocolV1, PinProtocolV2

from .simulated import ctap2, port_with, refused

PIN = "a1b2c3"
HASH = bytes(32)
ES256 = [{"type": "public-key", "alg": -7}]
PERMISSION = ClientPin.PERMISSION
RESULT = CredentialManagement.RESULT


@pytest.fixture(params=[PinProtocolV1, PinProtocolV2], ids=["one", "two"])
def pin(tmp_path, request):
    """Of a key with three discoverable credentials, of two relying parties, and one other."""
    ctap = ctap2(port_with(tmp_path / "keys.json"))
    for rp, user, rk in [
        ("a", b"1", True),
        ("b", b"1", True),
        ("b", b"2", True),
        ("b", b"3", False),
    ]:
        rp = {"id": f"{rp}.example", "name": rp.upper()}
        user = {"id": user, "name": "ben", "displayName": "Ben"}
        ctap.make_credential(HASH, rp, user, ES256, options={"rk": rk})
    found = ClientPin(ctap, request.param())
    found.set_pin(PIN)
    return found


def managed(pin, rp_id=None):
    secret = pin.get_pin_token(PIN, PERMISSION.CREDENTIAL_MGMT, rp_id)
    return CredentialManagement(pin.ctap, pin.protocol, secret)


def hash_of(rp_id):
    return hashlib.sha256(rp_id.encode()).digest()


def test_credentials_are_counted_listed_renamed_and_deleted(pin):
    management = managed(pin)
    assert management.get_metadata() == {1: 3, 2: 22}
    parties = {each[RESULT.RP]["id"]: each for each in management.enumerate_rps()}
    assert set(parties) == {"a.example", "b.example"}
    assert parties["b.example"][RESULT.RP_ID_HASH] == hash_of("b.example")
    one, two = management.enumerate_creds(hash_of("b.example"))
    assert (one[RESULT.USER]["id"], two[RESULT.USER]["id"]) == (b"1", b"2")
    named = {"id": b"1", "name": "asha"}
    management.update_user_info(one[RESULT.CREDENTIAL_ID], named)
    assert management.enumerate_creds(hash_of("b.example"))[0][RESULT.USER] == named
    refused(0x02, management.update_user_info, one[RESULT.CREDENTIAL_ID], {"id": b"9"})
    management.delete_cred(one[RESULT.CREDENTIAL_ID])
    refused(0x2E, management.delete_cred, one[RESULT.CREDENTIAL_ID])
    assert len(management.enumerate_creds(hash_of("b.example"))) == 1
    assert pin.ctap.get_info().remaining_disc_creds == 23


def test_the_preview_command_is_the_same(pin):
    secret = pin.get_pin_token(PIN, PERMISSION.CREDENTIAL_MGMT)
    parameter = pin.protocol.authenticate(secret, b"\x01")
    asked = {1: 1, 3: pin.protocol.VERSION, 4: parameter}
    assert pin.ctap.send_cbor(0x41, asked) == pin.ctap.send_cbor(0x0A, asked) == {1: 3, 2: 22}


def test_who_manages_one_relying_party_sees_no_other(pin):
    management = managed(pin, "a.example")
    (credential,) = management.enumerate_creds(hash_of("a.example"))
    refused(0x33, management.enumerate_creds, hash_of("b.example"))
    refused(0x33, management.get_metadata)
    refused(0x33, management.enumerate_rps)
    (other, _another) = managed(pin).enumerate_creds(hash_of("b.example"))
    management = managed(pin, "a.example")
    refused(0x33, management.delete_cred, other[RESULT.CREDENTIAL_ID])
    management.delete_cred(credential[RESULT.CREDENTIAL_ID])


def test_an_enumeration_is_gone_on_with_at_once_or_not_at_all(pin):
    management = managed(pin)
    management.enumerate_rps_begin()
    refused(0x30, management.enumerate_creds_next)
    management.enumerate_rps_begin()
    pin.ctap.get_info()
    refused(0x30, management.enumerate_rps_next)
    management.enumerate_rps_begin()
    assert management.enumerate_rps_next()
    refused(0x30, management.enumerate_rps_next)


def test_nothing_is_managed_without_a_proof(pin):
    refused(0x36, pin.ctap.send_cbor, 0x0A, {1: 1})
    refused(0x3E, pin.ctap.send_cbor, 0x0A, {1: 99})
    refused(0x36, Config(pin.ctap).toggle_always_uv)
    refused(0x36, LargeBlobs(pin.ctap).write_blob_array, [])


def configuring(pin):
    secret = pin.get_pin_token(PIN, PERMISSION.AUTHENTICATOR_CFG)
    return Config(pin.ctap, pin.protocol, secret)


def test_settings_hold_until_a_reset(pin):
    configuring(pin).toggle_always_uv()
    configuring(pin).enable_enterprise_attestation()
    configuring(pin).set_min_pin_length(min_pin_length=6, rp_ids=["a.example"])
    info = pin.ctap.get_info()
    assert (info.options["alwaysUv"], info.options["ep"], info.min_pin_length) == (True, True, 6)
    assert "U2F_V2" not in info.versions
    configuring(pin).toggle_always_uv()
    assert pin.ctap.get_info().options["alwaysUv"] is False
    pin.ctap.reset()
    info = pin.ctap.get_info()
    assert (info.options["alwaysUv"], info.options["ep"], info.min_pin_length) == (False, False, 4)


def test_settings_are_refused_beyond_what_the_key_can_hold(pin):
    refused(0x28, configuring(pin).set_min_pin_length, rp_ids=[f"{n}.example" for n in range(5)])
    secret = pin.get_pin_token(PIN, PERMISSION.CREDENTIAL_MGMT)
    refused(0x33, Config(pin.ctap, pin.protocol, secret).toggle_always_uv)
    refused(0x3E, configuring(pin)._call, Config.CMD.VENDOR_PROTOTYPE)
    pin.ctap.reset()
    refused(0x35, Config(pin.ctap).set_min_pin_length, force_change_pin=True)
    refused(0x14, pin.ctap.config, Config.CMD.SET_MIN_PIN_LENGTH)
    Config(pin.ctap).toggle_always_uv()
    refused(0x36, Config(pin.ctap).set_min_pin_length, min_pin_length=5)
    Config(pin.ctap).toggle_always_uv()
    Config(pin.ctap).set_min_pin_length(min_pin_length=5)


def blobs(pin):
    secret = pin.get_pin_token(PIN, PERMISSION.LARGE_BLOB_WRITE)
    return LargeBlobs(pin.ctap, pin.protocol, secret)


def test_large_blobs_are_written_in_fragments_and_read_by_everybody(pin):
    key, content = os.urandom(32), os.urandom(3000)
    blobs(pin).put_blob(key, content)
    assert LargeBlobs(pin.ctap).get_blob(key) == content
    pin.ctap.reset()
    assert LargeBlobs(pin.ctap).read_blob_array() == []


def test_large_blobs_are_refused_out_of_order_and_without_their_checksum(pin):
    ctap = pin.ctap
    refused(0x02, ctap.send_cbor, 0x0C, {3: 0})
    refused(0x02, ctap.send_cbor, 0x0C, {1: 1, 2: b"x", 3: 0})
    refused(0x02, ctap.send_cbor, 0x0C, {1: 1, 3: 18})
    refused(0x03, ctap.send_cbor, 0x0C, {1: 1985, 3: 0})
    refused(0x02, ctap.send_cbor, 0x0C, {2: b"x", 3: 0})
    refused(0x02, ctap.send_cbor, 0x0C, {2: b"x", 3: 0, 4: 16})
    refused(0x18, ctap.send_cbor, 0x0C, {2: b"x", 3: 0, 4: 4097})
    refused(0x04, ctap.send_cbor, 0x0C, {2: b"x", 3: 1})
    ctap.reset()
    refused(0x3D, ctap.send_cbor, 0x0C, {2: bytes(17), 3: 0, 4: 17})
    array = b"\x81\x00"
    array += hashlib.sha256(array).digest()[:16]
    assert ctap.send_cbor(0x0C, {2: array[:10], 3: 0, 4: 18}) == {}
    refused(0x02, ctap.send_cbor, 0x0C, {2: array[10:] + b"x", 3: 10})
    assert ctap.send_cbor(0x0C, {2: array[10:], 3: 10}) == {}
    assert LargeBlobs(ctap).read_blob_array() == [0]
