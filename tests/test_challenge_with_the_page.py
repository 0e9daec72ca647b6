"""The page of step 2 brings the challenge of the token used last (docs/adr/0062)."""

import json
import re
from base64 import b64decode
from pathlib import Path

import pytest

from tests.doors import (
    MINE,
    ORIGIN,
    expect,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.softkey import VERIFIED, SoftKey
from tests.test_key_step import refused, signed_in_with_first
from tests.traces import nothing_changes
from wardkey import web
from wardkey.ceremonies.models import PendingCeremony
from wardkey.ceremonies.pending import LIFETIME

SCRIPTS = Path(web.__file__).parent / "static" / "wardkey"


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def blue(cast, asha):
    return registered(asha, cast.ben)


def brought_by(browser):
    """What the page of the second step brings for its first token; None where nothing."""
    page = expect(200, browser.get("/sign-in/key/")).content.decode()
    found = re.search(r'value="([0-9a-f-]{36})" checked data-begun="([^"]*)"', page)
    assert page.count("data-begun") == bool(found)
    return found and (found[1], json.loads(b64decode(found[2])))


def test_the_page_brings_the_challenge_of_its_first_token(cast, asha, blue):
    soft_key, row = blue
    ben = half_signed_in(cast.ben)
    expect(200, ben.use(soft_key, row))  # who was used last comes first
    registered(asha, cast.ben, "Other")
    ben = half_signed_in(cast.ben)
    first, begun = brought_by(ben)
    assert first == str(row.pk)
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    expect(200, ben.finish(begun, answer))
    assert is_signed_in(ben)


def test_what_the_page_brought_counts_once(cast, blue):
    soft_key, _row = blue
    ben = half_signed_in(cast.ben)
    _first, begun = brought_by(ben)
    with nothing_changes():
        answer = soft_key.sign(begun["public_key"], ORIGIN, clear_flags=VERIFIED)
        refused(ben, ben.finish(begun, answer), step="7.2.17", reason="user_verification")
        honest = soft_key.sign(begun["public_key"], ORIGIN)
        refused(ben, ben.finish(begun, honest), step="7.2.11", reason="unknown_or_used")


def test_opened_again_and_again_the_page_leaves_five_challenges(cast, blue):
    ben = half_signed_in(cast.ben)
    brought = [brought_by(ben)[1] for _ in range(7)]
    in_flight = PendingCeremony.objects.filter(session_id=ben.session.pk)
    assert {str(each.pk) for each in in_flight} == {each["ceremony_id"] for each in brought[2:]}
    answer = blue[0].sign(brought[0]["public_key"], ORIGIN)
    refused(ben, ben.finish(brought[0], answer), step="7.2.11", reason="unknown_or_used")
    last = brought[-1]
    expect(200, ben.finish(last, blue[0].sign(last["public_key"], ORIGIN)))


def test_whoever_is_logged_in_already_loses_no_registration_to_the_page(cast, asha, blue):
    ben = signed_in_with_first(cast.ben, blue)
    ben.own_key = blue
    green = SoftKey()
    begun = ben.touch(MINE, green)
    assert [brought_by(ben) for _ in range(6)] == [None] * 6
    expect(302, ben.name(MINE, begun, "Green"))
    assert is_signed_in(ben)
    expect(200, ben.use(*blue))  # the page's script asks


def test_whoever_has_to_wait_gets_the_page_and_no_challenge(cast, blue):
    ben = half_signed_in(cast.ben)
    assert brought_by(ben)
    for _ in range(10):
        expect(401, ben.use(*blue, clear_flags=VERIFIED))
    assert brought_by(ben) is None
    expect(429, ben.call("/sign-in/key/challenge/", key_id=str(blue[1].pk)))


def milliseconds_of(name, script):
    text = (SCRIPTS / script).read_text()
    return int(re.search(rf"const {name} = ([0-9_]+); // milliseconds", text)[1])


def test_a_challenge_that_waited_in_the_page_lives_until_the_browser_gives_up():
    """Otherwise somebody would find the token, enter its PIN, touch it, and be refused."""
    waited = milliseconds_of("FRESH", "sign-in.js")
    answered = milliseconds_of("PATIENCE", "ceremony.js")
    assert waited + answered < LIFETIME.total_seconds() * 1000
