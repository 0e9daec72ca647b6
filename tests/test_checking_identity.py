"""How somebody's identity is checked before a pass: a code they read out, a colleague's own key."""

from datetime import timedelta

import pytest

from tests.cast import hire_into, issue_pass
from tests.doors import expect, registered, signed_in
from tests.passes import asked, identity_code, issued, page_of, told, vouch
from tests.traces import attempts, changes, last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.notifications.models import OutboxMessage
from wardkey.recovery.models import AccessPass, IdentityCode
from wardkey.sessions.models import Session


@pytest.fixture
def cara(cast):
    return signed_in(cast.cara)


@pytest.fixture
def fay(cast):
    """A colleague of Eve with a token in use."""
    return hire_into(cast.south, "fay")


def send_code(browser, person):
    expect(302, browser.submit(f"{page_of(person)}code/"))
    return identity_code()


def test_the_code_that_they_read_out_lets_a_pass_be_issued_once(cast, cara):
    code = send_code(cara, cast.eve)
    assert told("identity_code") == ["eve@south.example"]
    issued(cara, cast.eve, "own_contact", code=f"{code[:4]} {code[4:]}")
    assert changes("access_pass.issued")[-1].parameters["identity_check"] == "own_contact"
    before = AccessPass.objects.count()
    assert "not the code" in expect(400, asked(cara, cast.eve, "own_contact", code=code)).text
    assert AccessPass.objects.count() == before


@pytest.mark.parametrize("code", ["", "00000000", "x" * 500])
def test_another_code_does_not(cast, cara, code):
    right = send_code(cara, cast.eve)
    before = AccessPass.objects.count()
    expect(400, asked(cara, cast.eve, "own_contact", code=code))
    assert AccessPass.objects.count() == before
    assert last_refusal() == ("identity_code.refused", "", "identity_code")
    issued(cara, cast.eve, "own_contact", code=right)


def test_it_works_for_ten_minutes_five_tries_and_whoever_sent_it(cast, cara):
    right = send_code(cara, cast.eve)
    root = signed_in(cast.root)
    expect(400, asked(root, cast.eve, "own_contact", code=right))
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        expect(400, asked(cara, cast.eve, "own_contact", code=right))
    for _ in range(5):
        expect(400, asked(cara, cast.eve, "own_contact", code="00000000"))
    expect(400, asked(cara, cast.eve, "own_contact", code=right))
    issued(cara, cast.eve, "own_contact", code=send_code(cara, cast.eve))


def test_five_an_hour_are_sent_and_the_code_is_kept_nowhere(cast, cara):
    for _ in range(6):
        code = send_code(cara, cast.eve)
    assert IdentityCode.objects.count() == len(told("identity_code")) == 5
    kept = str(list(IdentityCode.objects.values())) + str(list(OutboxMessage.objects.values()))
    assert code not in kept


def test_who_may_not_issue_sends_no_code(cast):
    olu = signed_in(cast.olu)
    with nothing_changes():
        expect(403, olu.submit(f"{page_of(cast.ben)}code/"))


def test_a_colleague_vouches_with_an_own_token_once(cast, cara, fay):
    with_key = signed_in(fay)
    sessions = Session.objects.filter(person=fay).count()
    page = expect(200, cara.submit(f"{page_of(cast.eve)}vouch/", colleague=fay.username)).text
    assert "First key of Fay" in page
    expect(200, vouch(cara, cast.eve, with_key, fay.username))
    assert "Fay vouched with their token just now." in cara.get(page_of(cast.eve)).text
    assert changes("identity.vouched_for")[-1].actor["id"] == str(fay.pk)
    issued(cara, cast.eve, "colleague")
    entry = changes("access_pass.issued")[-1].parameters
    assert (entry["identity_check"], entry["vouched_by"]) == ("colleague", str(fay.pk))
    assert Session.objects.filter(person=fay).count() == sessions  # nobody was logged in by it
    assert "Let the colleague do that" in expect(400, asked(cara, cast.eve, "colleague")).text


def test_a_word_is_not_enough(cast, cara):
    before = AccessPass.objects.count()
    expect(400, asked(cara, cast.eve, "colleague"))
    assert AccessPass.objects.count() == before


def test_vouching_holds_for_five_minutes_one_browser_and_one_person(cast, cara, fay):
    gus = hire_into(cast.south, "gus")
    with_key = signed_in(fay)
    expect(200, vouch(cara, cast.eve, with_key, fay.username))
    expect(400, asked(cara, gus, "colleague"))
    expect(400, asked(signed_in(cast.root), cast.eve, "colleague"))
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        expect(400, asked(cara, cast.eve, "colleague"))
    issued(cara, cast.eve, "colleague")


def test_neither_the_issuer_nor_the_holder_nor_somebody_from_elsewhere_vouches(cast, cara, fay):
    waiting = hire_into(cast.south, "hue")
    registered(cara, waiting, "Waits")
    for username in (
        cast.cara.username,
        cast.eve.username,
        cast.ben.username,
        waiting.username,
        fay.username,  # without a token
        "nobody@south.example",
    ):
        with nothing_changes():
            answer = cara.submit(f"{page_of(cast.eve)}vouch/", colleague=username)
        assert "nobody who can vouch here" in expect(400, answer).text
    expect(400, vouch(cara, cast.eve, cara, cast.cara.username))
    with_key = signed_in(fay)
    expect(200, vouch(cara, cast.eve, with_key, fay.username))


def test_a_false_answer_is_refused_and_recorded(cast, cara, fay):
    with_key = signed_in(fay)
    answer = vouch(cara, cast.eve, with_key, fay.username, signature=lambda good: good[:-1] + b"x")
    assert expect(400, answer).json()["code"] == "ceremony_invalid"
    assert attempts("identity.vouching_refused")[-1].parameters["reason"] == "signature"
    expect(400, asked(cara, cast.eve, "colleague"))
    answer = vouch(cara, cast.eve, with_key, fay.username, clear_flags=0x04)
    expect(400, answer)


def test_the_token_of_somebody_else_is_none_of_theirs(cast, cara, fay):
    signed_in(fay)
    with nothing_changes():
        answer = cara.call(
            f"{page_of(cast.eve)}vouch/challenge/",
            colleague=fay.username,
            key_id=str(cast.cara.keys.get().pk),
        )
        expect(404, answer)


def test_no_code_and_no_vouching_for_somebody_with_a_token_in_use(cast, cara):
    signed_in(cast.eve)
    with nothing_changes():
        expect(409, cara.submit(f"{page_of(cast.eve)}code/"))
        expect(409, cara.get(f"{page_of(cast.eve)}vouch/"))
    assert issue_pass(cast.eve)
