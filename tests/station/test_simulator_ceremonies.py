"""Registration and authentication with the simulated key. CTAP §6.1 to §6.3 and §12."""

import os

import pytest
from cryptography import x509
from fido2.attestation import AttestationVerifier, PackedAttestation
from fido2.client import ClientError
from fido2.cose import CoseKey
from fido2.ctap2.config import Config
from fido2.ctap2.pin import ClientPin
from fido2.server import Fido2Server
from fido2.webauthn import AttestationObject

from wardkey_station.simulator.signing import ALGORITHMS
from wardkey_station.simulator.state import read

from .ceremonies import ES256, HASH, PERMISSION, PIN, RP, RP_ID, USER, client, id_of, made, proof
from .simulated import ctap2, port_with, refused


@pytest.fixture
def port(tmp_path):
    return port_with(tmp_path / "keys.json")


@pytest.fixture
def ctap(port):
    """Of a key whose PIN is set."""
    found = ctap2(port)
    ClientPin(found).set_pin(PIN)
    return found


class RootOf(AttestationVerifier):
    """Trusts the root that the key's batch stands below."""

    def __init__(self, port):
        super().__init__([PackedAttestation()])
        (key,) = read(port.file).keys
        self.root = key.attestation.root_certificate

    def ca_lookup(self, attestation_result, auth_data):
        return self.root


def registered(ctap, server, **options):
    asked, state = server.register_begin(USER, **options)
    answer = client(ctap).make_credential(asked.public_key)
    return server.register_complete(state, answer), answer


def test_a_registration_and_an_authentication_verify_as_a_server_asks(port, ctap):
    server = Fido2Server(RP, attestation="direct", verify_attestation=RootOf(port))
    data, _answer = registered(ctap, server, user_verification="required")
    assert data.is_user_verified()
    assert bytes(data.credential_data.aaguid) == b"SIMULATED KEY 01"
    asked, state = server.authenticate_begin([data.credential_data], user_verification="required")
    answer = client(ctap).get_assertion(asked.public_key).get_response(0)
    server.authenticate_complete(state, [data.credential_data], answer)
    assert answer.response.authenticator_data.counter > data.counter


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_algorithm_makes_signatures_that_verify(ctap, algorithm):
    wanted = [{"type": "public-key", "alg": -1}, {"type": "public-key", "alg": algorithm}]
    response = ctap.make_credential(HASH, RP, USER, wanted, **proof(ctap))
    public_key = response.auth_data.credential_data.public_key
    assert public_key[3] == algorithm
    assertion = ctap.get_assertion(RP_ID, HASH, [id_of(response)])
    assertion.verify(HASH, CoseKey.parse(public_key))


def test_the_batch_certificate_says_that_it_is_simulated(port, ctap):
    statement = made(ctap).att_stmt
    (certificate,) = (x509.load_der_x509_certificate(each) for each in statement["x5c"])
    assert "SIMULATED KEY" in certificate.subject.rfc4514_string()
    assert read(port.file).keys[0].attestation.certificate == statement["x5c"][0]
    ctap.reset()
    assert read(port.file).keys[0].attestation.certificate == statement["x5c"][0]


@pytest.mark.parametrize("attestation", ["self", "none"])
def test_a_key_may_attest_itself_or_nothing(tmp_path, attestation):
    port = port_with(tmp_path / "keys.json", {"keys": [{"attestation": attestation}]})
    response = ctap2(port).make_credential(HASH, RP, USER, ES256)
    if attestation == "none":
        assert (response.fmt, response.att_stmt) == ("none", {})
    else:
        assert response.fmt == "packed"
        assert "x5c" not in response.att_stmt
        attested = AttestationObject.create(response.fmt, response.auth_data, response.att_stmt)
        PackedAttestation().verify(attested.att_stmt, attested.auth_data, HASH)


def test_a_platform_may_ask_for_no_attestation(ctap):
    asked = {1: HASH, 2: RP, 3: USER, 4: ES256, 11: ["none"]}
    assert ctap.send_cbor(0x01, asked)[1] == "none"
    assert ctap.send_cbor(0x01, {**asked, 11: ["packed", "none"]})[1] == "packed"


def test_enterprise_attestation_names_the_key_to_those_who_may_know(tmp_path):
    profile = {"serial": "SIM42", "enterprise_rp_ids": [RP_ID]}
    ctap = ctap2(port_with(tmp_path / "keys.json", {"keys": [profile]}))
    make = ctap.make_credential
    refused(0x02, make, HASH, RP, USER, ES256, enterprise_attestation=1)
    Config(ctap).enable_enterprise_attestation()
    refused(0x2C, make, HASH, RP, USER, ES256, enterprise_attestation=3)
    other = {"id": "other.example"}
    assert make(HASH, other, USER, ES256, enterprise_attestation=1).ep_att is None
    for asked, rp in ((1, RP), (2, other)):
        response = make(HASH, rp, USER, ES256, enterprise_attestation=asked)
        assert response.ep_att is True
        certificate = x509.load_der_x509_certificate(response.att_stmt["x5c"][0])
        assert "SIM42" in certificate.subject.rfc4514_string()


def test_who_needs_no_pin_and_who_does(ctap):
    """makeCredUvNotRqd, alwaysUv and discoverable credentials."""
    response = ctap.make_credential(HASH, RP, USER, ES256)
    assert not response.auth_data.is_user_verified()
    refused(0x36, ctap.make_credential, HASH, RP, USER, ES256, options={"rk": True})
    assert ctap.get_assertion(RP_ID, HASH, [id_of(response)])
    pin = ClientPin(ctap)
    secret = pin.get_pin_token(PIN, PERMISSION.AUTHENTICATOR_CFG)
    Config(ctap, pin.protocol, secret).toggle_always_uv()
    assert ctap.get_info().options["makeCredUvNotRqd"] is False
    refused(0x36, ctap.make_credential, HASH, RP, USER, ES256)
    refused(0x36, ctap.get_assertion, RP_ID, HASH, [id_of(response)])
    assert ctap.get_assertion(RP_ID, HASH, [id_of(response)], options={"up": False})
    verified = ctap.get_assertion(
        RP_ID, HASH, [id_of(response)], **proof(ctap, PERMISSION.GET_ASSERTION)
    )
    assert verified.auth_data.is_user_verified()


def test_a_proof_serves_once_and_for_its_purpose(ctap):
    once = proof(ctap)
    ctap.make_credential(HASH, RP, USER, ES256, **once)
    refused(0x33, ctap.make_credential, HASH, RP, USER, ES256, **once)
    for wrong in (
        proof(ctap, PERMISSION.GET_ASSERTION),
        proof(ctap, rp_id="other.example"),
        proof(ctap, message=bytes(32)),
    ):
        refused(0x33, ctap.make_credential, HASH, RP, USER, ES256, **wrong)


def test_an_excluded_credential_is_told_touched_or_not(tmp_path):
    script = {"touches": [{}, {"declined": True}]}
    ctap = ctap2(port_with(tmp_path / "keys.json", script))
    make = ctap.make_credential
    listed = [id_of(make(HASH, RP, USER, ES256))]
    refused(0x19, make, HASH, RP, USER, ES256, exclude_list=listed)
    refused(0x19, make, HASH, RP, USER, ES256, exclude_list=listed)


def test_an_excluded_credential_is_one_of_at_most_eight(ctap):
    response = made(ctap)
    refused(0x19, made, ctap, exclude_list=[id_of(response)])
    others = [{"type": "public-key", "id": os.urandom(32)} for _other in range(8)]
    made(ctap, user={"id": b"asha"}, exclude_list=others)
    refused(0x15, made, ctap, exclude_list=[*others, id_of(response)])


def test_discoverable_credentials_come_newest_first_with_names_for_the_verified(ctap):
    for name in ("ben", "asha", "cara"):
        made(ctap, user={"id": name.encode(), "name": name, "displayName": name.title()})
    made(ctap, user={"id": b"ben", "name": "ben again"})
    found = ctap.get_assertions(RP_ID, HASH, **proof(ctap, PERMISSION.GET_ASSERTION))
    assert [each.user["name"] for each in found] == ["ben again", "cara", "asha"]
    assert found[0].number_of_credentials == 3
    refused(0x30, ctap.get_next_assertion)
    unverified = ctap.get_assertions(RP_ID, HASH)
    assert [each.user for each in unverified] == [{"id": b"ben"}, {"id": b"cara"}, {"id": b"asha"}]
    refused(0x2E, ctap.get_assertion, "other.example", HASH)


def test_another_command_ends_what_getnextassertion_would_go_on_with(port, ctap):
    made(ctap, user={"id": b"ben"})
    made(ctap, user={"id": b"asha"})
    ctap.get_assertion(RP_ID, HASH)
    ctap.get_info()
    refused(0x30, ctap.get_next_assertion)
    ctap.get_assertion(RP_ID, HASH)
    for _look in range(310):
        port.list_descriptors()
    refused(0x30, ctap.get_next_assertion)
    ctap.get_assertion(RP_ID, HASH)
    ctap.get_next_assertion()


def test_a_full_key_says_so_and_still_replaces(tmp_path):
    ctap = ctap2(port_with(tmp_path / "keys.json", {"keys": [{"capacity": 1}]}))
    make, options = ctap.make_credential, {"rk": True}
    make(HASH, RP, USER, ES256, options=options)
    assert ctap.get_info().remaining_disc_creds == 0
    refused(0x28, make, HASH, RP, {"id": b"asha"}, ES256, options=options)
    make(HASH, RP, {"id": b"asha"}, ES256)
    make(HASH, RP, USER, ES256, options=options)


def test_a_platform_may_ask_only_which_key_is_touched(tmp_path):
    """A pinUvAuthParam without length (CTAP §6.1.2 step 1)."""
    ctap = ctap2(port_with(tmp_path / "keys.json"))
    probe = {1: HASH, 2: RP, 3: USER, 4: ES256, 8: b""}
    refused(0x35, ctap.send_cbor, 0x01, probe)
    ClientPin(ctap).set_pin(PIN)
    refused(0x31, ctap.send_cbor, 0x01, probe)
    refused(0x31, ctap.send_cbor, 0x02, {1: RP_ID, 2: HASH, 6: b""})


def test_a_client_gets_words_for_what_the_key_refuses(ctap):
    server = Fido2Server(RP)
    data, _answer = registered(ctap, server)
    asked, _state = server.register_begin(USER, [data.credential_data])
    with pytest.raises(ClientError, match="CREDENTIAL_EXCLUDED"):
        client(ctap).make_credential(asked.public_key)
