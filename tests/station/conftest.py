from types import SimpleNamespace

import pyrage
import pytest

from tests.station.desks import Desk
from tests.station.portal_in_process import AtDesk, connected


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    return Desk(tmp_path, monkeypatch, capsys)


@pytest.fixture
def line(monkeypatch):
    return connected(monkeypatch)


@pytest.fixture
def asha(desk, line, cast):
    """The station, logged in as Asha."""
    at_desk = AtDesk(desk, line, cast.asha)
    assert at_desk.logs_in().status == 0
    return at_desk


@pytest.fixture
def cheap_passphrases(monkeypatch):
    """Sealed by age all the same, but not stretched: what that costs is asked where it matters."""
    identities: dict[str, pyrage.x25519.Identity] = {}

    def encrypt(plain, passphrase):
        identity = identities.setdefault(passphrase, pyrage.x25519.Identity.generate())
        return pyrage.encrypt(plain, [identity.to_public()])

    def decrypt(sealed, passphrase):
        identity = identities.setdefault(passphrase, pyrage.x25519.Identity.generate())
        return pyrage.decrypt(sealed, [identity])

    monkeypatch.setattr(pyrage, "passphrase", SimpleNamespace(encrypt=encrypt, decrypt=decrypt))
