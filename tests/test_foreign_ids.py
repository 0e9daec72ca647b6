"""What belongs to others answers as what does not exist: the same status and body, on every route
that names something.

The routes come from the route table, so that a new one is asked too.
"""

import re
from datetime import timedelta

import pytest

from tests.batches import a_batch
from tests.cast import decide
from tests.doors import MINE, expect, half_signed_in, registered, signed_in, undone
from tests.imports import an_import
from tests.newcomers import added, form_for, join, slip_for
from tests.oidc.rp import app
from tests.programs import api_token_for, application, the_api_token
from tests.routes import PAGES, ROUTES, address_of
from tests.stock import received
from tests.traces import nothing_changes
from tests.ways_in import ways_in
from wardkey.base import clock
from wardkey.lifecycle.models import KeyTransfer
from wardkey.people.models import Membership, PolicyException, RoleGrant

NAMED = {
    name: set(re.findall(r"<\w+:(\w+)>", route)) - {"name", "model_id", "slug", "system"}
    for name, route in ROUTES.items()
    if name in PAGES
}
NAMING = sorted(name for name, ids in NAMED.items() if ids)
MADE_UP = {
    "holder_id": "11111111-2222-4333-8444-555555555555",
    "key_id": "66666666-2222-4333-8444-555555555555",
    "transfer_id": "77777777-2222-4333-8444-555555555555",
    "import_id": "99999999-2222-4333-8444-555555555555",
    "batch_id": "bbbbbbbb-2222-4333-8444-555555555555",
    "box_id": "cccccccc-2222-4333-8444-555555555555",
    "unit_id": "dddddddd-2222-4333-8444-555555555555",
    "visit_id": "987654",
    "exception_id": "876543",
    "grant_id": "765432",
    "session_id": "88888888-2222-4333-8444-555555555555",
    "application_id": "99999999-2222-4333-8444-555555555555",
    "client_id": "bbbbbbbb-2222-4333-8444-555555555555",
    "api_token_id": "aaaaaaaa-2222-4333-8444-555555555555",
    "code": "ABSENT",
}


@pytest.fixture
def southsides(cast):
    """Eve of Southside has a token, an exception, a role, and something that Southside has to
    collect; and Southside has a guest."""
    now = clock.now()
    cara = signed_in(cast.cara)
    _soft_key, key = registered(cara, cast.eve)
    decide(cast.south, keys_a_person="1")
    exception = an_exception(cast, now)
    visit = Membership.objects.create(
        pk=400_002, person=cast.root, organisation=cast.south, kind="guest", starts_at=now
    )
    transfer = KeyTransfer.objects.create(
        person=cast.eve,
        described="Grey",
        owner=cast.south,
        handling="lend",
        decided_by_id=cast.cara.pk,
        decided_at=now,
        moved_at=now,
    )
    grant = RoleGrant.objects.create(
        pk=400_003,
        person=cast.eve,
        role="helpdesk",
        organisation=cast.south,
        starts_at=now,
        granted_by_id=cast.cara.pk,
    )
    return {
        **southsides_program(cast),
        **southsides_stock(cara),
        "import_id": str(an_import(cast.south, cast.cara).pk),
        "batch_id": str(a_batch(cast.south, cast.cara, cast.eve).pk),
        "holder_id": str(cast.eve.pk),
        "key_id": str(key.pk),
        "transfer_id": str(transfer.pk),
        "visit_id": str(visit.pk),
        "exception_id": str(exception.pk),
        "grant_id": str(grant.pk),
        "session_id": str(half_signed_in(cast.eve).session.pk),
        "code": cast.south.code,
    }


def an_exception(cast, now):
    return PolicyException.objects.create(
        pk=400_001,
        person=cast.eve,
        organisation=cast.south,
        name="keys_a_person",
        value="2",
        reason="Two sites",
        approved_by=cast.cara,
        starts_at=now,
        ends_at=now + timedelta(days=9),
    )


def southsides_stock(cara):
    [unit] = received(cara, "6600001", organisation="SOUTH")
    return {"box_id": str(unit.box_id), "unit_id": str(unit.pk)}


def southsides_program(cast):
    program = application(cast.south, cast.cara)
    api_token_for(program)
    client = app(cast.south)
    return {
        "client_id": client.id,
        "application_id": str(program.pk),
        "api_token_id": str(the_api_token().pk),
    }


def told(answer, names):
    """Status, address and body, without what was asked for, references, each form's secret, and
    the seconds until the login rests."""
    text = f"{answer.get('Location', '')} {answer.text}"
    for name in names:
        if name in text:  # whole: a reference of random figures may have a short one in it
            text = re.sub(rf"\b{re.escape(name)}\b", "NAME", text)
    return answer.status_code, re.sub(
        r'(value="\w{64}"|"reference": "[^"]*"|\b[0-9a-f]{12}\b|data-seconds="\d+")', "OWN", text
    )


def answers(browser, name, ids):
    everything = {"holder_id": "", "key_id": MADE_UP["key_id"], **ids}
    return {
        how: told(answer, ids.values())
        for how, answer in ways_in(browser, address_of(name, **everything))
    }


@pytest.mark.looks_only  # who is out of scope is asked of both in the matrix
@pytest.mark.parametrize("who", ["asha", "priya"])
def test_en10_what_is_southsides_answers_as_what_is_not(who, cast, southsides):
    browser = signed_in(getattr(cast, who))
    names = [name for name in NAMING if not name.startswith("my_")]
    for name, statuses in statuses_alike(browser, names, southsides):
        assert statuses.pop("script") in {400, 403, 404, 405, 415}, name  # it sends no form
        assert set(statuses.values()) <= {403, 404, 405}, name


def test_en10_at_ones_own_desk_somebody_elses_token_is_none(cast, southsides):
    """Root has a token, without which the desk is shut; and reaches Eve's, at another one."""
    browser = signed_in(cast.root)
    browser.get(MINE)  # what was said about the first token is said once
    names = [name for name in NAMING if name.startswith("my_")]
    for name, statuses in statuses_alike(browser, names, southsides):
        assert set(statuses.values()) <= {400, 404, 405, 415}, name


def statuses_alike(browser, names, southsides):
    """Of each address, which answered about Southside's as about nobody's and changed nothing."""
    for name in names:
        with undone(browser), nothing_changes():
            theirs, nobodys = answers(browser, name, southsides), answers(browser, name, MADE_UP)
        assert theirs == nobodys, name
        yield name, {how: status for how, (status, _text) in theirs.items()}


OF = [
    ("policy", {}),
    ("key_models", {}),
    ("key_models_review", {}),
    ("policy_change", {}),
    ("policy_save", {"value": "everyone"}),
    ("policy_withdraw", {"decision": "1"}),
]


@pytest.mark.parametrize(("name", "fields"), OF)
def test_en10_southside_itself_answers_as_no_organisation(name, fields, cast):
    address = address_of(name, "", "")
    for browser in (signed_in(cast.asha), signed_in(cast.priya)):
        theirs, nobodys = (
            [
                told(browser.get(f"{address}?of={code}"), [code]),
                told(browser.submit(f"{address}?of={code}", **fields), [code]),
            ]
            for code in ("SOUTH", "ABSENT")
        )
        assert theirs == nobodys
        assert {status for status, _text in theirs} <= {403, 404, 405}


@pytest.mark.parametrize("address", ["/admin/people/add/", "/admin/people/take-on/"])
def test_en08_a_form_that_names_southside_reads_as_one_that_names_nothing(address, cast):
    asha = signed_in(cast.asha)
    with nothing_changes():
        theirs, nobodys = (
            told(asha.submit(address, **form_for("zoe", organisation=code), code="A"), [code])
            for code in ("SOUTH", "ABSENT")
        )
    assert theirs == nobodys
    assert theirs[0] == 400


def test_en08_a_user_name_that_is_taken_does_not_tell_where(cast):
    asha = signed_in(cast.asha)
    pages = [
        told(asha.submit("/admin/people/add/", **form_for(taken)), [taken])
        for taken in (cast.ben.username, cast.eve.username)
    ]
    assert pages[0] == pages[1]
    assert pages[0][0] == 400


def test_en10_a_proof_about_what_is_southsides_is_one_about_nothing(cast, southsides):
    """Nor does it serve that somebody else's token is named to prove it with."""
    asha = signed_in(cast.asha)
    for act in ("manage_keys", "register_keys", "suspend_keys"):
        theirs, nobodys = (
            told(
                asha.call("/sign-in/again/challenge/", act=act, about=about, key_id=key),
                [about, key],
            )
            for about, key in (
                (southsides["holder_id"], southsides["key_id"]),
                (MADE_UP["holder_id"], MADE_UP["key_id"]),
            )
        )
        assert theirs == nobodys
        assert theirs[0] == 404


def test_en10_an_invitation_that_was_withdrawn_reads_as_one_that_never_was(cast):
    cara = signed_in(cast.cara)
    newcomer = added(cara, "zoe@south.example", organisation="SOUTH")
    code = slip_for(cara, newcomer)
    expect(302, cara.submit(f"/admin/people/{newcomer.pk}/invitation/withdraw/"))
    made_up = "2222-3333-4444-5555"
    theirs, nobodys = (told(join(each), [each]) for each in (code, made_up))
    assert theirs == nobodys
