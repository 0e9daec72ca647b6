"""A cache that fails, in whichever way: nobody misses it, and whoever runs the portal is told."""

import socket
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from valkey import Valkey

from tests.commands import database_url, eventually, free_port, wardkey
from tests.doors import signed_in
from tests.keymodels.catalogue import take_in
from tests.test_cache import down_lines, key_of, shown
from tests.valkey import serving
from wardkey.base import cache

HEALTH = "/admin/health/"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    monkeypatch.setattr(cache, "LONGEST", 30)
    yield
    cache.forget()


@pytest.fixture
def models(db):
    take_in()


@contextmanager
def accepting(folder, says):
    """Who accepts whoever comes, and says that to them; how many came, and how many left."""
    came, left = [], []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "hanging.sock"))
        listener.listen()

        def accept():
            while True:
                try:
                    there, _peer = listener.accept()
                except OSError:
                    return
                came.append(there)
                Thread(target=answer, args=[there], daemon=True).start()

        def answer(there):
            with there:
                try:
                    while there.recv(1000):
                        says(there)
                except OSError:
                    pass
                left.append(there)

        Thread(target=accept, daemon=True).start()
        yield f"unix://{folder}/hanging.sock", came, left
        listener.shutdown(socket.SHUT_RDWR)


def silent(_there):
    """It has heard, and that was all."""


def letter_by_letter(there):
    there.sendall(b"$900000\r\n")
    while True:
        there.sendall(b"x")


@pytest.mark.parametrize("says", [silent, letter_by_letter, lambda there: there.sendall(b"?")])
def test_one_that_hangs_or_never_ends_is_waited_for_once_and_then_left_alone(
    models, settings, tmp_path, monkeypatch, caplog, says
):
    page = shown()
    monkeypatch.setattr(cache, "LONGEST", 0.1)
    monkeypatch.setattr(cache, "LEFT_ALONE", 600)
    with accepting(tmp_path, says) as (settings.CACHE_URL, came, left):
        cache._client()
        began = monotonic()
        assert cache._ask(lambda it: it.get("anything")) is None
        assert monotonic() - began < 5
        assert shown() == page == shown()
        eventually(lambda: len(left) == len(came) == 1)
        [told] = down_lines(caplog)
        assert "WARDKEY_CACHE_URL" in told
        assert not cache.answers()


def test_a_cache_that_is_down_is_missed_by_nobody_and_told_once(
    cast, models, settings, tmp_path, monkeypatch, caplog
):
    caplog.set_level("INFO")
    monkeypatch.setattr(cache, "LEFT_ALONE", 600)
    page, root = shown(), signed_in(cast.root)
    assert "Cache" not in shown(root, HEALTH)
    settings.CACHE_URL = f"unix://{tmp_path}/valkey.sock"
    assert shown() == page == shown()
    [told] = down_lines(caplog)
    assert "Pages come from the database meanwhile" in told
    assert "See to the cache, or empty WARDKEY_CACHE_URL" in shown(root, HEALTH)
    with serving(tmp_path), Valkey.from_url(settings.CACHE_URL) as raw:
        assert "It gives back what it is given" in shown(root, HEALTH)
        assert shown() == page
        assert not [each for each in raw.scan_iter() if b"models" in each], (
            "it is left alone for a while"
        )
        monkeypatch.setattr(cache, "monotonic", lambda: monotonic() + cache.LEFT_ALONE)
        assert shown() == page
        assert key_of(raw, b"models")
    assert [each for each in caplog.messages if "dependency.up" in each] == ["dependency.up: cache"]


def test_one_that_is_full_is_as_one_that_is_down(cast, models, settings, tmp_path, caplog):
    page, root = shown(), signed_in(cast.root)
    with serving(tmp_path, "--maxmemory", "1", "--maxmemory-policy", "noeviction") as url:
        settings.CACHE_URL = url
        assert shown() == page == shown()
        assert "See to the cache" in shown(root, HEALTH)
    assert len(down_lines(caplog)) == 1


def test_the_operator_hears_of_it_and_the_portal_starts_all_the_same(
    transactional_db, settings, tmp_path
):
    own = {"DATABASE_URL": database_url(), "WARDKEY_CACHE_URL": f"unix://{tmp_path}/valkey.sock"}
    told = wardkey("check", **own)
    assert (told.returncode, told.stderr) == (0, "")
    assert "The cache does not answer" in told.stdout
    with serving(tmp_path):
        assert wardkey("check", **own).stdout == "Nothing is wrong.\n"


def test_over_the_network_it_proves_by_its_certificate_which_host_it_is(settings, tmp_path):
    certificate, key = certificate_for("localhost", tmp_path)
    port = str(free_port())
    files = ["--tls-cert-file", str(certificate), "--tls-key-file", str(key)]
    only_tls = ["--tls-port", port, "--tls-auth-clients", "no", "--bind", "127.0.0.1", *files]
    with serving(tmp_path, *only_tls, "--tls-ca-cert-file", str(certificate)):
        for address, is_it in (
            (f"valkeys://localhost:{port}?ssl_ca_certs={certificate}", True),
            (f"valkeys://localhost:{port}", False),  # signed by nobody
            (f"valkeys://127.0.0.1:{port}?ssl_ca_certs={certificate}", False),  # of another
            (f"valkey://localhost:{port}", False),
        ):
            settings.CACHE_URL = address
            assert cache.answers() is is_it, address
            cache.forget()


def certificate_for(host, folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    own = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "certificate.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *own))
    return folder / "certificate.pem", folder / "key.pem"
