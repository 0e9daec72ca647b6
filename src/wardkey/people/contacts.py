"""Where a person is told of things: verified addresses, and a retired one for 14 days more."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db.models import Q, QuerySet

from ..base import clock
from ..base.errors import InvalidInput
from ..base.text import canonical_name
from ..notifications.outbox import Addressee
from .models import ContactPoint, Person

STILL_TOLD = timedelta(days=14)


def add_mail(person: Person, address: str, *, verified_at: datetime | None) -> None:
    """Nothing where there is no address."""
    if address:
        ContactPoint.objects.create(person=person, value=address, verified_at=verified_at)


def replace_unproved_mail(person: Person, address: str) -> bool:
    """Whether it was not there: one that its owner has proved stays beside it."""
    held = _mail(person).filter(retired_at=None)
    if address.casefold() in (each.casefold() for each in held.values_list("value", flat=True)):
        return False
    held.filter(verified_at=None).update(retired_at=clock.now())
    add_mail(person, address, verified_at=None)
    return True


def mail_is_verified(person: Person, address: str) -> None:
    """What was sent there came back."""
    _mail(person).filter(value=address, verified_at=None).update(verified_at=clock.now())


def addressees_of(person: Person) -> list[Addressee]:
    points = _mail(person).filter(
        Q(retired_at=None) | Q(retired_at__gt=clock.now() - STILL_TOLD), verified_at__isnull=False
    )
    return [Addressee(point.value, person.language) for point in points]


def own_addresses_of(person: Person, *, known_before: datetime) -> list[Addressee]:
    """Where only the person reads: verified, not retired, and no newer than that moment, so that
    nobody puts an address of their own there for the occasion."""
    points = _mail(person).filter(retired_at=None, verified_at__lte=known_before)
    return [Addressee(point.value, person.language) for point in points]


def shortened(address: str) -> str:
    """Enough for its owner to know it: `b…@north.example`."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


def require_mail_address(text: str) -> None:
    """Raises InvalidInput (`email`) unless it has the plain shape of one, in 254 characters."""
    try:
        MaxLengthValidator(254)(text)
        validate_email(text)
    except ValidationError as error:
        raise InvalidInput("email", field="email") from error
    if not _is_what_it_looks_like(text):
        raise InvalidInput("email", field="email")


def _is_what_it_looks_like(address: str) -> bool:
    """A name in quotes may have escape sequences in it, and a domain letters that do not show."""
    return '"' not in address and canonical_name(address) == address.casefold()


def mail_points() -> QuerySet[ContactPoint]:
    """Of anybody, those that are not retired; the first one is shown."""
    return ContactPoint.objects.filter(kind=ContactPoint.Kind.MAIL, retired_at=None).order_by("pk")


def mail_addresses_of(person: Person) -> list[str]:
    """Proved or not."""
    return list(_mail(person).filter(retired_at=None).values_list("value", flat=True))


def mail_shown_for(person: Person) -> str:
    """The address on the person's page; empty where there is none."""
    return _mail(person).filter(retired_at=None).values_list("value", flat=True).first() or ""


def verified_mail_of(person: Person) -> str:
    """The first that is proved to be theirs and not retired; empty where there is none."""
    proved = _mail(person).filter(retired_at=None, verified_at__isnull=False).order_by("pk")
    return proved.values_list("value", flat=True).first() or ""


def mail_shown_for_each(people: Iterable[Person]) -> dict[uuid.UUID, str]:
    """As `mail_shown_for`, with one query; nothing for whoever has none."""
    points = mail_points().filter(person__in=[person.pk for person in people])
    newest_first = points.order_by("-pk").values_list("person_id", "value")
    return dict(newest_first)


def _mail(person: Person) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(person=person, kind=ContactPoint.Kind.MAIL).order_by("pk")
