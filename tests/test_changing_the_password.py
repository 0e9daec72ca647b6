"""Somebody changes their password; and its hash becomes dearer when they log in, unseen."""

import time

import pytest

from tests.cast import PASSWORD
from tests.doors import Browser, expect, half_signed_in, is_signed_in, registered, signed_in
from tests.forgetful import ask, choose, link_for, slip_for
from tests.guessing import WRONG, guess, no_hash_can_be_made
from tests.traces import attempts, changes, nothing_changes, only_mail_goes_out
from wardkey.ceremonies.models import PendingCeremony
from wardkey.keys.models import SecurityKey
from wardkey.notifications.models import OutboxMessage
from wardkey.people import passwords
from wardkey.people.models import Person
from wardkey.people.passwords import Argon2id, Cost
from wardkey.recovery.models import PasswordReset
from wardkey.sessions.models import Session

CHANGE, NEW = "/me/password/", "violet harbour kettle"


def change(browser, new=NEW, present=PASSWORD):
    return browser.submit(CHANGE, present=present, password=new)


def test_wb06_a_change_ends_all_other_sessions_and_this_one_goes_on_with_another_secret(cast):
    here, there, half = signed_in(cast.ben), signed_in(cast.ben), Browser()
    half.cookies["__Host-session"] = here.secret
    before = Person.objects.get(pk=cast.ben.pk).security_stamp
    expect(302, change(here))
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert not is_signed_in(half), "who copied the secret is left behind"
    assert Person.objects.get(pk=cast.ben.pk).security_stamp != before
    reasons = Session.objects.exclude(ended_at=None).values_list("end_reason", flat=True)
    assert list(reasons) == ["password_changed"]
    expect(401, Browser().enter_password(cast.ben))
    expect(302, Browser().enter_password(cast.ben, NEW))


def test_wb06_a_change_ends_other_ways_to_a_new_password(cast):
    ben = signed_in(cast.ben)
    codes = [link_for(cast.ben), slip_for(signed_in(cast.asha), cast.ben)]
    expect(200, ask(cast.ben.username))  # a link that the worker has still to send
    expect(302, change(ben))
    for code in codes:
        with nothing_changes():
            expect(401, choose(code, "amber lantern meadow"))
    assert not PasswordReset.objects.filter(used_at=None, revoked_at=None).exists()
    expect(302, Browser().enter_password(cast.ben, NEW))


def test_a_change_is_recorded_and_told(cast):
    expect(302, change(signed_in(cast.ben)))
    [entry] = changes("password.changed")
    assert entry.holder == str(cast.ben.pk)
    [message] = OutboxMessage.objects.filter(kind="password_changed")
    assert message.address == cast.ben.username


def test_a_wrong_present_password_is_refused_counted_told_and_recorded(cast):
    browser = signed_in(cast.ben)
    with only_mail_goes_out():
        for _ in range(4):
            page = expect(401, change(browser, present=WRONG)).content.decode()
        assert "present password is not right" in page
        assert WRONG not in page
    assert OutboxMessage.objects.filter(kind="confirmation_refused").count() == 1
    assert [entry.parameters["reason"] for entry in attempts("password.change_refused")] == [
        "password"
    ] * 4
    expect(401, change(browser, present=WRONG))
    with no_hash_can_be_made(), nothing_changes():
        waits = expect(429, change(browser))
    assert waits["Retry-After"] == "30"


def test_failures_here_and_at_the_login_are_counted_together(cast):
    for _ in range(3):
        expect(401, guess(cast.ben.username))
    elsewhere = Browser()
    elsewhere.cookies["__Host-session"] = signed_in_where_unknown(cast.ben)
    for _ in range(2):
        expect(401, guess(cast.ben.username))
    expect(429, change(elsewhere))


def signed_in_where_unknown(person):
    """The login forgets the failures before it: three more follow."""
    secret = signed_in(person).secret
    for _ in range(3):
        expect(401, guess(person.username))
    return secret


def test_who_owes_a_second_factor_cannot_change_it(cast):
    half = half_signed_in(cast.eve)
    with nothing_changes():
        assert change(half)["Location"].startswith("/sign-in/key/")
        assert change(Browser())["Location"].startswith("/sign-in/")


def test_tokens_and_their_second_factor_stay(cast):
    soft_key, row = registered(signed_in(cast.asha), cast.ben)
    ben = half_signed_in(cast.ben)
    expect(200, ben.use(soft_key, row))
    expect(302, change(ben))
    again = Browser()
    answer = expect(302, again.enter_password(cast.ben, NEW))
    assert answer["Location"].startswith("/sign-in/key/")
    expect(200, again.use(soft_key, row))
    assert SecurityKey.objects.get(pk=row.pk).state == "active"


def test_what_was_begun_before_the_change_does_not_go_on(cast):
    soft_key, row = registered(signed_in(cast.asha), cast.ben)
    ben, other = half_signed_in(cast.ben), half_signed_in(cast.ben)
    expect(200, ben.use(soft_key, row))
    begun = other.choose(row)
    expect(302, change(ben))
    answer = soft_key.sign(begun["public_key"], "http://localhost:8000")
    expect(401, other.finish(begun, answer))
    assert PendingCeremony.objects.count() >= 1


# -- the cost of a hash


OLD = Cost(memory=64, passes=1, lanes=1)


@pytest.fixture
def of_old(cast, monkeypatch):
    """Ben's hash was made by an earlier release."""
    monkeypatch.setattr(passwords, "EARLIER", (OLD,))
    hasher = Argon2id().at(OLD)
    Person.objects.filter(pk=cast.ben.pk).update(password=hasher.encode(PASSWORD, hasher.salt()))
    return Person.objects.get(pk=cast.ben.pk)


def cost_of(person):
    return Argon2id().cost_of(Person.objects.get(pk=person.pk).password)


def test_a_hash_of_another_cost_is_made_anew_at_the_next_login(of_old):
    expect(401, guess(of_old.username))
    assert cost_of(of_old) == OLD
    browser = signed_in(of_old)
    assert cost_of(of_old) == Argon2id().cost
    assert is_signed_in(browser), "the password is the same, so nothing ends"
    after = Person.objects.get(pk=of_old.pk)
    assert after.security_stamp == of_old.security_stamp
    signed_in(of_old)
    assert Person.objects.get(pk=of_old.pk).password == after.password


def test_a_hash_that_no_release_lists_is_made_anew_too(of_old, monkeypatch):
    monkeypatch.setattr(passwords, "EARLIER", ())
    signed_in(of_old)
    assert cost_of(of_old) == Argon2id().cost


def test_an_upgrade_never_brings_an_old_password_back(of_old):
    upgraded = passwords.looked_at(of_old, PASSWORD).upgraded
    new = passwords.encode(NEW)
    Person.objects.filter(pk=of_old.pk).update(password=new)
    passwords.upgrade(of_old, upgraded)
    assert Person.objects.get(pk=of_old.pk).password == new


def test_en01_every_login_makes_the_same_hashes_whoever_it_is(cast, of_old, monkeypatch):
    """Old hash and new, right and wrong, somebody and nobody: one hash of each cost."""
    made = []
    monkeypatch.setattr(Argon2id, "encode", noting_made(Argon2id.encode, made))
    monkeypatch.setattr(Argon2id, "verify", noting_verified(Argon2id.verify, made))
    passwords.looked_at(None, WRONG)  # the hash that stands for nobody's is made once
    for person, password in [
        (of_old, PASSWORD),
        (of_old, WRONG),
        (cast.dev, PASSWORD),
        (cast.dev, WRONG),
        (None, WRONG),
    ]:
        made.clear()
        passwords.looked_at(person, password)
        assert sorted(made) == sorted([OLD, Argon2id().cost])


def noting_made(encode, made):
    def noted(self, password, salt):
        made.append(self.cost)
        return encode(self, password, salt)

    return noted


def noting_verified(verify, made):
    def noted(self, password, encoded):
        made.append(self.cost_of(encoded))
        return verify(self, password, encoded)

    return noted


@pytest.mark.looks_only
def test_en01_the_time_of_a_login_does_not_tell_an_old_hash(hashes_in_earnest, cast, monkeypatch):
    """As far as a clock can say it: CPU time, the fastest of ten. A hash is a third of it."""
    old = Cost(memory=19 * 1024, passes=1, lanes=1)
    monkeypatch.setattr(passwords, "EARLIER", (old,))
    hasher = Argon2id().at(old)
    cast.ben.password = hasher.encode(PASSWORD, hasher.salt())
    cast.dev.password = passwords.encode(PASSWORD)
    passwords.looked_at(None, WRONG)
    people = {"old": cast.ben, "new": cast.dev, "nobody": None}
    times = {name: [] for name in people}
    for name in list(people) * 10:  # in turn, so that a busy moment disturbs all alike
        began = time.thread_time()
        passwords.looked_at(people[name], WRONG)
        times[name].append((time.thread_time() - began) * 1000)
    fastest = {name: min(each) for name, each in times.items()}
    assert max(fastest.values()) < 1.3 * min(fastest.values()), fastest
