"""Login with user name and password, Logout, and how long a session lives."""

import uuid
from datetime import timedelta

import pytest

from tests.cast import PASSWORD
from tests.doors import MINE, Browser, expect, half_signed_in, is_signed_in, registered, signed_in
from tests.traces import attempts, last_refusal, nothing_changes
from wardkey.audit import log
from wardkey.base import clock, codes
from wardkey.people.accounts import add_person
from wardkey.people.models import Person
from wardkey.sessions.models import Session


def test_the_password_alone_opens_the_portal_where_nothing_more_is_asked(cast):
    browser = Browser()
    answer = expect(302, browser.enter_password(cast.ben, next="/me/keys/"))
    assert answer["Location"] == "/me/keys/"
    assert is_signed_in(browser)
    [entry] = attempts("sign_in.succeeded")
    assert entry.actor.pop("name").startswith("sha256:")
    assert entry.actor == {"kind": "person", "id": str(cast.ben.pk)}
    assert entry.parameters["level"] == "password"


def test_the_password_is_half_of_it_where_a_second_factor_is_asked(cast):
    browser = half_signed_in(cast.eve)
    assert not is_signed_in(browser)
    assert attempts("sign_in.succeeded") == []
    assert len(attempts("sign_in.password_accepted")) == 1


@pytest.mark.parametrize(
    "typed", ["BEN@north.example", " ben@north.example ", "ｂｅｎ@north.example"]
)
def test_ml29_case_spaces_and_width_of_the_user_name_make_no_difference(cast, typed):
    browser = Browser()
    expect(302, browser.submit("/sign-in/", username=typed, password=PASSWORD))
    assert is_signed_in(browser)


def test_a_wrong_password_opens_nothing_and_is_recorded_without_what_was_typed(cast):
    browser = Browser()
    with nothing_changes():
        expect(401, browser.enter_password(cast.ben, "wrong-guess"))
    assert not is_signed_in(browser)
    [entry] = attempts("sign_in.refused")
    assert entry.holder == str(cast.ben.pk)
    assert entry.parameters == {"reason": "password", "step": ""}


@pytest.mark.parametrize("damaged", ["x", "argon2id$argon2id$v=19$m=1$x", "md5$x$y", "argon2id$"])
def test_a_hash_that_was_damaged_opens_nothing_and_is_no_fault(cast, damaged):
    Person.objects.filter(pk=cast.ben.pk).update(password=damaged)
    expect(401, Browser().enter_password(cast.ben))
    [entry] = attempts("sign_in.refused")
    assert (entry.holder, entry.parameters["reason"]) == (str(cast.ben.pk), "password")


def test_an_unknown_name_is_refused_and_what_was_typed_is_not_kept(cast):
    expect(401, Browser().submit("/sign-in/", username="hunter2", password=PASSWORD))
    [entry] = attempts("sign_in.refused")
    assert "hunter2" not in str(entry)
    assert (entry.actor["id"], entry.holder, entry.organisation) == ("", "", None)


def test_unknown_wrong_and_suspended_read_alike(cast):
    Person.objects.filter(pk=cast.dev.pk).update(status="suspended")
    tries = [
        ("nobody@north.example", PASSWORD),
        (cast.ben.username, "x"),
        (cast.dev.username, PASSWORD),
    ]
    pages = set()
    for username, password in tries:
        browser = Browser()
        page = browser.submit("/sign-in/", username=username, password=password)
        text = expect(401, page).content.decode().replace(username, "NAME")
        pages.add(without_csrf(text))
    assert len(pages) == 1
    assert last_refusal() == ("sign_in.refused", "", "not_active")


def without_csrf(text):
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\x00/a",
        "me",
        "https:evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "///evil.example",
        "data:text/html,x",
        "http://localhost:8000@evil.example/",
        "//localhost@evil.example/",
        "//еxample.example/",
    ],
)
def test_wb16_after_login_only_pages_of_this_portal_follow(cast, elsewhere):
    answer = expect(302, Browser().enter_password(cast.ben, next=elsewhere))
    assert answer["Location"] == "/"


def test_the_cookie_is_bound_to_this_host_and_the_database_knows_only_its_hash(cast):
    browser = signed_in(cast.ben)
    cookie = browser.cookies["__Host-session"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"]) == ("/", "")
    session = Session.objects.get()
    assert bytes(session.secret_hash) == codes.hashed(browser.secret)
    assert browser.secret not in str(vars(session))


def test_wb09_the_csrf_secret_is_another_after_each_step_and_after_logout(cast):
    """What a page of the session before it carried is refused."""
    soft_key, row = registered(signed_in(cast.asha), cast.ben)
    browser = Browser()
    secrets = [browser.csrf]
    for step in (
        lambda: expect(302, browser.enter_password(cast.ben)),
        lambda: expect(200, browser.use(soft_key, row)),
        lambda: expect(302, browser.submit("/sign-out/")),
    ):
        step()
        secrets.append(browser.csrf)
    assert len(set(secrets)) == 4
    expect(302, browser.enter_password(cast.dev))
    for old in secrets[:3]:
        expect(403, browser.post("/sign-out/", {"csrfmiddlewaretoken": old}))
    assert is_signed_in(browser)


def test_a_made_up_secret_opens_nothing(cast):
    browser = signed_in(cast.ben)
    browser.cookies["__Host-session"] = codes.new_secret()
    assert not is_signed_in(browser)


def test_logging_in_again_ends_what_was_open_in_that_browser(cast):
    browser = signed_in(cast.ben)
    before = Session.objects.get()
    expect(302, browser.enter_password(cast.dev))
    before.refresh_from_db()
    assert before.end_reason == "replaced"
    assert Session.objects.get(ended_at=None).person_id == cast.dev.pk


def test_a_failed_login_leaves_what_was_open_alone(cast):
    browser = signed_in(cast.ben)
    with nothing_changes():
        expect(401, browser.enter_password(cast.ben, "wrong"))
    assert is_signed_in(browser)


def test_wb05_logout_ends_the_session_also_for_a_copy_of_its_cookie(cast):
    browser, copy = signed_in(cast.ben), Browser()
    copy.cookies["__Host-session"] = browser.secret
    assert is_signed_in(copy)
    expect(302, browser.submit("/sign-out/"))
    assert not is_signed_in(copy)
    assert len(attempts("sign_in.signed_out")) == 1


def test_logout_of_nobody_does_nothing(cast):
    with nothing_changes():
        expect(302, Browser().submit("/sign-out/"))
    assert attempts("sign_in.signed_out") == []


def test_ck11_a_session_ends_after_twelve_hours_also_in_use(cast):
    start, browser = clock.now(), signed_in(cast.ben)
    for minutes in range(50, 12 * 60, 50):
        with clock.standing_at(start + timedelta(minutes=minutes)):
            assert is_signed_in(browser)
    with clock.standing_at(start + timedelta(hours=12, minutes=1)):
        assert not is_signed_in(browser)
        assert browser.get(MINE)["Location"].startswith("/sign-in/?")
    assert len(attempts("session.ran_out")) == 1


def test_half_a_login_ends_after_fifteen_minutes(cast):
    browser = half_signed_in(cast.eve)
    with clock.standing_at(clock.now() + timedelta(minutes=14)):
        expect(200, browser.get("/sign-in/key/"))
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        assert browser.get("/sign-in/key/")["Location"] == "/sign-in/"


@pytest.mark.parametrize("change", [{"status": "suspended"}, {"security_stamp": uuid.uuid4()}])
def test_a_person_who_changed_is_asked_again(cast, change):
    browser = signed_in(cast.ben)
    assert is_signed_in(browser)
    Person.objects.filter(pk=cast.ben.pk).update(**change)
    assert browser.get(MINE)["Location"] == "/sign-in/?next=%2Fme%2Fkeys%2F"


def test_a_new_password_is_kept_as_argon2id_of_the_cost_that_was_chosen(hashes_in_earnest, cast):
    add_person(
        username="new@north.example",
        name="New",
        email="new@north.example",
        organisation=cast.north,
        by=log.SYSTEM,
        password=PASSWORD,
    )
    new = Person.objects.get(username_key="new@north.example")
    assert new.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_signed_in(signed_in(new))
