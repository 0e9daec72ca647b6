"""States × acts × who: each cell of docs/a-keys-life.md, through the doors.

Ben's token is brought into a state by those who may; then somebody does something with it. A
number is the answer's status, and what is refused changes nothing.
"""

import pytest

from tests.doors import (
    MINE,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    registered,
    signed_in,
    undone,
)
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


def comes_to(status, browser, address):
    """Also the page that asks first: where nothing would come of it, it says so."""
    form = {"nickname": "Green"} if address.endswith("/edit/") else {}
    if status == DONE:
        expect(200, browser.get(address))
        expect(DONE, browser.submit(address, **form))
        return
    with nothing_changes():
        expect(status, browser.submit(address, **form))


@pytest.mark.parametrize("state", STATES)
def test_each_cell_of_the_state(scene, state):
    scene.bring_into(state)
    for who in (
        a_local_administrator,
        the_helpdesk,
        the_holder_with_another_token,
        those_who_may_nothing,
        logging_in,
    ):
        with undone(scene.asha):
            who(scene, state)


def a_local_administrator(scene, state):
    before = scene.state()
    for act in OUTCOMES:
        status = outcome(act, state)
        with undone(scene.asha):
            comes_to(status, scene.asha, scene.address(act))
            done = status == DONE and act != "edit"
            assert scene.state() == (AFTERWARDS.get(act, "active") if done else before)


def the_helpdesk(scene, state):
    hal = signed_in(scene.cast.hal)
    for act in OUTCOMES:
        status = outcome(act, state) if act in HELPDESK_MAY else FORBIDDEN
        with undone(hal):
            comes_to(status, hal, scene.address(act))


def the_holder_with_another_token(scene, state):
    # What an administrator stopped is not the holder's to start again.
    not_theirs = {("resume", "suspended"), ("undo-removal", "removed")}
    ben = scene.ben()
    for act in OUTCOMES:
        status = FORBIDDEN if (act, state) in not_theirs else outcome(act, state)
        with undone(ben):
            comes_to(status, ben, scene.address({"suspend": "lost"}.get(act, act), MINE))


def those_who_may_nothing(scene, state):
    cast = scene.cast
    others = {signed_in(cast.olu): FORBIDDEN, signed_in(cast.dev): FORBIDDEN}
    others[signed_in(cast.cara)] = UNKNOWN
    half = half_signed_in(cast.ben)
    for act in OUTCOMES:
        for browser, status in others.items():
            comes_to(status, browser, scene.address(act))
        with nothing_changes():
            answer = half.submit(scene.address({"suspend": "lost"}.get(act, act), MINE))
        assert expect(302, answer)["Location"] == "/sign-in/key/"


def logging_in(scene, state):
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
    comes_to(DONE, ben, scene.address("undo-removal", MINE))
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
    comes_to(FORBIDDEN, ben, scene.address("resume", MINE))
    assert scene.state() == "suspended"
    scene.do(scene.asha, "resume")
    assert scene.state() == "active"
