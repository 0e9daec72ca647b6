"""Extensions of the simulated key. CTAP §12."""

import os

import pytest
from fido2.ctap2.config import Config
from fido2.ctap2.extensions import HmacSecretExtension
from fido2.ctap2.pin import ClientPin, PinProtocolV1, PinProtocolV2
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


def asked_secrets(ctap, salts, *, protocol=None, signature=None):
    """An input of hmac-secret by hand."""
    pin = ClientPin(ctap, protocol)
    agreement, shared = pin._get_shared_secret()
    encrypted = pin.protocol.encrypt(shared, salts)
    signature = signature or pin.protocol.authenticate(shared, encrypted)
    asked = {1: agreement, 2: encrypted, 3: signature, 4: pin.protocol.VERSION}
    return asked, lambda output: pin.protocol.decrypt(shared, output)


def test_hmac_secret_mc_gives_at_once_what_hmac_secret_gives_later(ctap):
    salts = os.urandom(64)
    asked, opened = asked_secrets(ctap, salts)
    response = made(ctap, extensions={"hmac-secret": True, "hmac-secret-mc": asked})
    at_once = opened(response.auth_data.extensions["hmac-secret-mc"])
    for protocol in (PinProtocolV1(), PinProtocolV2()):
        asked, opened = asked_secrets(ctap, salts, protocol=protocol)
        later = ctap.get_assertion(
            RP_ID,
            HASH,
            [id_of(response)],
            {"hmac-secret": asked},
            **proof(ctap, PERMISSION.GET_ASSERTION),
        )
        assert opened(later.auth_data.extensions["hmac-secret"]) == at_once


def test_hmac_secret_refuses_what_is_no_salt(ctap):
    made(ctap, extensions={"hmac-secret": True})
    for salts, signature, code in [
        (bytes(32), bytes(32), 0x33),
        (bytes(16), None, 0x03),
        (bytes(96), None, 0x03),
    ]:
        asked, _opened = asked_secrets(ctap, salts, signature=signature)
        refused(code, ctap.get_assertion, RP_ID, HASH, extensions={"hmac-secret": asked})
    asked, _opened = asked_secrets(ctap, bytes(32))
    without_key = {number: asked[number] for number in (2, 3, 4)}
    refused(0x14, ctap.get_assertion, RP_ID, HASH, extensions={"hmac-secret": without_key})
    assert ctap.get_assertion(RP_ID, HASH, extensions={"hmac-secret": asked})


def test_an_authentication_refuses_options_that_are_none(ctap):
    listed = [id_of(made(ctap))]
    get = ctap.get_assertion
    refused(0x2B, get, RP_ID, HASH, listed, options={"rk": True})
    refused(0x2C, get, RP_ID, HASH, listed, options={"uv": True})
    refused(0x2C, get, RP_ID, HASH, listed, extensions={"largeBlobKey": False})
    asked, _opened = asked_secrets(ctap, bytes(32))
    refused(0x2B, get, RP_ID, HASH, listed, {"hmac-secret": asked}, {"up": False})
    refused(0x2E, get, RP_ID, HASH, [{**listed[0], "type": "of tomorrow"}])
    refused(0x03, get, RP_ID, bytes(31), listed)
    assert get(RP_ID, HASH, listed, options={"up": True, "uv": False})


def test_a_payment_credential_says_so(ctap):
    for answer in (True, False):
        listed = [id_of(made(ctap, extensions={"thirdPartyPayment": answer}))]
        asserted = ctap.get_assertion(RP_ID, HASH, listed, {"thirdPartyPayment": True})
        assert asserted.auth_data.extensions == {"thirdPartyPayment": answer}
