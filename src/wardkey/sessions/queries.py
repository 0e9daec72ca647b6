"""Reading sessions: what a key opened."""

import uuid
from datetime import datetime

from .models import Session

AT_MOST = 100


def opened_with(key_id: uuid.UUID, *, since: datetime) -> list[Session]:
    """The newest first, the first hundred."""
    opened = Session.objects.filter(key_id=key_id, started_at__gte=since)
    return list(opened.order_by("-started_at")[:AT_MOST])
