"""The holder is told at once of every change to their keys, whoever made it."""

from datetime import UTC, datetime, timedelta
from email import message_from_string, policy

import pytest

from tests.doors import MINE, desk_of, expect, half_signed_in, registered, signed_in
from tests.softkey import SoftKey
from wardkey.base import clock
from wardkey.notifications import outbox
from wardkey.notifications.models import OutboxMessage


@pytest.fixture
def asha(cast):
    return signed_in(cast.asha)


@pytest.fixture
def mail(settings, tmp_path):
    """What the worker wrote: text by kind of message."""
    settings.MAIL_FOLDER = str(tmp_path / "mail")

    def delivered():
        outbox.deliver_due()
        return [path.read_text() for path in sorted((tmp_path / "mail").glob("*.eml"))]

    return delivered


def plain(mail_text):
    message = message_from_string(mail_text, policy=policy.default)
    return message, message.get_content()


def test_the_holder_is_told_of_a_registration_in_words(cast, asha, mail):
    registered(asha, cast.ben)
    [text] = mail()
    message, body = plain(text)
    assert message["To"] == "ben@north.example"
    assert message["Subject"] == "A FIDO2 token was registered for you"
    assert "Dear Ben Carter," in body
    assert "Asha Rao registered the FIDO2 token “Blue” for you on " in body
    assert "helpdesk@wardkey.example" in body


@pytest.mark.parametrize(
    ("act", "fields", "subject", "words"),
    [
        (
            "edit",
            {"nickname": "Green"},
            "new nickname",
            "renamed your FIDO2 token “Blue” to “Green”",
        ),
        ("remove", {}, "was removed", "removed your FIDO2 token “Blue”"),
    ],
)
def test_the_holder_is_told_of_a_change(cast, asha, mail, act, fields, subject, words):
    _soft_key, row = registered(asha, cast.ben)
    OutboxMessage.objects.all().delete()
    expect(302, asha.submit(f"{desk_of(cast.ben)}{row.pk}/{act}/", **fields))
    [text] = mail()
    message, body = plain(text)
    assert message["To"] == "ben@north.example"
    assert subject in message["Subject"]
    assert f"Asha Rao {words} on " in body


def test_the_holder_is_told_of_the_first_use(cast, asha):
    soft_key, row = registered(asha, cast.ben)
    expect(200, half_signed_in(cast.ben).use(soft_key, row))
    assert OutboxMessage.objects.get(kind="key_handed_over").address == "ben@north.example"


def test_whoever_changes_their_own_keys_is_told_too(cast):
    eve = signed_in(cast.eve)
    eve.register(MINE, SoftKey(), "Spare")
    told = OutboxMessage.objects.filter(kind="key_registered", address="eve@south.example")
    assert told.count() == 2


def test_the_time_is_that_of_the_holders_organisation(cast):
    next_summer = datetime(clock.now().year + 1, 7, 1, 9, 5, tzinfo=UTC)
    with clock.standing_at(next_summer):
        registered(signed_in(cast.asha), cast.ben)
    told = OutboxMessage.objects.get()
    assert told.parameters["when"] == f"1 July {next_summer.year}, 10:05"


def test_every_verified_address_is_told_and_a_retired_one_for_fourteen_days(cast, asha):
    now = clock.now()
    points = cast.ben.contact_points
    points.create(value="also@north.example", verified_at=now)
    points.create(value="unverified@north.example")
    points.create(
        value="lately@north.example", verified_at=now, retired_at=now - timedelta(days=13)
    )
    points.create(
        value="long-ago@north.example", verified_at=now, retired_at=now - timedelta(days=15)
    )
    points.create(kind="mobile", value="07700 900123", verified_at=now)
    registered(asha, cast.ben)
    assert set(OutboxMessage.objects.values_list("address", flat=True)) == {
        "ben@north.example",
        "also@north.example",
        "lately@north.example",
    }


def test_a_refused_change_tells_nobody(cast, asha):
    desk = desk_of(cast.ben)
    begun = asha.touch(desk, SoftKey())
    expect(400, asha.name(desk, begun, ""))
    expect(400, asha.name(desk_of(cast.dev), begun, "Blue"))
    assert OutboxMessage.objects.count() == 0


def test_a_name_with_a_line_break_adds_no_header(cast, asha, mail):
    cast.ben.name = "Ben\r\nBcc: evil@evil.example"
    cast.ben.save(update_fields=["name"])
    registered(asha, cast.ben, "Blue")
    [text] = mail()
    message, _body = plain(text)
    assert message["Bcc"] is None


def test_both_mails_of_a_report_say_what_to_do_if_the_holder_did_not_make_it(cast, asha, mail):
    soft_key, row = registered(asha, cast.ben)
    expect(200, half_signed_in(cast.ben).use(soft_key, row))
    expect(302, half_signed_in(cast.ben).submit("/sign-in/key/lost/", key=str(row.pk)))
    bodies = [" ".join(plain(text)[1].split()) for text in mail()]
    assert [body for body in bodies if "somebody may have your password" in body]
    assert [body for body in bodies if "suspend the account while you look into it" in body]


def test_a_token_suspended_as_a_precaution_hints_at_no_stolen_password(cast, asha, mail):
    _soft_key, row = registered(asha, cast.ben)
    expect(302, asha.submit(f"{desk_of(cast.ben)}{row.pk}/suspend/", reason="precaution"))
    assert "may have" not in " ".join(plain(text)[1] for text in mail())
