"""Every page asks the database at most eight times, however many people and keys there are."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.batches import BATCHES, batch_for, desk_at
from tests.cast import hire_into, issue_pass
from tests.done_before import done_before
from tests.doors import (
    MINE,
    Browser,
    Sitting,
    desk_of,
    expect,
    half_signed_in,
    registered,
    row_of,
    signed_in,
)
from tests.factors import allow, make_codes
from tests.policies import POLICY, day_fields, in_days, saved, seen
from tests.role_questions import ASKS
from tests.softkey import SoftKey
from tests.stock import issue, received
from tests.test_appointing import give
from wardkey.audit import log
from wardkey.base import clock
from wardkey.organisations import tree
from wardkey.people.accounts import add_person
from wardkey.people.models import Person

AT_MOST = 8


@pytest.fixture
def crowd(cast):
    return done_before(
        "crowd",
        partial(gathered, cast),
        keep=lambda made: (Sitting.of(made[0]), [key.pk for key in made[1]]),
        give=lambda kept: (kept[0].elsewhere(), list(map(row_of, kept[1]))),
    )


def gathered(cast):
    """Forty people of Northside, and ten keys of one of them."""
    for number in range(40):
        address = f"sam{number}@north.example"
        add_person(
            username=address, name="Sam", email=address, organisation=cast.north, by=log.SYSTEM
        )
    asha = signed_in(cast.asha)
    keys = [asha.register(desk_of(cast.ben), SoftKey(), f"Key {number}") for number in range(10)]
    return asha, keys


def queries(browser, address, status=200):
    with CaptureQueriesContext(connection) as captured:
        expect(status, browser.get(address))
    return [each["sql"] for each in captured.captured_queries]


PAGES = {
    "portal": "/",
    "admin": "/admin/",
    "trail": "/admin/audit/",
    "overview": "/admin/overview/",
    "without a key": "/admin/overview/list/?list=without-key",
    "without a spare": "/admin/overview/list/?list=without-spare",
    "waiting": "/admin/overview/list/?list=waiting",
    "register of exceptions": "/admin/exceptions/?state=all",
    "without a token": "/admin/without-token/",
    "by the policy": "/admin/without-token/?way=policy",
    "search": "/admin/people/?q=sam",
    "add": "/admin/people/add/",
    "person": "/admin/people/{ben}/",
    "standing": "/admin/people/{ben}/standing/",
    "slip": "/admin/people/{ben}/password-slip/",
    "invitation": "/admin/people/{ben}/invitation/",
    "suspend": "/admin/people/{ben}/suspend/",
    "leaver": "/admin/people/{ben}/leaver/",
    "guest": "/admin/people/{ben}/guest/",
    "take on": "/admin/people/take-on/",
    "guests": "/admin/guests/",
    "to collect": "/admin/tokens-to-collect/",
    "moving": "/me/moving/",
    "password": "/me/password/",
    "history": "/admin/people/{ben}/history/",
    "keys": "/admin/people/{ben}/keys/",
    "register": "/admin/people/{ben}/keys/register/",
    "edit": "/admin/people/{ben}/keys/{key}/edit/",
    "remove": "/admin/people/{ben}/keys/{key}/remove/",
    "suspend a key": "/admin/people/{ben}/keys/{key}/suspend/",
    "try it now": "/admin/people/{ben}/keys/{key}/try/",
    "resume a key": "/admin/people/{ben}/keys/{key}/resume/",
    "logins of a key": "/admin/people/{ben}/keys/{key}/sign-ins/",
    "own keys": "/me/keys/",
    "other ways": "/me/other-factors/",
    "in view": "/admin/in-view/",
    "roles": "/admin/roles/",
    "found by its number": "/admin/people/?q=1001",
    "stock": "/admin/stock/",
    "stock narrowed": "/admin/stock/?state=issued&site=Main+site",
    "stock counted": "/admin/stock/counts/",
    "receive": "/admin/stock/receive/",
    "unit": "/admin/stock/{unit}/",
    "unit lost": "/admin/stock/{unit}/lost/",
    "roles of a person": "/admin/people/{ben}/roles/",
    "roles of one from elsewhere": "/admin/people/{nina}/roles/",
    "sleep": "/admin/people/{nina}/roles/sleep/",
}


def test_administrators_pages(cast, crowd):
    asha, keys = crowd
    asha.get(PAGES["slip"].format(ben=cast.ben.pk))  # asks likewise
    asha.get(PAGES["sleep"].format(nina=cast.nina.pk))  # asks to confirm that it is her
    units = received(asha, "1001", "1080")
    for unit in units[:20]:
        expect(302, issue(asha, unit, cast.ben.username))
    ids = {"ben": cast.ben.pk, "nina": cast.nina.pk, "key": keys[0].pk, "unit": units[0].pk}
    asha.get("/")  # takes what was done
    counts = {}
    for name, address in PAGES.items():
        asked = queries(asha, address.format(**ids))
        counts[name] = len(asked)
    assert {name: count for name, count in counts.items() if count > AT_MOST} == {}
    assert min(counts.values()) >= 1


def test_pages_of_a_policy(cast, crowd):
    priya = signed_in(cast.priya)
    saved(priya, cast.north, "keys_a_person", "5")
    exceptions = f"/admin/people/{cast.ben.pk}/exceptions/"
    pages = ("", "keys_a_person/", "models.delegated/", "key-models/")
    priya.get(f"{POLICY}{pages[1]}")  # confirms that it is she
    register = "/admin/exceptions/?state=all"
    review = "/admin/role-review/?show=all"
    for address in (exceptions, register, review, *(f"{POLICY}{page}" for page in pages)):
        assert len(queries(priya, address)) <= AT_MOST, address
    assert len(queries(priya, f"{POLICY}key-models/{cast.ben.pk}/icon/")) <= 4


@pytest.mark.parametrize(("name", "value"), [("second_factor", "everyone"), ("keys_a_person", "1")])
def test_what_a_change_would_touch_is_counted_with_few_queries(cast, crowd, name, value):
    priya = signed_in(cast.priya)
    priya.get(f"{POLICY}{name}/")  # confirms that it is she
    with CaptureQueriesContext(connection) as captured:
        page = seen(priya, cast.north, name, value, **day_fields(in_days(20)))
    assert "Whom it touches" in page
    assert len(captured) <= 14


def test_pages_during_a_desk_session(cast, crowd):
    asha, keys = crowd
    asha.get("/admin/desk-session/open/")
    expect(302, asha.submit("/admin/desk-session/open/", for_whom="anybody"))
    for person in (cast.wil, cast.dev):
        asha.begin(desk_of(person))
    for address in ("/admin/desk-session/", "/admin/people/{ben}/keys/register/"):
        assert len(queries(asha, address.format(ben=cast.ben.pk))) <= AT_MOST
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        register, edit = (PAGES[name] for name in ("register", "edit"))
        within = {"ben": cast.ben.pk, "key": keys[0].pk}
        assert len(queries(asha, register.format(**within))) <= AT_MOST
        asha.get(edit.format(**within))
        assert len(queries(asha, edit.format(**within))) <= AT_MOST


def test_pages_of_a_batch_for_many_as_for_few(cast, crowd):
    asha, _keys = crowd
    sams = Person.objects.filter(name="Sam").order_by("username")
    where = batch_for(asha, *sams)
    asha.get(where)  # what was said is said once
    pages = (BATCHES, f"{BATCHES}new/?q=sam", where, f"{where}add/", desk_at(where, sams[0]))
    counts = {page: len(queries(asha, page)) for page in pages}
    assert max(counts.values()) <= AT_MOST, counts
    with CaptureQueriesContext(connection) as captured:
        pasted = "\n".join(person.username for person in sams)
        expect(200, asha.submit(f"{BATCHES}new/", names=pasted))
    assert len(captured) <= AT_MOST
    asha.submit(f"{BATCHES}new/", names="Sam 1")
    with CaptureQueriesContext(connection) as captured:
        expect(200, asha.submit(f"{BATCHES}new/", names="Sam One\nSam Two\nSam Three"))
    assert len(captured) <= AT_MOST + 2 * 3  # two for each name that is no user name


def test_the_page_that_asks_for_a_proof(cast):
    cara = signed_in(cast.cara)
    cara.confirms = False
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        assert len(queries(cara, f"{desk_of(cast.eve)}register/", 401)) <= AT_MOST


def test_a_person_s_page_whatever_the_answer_at_its_top(cast):
    """By an administrator whom the password alone let in, which costs the gate a query more."""
    asha, page = signed_in(cast.asha), f"/admin/people/{cast.ben.pk}/"
    counts = [len(queries(asha, page))]
    soft_key, row = registered(asha, cast.ben)
    counts.append(len(queries(asha, page)))
    expect(200, half_signed_in(cast.ben).use(soft_key, row))
    counts.append(len(queries(asha, page)))
    expect(302, asha.submit(f"{desk_of(cast.ben)}{row.pk}/suspend/"))
    counts.append(len(queries(asha, page)))
    assert max(counts) <= AT_MOST


def test_pages_about_organisations(cast):
    root = signed_in(cast.root)
    for address in ("", "?q=north", "NORTH/", "NORTH/add/", "NORTH/suspend/", "NORTH/close/"):
        root.get(f"/admin/organisations/{address}")  # asks to confirm that it is them
        assert len(queries(root, f"/admin/organisations/{address}")) <= AT_MOST


def test_pages_of_a_login(cast, crowd):
    ben = half_signed_in(cast.ben)
    assert len(queries(Browser(), "/sign-in/")) == 0
    assert len(queries(ben, "/sign-in/key/")) <= AT_MOST
    allow(cast.south, other_factors_beside_key="offered")
    make_codes(signed_in(cast.eve))
    assert len(queries(half_signed_in(cast.eve), "/sign-in/other/")) <= AT_MOST


def test_pages_of_an_own_desk(cast):
    eve = signed_in(cast.eve)
    row = eve.register(MINE, SoftKey(), "Spare")
    for address in (MINE, f"{MINE}register/", f"{MINE}{row.pk}/edit/", f"{MINE}{row.pk}/remove/"):
        assert len(queries(eve, address)) <= AT_MOST


def test_pages_after_a_pass(cast):
    eve = half_signed_in(cast.eve)
    expect(302, eve.enter_pass(issue_pass(cast.eve)))
    assert len(queries(eve, f"{MINE}register/")) <= AT_MOST


def test_a_page_that_is_refused(cast):
    assert len(queries(signed_in(cast.asha), desk_of(cast.eve), 404)) <= AT_MOST
    assert len(queries(signed_in(cast.asha), desk_of(cast.nina), 403)) <= AT_MOST


@pytest.mark.parametrize("keys", [1, 5])
def test_a_list_asks_as_often_for_many_keys_as_for_one(cast, keys):
    asha = signed_in(cast.asha)
    for number in range(keys):
        registered(asha, cast.ben, f"Key {number}")
    expect(200, asha.get(desk_of(cast.ben)))
    # One of them asks whether the policy still lets a password alone do; one, what else they were
    # issued from stock.
    assert len(queries(asha, desk_of(cast.ben))) == 6


def somebody_deep(cast, depth):
    """So many organisations below Northside, and with as many roles there."""
    place = cast.north
    for number in range(depth):
        place = tree.found(code=f"D{number}", name=f"Below {number}", parent=place)
    deep = hire_into(place, "deep")
    for number in range(depth):
        until = clock.now() + timedelta(days=number + 1)
        give(deep, "helpdesk", place, with_those_below=False, until=until)
    return deep


@pytest.mark.parametrize("depth", [1, 40])
def test_who_may_act_on_whom_costs_two_queries_at_any_depth(cast, depth):
    """A page needs one of them. tests/role_questions.py counts them for all that any test sends."""
    deep = somebody_deep(cast, depth)
    asha, page = signed_in(cast.asha), f"/admin/people/{deep.pk}/keys/"
    key = registered(asha, deep)[1]
    expect(200, asha.get(page))
    asked = queries(asha, page)
    assert len(list(filter(ASKS.search, asked))) == 1
    assert len(asked) <= AT_MOST
    with CaptureQueriesContext(connection) as captured:
        expect(302, asha.submit(f"{page}{key.pk}/edit/", nickname="Green"))
    assert sum("rolegrant" in each["sql"] for each in captured.captured_queries) == 2
