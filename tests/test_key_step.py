"""Step 2 of logging in: one token is chosen, and exactly that one answers with PIN and touch."""

from datetime import timedelta

import pytest

from tests.doors import (
    MINE,
    ORIGIN,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    is_signed_in,
    registered,
    signed_in,
)
from tests.softkey import PRESENT, VERIFIED, encode
from tests.traces import attempts, last_refusal, nothing_changes
from wardkey.base import clock


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def blue(cast, asha):
    return registered(asha, cast.ben)


def refused(browser, answer, *, step, reason):
    """The answer was refused with one body for all causes, and the trail knows which."""
    problem = expect(401, answer).json()
    assert (problem["code"], set(problem)) == (
        "ceremony_invalid",
        {"type", "status", "code", "title", "detail", "reference"},
    )
    assert problem["reference"] == answer["X-Request-Id"]
    assert last_refusal() == ("sign_in.refused", step, reason)
    assert not is_signed_in(browser)


def test_the_chosen_token_opens_the_portal(cast, blue):
    soft_key, row = blue
    ben = half_signed_in(cast.ben)
    answer = expect(200, ben.use(soft_key, row))
    assert answer.json() == {"next": "/"}
    assert is_signed_in(ben)
    row.refresh_from_db()
    assert (row.sign_count, row.state) == (soft_key.sign_count, "active")
    assert attempts("sign_in.succeeded")[-1].parameters["key"] == str(row.pk)


def test_signing_in_renews_the_secret(cast, blue):
    ben = half_signed_in(cast.ben)
    before = ben.secret
    expect(200, ben.use(*blue))
    assert ben.secret != before
    ben.cookies["__Host-session"] = before
    assert not is_signed_in(ben)


def test_the_page_lists_the_usable_tokens_by_nickname(cast, asha, blue):
    registered(asha, cast.ben, "Ward <7>")
    _soft_key, gone = registered(asha, cast.ben, "Gone")
    expect(302, asha.submit(f"{desk_of(cast.ben)}{gone.pk}/remove/"))
    page = half_signed_in(cast.ben).get("/sign-in/key/").content.decode()
    assert "<bdi>Blue</bdi>" in page
    assert "<bdi>Ward &lt;7&gt;</bdi>" in page
    assert "Gone" not in page


def test_exactly_the_chosen_token_is_asked_for(cast, asha, blue):
    registered(asha, cast.ben, "Other")
    options = half_signed_in(cast.ben).choose(blue[1])["public_key"]
    [allowed] = options["allowCredentials"]
    assert allowed["id"] == encode(bytes(blue[1].credential_id))
    assert options["userVerification"] == "required"


def test_another_next_than_a_page_of_ours_is_not_followed(cast, blue):
    ben = half_signed_in(cast.ben)
    begun = ben.choose(blue[1])
    fields = {
        "ceremony_id": begun["ceremony_id"],
        "credential": blue[0].sign(begun["public_key"], ORIGIN),
    }
    assert ben.call("/sign-in/key/?next=//evil.example", **fields).json() == {"next": "/"}


def test_ce02_the_same_assertion_again_opens_no_second_session(cast, blue):
    soft_key, row = blue
    first, again = half_signed_in(cast.ben), Browser()
    again.cookies["__Host-session"] = first.secret
    begun = first.choose(row)
    answer = soft_key.sign(begun["public_key"], ORIGIN)
    expect(200, first.finish(begun, answer))
    with nothing_changes():
        expect(401, again.finish(begun, answer))
        problem = expect(401, first.finish(begun, answer)).json()
    assert problem["code"] == "ceremony_invalid"
    assert last_refusal() == ("sign_in.refused", "7.2.11", "unknown_or_used")


def test_a_refused_answer_has_used_up_its_ceremony(cast, blue):
    soft_key, row = blue
    ben = half_signed_in(cast.ben)
    begun = ben.choose(row)
    with nothing_changes():
        answer = soft_key.sign(begun["public_key"], ORIGIN, clear_flags=VERIFIED)
        refused(ben, ben.finish(begun, answer), step="7.2.17", reason="user_verification")
        honest = soft_key.sign(begun["public_key"], ORIGIN)
        refused(ben, ben.finish(begun, honest), step="7.2.11", reason="unknown_or_used")
    expect(200, ben.use(soft_key, row))


@pytest.mark.parametrize(
    ("faults", "step", "reason"),
    [
        ({"client_data": {"origin": "http://localhost:8001"}}, "7.2.12", "origin"),
        ({"client_data": {"crossOrigin": True}}, "7.2.13", "cross_origin"),
        ({"client_data": {"challenge": encode(bytes(32))}}, "7.2.11", "challenge"),
        ({"rp_id": "evil.example"}, "7.2.15", "rp_id_hash"),
        ({"clear_flags": PRESENT}, "7.2.16", "user_presence"),
        ({"clear_flags": VERIFIED}, "7.2.17", "user_verification"),
        ({"signature": lambda value: value[:-1] + bytes([value[-1] ^ 1])}, "7.2.21", "signature"),
    ],
)
def test_a_false_answer_is_refused(cast, blue, faults, step, reason):
    ben = half_signed_in(cast.ben)
    with nothing_changes():
        refused(ben, ben.use(*blue, **faults), step=step, reason=reason)


def test_ce04_a_registration_challenge_cannot_sign_in(cast, asha, blue):
    ben = signed_in_with_first(cast.ben, blue)
    begun = ben.begin(MINE)
    answer = blue[0].sign({"challenge": begun["public_key"]["challenge"]}, ORIGIN)
    with nothing_changes():
        problem = ben.call("/sign-in/key/", ceremony_id=begun["registration_id"], credential=answer)
        expect(401, problem)
    assert last_refusal() == ("sign_in.refused", "7.2.11", "purpose_mismatch")
    expect(200, ben.use(*blue))


def signed_in_with_first(person, blue):
    browser = half_signed_in(person)
    expect(200, browser.use(*blue))
    return browser


def test_ce07_somebody_elses_valid_assertion_opens_nothing(cast, asha, blue):
    other, row = registered(asha, cast.dev, "Dev's")
    ben = half_signed_in(cast.ben)
    begun = ben.choose(blue[1])
    with nothing_changes():
        answer = other.sign(begun["public_key"], ORIGIN, bytes(row.credential_id))
        refused(ben, ben.finish(begun, answer), step="7.2.5", reason="not_in_allow_list")


def test_ce07_a_person_without_keys_cannot_choose_somebody_elses(cast, blue):
    eve = half_signed_in(cast.eve)
    with nothing_changes():
        expect(404, eve.call("/sign-in/key/challenge/", key_id=str(blue[1].pk)))
    assert last_refusal() == ("act.refused", "", "")


def test_ce08_another_own_token_than_the_chosen_one_is_refused(cast, asha, blue):
    other, row = registered(asha, cast.ben, "Other")
    ben = half_signed_in(cast.ben)
    begun = ben.choose(blue[1])
    with nothing_changes():
        answer = other.sign(begun["public_key"], ORIGIN, bytes(row.credential_id))
        refused(ben, ben.finish(begun, answer), step="7.2.5", reason="not_in_allow_list")
    expect(200, ben.use(other, row))


def test_ce09_a_list_of_allowed_credentials_sent_along_is_ignored(cast, asha, blue):
    other, row = registered(asha, cast.ben, "Other")
    ben = half_signed_in(cast.ben)
    begun = ben.choose(blue[1])
    allowed = [{"type": "public-key", "id": encode(bytes(row.credential_id))}]
    answer = other.sign({**begun["public_key"], "allowCredentials": allowed}, ORIGIN)
    fields = {
        "ceremony_id": begun["ceremony_id"],
        "credential": answer,
        "allowCredentials": allowed,
    }
    with nothing_changes():
        refused(ben, ben.call("/sign-in/key/", **fields), step="7.2.5", reason="not_in_allow_list")


def test_ce10_the_user_handle_of_another_person_is_refused(cast, blue):
    ben = half_signed_in(cast.ben)
    handle = encode(bytes(cast.dev.user_handle))
    with nothing_changes():
        answer = ben.use(*blue, response={"userHandle": handle})
        refused(ben, answer, step="7.2.6", reason="user_handle")


def test_ce36_the_key_step_without_a_password_is_refused(cast, blue):
    soft_key, row = blue
    begun = half_signed_in(cast.ben).choose(row)
    stranger = Browser()
    with nothing_changes():
        problem = expect(401, stranger.finish(begun, soft_key.sign(begun["public_key"], ORIGIN)))
    assert problem.json()["code"] == "authentication_required"


def test_ce38_a_found_key_that_was_not_chosen_is_refused(cast, asha, blue):
    found, _row = registered(asha, cast.ben, "Found")
    ben = half_signed_in(cast.ben)
    begun = ben.choose(blue[1])
    discoverable = {**begun["public_key"], "allowCredentials": []}
    with nothing_changes():
        answer = ben.finish(begun, found.sign(discoverable, ORIGIN))
        refused(ben, answer, step="7.2.5", reason="not_in_allow_list")


def test_the_ceremony_of_another_session_is_refused(cast, blue):
    soft_key, row = blue
    here, there = half_signed_in(cast.ben), half_signed_in(cast.ben)
    begun = here.choose(row)
    with nothing_changes():
        answer = there.finish(begun, soft_key.sign(begun["public_key"], ORIGIN))
        refused(there, answer, step="7.2.11", reason="session_mismatch")


def test_ck02_a_ceremony_left_open_for_too_long_is_refused(cast, blue):
    soft_key, row = blue
    ben = half_signed_in(cast.ben)
    early, late = ben.choose(row), ben.choose(row)
    with clock.standing_at(clock.now() + timedelta(seconds=301)), nothing_changes():
        answer = ben.finish(late, soft_key.sign(late["public_key"], ORIGIN))
        refused(ben, answer, step="7.2.11", reason="expired")
    with clock.standing_at(clock.now() + timedelta(seconds=295)):
        expect(200, ben.finish(early, soft_key.sign(early["public_key"], ORIGIN)))
