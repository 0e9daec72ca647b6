"""What a holder is told about their keys, at once and whoever did it."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.utils import formats, timezone, translation

from ..base import clock
from ..notifications import messages, outbox
from ..people.contacts import addressees_of
from ..people.models import Person


def tell_holder(
    message: Callable[..., messages.Message], *, holder: Person, **parameters: str
) -> None:
    outbox.put(
        message,
        to=addressees_of(holder),
        name=holder.name,
        when=_now_as_written_to(holder),
        **parameters,
    )


def _now_as_written_to(holder: Person) -> str:
    """In the reader's language and their organisation's time zone."""
    zone = ZoneInfo(holder.home.time_zone)
    with translation.override(holder.language):
        return formats.date_format(timezone.localtime(clock.now(), zone), "j F Y, H:i")
