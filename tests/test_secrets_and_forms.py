"""The secret of a session, its cookies, and who may send a form with it.

What a session does is in test_sessions_that_end.py, test_sessions_that_rest.py, test_my_logins.py.
"""

import pytest
from django.conf import settings as portal
from django.test import Client

from tests.cast import PASSWORD
from tests.doors import (
    MINE,
    ORIGIN,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    registered,
    signed_in,
)
from tests.routes import PAGES, address_of
from tests.test_appointing import give
from tests.test_gate import SCRIPTS
from tests.test_mistakes import what_is_logged
from tests.test_races import twin
from tests.traces import nothing_changes
from wardkey.base import codes
from wardkey.sessions.models import Session

FORM = "application/x-www-form-urlencoded"
EVIL = "evil.example"


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


# -- the session's secret


def test_wb01_a_secret_that_was_there_before_login_is_never_taken_over(cast):
    browser = Browser()
    planted = codes.new_secret()
    browser.cookies["__Host-session"] = planted
    expect(302, browser.enter_password(cast.ben))
    assert browser.secret != planted
    stranger = Browser()
    stranger.cookies["__Host-session"] = planted
    assert stranger.get(MINE)["Location"].startswith("/sign-in/")


def test_wb01_each_step_gives_another_secret_and_the_one_before_is_dead(cast, asha):
    soft_key, row = registered(asha, cast.ben)
    browser = Browser()
    expect(302, browser.enter_password(cast.ben))
    half = twin(browser)
    expect(200, browser.use(soft_key, row))
    assert half.secret != browser.secret
    assert half.get("/sign-in/key/")["Location"].startswith("/sign-in/")
    before = twin(browser)
    expect(200, browser.prove({"act": "manage_keys", "about": str(cast.ben.pk)}))
    assert before.get(MINE)["Location"].startswith("/sign-in/")
    expect(200, browser.get(MINE))


def test_wb01_a_role_given_or_taken_ends_what_was_open(cast):
    dev = signed_in(cast.dev)
    role = give(cast.dev, "helpdesk", cast.north, with_those_below=False)
    assert dev.get(MINE)["Location"].startswith("/sign-in/")
    again = signed_in(cast.dev)
    dismissal = f"/admin/people/{cast.dev.pk}/roles/{role.pk}/dismiss/"
    expect(302, signed_in(cast.priya).submit(dismissal))
    assert again.get(MINE)["Location"].startswith("/sign-in/")


def test_wb02_half_a_login_is_nothing_also_with_a_password_in_the_header(cast):
    half = half_signed_in(cast.eve)
    for header in ("Basic ZXZlOng=", f"Bearer {half.secret}"):
        answer = half.get(MINE, headers={"authorization": header})
        assert expect(302, answer)["Location"] == "/sign-in/key/"
        nobody = Client().get(MINE, headers={"authorization": header})
        assert expect(302, nobody)["Location"].startswith("/sign-in/?")


def test_wb04_every_cookie_is_bound_to_this_host_and_read_by_no_script(cast, asha):
    soft_key, row = registered(asha, cast.ben)
    browser = Browser()
    answers = [
        browser.get("/sign-in/"),
        browser.enter_password(cast.ben),
        browser.use(soft_key, row),
        browser.prove({"act": "manage_keys", "about": str(cast.ben.pk)}),
        browser.submit(f"{MINE}{row.pk}/edit/", nickname="Red"),
        asha.submit("/admin/shared-computer/", shared="yes"),
        browser.submit("/sign-out/"),
    ]
    given = [each for answer in answers for each in answer.cookies.values()]
    assert {each.key for each in given} == {
        "__Host-csrf",
        "__Host-known",
        "__Host-notices",
        "__Host-session",
        "__Host-shared",
    }
    for each in given:
        flags = each["secure"], each["httponly"], each["path"], each["domain"], each["samesite"]
        assert flags == (True, True, "/", "", "Lax"), each.key
        assert len(each.key) + len(each.value) <= 4096


def test_the_cookie_of_a_notice_comes_with_one_and_goes_once_it_was_read(cast):
    name = "__Host-notices"
    browser = Browser()
    for answer in (browser.get("/sign-in/"), browser.post("/sign-in/", {"username": "ben"})):
        assert name not in answer.cookies, answer.status_code  # the second has no CSRF token
    ben = signed_in(cast.ben)
    assert expect(302, ben.submit("/sign-out/")).cookies[name].value
    read = expect(200, ben.get("/sign-in/")).cookies[name]
    assert (read.value, read["max-age"]) == ("", 0)
    del ben.cookies[name]  # as browsers do, and Django's client does not
    assert name not in expect(200, ben.get("/sign-in/")).cookies


def test_wb05_after_logout_the_page_before_is_not_stored_and_not_answered(cast):
    ben = signed_in(cast.ben)
    assert expect(200, ben.get(MINE))["Cache-Control"] == "no-store"
    copy = twin(ben)
    expect(302, ben.submit("/sign-out/"))
    assert copy.get(MINE)["Location"].startswith("/sign-in/")
    assert copy.call("/me/keys/register/challenge/").status_code == 401
    assert Session.objects.get().end_reason == "signed_out"


def test_wb07_a_session_is_a_row_and_nothing_in_a_cookie_stands_in_for_it(cast):
    """There is one store, so none can be chosen that trusts what the browser keeps."""
    assert not [app for app in portal.INSTALLED_APPS if app.endswith("contrib.sessions")]
    ben = signed_in(cast.ben)
    Session.objects.all().delete()
    assert ben.get(MINE)["Location"].startswith("/sign-in/")


def test_wb08_a_secret_has_256_bits_and_is_in_no_address_page_or_log(cast, asha):
    with what_is_logged() as lines:
        soft_key, row = registered(asha, cast.ben)
        browser = Browser()
        answers = [browser.enter_password(cast.ben), browser.use(soft_key, row), browser.get(MINE)]
        answers.append(browser.get("/nowhere/"))
    secrets = {browser.secret, asha.secret}
    assert all(len(each) >= 43 for each in secrets)
    told = lines.getvalue() + "".join(f"{each.get('Location')}{each.text}" for each in answers)
    assert not [each for each in secrets if each in told]
    assert browser.get(MINE)["Referrer-Policy"] == "same-origin"


# -- who may send a form


@pytest.mark.looks_only  # refused before a database is asked
def test_wb09_no_form_and_no_script_is_heard_without_this_sessions_value(cast, asha):
    key = registered(asha, cast.ben)[1]
    others = signed_in(cast.ben).csrf
    # OpenID Connect has applications send these two from their own sites; they change nothing.
    from_elsewhere = {"oidc_authorize", "oidc_logout"}
    changing = sorted(PAGES - {"livez", "readyz", "metrics", "related_origins"} - from_elsewhere)
    with nothing_changes():
        for name in changing:
            address = address_of(name, cast.ben.pk, key.pk)
            expect(403, asha.post(address, {"csrfmiddlewaretoken": others}))
            expect(403, asha.post(address, {}, content_type="application/json"))


def test_wb10_login_itself_needs_the_value_and_the_origin_and_registering_says_for_whom(cast):
    browser = Browser()
    fields = {"username": cast.ben.username, "password": PASSWORD}
    expect(403, browser.post("/sign-in/", fields))
    fields["csrfmiddlewaretoken"] = browser.csrf
    expect(403, browser.post("/sign-in/", fields, headers={"origin": f"https://{EVIL}"}))
    assert not Session.objects.exists()
    eve = signed_in(cast.eve)
    assert cast.eve.name in eve.get("/me/keys/register/").text


def test_wb11_json_under_another_name_from_another_site_is_refused(cast, asha):
    address = f"{desk_of(cast.ben)}register/challenge/"
    with nothing_changes():
        for headers in ({"origin": f"https://{EVIL}"}, {"origin": "null"}):
            told = headers | {"x-csrftoken": asha.csrf}
            expect(403, asha.post(address, "{}", content_type="text/plain", headers=told))
        own = {"origin": ORIGIN, "x-csrftoken": asha.csrf}
        expect(415, asha.post(address, "{}", content_type="text/plain", headers=own))
    expect(200, asha.post(address, "{}", content_type="application/json", headers=own))


def test_wb30_looking_changes_nothing(cast):
    root = signed_in(cast.root)
    key = cast.root.keys.get()
    shown = {}
    root.confirms = False
    with nothing_changes():
        for name in sorted(PAGES):
            shown[name] = root.get(address_of(name, cast.root.pk, key.pk)).status_code
    forms = {"sign_out", "lift_limit", "end_desk_session", "my_login_end", "my_other_logins_end"}
    assert {shown[name] for name in forms | SCRIPTS} == {405}
