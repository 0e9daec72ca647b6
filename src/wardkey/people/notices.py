"""What people are told about themselves, at once and whoever did it; and administrators about
their organisation."""

from collections.abc import Callable, Collection
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import formats, timezone, translation

from ..base import clock
from ..notifications import messages, outbox
from ..organisations.models import Organisation
from .administrators import administrators_near
from .contacts import addressees_of
from .models import Person


def tell(message: Callable[..., messages.Message], *, person: Person, **parameters: object) -> None:
    tell_at(addressees_of(person), message, person=person, **parameters)


def tell_at(
    addressees: list[outbox.Addressee],
    message: Callable[..., messages.Message],
    *,
    person: Person,
    **parameters: object,
) -> None:
    """At these addresses of the person, and no other."""
    # Parameters may be lazy translations: they are written in the reader's language.
    with translation.override(person.language):
        written = {name: str(value) for name, value in parameters.items()}
    outbox.put(
        message,
        to=addressees,
        name=person.name,
        when=_now_as_written_to(person),
        **written,
    )


def tell_administrators(
    message: Callable[..., messages.Message],
    *,
    about: Person,
    besides: Person | None,
    **parameters: object,
) -> None:
    """Those who look after the person's keys, but for the one who acted; ten at most."""
    know = [person for person in (about, besides) if person]
    tell_administrators_of(about.home, message, besides=know, holder=about.name, **parameters)


def tell_administrators_of(
    place: Organisation,
    message: Callable[..., messages.Message],
    /,
    *,
    besides: Collection[Person],
    **parameters: object,
) -> None:
    """Those who look after its people, but for those who know; ten at most."""
    for administrator in administrators_near(place):
        if administrator not in besides:
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
