"""The demo's data: who is in it, and the month that it remembers."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings

from tests.doors import Browser, expect, is_signed_in
from tests.programs import Program
from tests.traces import attempts, nothing_changes
from wardkey.audit.models import AttemptEntry, ChangeEntry
from wardkey.base import clock
from wardkey.ceremonies import cose, strict_cbor
from wardkey.demo import cast, filling, programs, summary
from wardkey.inventory.models import UnitKey
from wardkey.keys.models import SecurityKey
from wardkey.keys.proving_again import prove_again
from wardkey.notifications import outbox
from wardkey.organisations import tree
from wardkey.organisations.policy import policy_of
from wardkey.people.grants import role_grants_of
from wardkey.people.models import Person
from wardkey.people.queries import people_found, person_by_username
from wardkey.reports.models import DailyCount
from wardkey.sessions.models import Application

NINE = {
    "asha@northside.example": ("local_administrator", "NORTH"),
    "priya@northside.example": ("primary_local_administrator", "NORTH"),
    "ben@northside.example": ("person", "NORTH"),
    "dev@northside.example": ("person", "NORTH"),
    "hal@northside.example": ("helpdesk", "NORTH"),
    "olu@northside.example": ("auditor", "NORTH"),
    "cara@southside.example": ("local_administrator", "SOUTH"),
    "eve@southside.example": ("person", "SOUTH"),
    "root@wardkey.example": ("platform_administrator", "PLATFORM"),
}
WITH_PASS = {"cara@southside.example", "eve@southside.example", "root@wardkey.example"}


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """Filled once for this file: each test's own changes are undone inside this transaction."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        filling.learn_models()
        filling.fill_once()
        yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("filled", "db")


def test_the_nine_are_there_without_a_key():
    people = summary.people()
    told = {each["username"]: (each["role"], each["organisation"]) for each in people}
    assert told == NINE
    assert {each["username"] for each in people if "access_pass" in each} == WITH_PASS
    assert not SecurityKey.objects.filter(holder__username__in=NINE).exists()


def test_northside_is_entered_with_the_password_alone():
    for username in [name for name, (_role, code) in NINE.items() if code == "NORTH"]:
        browser = Browser()
        expect(302, browser.enter_password(person_by_username(username), cast.PASSWORD))
        assert is_signed_in(browser), username


@pytest.mark.parametrize("username", sorted(WITH_PASS))
def test_the_others_enter_with_their_pass(username):
    [row] = [each for each in summary.people() if each["username"] == username]
    browser = Browser()
    expect(302, browser.enter_password(person_by_username(username), row["password"]))
    assert not is_signed_in(browser)
    expect(302, browser.enter_pass(row["access_pass"]))
    expect(200, browser.get("/me/keys/register/"))


def test_two_organisations_have_forty_people_and_their_policies():
    assert Person.objects.count() == 40
    north, south = tree.organisation_by_code("NORTH"), tree.organisation_by_code("SOUTH")
    assert policy_of(north).second_factor == "optional"
    assert policy_of(south).second_factor == "everyone"
    [ben] = people_found(words="ben", within=tree.branch(north))
    assert ben.username == "ben@northside.example"


def test_the_month_lies_in_the_past_and_weekends_are_quiet():
    today = clock.now().date()
    sign_ins = AttemptEntry.objects.filter(code="sign_in.succeeded")
    days = {at.date() for at in sign_ins.values_list("at", flat=True)}
    assert max(days) < today
    assert min(days) >= today - timedelta(days=30)
    assert len(days) >= 20
    assert all(day.weekday() < 5 for day in days)
    assert attempts("sign_in.refused")


def test_keys_were_registered_renamed_and_removed():
    codes = set(ChangeEntry.objects.values_list("code", flat=True))
    assert {
        "key.registered",
        "key.renamed",
        "key.removed",
        "key.handed_over",
        "key.suspended",
    } <= codes
    states = set(SecurityKey.objects.values_list("state", flat=True))
    assert states == {"waiting", "active", "suspended", "removed"}


def test_each_day_of_the_month_was_counted():
    north = tree.organisation_by_code("NORTH")
    counts = DailyCount.objects.filter(organisation_id=north.pk, name="people_with_usable_key")
    figures = list(counts.order_by("day").values_list("count", flat=True))
    assert DailyCount.objects.values("day").distinct().count() == 30
    assert figures == sorted(figures)
    assert figures[0] < figures[-1]


def test_every_key_is_a_real_one_and_none_can_sign():
    keys = SecurityKey.objects.all()
    for key in keys:
        _public_key, algorithm = cose.load(strict_cbor.read(bytes(key.public_key)))
        assert algorithm == cose.ES256
    assert len({bytes(key.public_key) for key in keys}) == len(keys) > 25


def test_somebody_comes_somebody_leaves_and_somebody_visits():
    newcomer = person_by_username("oisin.f@northside.example")
    leaver = person_by_username("magnus.t@northside.example")
    assert (newcomer.standing, leaver.standing) == ("to_come", "leaving")
    asha = Browser()
    expect(302, asha.enter_password(person_by_username("asha@northside.example"), cast.PASSWORD))
    assert b"Starts " in asha.get("/admin/people/?q=oisin").content
    assert b"Leaver" in asha.get("/admin/people/?q=magnus").content
    assert "Umar Jallohi" in asha.get("/admin/guests/").content.decode()
    assert "Grey, no. 17" in asha.get("/admin/tokens-to-collect/").content.decode()


def test_no_mail_of_the_past_is_left_to_send():
    assert outbox.deliver_due() == 0


def test_filling_again_changes_nothing():
    with nothing_changes():
        filling.fill_once()


def test_a_weak_model_is_in_use_and_its_holder_is_named():
    asha = Browser()
    expect(302, asha.enter_password(person_by_username("asha@northside.example"), cast.PASSWORD))
    page = asha.get("/admin/tokens-to-replace/").content.decode()
    assert "Imran Qureshi-Vale" in page
    assert "whoever holds it can read its keys" in page
    with nothing_changes():
        assert not prove_again()


def test_one_person_has_roles_in_two_organisations():
    deirdre = person_by_username("deirdre.m@northside.example")
    held = [(grant.role, grant.organisation.code) for grant in role_grants_of(deirdre.pk)]
    assert held == [("local_administrator", "SOUTH"), ("helpdesk", "NORTH")]
    asha = Browser()
    expect(302, asha.enter_password(person_by_username("asha@northside.example")))
    page = expect(403, asha.get(f"/admin/people/{deirdre.pk}/keys/")).content.decode()
    assert f"/admin/people/{deirdre.pk}/roles/" in page


def test_the_example_program_acts_as_asha_for_people_and_keys_until_the_next_start():
    first, second = (Program(programs.new_api_token()) for _ in range(2))
    [asha] = expect(200, second.get("/api/v1/people", {"q": "asha"})).json()["items"]
    assert asha["organisation"] == "NORTH"
    expect(200, second.get(f"/api/v1/people/{asha['id']}/keys"))
    expect(401, first.get("/api/v1/people"))
    assert Application.objects.get().acts_as.username == "asha@northside.example"


def test_northside_keeps_a_stock_and_one_of_it_waits_in_ben_s_hands():
    asha = Browser()
    expect(302, asha.enter_password(person_by_username("asha@northside.example"), cast.PASSWORD))
    page = asha.get("/admin/stock/counts/").content.decode()
    for words in ("Thistle Two NFC", "Ward 7", "In stock: ", "Issued: ", "Lost: 1", "Retired: 1"):
        assert words in page
    assert "Ben Aldersea" in asha.get("/admin/people/?q=0020117").content.decode()
    assert UnitKey.objects.exists()
