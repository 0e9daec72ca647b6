"""Who reaches which address. A new address fails here until it is entered in the table below."""

import uuid

import pytest
from django.urls import get_resolver

from tests.batches import a_batch
from tests.cast import issue_pass
from tests.doors import Browser, expect, half_signed_in, registered, signed_in
from tests.imports import an_import
from tests.oidc.rp import app
from tests.programs import application
from tests.routes import PAGES, ROUTES, address_of, routes_of_the_portal
from tests.stock import received
from tests.traces import state_of_things
from tests.ways_in import every_way_in, other_methods, ways_in
from wardkey.base import clock
from wardkey.lifecycle.models import KeyTransfer
from wardkey.people.models import Membership

PUBLIC = {
    "portal",
    "join",
    "stop_pass",
    "sign_in",
    "help_lost",
    "help_pin",
    "password_forgotten",
    "password_choose",
    "sign_out",
    "language",
    "guide",
    "guide_search",
    "guide_questions",
    "guide_question",
    "guide_help",
    "guide_accessibility",
    "guide_stored",
    "guide_video",
    "guide_transcript",
    "guide_easy_read",
    "guide_procedure",
    "guide_on_system",
    "choosing",
    "choosing_compare",
    "choosing_picture",
    "compatibility",
    "check_device",
    "oidc_authorize",
    "oidc_logout",
    "oidc_logout_confirmed",
    "livez",
    "readyz",
    "metrics",
    "related_origins",
}
KEY_STEP = {
    "sign_in_key",
    "sign_in_key_challenge",
    "sign_in_key_later",
    "sign_in_lost",
    "sign_in_access_pass",
    "sign_in_other",
}
CONFIRMATION = {"sign_in_confirm", "sign_in_another_code"}
FIRST_KEY = {"my_register", "my_register_challenge", "my_register_answer", "my_app"}
SCRIPTS = {
    "vouch_challenge",
    "sign_in_key_challenge",
    "register_challenge",
    "register_answer",
    "batch_keep",
    "my_register_challenge",
    "my_register_answer",
    "step_up",
    "step_up_challenge",
    "go_on",
    "go_on_challenge",
    "try_key_challenge",
    "my_try_key_challenge",
    "check_challenge",
    "check_registration",
    "check_sign_in",
    "check_failure",
}


def test_the_route_table_is_this_one():
    assert routes_of_the_portal() == ROUTES
    assert len(get_resolver().url_patterns) == len(ROUTES)


@pytest.mark.parametrize(
    "address", ["/admin/login/", "/accounts/login/", "/static/", "/api/", "/o/authorize/", "/.env"]
)
def test_az30_nothing_that_a_library_brings_along_is_mounted(db, address):
    expect(404, Browser().get(address))


def answers(browser, names, key, ways=ways_in):
    """Of each address about that key and its holder; nothing changes meanwhile."""
    before = state_of_things()
    for name in sorted(names):
        for how, answer in ways(browser, address_of(name, key.holder_id, key.pk)):
            yield f"{name} as {how}", answer
        assert state_of_things() == before, name


def reached_besides(leads_to, answers):
    """The addresses that did something else than lead there, or than tell a script to go there."""
    code = "authentication_required" if leads_to == "/sign-in/" else "step_up_required"
    for where, answer in answers:
        if where.endswith("script"):
            refused = answer.status_code == 401 and answer.json()["code"] == code
        else:
            refused = answer.status_code == 302 and answer["Location"].split("?")[0] == leads_to
        if not refused:
            yield where


@pytest.fixture
def bens_key(cast):
    return registered(signed_in(cast.asha), cast.ben)[1]


@pytest.mark.looks_only
def test_az09_nobody_reaches_what_is_not_public(bens_key):
    closed = answers(Browser(), PAGES - PUBLIC, bens_key, every_way_in)
    assert list(reached_besides("/sign-in/", closed)) == []
    there = PUBLIC - {"metrics"}  # no secret is set, so it is not
    statuses = {
        answer.status_code for _where, answer in answers(Browser(), there, bens_key, every_way_in)
    }
    assert statuses <= {200, 302, 303, 400, 401, 405, 415}


@pytest.mark.looks_only
def test_wb02_half_signed_in_one_reaches_the_key_step_alone(cast, bens_key):
    closed = answers(half_signed_in(cast.ben), PAGES - PUBLIC - KEY_STEP, bens_key)
    assert list(reached_besides("/sign-in/key/", closed)) == []


def test_half_signed_in_one_reaches_key_step_and_logout(cast, bens_key):
    browser = half_signed_in(cast.ben)
    expect(200, browser.get("/sign-in/key/"))
    browser.choose(bens_key)
    assert expect(302, browser.submit("/sign-out/"))["Location"] == "/"
    assert browser.get("/sign-in/key/")["Location"] == "/sign-in/"
    on_the_way = browser.get("/sign-in/key/", {"next": "/me/keys/"})
    assert on_the_way["Location"] == "/sign-in/?next=%2Fme%2Fkeys%2F"


@pytest.mark.looks_only
def test_with_a_pass_one_reaches_registration_alone(cast, bens_key):
    closed = answers(with_pass(cast.ben), PAGES - PUBLIC - FIRST_KEY, bens_key)
    assert list(reached_besides("/me/keys/register/", closed)) == []


@pytest.mark.looks_only
def test_whoever_owes_a_confirmation_reaches_that_alone(cast):
    browser, key = owing_a_confirmation(cast)
    closed = answers(browser, PAGES - PUBLIC - CONFIRMATION, key)
    assert list(reached_besides("/sign-in/confirm/", closed)) == []


def owing_a_confirmation(cast):
    soft_key, row = registered(signed_in(cast.cara), cast.eve)
    browser = half_signed_in(cast.eve)
    expect(200, browser.use(soft_key, row))
    return browser, row


def with_pass(person):
    browser = half_signed_in(person)
    expect(302, browser.enter_pass(issue_pass(person)))
    return browser


def test_with_a_pass_one_reaches_registration_and_logout(cast, bens_key):
    browser = with_pass(cast.ben)
    expect(200, browser.get("/me/keys/register/"))
    browser.begin("/me/keys/")
    expect(302, browser.submit("/sign-out/"))
    assert browser.get("/me/keys/register/")["Location"].startswith("/sign-in/?")


def what_is_open(cast, browser):
    """Root is a guest of Northside, and has something of theirs."""
    now = clock.now()
    visit = Membership.objects.create(
        person=cast.root, organisation=cast.north, kind="guest", starts_at=now
    )
    transfer = KeyTransfer.objects.create(
        person=cast.root,
        described="Grey",
        owner=cast.north,
        borrower=cast.platform,
        handling="lend",
        decided_by_id=cast.asha.pk,
        decided_at=now,
        moved_at=now,
    )
    grant = cast.root.role_grants.get()
    program = application(cast.platform, cast.root)
    return {
        "visit_id": visit.pk,
        "transfer_id": transfer.pk,
        "grant_id": grant.pk,
        "application_id": program.pk,
        "client_id": app(cast.platform).row.pk,
        "import_id": an_import(cast.platform, cast.root).pk,
        "unit_id": received(browser, "100", organisation="PLATFORM")[0].pk,
        "batch_id": a_batch(cast.platform, cast.root, cast.root).pk,
    }


ONLY_FORMS = {
    "batch_save",
    "batch_add_save",
    "batch_start",
    "batch_put_off",
    "pass_code",
    *("import_apply", "import_cancel", "import_invite"),
    *("keys_export", "audit_export", "evidence_pack", "exceptions_file", "without_token_file"),
    "person_api_token_end",
    *("lift_limit", "overview_file", "audit_proofs_file"),
    "language",
    "sign_out",
    "sign_in_key_later",
    "sign_in_access_pass",
    "policy_save",
    "key_models_review",
    "policy_withdraw",
    "exception_end",
    "sign_in_another_code",
    "end_desk_session",
    "my_login_end",
    "my_api_token_end",
    "my_application_end",
    "oidc_logout_confirmed",
    "application_api_token_end",
    "my_other_logins_end",
    "check_add",
    "check_send",
    "check_accept",
    "check_decline",
    "check_remove",
    "stock_export",
    "unit_issue",
    "unit_step",
    "unit_hand_on",
    "box_hand_on",
}
# Root's token is in use: nothing was removed that could come back, and nothing waits.
AS_IT_STANDS = {
    **dict.fromkeys(["undo_removal", "my_undo_removal", "sign_in_confirm", "my_try_key"], 409),
    **dict.fromkeys(["try_key", "issue_pass", "vouch", "password_slip", "wake"], 403),
    **dict.fromkeys(ONLY_FORMS, 405),
    "batch_next": 302,
    **dict.fromkeys(["batch_undo", "check_outcome", "model_plugs", "metrics"], 404),
    "choosing_compare": 400,
    "oidc_authorize": 400,
    "oidc_request": 404,
    "device_request": 404,
}


def test_whoever_is_signed_in_reaches_it(cast):
    """The twin of the refusals above: the same addresses answer who is wholly signed in. None takes
    another method, which is why one of these refusals alone is asked by all of them."""
    browser = signed_in(cast.root)
    ids = what_is_open(cast, browser)
    own = cast.root.keys.get()
    others = {}
    for name in sorted(PAGES - SCRIPTS):
        address = address_of(name, cast.root.pk, own.pk, **ids)
        answers = [browser.get(address), *dict(other_methods(browser, address)).values()]
        statuses = [answer.status_code for answer in answers]
        if statuses != [AS_IT_STANDS.get(name, 200), 405, 405, 405]:
            others[name] = statuses
    assert others == {}
    for name in sorted(SCRIPTS):
        for how, answer in other_methods(browser, address_of(name, cast.root.pk, own.pk, **ids)):
            assert answer.status_code == 405, (name, how)


def test_wb05_pages_are_not_stored_and_not_framed(cast):
    answer = signed_in(cast.ben).get("/me/keys/")
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "'unsafe" not in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_made_up_person_in_the_address_needs_no_look_up(cast):
    expect(404, signed_in(cast.asha).get(f"/admin/people/{uuid.uuid4()}/"))
    expect(404, signed_in(cast.asha).get("/admin/people/1/"))
