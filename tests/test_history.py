"""History and Audit trail: what happened, by whom, and nothing that is secret or foreign."""

import json
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.cast import PASSWORD, issue_pass
from tests.doors import (
    MINE,
    Browser,
    desk_of,
    expect,
    half_signed_in,
    registered,
    registered_now,
    signed_in,
)
from tests.softkey import SoftKey
from tests.traces import changes, nothing_changes
from wardkey.audit import log
from wardkey.audit.events import ATTEMPT, CHANGE, EVENTS
from wardkey.audit.models import AttemptEntry, ChangeEntry
from wardkey.notifications.models import OutboxMessage
from wardkey.operating.restore import replaying
from wardkey.people.accounts import move_home
from wardkey.web.event_words import REASONS, SENTENCES
from wardkey.web.next_steps import NEXT_STEPS


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def the_life_of_a_key(cast, asha):
    """Registered, renamed, used, removed; with a refusal of each kind on the way."""
    expect(401, Browser().enter_password(cast.ben, "a wrong guess"))
    soft_key, row = registered(asha, cast.ben, "Blue")
    expect(302, asha.submit(f"{desk_of(cast.ben)}{row.pk}/edit/", nickname="Green"))
    ben = half_signed_in(cast.ben)
    expect(401, ben.use(soft_key, row, client_data={"origin": "https://evil.example"}))
    expect(200, ben.use(soft_key, row))
    expect(302, asha.submit(f"{desk_of(cast.ben)}{row.pk}/remove/"))
    return soft_key, row, ben


def test_a_login_with_the_password_alone_is_told_as_such(cast, asha):
    page = asha.get(f"/admin/people/{cast.asha.pk}/history/").content.decode()
    assert "with the password alone" in page


def test_each_next_step_answers_a_reason_that_has_words():
    assert set(NEXT_STEPS) <= set(REASONS)


def test_a_person_s_history_tells_it_in_sentences(cast, asha):
    the_life_of_a_key(cast, asha)
    page = asha.get(f"/admin/people/{cast.ben.pk}/history/").content.decode()
    for words in (
        "Token “Blue” registered",
        "Token “Blue” renamed to “Green”",
        "Token “Green” is now its holder’s",
        "Token “Green” removed",
        "Logged in",
        "Login refused",
        "wrong password",
        "Ask the person whether it was them.",
        "with the password and token “Green”",
        "the answer was made for another website (step 7.2.12)",
        "it may have been a false website",
        "Asha Rao",
    ):
        assert words in page


def test_the_reference_that_the_browser_saw_is_in_the_history(cast, asha):
    soft_key, row = registered(asha, cast.ben)
    answer = half_signed_in(cast.ben).use(soft_key, row, rp_id="evil.example")
    reference = expect(401, answer).json()["reference"]
    page = asha.get(f"/admin/people/{cast.ben.pk}/history/").content.decode()
    assert reference in page


def test_the_history_of_a_person_out_of_scope_is_not_found(cast, asha):
    expect(404, asha.get(f"/admin/people/{cast.eve.pk}/history/"))
    expect(403, asha.get(f"/admin/people/{cast.nina.pk}/history/"))
    expect(403, signed_in(cast.hal).get(f"/admin/people/{cast.ben.pk}/history/"))
    expect(403, signed_in(cast.olu).get(f"/admin/people/{cast.ben.pk}/history/"))


def test_az27_the_trail_shows_the_own_organisation_alone(cast, asha):
    registered(asha, cast.ben, "Northern")
    cara = signed_in(cast.cara)
    registered(cara, cast.eve, "Southern")
    norths = signed_in(cast.olu).get("/admin/audit/").content.decode()
    souths = cara.get("/admin/audit/").content.decode()
    assert ("Northern" in norths, "Southern" in norths) == (True, False)
    assert ("Northern" in souths, "Southern" in souths) == (False, True)


@pytest.mark.parametrize("who", ["ben", "hal"])
def test_the_trail_is_for_auditors_and_administrators(cast, who):
    expect(403, signed_in(getattr(cast, who)).get("/admin/audit/"))


def test_every_event_has_a_sentence():
    assert set(SENTENCES) == set(EVENTS)


def test_an_event_s_code_names_one_stream():
    assert {code for code, event in EVENTS.items() if event.stream == ATTEMPT} == {
        "audit.viewed",
        "device_check.refused",
        "identity.vouching_refused",
        "identity_code.refused",
        "session.ran_out",
        "password.reset_asked",
        "session.resumed",
        "password.change_refused",
        "act.refused",
        "api_token.refused",
        "key.try_refused",
        "oidc.backchannel",
        "oidc.device_allowed",
        "oidc.device_asked",
        "oidc.device_refused",
        "oidc.refused",
        "oidc.refused_often",
        "oidc.signed_in",
        "people.import_refused",
        "people.import_stopped",
        "person.taking_on_refused",
        "registration.refused",
        "sign_in.handover_asked",
        "sign_in.limited",
        "sign_in.password_accepted",
        "sign_in.refused",
        "sign_in.signed_out",
        "sign_in.succeeded",
        "sign_in.waiting_key_put_off",
        "station.refused",
        "step_up.refused",
        "step_up.required",
        "step_up.succeeded",
    }


def entries():
    return [*ChangeEntry.objects.all(), *AttemptEntry.objects.all()]


def test_canonical_bytes_hold_no_personal_value_in_clear(cast, asha):
    the_life_of_a_key(cast, asha)
    together = b"\n".join(bytes(entry.canonical) for entry in entries()).decode()
    for personal in ("Blue", "Green", "Ben", "ben@", "Asha", "Carter", "First key"):
        assert personal not in together


def test_canonical_bytes_can_be_proved_from_the_clear_values(cast, asha):
    registered_now(asha, cast.ben, "Blue")
    entry = ChangeEntry.objects.get(code="key.registered")
    kept = entry.clear["new.nickname"]
    assert kept["value"] == "Blue"
    sealed = json.loads(bytes(entry.canonical))
    assert sealed["new"]["nickname"] == log.salted_hash(kept["salt"], "Blue")
    assert sealed["at"] == log.microseconds(entry.at)
    assert sealed["request"] == entry.request_id != ""


def test_a_history_without_its_personal_values_is_still_told(cast, asha):
    registered(asha, cast.ben, "Blue")
    expect(200, asha.get(desk_of(cast.ben)))  # takes the success message with the nickname
    ChangeEntry.objects.update(clear={})
    page = expect(200, asha.get(f"/admin/people/{cast.ben.pk}/history/")).content.decode()
    assert "Token “—” registered" in page
    assert "Blue" not in page


def test_au10_no_secret_is_kept_in_the_trail_or_in_a_message(cast, asha):
    code = issue_pass(cast.eve)
    eve = half_signed_in(cast.eve)
    secrets = [eve.secret]
    expect(401, eve.enter_pass("AAAA-BBBB-CCCC-DDDD"))
    expect(302, eve.enter_pass(code))
    challenge = eve.begin(MINE)["public_key"]["challenge"]
    _soft_key, _row, ben = the_life_of_a_key(cast, asha)
    secrets += [eve.secret, ben.secret, asha.secret, asha.csrf, challenge]
    secrets += [PASSWORD, "a wrong guess", code, code.replace("-", ""), "AAAABBBBCCCCDDDD"]
    kept = str([(bytes(entry.canonical), entry.clear) for entry in entries()])
    kept += str(list(OutboxMessage.objects.values()))
    assert [secret for secret in secrets if secret in kept] == []


ACTS = {
    "key.registered": lambda asha, desk, key: asha.name(desk, asha.touch(desk, SoftKey()), "New"),
    "key.renamed": lambda asha, desk, key: asha.submit(f"{desk}{key.pk}/edit/", nickname="New"),
    "key.removed": lambda asha, desk, key: asha.submit(f"{desk}{key.pk}/remove/"),
}


@pytest.mark.parametrize("code", ACTS)
def test_au01_every_change_has_exactly_one_entry(cast, asha, code):
    _soft_key, row = registered(asha, cast.ben, "Blue")
    before, of_this_code = ChangeEntry.objects.count(), len(changes(code))
    expect(302, ACTS[code](asha, desk_of(cast.ben), row))
    assert ChangeEntry.objects.count() == before + 1
    assert len(changes(code)) == of_this_code + 1


@pytest.mark.parametrize("code", ACTS)
def test_au02_where_the_entry_cannot_be_written_nothing_changes(cast, asha, code):
    """The table is away, as when a disk is full: the database refuses the entry."""
    _soft_key, row = registered(asha, cast.ben, "Blue")
    asha.raise_request_exception = False
    with nothing_changes(), trail_away():
        expect(503, ACTS[code](asha, desk_of(cast.ben), row))
    expect(302, ACTS[code](asha, desk_of(cast.ben), row))


@contextmanager
def trail_away():
    rename("audit_changeentry", "away")
    yield
    rename("away", "audit_changeentry")


def rename(was, becomes):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {was} RENAME TO {becomes}")


def test_az27_the_history_of_a_person_stays_where_it_happened(cast):
    root = signed_in(cast.root)
    registered(root, cast.eve, "Southern")
    move_home(person=cast.eve, organisation=cast.north, by=log.SYSTEM)
    asha = signed_in(cast.asha)
    registered(asha, cast.eve, "Northern")
    page = asha.get(f"/admin/people/{cast.eve.pk}/history/").content.decode()
    assert ("Northern" in page, "Southern" in page) == (True, False)


def test_au11_what_was_refused_is_kept_with_a_reason_that_the_browser_was_not_told(cast, asha):
    soft_key, row = registered(asha, cast.ben)
    wrong = expect(401, Browser().enter_password(cast.ben, "a wrong guess"))
    false = {"origin": "https://evil.example"}
    other = half_signed_in(cast.ben).use(soft_key, row, client_data=false)
    not_hers = asha.get(f"/admin/people/{cast.eve.pk}/history/")
    forged = asha.post(f"{desk_of(cast.ben)}{row.pk}/remove/")
    assert [each.status_code for each in (other, not_hers, forged)] == [401, 404, 403]
    kept = [
        (entry.code, json.loads(bytes(entry.canonical))["parameters"].get("reason"))
        for entry in AttemptEntry.objects.filter(code__endswith=".refused").order_by("pk")
    ]
    assert kept == [
        ("sign_in.refused", "password"),
        ("sign_in.refused", "origin"),
        ("act.refused", ""),
        ("act.refused", "csrf"),
    ]
    assert "a wrong guess" not in wrong.content.decode()
    assert "origin" not in other.content.decode()


@pytest.mark.looks_only
def test_of_each_event_it_is_known_what_a_restore_makes_of_it():
    """What takes something away is taken away again after a restore, and what gives is looked at:
    whoever adds an event says which, in operating/restore/replaying.py."""
    gave, nothing_left = replaying.TO_LOOK_AT, replaying.NOTHING_LEFT
    known = {*replaying.TAKEN_AWAY} | gave | nothing_left
    unknown = {
        event.code for event in EVENTS.values() if event.stream == CHANGE and event not in known
    }
    assert not unknown, "say it in operating/restore/replaying.py"
    assert not nothing_left & ({*replaying.TAKEN_AWAY} | gave)
