"""What anybody may send without end, and costs an entry of the trail each time, is counted first.

times_within_the_hour    how often the same came from there, this time among them
"""

from datetime import timedelta

from django.db import transaction

from ..base import clock, codes
from .models import Kind, Limit
from .source import Source, network_of

HOUR = timedelta(hours=1)


def times_within_the_hour(what: str, *, source: Source) -> int:
    """Two who come at once have a number each. The worker forgets the count after a day."""
    now = clock.now()
    hour = int(now.timestamp() // HOUR.total_seconds())
    counted = f"{what} {network_of(source.address).hex()} {hour}"
    row = {"subject": codes.keyed(counted, about="flood"), "kind": Kind.FLOOD, "browser": ""}
    with transaction.atomic():
        limits = Limit.objects.select_for_update()
        limit, _is_new = limits.get_or_create(**row, defaults={"failed_at": now})
        limit.failures, limit.failed_at = limit.failures + 1, now
        limit.save(update_fields=["failures", "failed_at"])
    return limit.failures
