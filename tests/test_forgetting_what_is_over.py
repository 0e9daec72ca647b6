"""Messages and one-time codes that are long over are forgotten; what still waits or holds stays."""

from datetime import timedelta

from tests.doors import registered, signed_in
from wardkey.base import clock
from wardkey.keys import handover_codes
from wardkey.keys.models import HandoverCode
from wardkey.lifecycle import moving
from wardkey.lifecycle.models import JoinerCode
from wardkey.notifications import messages, outbox
from wardkey.notifications.models import OutboxMessage

BEN = outbox.Addressee("ben@north.example", "en-gb")


def in_days(days):
    return clock.standing_at(clock.now() + timedelta(days=days))


def decide():
    outbox.put(messages.access_pass_used, to=[BEN], name="Ben", when="today")
    return OutboxMessage.objects.order_by("-created_at").first().pk


def test_what_was_sent_or_given_up_goes_after_30_days_and_what_waits_stays(db, monkeypatch):
    monkeypatch.setattr(outbox, "ROWS_AT_A_TIME", 1)
    sent, given_up, waits = decide(), decide(), decide()
    OutboxMessage.objects.filter(pk=sent).update(sent_at=clock.now())
    OutboxMessage.objects.filter(pk=given_up).update(given_up_at=clock.now())
    with in_days(29):
        assert outbox.forget_some() is False
        assert OutboxMessage.objects.count() == 3
    with in_days(31):
        lately = decide()
        OutboxMessage.objects.filter(pk=lately).update(sent_at=clock.now())
        assert [outbox.forget_some() for _each in range(3)] == [True, True, False]
    assert set(OutboxMessage.objects.values_list("pk", flat=True)) == {waits, lately}


def test_a_code_that_confirmed_a_handover_goes_after_30_days(cast):
    _soft_key, row = registered(signed_in(cast.cara), cast.eve)
    now = clock.now()
    code = HandoverCode.objects.create(
        key=row, session_id=row.pk, sent_at=now, expires_at=now + handover_codes.LIFETIME
    )
    for days, left in ((29, 1), (31, 0)):
        with in_days(days):
            handover_codes.forget_old()
        assert HandoverCode.objects.filter(pk=code.pk).count() == left


def test_a_joiner_code_goes_30_days_after_its_time_was_over(cast):
    moving.make_joiner_code(cast.ben)
    for days, left in ((59, 1), (61, 0)):
        with in_days(days):
            moving.forget_old_codes()
        assert JoinerCode.objects.count() == left
