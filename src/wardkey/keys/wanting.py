"""What an administrator looks after before it is missed, for queries.

without_key, without_spare    of people
waiting, unused               of keys
is_unused                     the same, of one
"""

from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import Exact

from ..base import clock
from .models import SecurityKey, State, usable

UNUSED_FOR = timedelta(days=90)


def without_key() -> Q:
    return ~Q(Exists(_theirs()))


def without_spare() -> Q:
    """One key that they can use, and no other."""
    number = _theirs().order_by().values("holder").annotate(number=Count("pk")).values("number")
    return Q(Exact(Subquery(number), 1))


def waiting() -> Q:
    return Q(state=State.WAITING)


def unused() -> Q:
    """In use for 90 days or more, and not used in these; a new one counts from its registration."""
    before = clock.now() - UNUSED_FOR
    never = Q(last_used_at=None, registered_at__lt=before)
    return Q(state=State.ACTIVE) & (Q(last_used_at__lt=before) | never)


def is_unused(key: SecurityKey) -> bool:
    used = key.last_used_at or key.registered_at
    return key.state == State.ACTIVE and used < clock.now() - UNUSED_FOR


def _theirs() -> QuerySet[SecurityKey]:
    return SecurityKey.objects.filter(usable(), holder=OuterRef("pk"))
