"""What people are told about themselves, at once and whoever did it."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import formats, timezone, translation

from ..base import clock
from ..notifications import messages, outbox
from ..organisations.models import Organisation
from .administrators import administrators_near
from .contacts import addressees_of
from .models import Person


def tell(message: Callable[..., messages.Message], *, person: Person, **parameters: str) -> None:
    tell_at(addressees_of(person), message, person=person, **parameters)


def tell_at(
    addressees: list[outbox.Addressee],
    message: Callable[..., messages.Message],
    *,
    person: Person,
    **parameters: str,
) -> None:
    """At these addresses of the person, and no other."""
    outbox.put(
        message,
        to=addressees,
        name=person.name,
        when=_now_as_written_to(person),
        **parameters,
    )


def tell_administrators(
    message: Callable[..., messages.Message],
    *,
    about: Person,
    besides: Person | None,
    **parameters: str,
) -> None:
    """Those who look after the person's keys, but for the one who acted; ten at most."""
    for administrator in administrators_near(about.home):
        if administrator.pk not in {about.pk, besides and besides.pk}:
            tell(message, person=administrator, holder=about.name, **parameters)


def tell_administrators_of(
    place: Organisation,
    message: Callable[..., messages.Message],
    *,
    besides: Person,
    **parameters: str,
) -> None:
    """Those who look after its people, but for the one who acted; ten at most."""
    for administrator in administrators_near(place):
        if administrator.pk != besides.pk:
            tell(message, person=administrator, **parameters)


def as_day(person: Person, day: date) -> str:
    """In the reader's language."""
    with translation.override(person.language):
        return formats.date_format(day, "j F Y")


def _now_as_written_to(person: Person) -> str:
    """In the reader's language and their organisation's time zone."""
    zone = ZoneInfo(person.home.time_zone)
    with translation.override(person.language):
        return formats.date_format(timezone.localtime(clock.now(), zone), "j F Y, H:i")
