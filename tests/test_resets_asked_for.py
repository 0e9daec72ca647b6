"""Ways back that were asked for: whose request a link tells of, and when their rows go."""

from datetime import timedelta

from tests import chores
from tests.cast import issue_pass
from tests.departures import DAY
from tests.doors import signed_in
from tests.forgetful import ask, link_for, mailed, slip_for
from tests.traces import changes
from wardkey.audit.models import ChangeEntry
from wardkey.base import clock, request_id
from wardkey.notifications.models import OutboxMessage
from wardkey.recovery import forgetting
from wardkey.recovery.models import (
    AccessPass,
    IdentityCode,
    PassRequest,
    PasswordReset,
    Vouching,
)


def test_a_links_messages_and_entry_have_the_id_of_the_request_that_asked(cast):
    asked = [ask(person.username)["X-Request-Id"] for person in (cast.ben, cast.dev)]
    of_the_worker = request_id.begin()
    assert len(mailed()) == 2
    sent = OutboxMessage.objects.filter(kind="password_link").order_by("created_at")
    assert list(sent.values_list("request_id", flat=True)) == asked
    issued = ChangeEntry.objects.filter(code="password.reset_issued").order_by("pk")
    assert list(issued.values_list("request_id", flat=True)) == asked
    assert request_id.current() == of_the_worker


def made_of_each_kind(cast):
    """A link and a slip, a code, who vouched, a pass, and who asked for one."""
    link_for(cast.ben)
    slip_for(signed_in(cast.asha), cast.dev)
    now, who = clock.now(), {"person": cast.wil, "asked_by_id": cast.asha.pk}
    IdentityCode.objects.create(**who, sent_at=now, expires_at=now)
    Vouching.objects.create(
        **who, vouched_by=cast.ben, session_id=cast.asha.pk, vouched_at=now, used_at=now
    )
    issue_pass(cast.wil)
    PassRequest.objects.create(
        person=cast.wil, kind="access", lifetime=DAY, asked_by=cast.asha, asked_at=now
    )


def test_what_is_long_over_goes_after_30_days_and_the_trail_keeps_it(cast, monkeypatch):
    monkeypatch.setattr(forgetting, "ROWS_AT_A_TIME", 1)
    made_of_each_kind(cast)
    begun, kinds = clock.now(), (PasswordReset, IdentityCode, Vouching, AccessPass, PassRequest)
    issued = len(changes("password.reset_issued"))
    for days, left in ((29, [2, 1, 1, 1, 1]), (31, [0] * 5)):
        with clock.standing_at(begun + timedelta(days=days)):
            chores.done("forget_ways_back")
        assert [kind.objects.count() for kind in kinds] == left
    assert len(changes("password.reset_issued")) == issued == 2
