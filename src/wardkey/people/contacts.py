"""Where a person is told of things: verified addresses, and a retired one for 14 days more."""

from datetime import timedelta

from django.db.models import Q, QuerySet

from ..base import clock
from ..notifications.outbox import Addressee
from .models import ContactPoint, Person

STILL_TOLD = timedelta(days=14)


def addressees_of(person: Person) -> list[Addressee]:
    points = _mail(person).filter(
        Q(retired_at=None) | Q(retired_at__gt=clock.now() - STILL_TOLD), verified_at__isnull=False
    )
    return [Addressee(point.value, person.language) for point in points]


def mail_shown_for(person: Person) -> str:
    """The address on the person's page; empty where there is none."""
    return _mail(person).filter(retired_at=None).values_list("value", flat=True).first() or ""


def _mail(person: Person) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(person=person, kind=ContactPoint.Kind.MAIL).order_by("pk")
