"""`wardkey erase-people`: whoever left is named nowhere any more, and what happened stays."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from tests.canaries import dump
from tests.cast import decide
from tests.chores import done
from tests.departures import act, again, mark_leaver
from tests.doors import (
    MINE,
    ORIGIN,
    Browser,
    desk_of,
    expect,
    registered,
    row_of,
    signed_in,
)
from tests.imports import import_people
from tests.newcomers import NEW_PASSWORD, added, form_for, join, link_for
from tests.role_pages import put_to_sleep
from tests.softkey import SoftKey
from tests.test_api_tokens import own, with_key
from tests.test_policy_exceptions import made
from tests.test_registering_refused import touched_again
from tests.test_sealing import seal_all
from tests.test_verifying import verify
from tests.traces import attempts, changes, nothing_changes
from wardkey import cli
from wardkey.audit import erased as erased_entries
from wardkey.audit.models import AttemptEntry, ChangeEntry
from wardkey.base import clock
from wardkey.notifications import outbox
from wardkey.people.erased import left_of
from wardkey.people.models import Person

USERNAME, NAME, EMAIL = "nia.q@north.example", "Nia Quixote", "quixote@home.example"
NICKNAME, BROWSER = "Orange one of Nia", "Quixotic/7.2"
NUMBER, REASON = "PAY-7741", "Her arm is in plaster"
SIGNED = ("credential_id", "public_key", "attestation_object", "client_data_json")
LATER = timedelta(days=31)
FORGETS = ("forget_messages", "forget_imports", "forget_challenges")


def erase(*words, answer="y\n"):
    return CliRunner().invoke(cli.main, ["erase-people", *words], input=answer)


def erased(*words):
    made = erase(*words)
    assert made.exit_code == 0, made.output
    return made.output


@pytest.fixture
def priya(cast):
    return signed_in(cast.priya)


@pytest.fixture
def nia(cast, priya, tmp_path):
    """She joined, logged in, was to keep a token, and left: her account is closed."""
    decide(cast.north, keys_a_person=2)
    person = added(priya, USERNAME, name=NAME, email=EMAIL)
    row = {"external_id": NUMBER, "username": USERNAME, "name": NAME}
    assert import_people(tmp_path, row)[0] == 0
    expect(302, join(link_for(priya, person), NEW_PASSWORD))
    expect(302, made(priya, person, choice="keys_a_person=3", reason=REASON))
    _soft_key, blue = registered(priya, person, "Blue of hers")
    browser = Browser()
    browser.defaults["HTTP_USER_AGENT"] = BROWSER
    expect(302, browser.enter_password(person, NEW_PASSWORD))
    expect(200, browser.use(_soft_key, blue))
    browser.register(MINE, SoftKey("hers"), NICKNAME)
    expect(302, mark_leaver(priya, person, keys={blue: "keep"}))
    expect(302, act(priya, person, "close/"))
    return again(person)


def forget_what_is_over():
    outbox.deliver_due(at_most=1000)  # what waits for a server of mail is not forgotten
    for chore in FORGETS:
        done(chore)


def what_names(person):
    """All that the portal was told of her, and what her tokens are known by."""
    ids = [bytes(key.credential_id).hex() for key in person.keys.all()]
    keys = [bytes(key.public_key).hex() for key in person.keys.all()]
    return [USERNAME, NAME, EMAIL, NICKNAME, "Blue of hers", BROWSER, NUMBER, REASON, *ids, *keys]


def test_nothing_names_who_was_erased_and_before_everything_does(nia):
    named = what_names(nia)
    before = dump().lower()
    assert [each for each in named if each.lower() not in before] == []
    handles = [bytes(nia.user_handle).hex(), str(nia.oidc_subject)]
    with clock.standing_at(clock.now() + LATER):
        told = erased("--username", USERNAME.upper())
        forget_what_is_over()
        after = dump().lower()
    assert [each for each in [*named, *handles] if each.lower() in after] == []
    assert f"{NAME} ({USERNAME})" in told
    assert "Erased: 1" in told
    person = again(nia)
    assert (person.username, person.username_key) == ("", left_of(USERNAME))
    assert person.name == f"Erased person {nia.pk.hex[:8]}"
    assert not person.has_usable_password()
    assert (person.starts_at, person.last_day) == (None, None)
    assert person.security_stamp != nia.security_stamp
    states = {(key.state, key.state_reason) for key in person.keys.all()}
    assert states == {("removed", "holder_erased")}


def test_the_trail_says_so_proves_itself_and_is_read_without_her_name(nia, priya, cast):
    with clock.standing_at(clock.now() + LATER):
        # Others' are not all as they were sealed: what tests did before was taken over from them.
        AttemptEntry.objects.exclude(holder_id=nia.pk).delete()
        seal_all()
        erased("--username", USERNAME)
        assert verify() == (0, [])
        [entry] = changes("person.erased")
        assert (entry.holder, entry.actor["kind"]) == (str(nia.pk), "operator")
        assert entry.parameters == {"keys": 2}
        assert len(changes("key.removed")) == 2
        page = expect(
            200, signed_in(cast.priya).get(f"/admin/people/{nia.pk}/history/")
        ).content.decode()
    assert "Person erased" in page
    assert again(nia).name in page
    assert NAME not in page


def test_what_she_did_for_others_stays_without_her_name(cast, priya):
    """A local administrator who registered a token for Ben."""
    asha = with_key(signed_in(cast.root), cast.asha)
    own(asha, name="Script of Rao")
    registered(asha, cast.ben, "Blue of Ben")
    expect(302, mark_leaver(priya, cast.asha))
    expect(302, act(priya, cast.asha, "close/"))
    by_asha = ChangeEntry.objects.filter(actor_id=str(cast.asha.pk), holder_id=cast.ben.pk)
    of_others = ChangeEntry.objects.filter(holder_id=cast.asha.pk, actor_id=str(cast.priya.pk))
    assert all("actor.name" in entry.clear for entry in by_asha)
    with clock.standing_at(clock.now() + LATER):
        erased("--username", cast.asha.username)
        forget_what_is_over()
    [entry] = by_asha.filter(code="key.registered")
    assert [kept["value"] for kept in entry.clear.values()] == ["Blue of Ben"]
    assert {entry.clear["actor.name"]["value"] for entry in of_others} == {cast.priya.name}
    assert cast.asha.name not in (left := dump())
    assert "Script of Rao" not in left
    assert erased_entries.erase(cast.asha.pk) == 0


def test_nobody_is_given_the_user_name_again(nia, priya, tmp_path):
    with clock.standing_at(clock.now() + LATER):
        erased("--username", USERNAME)
        admin = signed_in(again_admin(priya))
        with nothing_changes():
            form = form_for(USERNAME.upper(), name="Somebody Else")
            page = expect(400, admin.submit("/admin/people/add/", **form)).content.decode()
            row = {"external_id": "E9", "username": USERNAME, "name": "Somebody Else"}
            code, told = import_people(tmp_path, row)
        assert "was somebody’s" in page
        assert code == 2, told
        added(admin, "nia.other@north.example", name="Somebody Else")


def test_a_file_of_people_goes_on_naming_those_who_left(nia, tmp_path):
    """By their number, with their last day; the others come. A name alone says nothing: it may be
    somebody's of another organisation."""
    last_day = nia.last_day.isoformat()
    with clock.standing_at(clock.now() + LATER):
        erased("--username", USERNAME)
        by_number = {"external_id": NUMBER, "last_day": last_day}
        by_name = {"external_id": "E7", "username": USERNAME, "last_day": last_day}
        newcomer = {"external_id": "E8", "username": "noa@north.example", "name": "Noa"}
        assert import_people(tmp_path, by_name, newcomer)[0] == 2
        code, told = import_people(tmp_path, by_number, newcomer)
        assert (code, told["rows"]) == (0, {"unchanged": 1, "add": 1}), told
        known = {"external_id": NUMBER, "username": "zoe@north.example", "name": "Zoe"}
        assert import_people(tmp_path, known)[0] == 0, "a payroll may give a number again"


def test_why_a_role_slept_is_not_told(cast):
    why = "Nina Norris is in hospital"
    expect(302, put_to_sleep(signed_in(cast.asha), cast.nina, why))
    expect(302, act(signed_in(cast.priya), cast.nina, "close/"))
    with clock.standing_at(clock.now() + LATER):
        assert why in dump()
        erased("--username", cast.nina.username)
        assert why not in dump()


def test_no_removal_of_yesterday_is_undone(nia, priya):
    with clock.standing_at(clock.now() + LATER):
        admin = signed_in(again_admin(priya))
        key = nia.keys.first()
        expect(302, admin.submit(f"{desk_of(nia)}{key.pk}/remove/", reason="mistake"))
        erased("--username", USERNAME)
        expect(409, admin.submit(f"{desk_of(nia)}{key.pk}/undo-removal/"))
    assert row_of(key.pk).state == "removed"


def again_admin(browser):
    return Person.objects.get(pk=browser.session.person_id)


def test_the_old_user_name_logs_in_like_one_that_never_was(nia):
    with clock.standing_at(clock.now() + LATER):
        erased("--username", USERNAME)
        for each in (USERNAME, left_of(USERNAME), "never@north.example"):
            expect(401, Browser().submit("/sign-in/", username=each, password=NEW_PASSWORD))
    refused = [(each.holder, each.parameters) for each in attempts("sign_in.refused")[-3:]]
    assert refused == [("", refused[-1][1])] * 3


def test_a_credential_of_hers_is_registered_for_nobody(cast, priya):
    soft_key, row = registered(priya, cast.dev, "Orange")
    expect(302, act(priya, cast.dev, "close/"))
    with clock.standing_at(clock.now() + LATER):
        erased("--username", cast.dev.username)
        desk, admin = desk_of(cast.ben), signed_in(cast.priya)
        begun = admin.begin(desk)
        with nothing_changes():
            again_hers = touched_again(soft_key).register(begun["public_key"], ORIGIN)
            answer = expect(409, admin.answer(desk, begun, again_hers))
    assert answer.json()["code"] == "key_already_registered"
    left = row_of(row.pk)
    assert {bytes(getattr(left, name)) for name in SIGNED} == {b""}
