"""Extensions of the simulated key. CTAP §12."""

import os

import pytest
from fido2.ctap2.config import Config
from fido2.ctap2.extensions import HmacSecretExtension
from fido2.ctap2.pin import ClientPin
from fido2.server import Fido2Server

from .ceremonies import HASH, PERMISSION, PIN, RP, RP_ID, USER, client, id_of, made, proof
from .simulated import ctap2, port_with, refused


@pytest.fixture
def ctap(tmp_path):
    """Of a key whose PIN is set."""
    found = ctap2(port_with(tmp_path / "keys.json"))
    ClientPin(found).set_pin(PIN)
    return found


def test_credprotect_hides_a_credential_from_whoever_was_not_verified(ctap):
    listed = {}
    for level in (1, 2, 3):
        response = made(ctap, user={"id": bytes([level])}, extensions={"credProtect": level})
        assert response.auth_data.extensions == {"credProtect": level}
        listed[level] = id_of(response)
    assert [each.user["id"] for each in ctap.get_assertions(RP_ID, HASH)] == [b"\1"]
    assert ctap.get_assertion(RP_ID, HASH, [listed[2]])
    refused(0x2E, ctap.get_assertion, RP_ID, HASH, [listed[3]])
    verified = ctap.get_assertions(RP_ID, HASH, **proof(ctap, PERMISSION.GET_ASSERTION))
    assert len(verified) == 3
    refused(0x2C, made, ctap, extensions={"credProtect": 4})
    refused(0x11, made, ctap, extensions={"credProtect": True})


def test_blobs_and_keys_of_a_credential(ctap):
    blob = os.urandom(32)
    response = made(ctap, extensions={"credBlob": blob, "largeBlobKey": True})
    assert response.auth_data.extensions == {"credBlob": True}
    asserted = ctap.get_assertion(RP_ID, HASH, extensions={"credBlob": True, "largeBlobKey": True})
    assert asserted.auth_data.extensions == {"credBlob": blob}
    assert asserted.large_blob_key == response.large_blob_key
    too_long = made(ctap, extensions={"credBlob": os.urandom(33)})
    assert too_long.auth_data.extensions == {"credBlob": False}
    refused(0x2C, made, ctap, rk=False, extensions={"largeBlobKey": True})
    refused(0x2C, made, ctap, extensions={"largeBlobKey": False})


def test_min_pin_length_is_told_to_those_on_the_list(ctap):
    wanted = {"minPinLength": True}
    assert made(ctap, extensions=wanted).auth_data.extensions is None
    pin = ClientPin(ctap)
    secret = pin.get_pin_token(PIN, PERMISSION.AUTHENTICATOR_CFG)
    Config(ctap, pin.protocol, secret).set_min_pin_length(rp_ids=[RP_ID])
    assert made(ctap, extensions=wanted).auth_data.extensions == {"minPinLength": 4}


def test_hmac_secret_differs_by_verification_and_stays_the_same(ctap):
    extensions = [HmacSecretExtension(allow_hmac_secret=True)]
    server = Fido2Server(RP)
    asked, _state = server.register_begin(USER, user_verification="discouraged")
    options = {**asked["publicKey"], "extensions": {"hmacCreateSecret": True}}
    answer = client(ctap, extensions=extensions).make_credential(options)
    assert answer.client_extension_results.hmac_create_secret is True
    credential = answer.response.attestation_object.auth_data.credential_data

    def secret(verification, **salts):
        wanted, _state = server.authenticate_begin([credential], verification)
        wanted = {**wanted["publicKey"], "extensions": {"hmacGetSecret": salts}}
        found = client(ctap, extensions=extensions).get_assertion(wanted).get_response(0)
        return found.client_extension_results.hmac_get_secret

    one, two = b"1" * 32, b"2" * 32
    verified = secret("required", salt1=one)
    assert secret("required", salt1=one, salt2=two).output1 == verified.output1
    assert secret("required", salt1=two).output1 == secret("required", salt1=one, salt2=two).output2
    assert secret("discouraged", salt1=one).output1 != verified.output1
