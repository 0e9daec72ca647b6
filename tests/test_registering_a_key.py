"""Register New Token: an administrator registers a colleague's key, and gives it a nickname."""

import uuid
from datetime import timedelta

import pytest

from tests.cast import decide
from tests.doors import (
    MINE,
    ORIGIN,
    desk_of,
    expect,
    half_signed_in,
    registered,
    signed_in,
)
from tests.softkey import AAGUID, AlreadyRegistered, SoftKey, decode, encode
from tests.traces import changes, nothing_changes
from wardkey.audit import log
from wardkey.base import clock
from wardkey.ceremonies.models import PendingCeremony
from wardkey.keys.models import SecurityKey
from wardkey.people.models import Person, Role
from wardkey.people.roles import grant_role
from wardkey.sessions.models import Session


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


def test_a_registered_key_is_kept_recorded_and_in_the_list(cast, asha):
    soft_key = SoftKey()
    begun = asha.touch(desk_of(cast.ben), soft_key)
    answer = expect(302, asha.name(desk_of(cast.ben), begun, "  Blue key, ward 7 "))
    assert answer["Location"] == desk_of(cast.ben)
    page = asha.get(answer["Location"]).content.decode()
    assert "The token “Blue key, ward 7” was registered." in page
    row = SecurityKey.objects.get()
    assert (row.holder, row.registered_by, row.state) == (cast.ben, cast.asha, "waiting")
    assert row.nickname == "Blue key, ward 7"
    assert (bytes(row.credential_id), row.aaguid) == (
        *soft_key.credentials,
        uuid.UUID(bytes=AAGUID),
    )
    [entry] = changes("key.registered")
    assert entry.actor["id"] == str(cast.asha.pk)
    assert entry.holder == str(cast.ben.pk)
    assert entry.organisation == cast.north.pk
    assert entry.parameters["key"] == str(row.pk)


def test_at19_no_serial_number_is_asked_for_nor_kept_where_a_key_tells_it(cast, asha):
    soft_key = SoftKey(serial=b"17 34 90 77")
    begun = asha.touch(desk_of(cast.ben), soft_key)
    assert begun["public_key"]["attestation"] == "direct"  # and never "enterprise"
    expect(302, asha.name(desk_of(cast.ben), begun, "Blue"))
    row = SecurityKey.objects.get()
    assert row.serial_number == ""
    told = f"{row.proved} {changes('key.registered')} {asha.get(desk_of(cast.ben)).content}"
    assert "17 34 90 77" not in told


def test_ml33_a_name_is_text_and_no_markup_where_a_token_is_registered(cast, asha):
    markup = "<img src=x onerror=alert(1)>"
    Person.objects.filter(pk=cast.ben.pk).update(name=markup)
    answer = asha.get(f"{desk_of(cast.ben)}register/")
    page = answer.content.decode()
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img src=x" not in page
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "'unsafe" not in answer["Content-Security-Policy"]
    assert asha.begin(desk_of(cast.ben))["public_key"]["user"]["displayName"] == markup


def test_the_options_ask_for_what_the_portal_holds_the_answer_against(cast, asha):
    options = asha.begin(desk_of(cast.ben))["public_key"]
    assert options["rp"]["id"] == "localhost"
    assert decode(options["user"]["id"]) == bytes(cast.ben.user_handle)
    assert len(decode(options["challenge"])) == 32
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "preferred"
    assert options["attestation"] == "direct"


def test_each_challenge_is_a_new_one(cast, asha):
    challenges = {asha.begin(desk_of(cast.ben))["public_key"]["challenge"] for _ in range(3)}
    assert len(challenges) == 3


def test_ft18_without_random_numbers_no_challenge_is_made(cast, asha, monkeypatch, caplog):
    def fails(_count=None):
        raise OSError("no entropy")

    challenge = f"{desk_of(cast.ben)}register/challenge/"
    with monkeypatch.context() as patched:
        patched.setattr("os.urandom", fails)
        patched.setattr("random._urandom", fails)
        refused = asha.call(challenge)
        assert (refused.status_code, refused.json()["code"]) == (503, "temporarily_unavailable")
    assert [each.levelname for each in caplog.records if "entropy.failed" in each.message] == [
        "CRITICAL"
    ]
    assert asha.call(challenge).status_code == 200


def test_the_host_header_chooses_nothing(cast, asha, settings):
    settings.ALLOWED_HOSTS = ["*"]
    address = f"{desk_of(cast.ben)}register/challenge/"
    headers = {"x-csrftoken": asha.csrf, "host": "evil.example"}
    begun = asha.post(address, {}, content_type="application/json", headers=headers).json()
    assert begun["public_key"]["rp"]["id"] == "localhost"


def test_holders_and_registrars_keys_are_to_be_excluded(cast, asha):
    own = asha.register(desk_of(cast.asha), SoftKey(), "Asha's own")
    bens = asha.register(desk_of(cast.ben), SoftKey(), "Ben's")
    devs = asha.register(desk_of(cast.dev), SoftKey(), "Dev's, just before")
    excluded = asha.begin(desk_of(cast.ben))["public_key"]["excludeCredentials"]
    expected = {encode(bytes(row.credential_id)) for row in (own, bens, devs)}
    assert {each["id"] for each in excluded} == expected


def test_a_key_left_in_the_port_notices_it(cast, asha):
    soft_key = SoftKey()
    asha.register(desk_of(cast.dev), soft_key, "Dev's")
    with pytest.raises(AlreadyRegistered):
        asha.touch(desk_of(cast.ben), soft_key)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter a nickname."),
        (" \t ", "Enter a nickname."),
        ("\u200b", "Enter a nickname."),
        ("x" * 65, "64 characters or fewer"),
        ("Blue\x07", "invisible or control characters"),
        ("Blue\x00", "invisible or control characters"),
        ("Bl\u202eue", "invisible or control characters"),
        ("BLUE", "already has a token with this nickname"),
        ("ｂｌｕｅ", "already has a token with this nickname"),
    ],
)
def test_after_a_bad_nickname_another_is_saved_without_pin_and_touch(cast, asha, typed, words):
    registered(asha, cast.ben, "Blue")
    desk = desk_of(cast.ben)
    begun = asha.touch(desk, SoftKey())
    with nothing_changes():
        page = asha.name(desk, begun, typed)
    assert page.status_code == (409 if "already" in words else 400)
    assert words in page.content.decode()
    assert begun["registration_id"] in page.content.decode()
    expect(302, asha.name(desk, begun, "Green"))
    assert SecurityKey.objects.get(nickname="Green").holder == cast.ben


@pytest.mark.parametrize(
    "nickname", ["x" * 64, "蓝色钥匙", "مفتاح", "नीली चाबी\u200d", "🔑 one", "<b>&"]
)
def test_any_script_makes_a_nickname(cast, asha, nickname):
    _soft_key, row = registered(asha, cast.ben, nickname)
    assert row.nickname == nickname


def test_ml32_a_nickname_is_taken_for_its_holder_only(cast, asha):
    registered(asha, cast.ben, "Blue")
    expect(302, asha.name(desk_of(cast.dev), asha.touch(desk_of(cast.dev), SoftKey()), "Blue"))


def test_the_nickname_of_a_removed_key_is_free(cast, asha):
    _soft_key, row = registered(asha, cast.ben, "Blue")
    expect(302, asha.submit(f"{desk_of(cast.ben)}{row.pk}/remove/"))
    expect(302, asha.name(desk_of(cast.ben), asha.touch(desk_of(cast.ben), SoftKey()), "Blue"))


def test_an_answer_waits_fifteen_minutes_for_its_nickname(cast, asha):
    desk = desk_of(cast.ben)
    soon, late = asha.touch(desk, SoftKey()), asha.touch(desk, SoftKey())
    with clock.standing_at(clock.now() + timedelta(minutes=14)):
        expect(302, asha.name(desk, soon, "Soon"))
    with clock.standing_at(clock.now() + timedelta(minutes=16)), nothing_changes():
        expect(400, asha.name(desk, late, "Late"))


def test_five_answers_of_a_session_wait_at_most_and_the_oldest_gives_way(cast, asha):
    desk = desk_of(cast.ben)
    first, second, *_rest = [asha.touch(desk, SoftKey()) for _ in range(6)]
    assert PendingCeremony.objects.exclude(answer=None).count() == 5
    expect(400, asha.name(desk, first, "First"))
    expect(302, asha.name(desk, second, "Second"))


def test_an_answer_is_forgotten_once_its_key_is_kept(cast, asha):
    asha.register(desk_of(cast.ben), SoftKey(), "Blue")
    row = PendingCeremony.objects.get()
    assert row.finished_at is not None
    assert row.answer is None


def test_an_answer_gets_no_nickname_from_another_organisation_in_view(cast):
    role, north = Role.LOCAL_ADMINISTRATOR, cast.north
    grant_role(
        person=cast.root, role=role, organisation=north, with_those_below=True, by=log.SYSTEM
    )
    root, desk = signed_in(cast.root), desk_of(cast.ben)
    begun = root.touch(desk, SoftKey())
    sessions = Session.objects.filter(person=cast.root, ended_at=None)
    sessions.update(organisation_in_view=north)
    with nothing_changes():
        expect(400, root.name(desk, begun, "Blue"))
    sessions.update(organisation_in_view=None)
    expect(302, root.name(desk, begun, "Blue"))


def test_an_answer_has_five_minutes(cast, asha):
    desk = desk_of(cast.ben)
    begun = asha.begin(desk)
    answer = SoftKey().register(begun["public_key"], ORIGIN)
    with clock.standing_at(clock.now() + timedelta(seconds=295)):
        expect(200, asha.answer(desk, begun, answer))


def test_rc11_two_tabs_may_both_register(cast, asha):
    desk = desk_of(cast.ben)
    first, second = asha.begin(desk), asha.begin(desk)
    for begun, nickname in ((second, "Second"), (first, "First")):
        answer = SoftKey().register(begun["public_key"], ORIGIN)
        expect(200, asha.answer(desk, begun, answer))
        expect(302, asha.name(desk, begun, nickname))
    assert SecurityKey.objects.count() == 2


def test_the_last_of_the_keys_that_the_policy_allows_is_registered_and_no_other(cast, asha):
    decide(cast.north, keys_a_person=2)
    desk = desk_of(cast.ben)
    first, second, third = (asha.touch(desk, SoftKey()) for _ in range(3))
    expect(302, asha.name(desk, first, "First"))
    expect(302, asha.name(desk, second, "Second"))
    with nothing_changes():
        expect(409, asha.name(desk, third, "Third"))
        problem = expect(409, asha.call(f"{desk}register/challenge/")).json()
    assert problem["code"] == "too_many_keys"


def test_a_person_in_the_middle_of_a_login_registers_nothing(cast, asha):
    registered(asha, cast.ben)
    ben = half_signed_in(cast.ben)
    with nothing_changes():
        problem = expect(401, ben.call(f"{MINE}register/challenge/")).json()
    assert problem["code"] == "step_up_required"
