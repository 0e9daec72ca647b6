"""What each act leaves of sessions, keys, roles and passes: docs/people-come-and-go.md, done."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cast import decide, issue_pass
from tests.departures import (
    DAY,
    act,
    at_noon,
    joiner_code_of,
    mark_leaver,
    send_as_guest,
    take_on,
    today,
)
from tests.doors import Browser, expect, half_signed_in, is_signed_in, registered, signed_in
from tests.newcomers import NEW_PASSWORD, added, join, slip_for
from wardkey.lifecycle import leaving
from wardkey.people.grants import role_grants_of
from wardkey.people.models import Membership
from wardkey.recovery.models import AccessPass

PAGE = Path(__file__).resolve().parents[1] / "docs" / "people-come-and-go.md"
COLUMNS = ("sessions", "keys", "roles", "passes", "may_sign_in")


def table() -> dict[str, dict[str, str]]:
    of_acts = PAGE.read_text().partition("| Act |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(.+?)` \| (.+) \|$", of_acts, re.MULTILINE)
    return {name: dict(zip(COLUMNS, cells.split(" | "), strict=True)) for name, cells in rows}


class Story:
    """Asha, who has everything that somebody can lose, and Priya above her."""

    def __init__(self, cast):
        self.cast, self.person = cast, cast.asha
        self.priya, self.cara = signed_in(cast.priya), signed_in(cast.cara)
        self.soft_key, self.key = registered(self.priya, self.person)
        self.browser = half_signed_in(self.person)
        expect(200, self.browser.use(self.soft_key, self.key))
        self.code = issue_pass(self.person)

    def act(self, what):
        expect(302, act(self.priya, self.person, what))

    def move(self, handling, until=None):
        code = joiner_code_of(self.browser)
        expect(302, mark_leaver(self.priya, self.person, keys={self.key: handling}, until=until))
        expect(302, take_on(self.cara, code))

    def left(self) -> dict[str, str]:
        """Asked with the clock where it stands, of what was there before."""
        session_lives = is_signed_in(self.browser)
        self.key.refresh_from_db()
        keys = {"active": "kept"}.get(self.key.state, self.key.state)
        open_pass = AccessPass.objects.filter(person=self.person, used_at=None, revoked_at=None)
        return {
            "sessions": "kept" if session_lives else "ended",
            "keys": keys,
            "roles": "kept" if role_grants_of(self.person.pk) else "ended",
            "passes": "kept" if open_pass.exists() else "ended",
            "may_sign_in": gets_in(self.person),
        }


def gets_in(person, *password) -> str:
    answer = Browser().enter_password(person, *password)
    return {302: "yes", 401: "no"}[answer.status_code]


def after(*steps: str) -> Callable[[Story], dict[str, str]]:
    def story(story: Story) -> dict[str, str]:
        for step in steps:
            story.act(step)
        return story.left()

    return story


def marked(*steps: str) -> Callable[[Story], dict[str, str]]:
    def story(story: Story) -> dict[str, str]:
        expect(302, mark_leaver(story.priya, story.person))
        return after(*steps)(story)

    return story


def thirty_days_later(story: Story) -> dict[str, str]:
    expect(302, mark_leaver(story.priya, story.person))
    with at_noon(today() + 31 * DAY):
        assert leaving.close_due() == 1
        return story.left()


def moved(handling, **more) -> Callable[[Story], dict[str, str]]:
    def story(story: Story) -> dict[str, str]:
        story.move(handling, **more)
        return story.left()

    return story


def moved_to_where_it_is_not_allowed(story: Story) -> dict[str, str]:
    decide(story.cast.south, models="attested")
    return moved("give")(story)


def visiting(story: Story) -> dict[str, str]:
    expect(302, send_as_guest(story.priya, story.person))
    return story.left()


def visited(story: Story) -> dict[str, str]:
    expect(302, send_as_guest(story.priya, story.person))
    return after(f"guest/{Membership.objects.get(kind='guest').pk}/end/")(story)


def newcomer(story: Story) -> dict[str, str]:
    return left_of(added(story.priya), "anything at all")


def joined(story: Story) -> dict[str, str]:
    nia = added(story.priya)
    expect(302, join(slip_for(story.priya, nia)))
    return left_of(nia, NEW_PASSWORD)


def left_of(person, password) -> dict[str, str]:
    there = {
        "sessions": person.sessions.exists(),
        "keys": person.keys.exists(),
        "roles": person.role_grants.exists(),
        "passes": person.access_passes.exists(),
    }
    assert not any(there.values())
    return {**dict.fromkeys(there, "none"), "may_sign_in": gets_in(person, password)}


STORIES = {
    "add": newcomer,
    "accept the invitation": joined,
    "suspend": after("suspend/"),
    "resume": after("suspend/", "resume/"),
    "mark as leaver": marked(),
    "take back the mark": marked("leaver/take-back/"),
    "30 days are over": thirty_days_later,
    "close": after("close/"),
    "restore": after("close/", "restore/"),
    "move, the key given": moved("give"),
    "move, the key lent": moved("lend", until=today()),
    "move, the key kept": moved("keep"),
    "move, the model not allowed": moved_to_where_it_is_not_allowed,
    "send as a guest": visiting,
    "end the visit": visited,
}


def test_the_page_tells_of_each_act_and_of_no_other():
    assert list(table()) == list(STORIES)


@pytest.mark.parametrize("name", list(STORIES))
def test_what_an_act_leaves_is_what_the_page_says(cast, name):
    assert STORIES[name](Story(cast)) == table()[name]
