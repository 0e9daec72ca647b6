"""An organisation's policy is looked at, changed and withdrawn."""

import pytest

from tests.cast import decide
from tests.doors import desk_of, expect, registered, signed_in
from tests.policies import POLICY, confirmed, day_fields, in_days, saved, seen, today
from tests.softkey import SoftKey
from tests.traces import changes, nothing_changes
from wardkey.base import clock
from wardkey.base.errors import Forbidden, NotFound, ProofRequired
from wardkey.deciding import changes as flow
from wardkey.organisations.models import PolicyValue
from wardkey.organisations.policy import policy_of
from wardkey.people.access import Asker
from wardkey.people.grants import role_grants_of
from wardkey.people.models import RoleGrant

NUMBER = "keys_a_person"


@pytest.fixture
def priya(cast):
    return signed_in(cast.priya)


def undelegated(cast):
    decide(cast.platform, **{f"{NUMBER}.delegated": "no"})


def page(browser, organisation):
    address = f"{POLICY}?of={organisation.code}"
    return " ".join(expect(200, browser.get(address)).content.decode().split())


# -- seen


def test_each_value_is_shown_with_where_it_comes_from(cast, priya):
    shown = page(priya, cast.ward)
    assert "Optional" in shown
    assert "Inherited from Northside Hospital, since" in shown
    assert "The default; nobody decided otherwise." in shown
    assert "Decided here, since" in page(priya, cast.north)
    saved(priya, cast.north, NUMBER, "4")
    assert "by Priya Nair" in page(priya, cast.north)


def test_what_is_overruled_and_what_is_to_come_above_is_shown(cast, priya):
    undelegated(cast)
    root = signed_in(cast.root)
    saved(priya, cast.north, NUMBER, "4")
    saved(root, cast.platform, NUMBER, "3")
    saved(root, cast.platform, NUMBER, "2", **day_fields(in_days(3)))
    shown = page(priya, cast.north)
    assert "Decided here: At most 4. What is asked for above is stricter, and counts." in shown
    assert "Wardkey Platform asks for: <strong>At most 2</strong>" in shown


@pytest.mark.parametrize("who", ["asha", "olu"])
def test_administrators_and_auditors_read_it_and_do_not_decide(cast, who):
    browser = signed_in(getattr(cast, who))
    assert "It is decided by your primary local administrator." in page(browser, cast.north)
    with nothing_changes():
        expect(403, browser.get(f"{POLICY}{NUMBER}/"))
        expect(403, saved(browser, cast.north, NUMBER, "4"))
        expect(403, browser.submit(f"{POLICY}key-models/review/"))
        expect(403, browser.submit(f"{POLICY}{NUMBER}/withdraw/", decision=1))


def test_helpdesk_and_people_do_not_read_it(cast):
    expect(403, signed_in(cast.hal).get(POLICY))
    expect(403, signed_in(cast.ben).get(POLICY))


def test_an_organisation_elsewhere_is_not_found(cast, priya):
    with nothing_changes():
        expect(404, priya.get(f"{POLICY}?of=SOUTH"))
        expect(404, priya.get(f"{POLICY}?of=PLATFORM"))
        expect(404, priya.get(f"{POLICY}?of=NOBODY"))
        expect(404, saved(priya, cast.south, NUMBER, "4"))
        expect(404, saved(priya, cast.platform, NUMBER, "4"))
    expect(302, saved(priya, cast.ward, NUMBER, "4"))
    expect(302, saved(signed_in(cast.root), cast.south, NUMBER, "4"))


def test_a_value_that_is_not_there_is_not_found(cast, priya):
    expect(404, priya.get(f"{POLICY}nonsense/"))
    expect(404, saved(priya, cast.north, "nonsense", "4"))
    expect(404, saved(priya, cast.north, "nonsense.delegated", "yes"))


# -- decided


def test_a_change_from_today_counts_at_once(cast, priya):
    expect(302, saved(priya, cast.north, NUMBER, "1"))
    assert policy_of(cast.ward).keys_a_person == 1
    registered(signed_in(cast.asha), cast.ben)
    expect(409, signed_in(cast.asha).call(f"{desk_of(cast.ben)}register/challenge/"))
    [entry] = changes("policy.decided")
    assert (entry.old, entry.new) == ({"value": "10"}, {"value": "1"})
    assert entry.actor["id"] == str(cast.priya.pk)
    history = priya.get("/admin/audit/").content.decode()
    assert "Policy decided: Tokens a person is At most 1, from" in history


def test_a_change_from_a_later_day_counts_from_then_on(cast, priya):
    expect(302, saved(priya, cast.north, NUMBER, "2", **day_fields(in_days(2))))
    assert policy_of(cast.north).keys_a_person == 10
    row = PolicyValue.objects.get(name=NUMBER)
    with clock.standing_at(row.starts_at):
        assert policy_of(cast.north).keys_a_person == 2


def test_looking_changes_nothing(cast, priya):
    with nothing_changes():
        assert "Whom it touches" in seen(priya, cast.north, NUMBER, "2")


@pytest.mark.parametrize(
    ("value", "day", "words"),
    [
        ("11", {}, "Choose one of the answers."),
        ("0", {}, "Choose one of the answers."),
        ("", {}, "Choose one of the answers."),
        ("2", {"day-year": 2020}, "The day is over."),
        ("2", {"day-year": 9999}, "The day is too far away."),
        ("2", {"day-day": 32}, "Enter a day"),
        ("2", {"day-month": "x"}, "Enter a day"),
        ("2", {"day-year": ""}, "Enter a day"),
    ],
)
def test_what_cannot_be_is_refused_in_words(cast, priya, value, day, words):
    with nothing_changes():
        answer = expect(400, saved(priya, cast.north, NUMBER, value, **day))
        assert words in answer.content.decode()
        assert words in seen(priya, cast.north, NUMBER, value, **day)


def test_looser_than_above_only_where_it_is_delegated(cast, priya):
    undelegated(cast)
    root = signed_in(cast.root)
    expect(302, saved(root, cast.platform, NUMBER, "3"))
    with nothing_changes():
        answer = expect(400, saved(priya, cast.north, NUMBER, "5"))
    assert "The organisation above asks for more than that." in answer.content.decode()
    assert "At most 5" not in priya.get(f"{POLICY}{NUMBER}/").content.decode()
    expect(302, saved(root, cast.platform, f"{NUMBER}.delegated", "yes"))
    assert "At most 5" in priya.get(f"{POLICY}{NUMBER}/").content.decode()
    expect(302, saved(priya, cast.north, NUMBER, "5"))
    assert policy_of(cast.north).keys_a_person == 5
    assert "You may be looser than above" in page(priya, cast.north)
    assert "Those below may be looser" in page(root, cast.platform)


def test_a_delegation_is_yes_or_no(cast):
    answer = saved(signed_in(cast.root), cast.platform, f"{NUMBER}.delegated", "perhaps")
    assert "Choose one of the answers." in expect(400, answer).content.decode()


def test_only_the_demo_may_spare_administrators(cast, settings):
    settings.DEMO = False
    priya = confirmed(signed_in(cast.priya), cast.north)
    with nothing_changes():
        answer = expect(400, saved(priya, cast.north, "second_factor", "optional"))
    assert "Optional" not in answer.content.decode()
    assert "Administrators always need a token" in answer.content.decode()
    settings.DEMO = True
    expect(302, saved(priya, cast.north, "second_factor", "optional"))


def test_fields_that_nobody_asked_for_are_refused(cast, priya):
    more = {"organisation_id": cast.south.pk, "decided_by_id": str(cast.root.pk)}
    with nothing_changes():
        expect(400, saved(priya, cast.north, NUMBER, "4", of="SOUTH"))  # the address says NORTH
        for name, value in more.items():
            expect(400, saved(priya, cast.north, NUMBER, "4", **{name: value}))
    expect(302, saved(priya, cast.north, NUMBER, "4"))
    row = PolicyValue.objects.get(name=NUMBER)
    assert (row.organisation, row.decided_by_id) == (cast.north, cast.priya.pk)


def test_each_decision_asks_anew_for_a_proof_and_a_refused_one_gives_it_back(cast, priya):
    priya.confirms = False
    address = f"{POLICY}{NUMBER}/"
    with nothing_changes():
        expect(401, priya.get(address))
        expect(401, saved(priya, cast.north, NUMBER, "4"))
    expect(200, priya.prove({"act": "decide_policy", "about": str(cast.north.pk)}))
    expect(400, saved(priya, cast.north, NUMBER, "11"))
    expect(409, saved(priya, cast.north, NUMBER, "4", seen=99))
    expect(302, saved(priya, cast.north, NUMBER, "4"))
    with nothing_changes():
        expect(401, saved(priya, cast.north, NUMBER, "3", **day_fields(in_days(1))))


# -- two who decide, and those who may not any more


def test_who_decides_on_an_old_page_is_asked_to_look_again(cast, priya):
    root = confirmed(signed_in(cast.root), cast.north)
    expect(302, saved(priya, cast.north, NUMBER, "4"))
    with nothing_changes():
        answer = expect(409, saved(root, cast.north, NUMBER, "5", seen=0))
    assert "Somebody else changed this value meanwhile." in answer.content.decode()


def test_one_change_a_day(cast, priya):
    later = day_fields(in_days(5))
    expect(302, saved(priya, cast.north, NUMBER, "4", **later))
    with nothing_changes():
        answer = expect(409, saved(priya, cast.north, NUMBER, "3", **later))
    assert "begins on that day already" in answer.content.decode()
    expect(302, saved(priya, cast.north, NUMBER, "3", **day_fields(in_days(6))))


def test_a_coming_change_is_withdrawn_and_one_that_counts_is_not(cast, priya):
    saved(priya, cast.north, NUMBER, "4")
    saved(priya, cast.north, NUMBER, "2", **day_fields(in_days(2)))
    counts, coming = PolicyValue.objects.filter(name=NUMBER).order_by("starts_at")
    root = confirmed(signed_in(cast.root), cast.south)
    address = f"{POLICY}{NUMBER}/withdraw/?of=NORTH"
    with nothing_changes():
        answer = expect(409, priya.submit(address, decision=counts.pk))
        assert "cannot be withdrawn" in answer.content.decode()
        expect(404, priya.submit(address, decision=999_999))
        expect(404, priya.submit(address.replace(NUMBER, "models"), decision=coming.pk))
        expect(400, priya.submit(address, decision="x"))
        expect(404, root.submit(address.replace("NORTH", "SOUTH"), decision=coming.pk))
    expect(302, priya.submit(address, decision=coming.pk))
    assert list(PolicyValue.objects.filter(name=NUMBER)) == [counts]
    [entry] = changes("policy.withdrawn")
    assert entry.parameters["value"] == "2"


def test_who_lost_the_role_meanwhile_decides_nothing(cast):
    grants = role_grants_of(cast.priya.pk)
    asker = Asker(
        person=cast.priya, session_id=cast.priya.pk, organisation=cast.north, grants=grants
    )

    def decided():
        return flow.decide(
            asker=asker, organisation=cast.north, name=NUMBER, chosen="4", day=today(), seen=0
        )

    RoleGrant.objects.filter(person=cast.priya).update(role="local_administrator")
    with nothing_changes(), pytest.raises(Forbidden):
        decided()
    RoleGrant.objects.filter(person=cast.priya).update(ends_at=clock.now())
    with nothing_changes(), pytest.raises(NotFound):
        decided()
    RoleGrant.objects.filter(person=cast.priya).update(
        role="primary_local_administrator", ends_at=None
    )
    with nothing_changes(), pytest.raises(ProofRequired):
        decided()
    expect(302, saved(signed_in(cast.priya), cast.north, NUMBER, "4"))


def test_people_with_more_tokens_keep_them_and_are_counted(cast, priya):
    asha = signed_in(cast.asha)
    for nickname in ("Blue", "Green"):
        registered(asha, cast.ben, nickname)
    registered(asha, cast.dev, "Red")
    preview = seen(priya, cast.north, NUMBER, "1")
    assert "1 of 2 people with tokens have more than that" in preview
    assert "Ben Carter" in preview
    assert "Dev Malik" not in preview


def test_synced_passkeys_in_use_are_counted(cast, priya):
    decide(cast.north, synced_passkeys="allowed")
    asha = signed_in(cast.asha)
    asha.register(desk_of(cast.ben), SoftKey(backup_eligible=True), "Phone")
    asha.register(desk_of(cast.dev), SoftKey(), "Blue")
    preview = seen(priya, cast.north, "synced_passkeys", "refused")
    assert "1 of 2 tokens in use could not be registered any more" in preview
    assert "Tokens in use go on working." in preview


def test_a_looser_value_touches_nobody(cast, priya):
    decide(cast.north, keys_a_person=1)
    assert "so it touches nobody" in seen(priya, cast.north, NUMBER, "3")
