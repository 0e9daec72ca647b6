"""States × acts × who: each cell of docs/a-keys-life.md, through the doors.

Ben's token is brought into a state by those who may; then somebody does something with it. A
number is the answer's status, and what is refused changes nothing.
"""

import pytest

from tests.doors import MINE, Browser, desk_of, expect, half_signed_in, registered, signed_in
from tests.traces import nothing_changes
from wardkey.keys.models import SecurityKey

DONE, UNKNOWN, FORBIDDEN, AS_IT_STANDS = 302, 404, 403, 409

# `reported` was suspended by its holder, `suspended` by an administrator.
STATES = ["waiting", "active", "suspended", "reported", "removed", "stolen"]
OUTCOMES = {
    "edit": [DONE, DONE, DONE, DONE, UNKNOWN, UNKNOWN],
    "suspend": [DONE, DONE, AS_IT_STANDS, AS_IT_STANDS, UNKNOWN, UNKNOWN],
    "resume": [AS_IT_STANDS, AS_IT_STANDS, DONE, DONE, UNKNOWN, UNKNOWN],
    "remove": [DONE, DONE, DONE, DONE, UNKNOWN, UNKNOWN],
    "undo-removal": [AS_IT_STANDS, AS_IT_STANDS, AS_IT_STANDS, AS_IT_STANDS, DONE, AS_IT_STANDS],
}
AFTERWARDS = {"suspend": "suspended", "resume": "active", "remove": "removed"}
HELPDESK_MAY = {"suspend"}
CELLS = [(act, state) for act in OUTCOMES for state in STATES]


class Scene:
    """Ben has a spare token in use, and “Blue”, which it is all about."""

    def __init__(self, cast):
        self.cast = cast
        self.asha = signed_in(cast.asha)
        self.spare = registered(self.asha, cast.ben, "Spare")
        self.blue = registered(self.asha, cast.ben, "Blue")
        self.key = self.blue[1]

    def ben(self, key=None) -> Browser:
        browser = half_signed_in(self.cast.ben)
        expect(200, browser.use(*(key or self.spare)))
        return browser

    def bring_into(self, state):
        if state != "waiting":
            self.ben(self.blue)
        if state == "suspended":
            self.do(self.asha, "suspend", reason="precaution")
        if state == "reported":
            expect(DONE, self.ben().submit(self.address("lost", MINE)))
        if state == "removed":
            self.do(self.asha, "remove", reason="broken")
        if state == "stolen":
            self.do(self.asha, "remove", reason="stolen", stolen_since="2026-01-05T07:30")
        self.ben()

    def do(self, browser, act, **fields):
        expect(DONE, browser.submit(self.address(act), **fields))

    def address(self, act, desk=""):
        return f"{desk or desk_of(self.cast.ben)}{self.key.pk}/{act}/"

    def state(self):
        return SecurityKey.objects.get(pk=self.key.pk).state


@pytest.fixture
def scene(cast):
    return Scene(cast)


def outcome(act, state):
    return OUTCOMES[act][STATES.index(state)]


def comes_to(status, scene, browser, address):
    """Also the page that asks first: where nothing would come of it, it says so."""
    if status == DONE:
        expect(200, browser.get(address))
        expect(DONE, browser.submit(address, nickname="Green"))
        return
    with nothing_changes():
        expect(status, browser.submit(address, nickname="Green"))


@pytest.mark.parametrize(("act", "state"), CELLS)
def test_a_local_administrator(scene, act, state):
    scene.bring_into(state)
    before, status = scene.state(), outcome(act, state)
    comes_to(status, scene, scene.asha, scene.address(act))
    if status == DONE and act != "edit":
        assert scene.state() == AFTERWARDS.get(act, "active")
    else:
        assert scene.state() == before


@pytest.mark.parametrize(("act", "state"), CELLS)
def test_the_helpdesk(scene, act, state):
    scene.bring_into(state)
    status = outcome(act, state) if act in HELPDESK_MAY else FORBIDDEN
    comes_to(status, scene, signed_in(scene.cast.hal), scene.address(act))


@pytest.mark.parametrize(("act", "state"), CELLS)
def test_the_holder_with_another_token(scene, act, state):
    scene.bring_into(state)
    # What an administrator stopped is not the holder's to start again.
    not_theirs = {("resume", "suspended"), ("undo-removal", "removed")}
    status = FORBIDDEN if (act, state) in not_theirs else outcome(act, state)
    own = scene.address({"suspend": "lost"}.get(act, act), MINE)
    comes_to(status, scene, scene.ben(), own)


@pytest.mark.parametrize(("act", "state"), CELLS)
def test_those_who_may_nothing(scene, act, state):
    scene.bring_into(state)
    cast, address = scene.cast, scene.address(act)
    comes_to(FORBIDDEN, scene, signed_in(cast.olu), address)
    comes_to(FORBIDDEN, scene, signed_in(cast.dev), address)
    comes_to(UNKNOWN, scene, signed_in(cast.cara), address)
    own = scene.address({"suspend": "lost"}.get(act, act), MINE)
    half = half_signed_in(cast.ben)
    with nothing_changes():
        answer = half.submit(own, nickname="Green")
    assert expect(302, answer)["Location"] == "/sign-in/key/"


@pytest.mark.parametrize("state", STATES)
def test_logging_in(scene, state):
    scene.bring_into(state)
    ben = half_signed_in(scene.cast.ben)
    if state in {"waiting", "active"}:
        expect(200, ben.use(*scene.blue))
        assert scene.state() == "active"
        return
    with nothing_changes():
        expect(404, ben.call("/sign-in/key/challenge/", key_id=str(scene.key.pk)))
    assert "Blue" not in ben.get("/sign-in/key/").content.decode()


@pytest.mark.parametrize(("was", "status"), [("waiting", "waiting"), ("active", "active")])
def test_a_resumed_token_is_what_it_was(scene, was, status):
    scene.bring_into(was)
    scene.do(scene.asha, "suspend")
    scene.do(scene.asha, "resume")
    assert scene.state() == status


def test_holders_undo_their_own_removals(scene):
    scene.bring_into("active")
    ben = scene.ben()
    expect(DONE, ben.submit(scene.address("remove", MINE)))
    assert "Removed in the last 24 hours" in ben.get(MINE).content.decode()
    comes_to(DONE, scene, ben, scene.address("undo-removal", MINE))
    assert scene.state() == "active"


@pytest.mark.parametrize("was", ["waiting", "active", "suspended"])
def test_a_removal_undone_leaves_the_token_as_it_was(scene, was):
    scene.bring_into(was)
    scene.do(scene.asha, "remove", reason="mistake")
    scene.do(scene.asha, "undo-removal")
    assert scene.state() == was


def test_removing_and_undoing_does_not_make_a_suspension_ones_own(scene):
    scene.bring_into("suspended")
    ben = scene.ben()
    expect(DONE, ben.submit(scene.address("remove", MINE)))
    expect(DONE, ben.submit(scene.address("undo-removal", MINE)))
    comes_to(FORBIDDEN, scene, ben, scene.address("resume", MINE))
    assert scene.state() == "suspended"
    scene.do(scene.asha, "resume")
    assert scene.state() == "active"
