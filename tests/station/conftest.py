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
