"""One person is let off one value, for a time and a reason."""

import pytest

from tests.cast import decide
from tests.doors import expect, half_signed_in, registered, signed_in
from tests.policies import POLICY, day_fields, in_days
from tests.traces import changes, nothing_changes
from wardkey.base import clock
from wardkey.notifications.models import OutboxMessage
from wardkey.people.models import PolicyException
from wardkey.people.policy import policy_for

TWO_TOKENS = "keys_a_person=2"


@pytest.fixture
def priya(cast):
    decide(cast.north, keys_a_person=1)
    return signed_in(cast.priya)


def until(days):
    return day_fields(in_days(days), name="until")


def page_of(person):
    return f"/admin/people/{person.pk}/exceptions/"


def made(browser, person, choice=TWO_TOKENS, **more):
    fields = {
        "choice": choice,
        "reason": "The new ones are late",
        **until(30),
        **more,
    }
    return browser.submit(f"{page_of(person)}make/", **fields)


def ended(browser, person):
    exception = PolicyException.objects.get()
    return browser.submit(f"{page_of(person)}{exception.pk}/end/")


def messages(kind):
    return list(OutboxMessage.objects.filter(kind=kind).values_list("address", flat=True))


def test_an_exception_counts_at_once_is_told_and_listed(cast, priya):
    expect(302, made(priya, cast.ben))
    assert policy_for(cast.ben).keys_a_person == 2
    assert policy_for(cast.dev).keys_a_person == 1
    assert messages("exception_allowed") == ["ben@north.example"]
    [entry] = changes("policy.exception_allowed")
    assert entry.parameters["name"] == "keys_a_person"
    assert "The new ones are late" not in str(vars(entry))
    for address in (page_of(cast.ben), POLICY):
        page = priya.get(address).content.decode()
        for words in ("Tokens a person: At most 2", "The new ones are late", "Priya Nair"):
            assert words in page
    assert '"/admin/exceptions/?of=NORTH"' in page
    history = priya.get(f"/admin/people/{cast.ben.pk}/history/").content.decode()
    assert "Exception from the policy: Tokens a person is At most 2, until" in history


def test_it_holds_until_the_end_of_its_day(cast, priya):
    expect(302, made(priya, cast.ben, **until(0)))
    exception = PolicyException.objects.get()
    assert exception.ends_at > clock.now()
    with clock.standing_at(exception.ends_at):
        assert policy_for(cast.ben).keys_a_person == 1


def test_it_is_ended_early(cast, priya):
    expect(302, made(priya, cast.ben))
    answer = expect(302, ended(priya, cast.ben))
    assert "was ended" in priya.get(answer["Location"]).content.decode()
    assert policy_for(cast.ben).keys_a_person == 1
    assert messages("exception_ended") == ["ben@north.example"]
    assert len(changes("policy.exception_ended")) == 1
    with nothing_changes():
        expect(404, ended(priya, cast.ben))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"choice": ""}, "Choose one of the answers."),
        ({"choice": "keys_a_person=11"}, "Choose one of the answers."),
        ({"choice": "keys_a_person.delegated=yes"}, "Choose one of the answers."),
        ({"choice": "keys_a_person=1"}, "no exception is needed"),
        ({"choice": "models=attested"}, "no exception is needed"),
        ({"reason": " "}, "Enter a reason"),
        ({"reason": "x" * 201}, "Enter a reason"),
        ({"reason": "a\u202eb"}, "Enter a reason"),
        (until(-2), "Enter a day from today on"),
        (until(400), "Enter a day from today on"),
        ({"until-month": "13"}, "Enter a day"),
    ],
)
def test_what_cannot_be_is_refused_in_words(cast, priya, fields, words):
    with nothing_changes():
        answer = expect(400, made(priya, cast.ben, **fields))
    assert words in answer.content.decode()


def test_it_goes_no_further_than_its_approver_may_decide(cast, priya):
    decide(cast.platform, **{"keys_a_person": 1, "keys_a_person.delegated": "no"})
    root = signed_in(cast.root)
    with nothing_changes():
        answer = expect(400, made(priya, cast.ben))
        assert "The organisation above asks for more than that." in answer.content.decode()
    assert "Tokens a person" not in priya.get(f"{page_of(cast.ben)}make/").content.decode()
    expect(302, made(root, cast.ben))
    assert policy_for(cast.ben).keys_a_person == 2


def test_one_exception_from_a_value(cast, priya):
    expect(302, made(priya, cast.ben))
    with nothing_changes():
        expect(409, made(priya, cast.ben))
    expect(302, made(priya, cast.ben, "synced_passkeys=allowed"))


def test_nobody_makes_one_for_themselves(cast, priya):
    with nothing_changes():
        expect(403, made(priya, cast.priya))
    own = priya.get(f"{page_of(cast.priya)}make/").content.decode()
    assert "Nobody makes an exception for themselves" in own
    expect(302, made(signed_in(cast.root), cast.priya))


def test_who_does_not_decide_policy_makes_and_ends_none(cast, priya):
    expect(302, made(priya, cast.ben))
    others = [signed_in(each) for each in (cast.asha, cast.olu, cast.hal)]
    cara = signed_in(cast.cara)
    with nothing_changes():
        for browser in others:
            expect(403, browser.get(f"{page_of(cast.ben)}make/"))
            expect(403, made(browser, cast.dev))
            expect(403, ended(browser, cast.ben))
        expect(403, made(cara, cast.ben))
        expect(404, made(priya, cast.eve))
        expect(403, made(priya, cast.nina))
        expect(404, ended(priya, cast.dev))
    seen = expect(200, others[0].get(page_of(cast.ben))).content.decode()
    assert "The new ones are late" in seen
    assert "End it now" not in seen


def test_who_is_let_off_the_second_factor_signs_in_without_and_is_not_locked_out_overnight(cast):
    decide(cast.north, second_factor="everyone")
    priya = signed_in(cast.priya)
    half_signed_in(cast.dev)
    expect(302, made(priya, cast.dev, "second_factor=administrators"))
    assert signed_in(cast.dev).get("/me/keys/").status_code == 200
    answer = expect(302, ended(priya, cast.dev))
    assert "ends in 14 days" in priya.get(answer["Location"]).content.decode()
    assert policy_for(cast.dev).second_factor == "administrators"
    with clock.standing_at(PolicyException.objects.get().ends_at):
        assert policy_for(cast.dev).second_factor == "everyone"


def test_who_has_a_token_has_no_need_of_days_of_grace(cast):
    decide(cast.north, second_factor="everyone")
    priya = signed_in(cast.priya)
    expect(302, made(priya, cast.dev, "second_factor=administrators"))
    registered(priya, cast.dev)
    expect(302, ended(priya, cast.dev))
    assert policy_for(cast.dev).second_factor == "everyone"


def test_who_may_read_of_one_organisation_alone_sees_nobody_of_those_below(cast, priya):
    decide(cast.ward, keys_a_person=1)
    expect(302, made(priya, cast.wil))
    PolicyException.objects.update(organisation=cast.ward)
    assert "Wil Novak" in priya.get(POLICY).content.decode()
    page = expect(200, signed_in(cast.olu).get(POLICY)).content.decode()
    assert "Wil Novak" not in page
    assert "WARD7" not in page
    assert "WARD7" in priya.get(POLICY).content.decode()
