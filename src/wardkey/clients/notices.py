"""A client is to hear that grants of its end: logouts.py sends what is noted here.

note_due     in the transaction that ends them
"""

from django.db.models import QuerySet

from ..base import clock
from .models import Grant, LogoutNotice


def note_due(ending: QuerySet[Grant]) -> None:
    """Once for each client and session, where the client has an address for it."""
    told = ending.exclude(client__logout_uri="").order_by("client_id", "session_id", "pk")
    once = {(grant.client_id, grant.session_id): grant for grant in told}
    LogoutNotice.objects.bulk_create(map(_notice, once.values()))


def _notice(grant: Grant) -> LogoutNotice:
    return LogoutNotice(
        client_id=grant.client_id,
        person_id=grant.person_id,
        session_id=grant.session_id,
        due_at=clock.now(),
    )
