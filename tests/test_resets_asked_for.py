"""A link to a new password that was asked for: its messages tell of whose request they are."""

from tests.forgetful import ask, mailed
from wardkey.audit.models import ChangeEntry
from wardkey.base import request_id
from wardkey.notifications.models import OutboxMessage


def test_a_links_messages_and_entry_have_the_id_of_the_request_that_asked(cast):
    asked = [ask(person.username)["X-Request-Id"] for person in (cast.ben, cast.dev)]
    of_the_worker = request_id.begin()
    assert len(mailed()) == 2
    sent = OutboxMessage.objects.filter(kind="password_link").order_by("created_at")
    assert list(sent.values_list("request_id", flat=True)) == asked
    issued = ChangeEntry.objects.filter(code="password.reset_issued").order_by("pk")
    assert list(issued.values_list("request_id", flat=True)) == asked
    assert request_id.current() == of_the_worker
