"""Check this device: a token is registered and used; nothing of it is kept, or opens anything."""

import uuid
from datetime import timedelta

import pytest

from tests.checks import (
    CHECK,
    begun,
    call,
    checked,
    failed,
    registered,
    second_half,
    seen,
    used,
    written_down,
)
from tests.doors import MINE, ORIGIN, Browser, expect, half_signed_in, signed_in
from tests.keymodels.catalogue import NOW, key_of, model, take_in
from tests.softkey import VERIFIED, SoftKey, encode
from tests.traces import last_refusal, nothing_changes
from wardkey.base import clock
from wardkey.ceremonies import pending
from wardkey.ceremonies.models import PendingCeremony
from wardkey.compatibility.checking import AT_MOST
from wardkey.keys.models import SecurityKey


@pytest.fixture
def eve(cast):
    return signed_in(cast.eve)


def refused(answer, reason, *, step=None):
    problem = expect(400, answer).json()
    assert problem["code"] == "ceremony_invalid"
    assert len(problem["reference"]) == 12
    code, at_step, why = last_refusal()
    assert (code, why) == ("device_check.refused", reason)
    assert step is None or at_step == step


def rows():
    return [written_down(row) for row in PendingCeremony.objects.values()]


def test_it_tells_at_once_what_works_here(eve):
    with nothing_changes():
        page = seen(eve, checked(eve))
    for words in ("It works here", "Windows 11", "Edge 142", "Computer", "Possible", "Asked for"):
        assert words in page
    assert "Not proved" in page
    assert "Add to the table" not in page


@pytest.fixture
def in_june():
    with clock.standing_at(NOW):
        yield


def test_a_make_that_its_maker_proves_is_told(in_june, cast):
    take_in()
    eve = signed_in(cast.eve)
    assert "Thistle Two" in seen(eve, checked(eve, key_of(model("Thistle Two"))))
    assert "Not shown" in seen(eve, checked(eve, SoftKey(attestation="none")))


def test_a_virtual_token_is_called_one(eve):
    virtual = SoftKey(aaguid=bytes.fromhex("01020304050607080102030405060708"))
    assert "A virtual token" in seen(eve, checked(eve, virtual))


def test_nothing_of_the_token_is_kept(eve, cast):
    key, keys_before = SoftKey(), SecurityKey.objects.count()
    half = second_half(eve, key)
    [credential] = key.credentials
    # While the second half waits for its answer, its row alone has the public key.
    assert sum("public_key" in row for row in rows()) == 1
    expect(200, used(eve, half, key))
    assert not any("public_key" in row for row in rows())
    assert SecurityKey.objects.count() == keys_before
    kept = PendingCeremony.objects.get(pk=half["check_id"]).answer
    assert encode(credential) not in written_down(kept)
    # Under a handle of its own: not that of whoever checks.
    assert key.credentials[credential].user_handle != bytes(cast.eve.user_handle)


def test_the_token_is_asked_to_keep_nothing(eve):
    options = begun(eve)["public_key"]
    assert options["authenticatorSelection"] == {
        "residentKey": "discouraged",
        "requireResidentKey": False,
        "userVerification": "required",
        "authenticatorAttachment": "cross-platform",
    }
    assert options["user"]["name"] == "Check this device"
    assert begun(eve)["public_key"]["user"]["id"] != options["user"]["id"]


def test_what_a_check_left_behind_is_forgotten(eve):
    half = second_half(eve, SoftKey())
    with clock.standing_at(clock.now() + timedelta(seconds=290)):
        pending.forget_old()
    assert PendingCeremony.objects.get(pk=half["check_id"]).answer
    with clock.standing_at(clock.now() + timedelta(seconds=301)):
        pending.forget_old()
    assert PendingCeremony.objects.get(pk=half["check_id"]).answer is None
    outcome = checked(eve)
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        pending.forget_old()
    assert PendingCeremony.objects.get(pk=outcome).answer is None


# -- a check is none of the other ceremonies, and they are none of it


def test_a_checked_token_opens_nothing(cast, eve):
    key = SoftKey()
    half = second_half(eve, key)
    answer = key.sign(half["public_key"], ORIGIN)
    browser = half_signed_in(cast.eve)
    finish = {"ceremony_id": half["check_id"], "credential": answer}
    expect(401, browser.call("/sign-in/key/", **finish))
    expect(401, browser.get(MINE, headers={"accept": "application/json"}))
    # The other session has used it up.
    refused(used(eve, half, key), "unknown_or_used", step="7.2.11")


@pytest.mark.parametrize("after", ["challenge", "answer"])
def test_a_check_registers_no_token(eve, after):
    key, half = SoftKey(), begun(eve)
    if after == "answer":
        half = second_half(eve, key)
    answer = SoftKey().register({**begun(eve)["public_key"], "excludeCredentials": []}, ORIGIN)
    with nothing_changes():
        as_registration = {"registration_id": half["check_id"]}
        expect(400, eve.call(f"{MINE}register/answer/", **as_registration, credential=answer))
        expect(400, eve.submit(f"{MINE}register/", **as_registration, nickname="Throwaway"))


def test_an_outcome_is_no_answer_that_waits_for_its_nickname(eve):
    check_id = checked(eve)
    with nothing_changes():
        expect(400, eve.submit(f"{MINE}register/", registration_id=check_id, nickname="Throwaway"))
    assert "It works here" in seen(eve, check_id)


def test_a_registration_is_no_check(eve):
    begun_there = eve.begin(MINE)
    half = {"check_id": begun_there["registration_id"], **begun_there}
    refused(registered(eve, half, SoftKey()), "purpose_mismatch", step="7.1.8")
    touched = eve.touch(MINE, SoftKey())
    expect(404, eve.get(f"{CHECK}{touched['registration_id']}/"))


def test_the_halves_are_not_exchanged(eve):
    key = SoftKey()
    first, second = begun(eve), second_half(eve, key)
    refused(
        registered(eve, {**first, "check_id": second["check_id"]}, SoftKey()), "purpose_mismatch"
    )
    refused(
        used(eve, {**second_half(eve, key), "check_id": first["check_id"]}, key), "purpose_mismatch"
    )


# -- once, in the session that began it, in time


def test_an_answer_serves_once(eve):
    key, half = SoftKey(), begun(eve)
    answer = {"check_id": half["check_id"], "credential": key.register(half["public_key"], ORIGIN)}
    second = expect(200, call(eve, "registration", **answer)).json()
    refused(call(eve, "registration", **answer), "unknown_or_used", step="7.1.8")
    expect(404, eve.get(f"{CHECK}{half['check_id']}/"))
    expect(200, used(eve, second, key))
    refused(used(eve, second, key), "unknown_or_used", step="7.2.11")
    assert "It works here" in seen(eve, second["check_id"])


def test_another_session_has_nothing_of_it(cast, eve):
    key, other = SoftKey(), signed_in(cast.cara)
    refused(registered(other, begun(eve), key), "session_mismatch")
    refused(used(other, second_half(eve, key), key), "session_mismatch")
    refused(failed(other, begun(eve), "NotAllowedError"), "session_mismatch")
    check_id = checked(eve)
    expect(404, other.get(f"{CHECK}{check_id}/"))
    assert "It works here" in seen(eve, check_id)


def test_it_ends_after_five_minutes_and_its_outcome_after_fifteen(eve):
    key = SoftKey()
    first, second, check_id = begun(eve), second_half(eve, key), checked(eve)
    with clock.standing_at(clock.now() + timedelta(seconds=301)):
        refused(registered(eve, first, SoftKey()), "expired")
        refused(used(eve, second, key), "expired")
        assert "It works here" in seen(eve, check_id)
    with clock.standing_at(clock.now() + timedelta(minutes=15, seconds=1)):
        expect(404, eve.get(f"{CHECK}{check_id}/"))
    expect(404, eve.get(f"{CHECK}{uuid.uuid4()}/"))


# -- what does not work is told, and is an outcome too


TOLD = {
    "NotAllowedError": "no token was inserted or touched in time",
    "Unsupported": "This browser cannot use FIDO2 tokens",
    "TimeoutError": "It took too long",
    "ConstraintError": "Try another model",
    "<b>Made up</b>": "for a reason that the portal does not know",
}


def test_what_the_browser_says_is_told_with_the_next_step(eve):
    for mistake, words in TOLD.items():
        half = begun(eve)
        expect(200, failed(eve, half, mistake))
        page = seen(eve, half["check_id"])
        assert "It does not work here" in page
        assert words in page
        assert "Made up" not in page
        assert ("Not possible" in page) is (mistake == "Unsupported")


def test_a_registration_that_works_and_a_login_that_does_not(eve):
    half = second_half(eve, SoftKey())
    expect(200, failed(eve, half, "NotAllowedError", "sign_in"))
    page = seen(eve, half["check_id"])
    assert page.count("Does not work") == page.count(">Works<") == 1
    assert not any("public_key" in row for row in rows())


def test_an_answer_that_does_not_hold_is_an_outcome(eve):
    half = begun(eve)
    refused(registered(eve, half, SoftKey(), clear_flags=VERIFIED), "user_verification")
    assert "could not accept the answer" in seen(eve, half["check_id"])
    key = SoftKey()
    half = second_half(eve, key)
    refused(used(eve, half, key, signature=lambda _good: b"\x30\x00"), "signature")
    assert "could not accept the answer" in seen(eve, half["check_id"])
    assert not any("public_key" in row for row in rows())


def test_a_failure_of_no_kind_is_refused(eve):
    half = begun(eve)
    told = {"check_id": half["check_id"], "half": "registration", "mistake": "AbortError"}
    for fields in ({"half": "third"}, {"half": 7}, {"mistake": None}, {"check_id": "7"}):
        expect(400, call(eve, "failure", **told | fields))
    expect(400, call(eve, "failure", check_id=half["check_id"]))
    expect(200, failed(eve, half, "AbortError"))


# -- who may


def test_whoever_is_not_signed_in_gets_no_challenge(cast):
    for browser, code in ((Browser(), "authentication_required"), (None, "step_up_required")):
        browser = browser or half_of_somebody(cast)
        assert expect(401, call(browser, "challenge")).json()["code"] == code
        page = expect(200, browser.get(CHECK)).text
        assert "data-options" in page
        assert "data-challenge" not in page
    assert not PendingCeremony.objects.filter(purpose__in=pending.CHECKS).exists()


def half_of_somebody(cast):
    return half_signed_in(cast.eve)


def test_the_page_asks_the_browser_for_its_system_s_version(eve):
    page = expect(200, eve.get(CHECK))
    assert page["Accept-CH"] == "Sec-CH-UA-Platform-Version"
    assert "data-challenge" in page.text
    assert "data-options" not in page.text


def test_twenty_checks_an_hour_are_enough(eve):
    for _ in range(AT_MOST):
        second_half(eve, SoftKey())
    answer = expect(429, call(eve, "challenge"))
    assert 3500 < int(answer["Retry-After"]) <= 3601
    with clock.standing_at(clock.now() + timedelta(minutes=59)):
        eve.go_on()
        expect(429, call(eve, "challenge"))
    with clock.standing_at(clock.now() + timedelta(minutes=61)):
        eve.go_on()
        begun(eve)
