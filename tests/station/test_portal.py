"""The portal, as far as the station asks it."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.station.desks import OPEN, SERIAL
from tests.station.portals import portal_that_answers, portal_that_knows

YES = ("reset", "--yes", "--serial", SERIAL)


def model(desk, address):
    found = desk.runs("info", "--portal", address)
    return found, found.out.split("Model: ")[-1].splitlines()[0]


def test_the_portal_names_the_model_and_its_icon(desk):
    with portal_that_knows("Ward 7's own", "https://keys.example/icon") as address:
        found, name = model(desk, address)
        assert (found.status, name) == (0, "Ward 7's own")
        assert "Icon: https://keys.example/icon" in found.out
        desk.monkeypatch.setenv("WARDKEY_PORTAL", f"{address}/")
        assert "Ward 7's own" in desk.runs("info", "--json").out


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b'{"code": "not_found"}'),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"name": 7}'),
        (200, b'{"name": "a\\u001b[2Jb"}'),
        (200, b'{"name": "%s"}' % (b"x" * 70_000)),
    ],
    ids=["unknown", "no JSON", "a list", "a number", "commands", "too long"],
)
def test_what_the_portal_does_not_know_has_its_built_in_name(desk, status, body):
    with portal_that_answers(status, body) as address:
        found, name = model(desk, address)
    assert (found.status, name, found.err) == (0, "SIMULATED KEY", "")


def test_a_portal_that_does_not_answer_is_told_and_the_built_in_name_taken(desk):
    for address in ("http://127.0.0.1:1", "https://127.0.0.1:1"):
        found, name = model(desk, address)
        assert (found.status, name) == (0, "SIMULATED KEY")
        assert f"{address} cannot be reached. The name is from the built-in list." in found.err
    with portal_that_answers(503) as address:
        found, name = model(desk, address)
        assert (found.status, name, "(HTTP 503)" in found.err) == (0, "SIMULATED KEY", True)
        assert desk.runs(*YES, "--portal", address).status == 8
    with portal_that_answers(404) as address:
        assert desk.runs(*YES, "--portal", address).status == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://hospital.example",
        "http://192.0.2.1:8000",
        "http://localhost.hospital.example",
        "http://127.0.0.1@hospital.example",
        "https://asha:secret@hospital.example",
        "https://hospital.example:port",
        "https://[::1",
        "https://hospital.example/?next=x",
        "ftp://localhost",
        "hospital.example",
    ],
)
def test_cl36_only_https_or_this_machine_is_asked(desk, address):
    found = desk.runs("info", "--portal", address)
    assert (found.status, desk.exchanges) == (8, 0)
    assert "portal" in found.err


def test_cl36_the_station_is_not_led_elsewhere(desk):
    desk.given_pin()
    with (
        portal_that_knows("elsewhere") as other,
        portal_that_answers(302, Location=f"{other}/x") as address,
    ):
        for words in (["info"], YES):
            found = desk.runs(*words, "--portal", address)
            assert (found.status, "sends the station elsewhere" in found.err) == (8, True)
    assert desk.opens_with(OPEN)


def certificate_in(file):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(pem))
    return file


def test_cl36_a_certificate_has_to_be_trusted_and_nothing_switches_that_off(desk, tmp_path):
    desk.given_pin()
    own = certificate_in(tmp_path / "own.pem")
    with portal_that_answers(404, certificate=own) as address:
        for words in (["info"], YES):
            found = desk.runs(*words, "--portal", address)
            assert (found.status, "is not one that this computer trusts" in found.err) == (8, True)
        assert desk.opens_with(OPEN)
        desk.monkeypatch.setenv("SSL_CERT_FILE", str(own))
        assert desk.runs("info", "--portal", address).status == 0
    assert desk.runs("info", "--insecure").status == 2
