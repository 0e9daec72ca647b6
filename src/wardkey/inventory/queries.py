"""Reading the stock of one organisation, for pages and files.

stock_of          narrowed by what somebody chose
page_of_stock     in the order of serial numbers, a page at a time
counts_of         how many of each model at each site are in which state
boxes_of          what was received lately
unknown_to_stock  keys whose number was typed and is in no stock
history_of        a unit's custody, the newest first
"""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from ..keys.models import SecurityKey
from ..keys.models import State as KeyState
from ..organisations.models import Organisation
from ..people.models import Person
from .models import Box, Custody, State, Unit, UnitKey

PAGE = 50
BOXES_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Empty where everything is wanted."""

    state: str = ""
    model: str = ""
    site: str = ""
    box: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """After which unit a page begins."""

    serial_key: str
    unit_id: uuid.UUID


@dataclass(slots=True)
class Counted:
    maker: str
    model: str
    site: str
    states: Counter[str] = field(default_factory=Counter)

    @property
    def number(self) -> int:
        return self.states.total()


def stock_of(organisation: Organisation, by: Narrowed) -> QuerySet[Unit]:
    units = Unit.objects.filter(organisation=organisation)
    chosen = {"state": by.state, "model": by.model, "site": by.site, "box": by.box}
    return units.filter(**{name: value for name, value in chosen.items() if value})


def seen_by(units: QuerySet[Unit], within: QuerySet[Organisation]) -> QuerySet[Unit]:
    """With holder and box, and `holder_in_sight`: whether the holder's home is within."""
    there = within.filter(pk=OuterRef("holder__home"))
    return units.select_related("holder", "box").annotate(holder_in_sight=Exists(there))


def page_of_stock(
    units: QuerySet[Unit], after: Place | None, *, at_most: int = PAGE + 1
) -> list[Unit]:
    """One more than a page where there is another."""
    if after is not None:
        same = Q(serial_key=after.serial_key, pk__gt=after.unit_id)
        later = Q(serial_key__gt=after.serial_key) | same
        units = units.filter(later, serial_key__gte=after.serial_key)
    return list(units.order_by("serial_key", "pk")[:at_most])


def counts_of(organisation: Organisation) -> list[Counted]:
    """By maker, model and site."""
    rows = Unit.objects.filter(organisation=organisation)
    counted: dict[tuple, Counted] = {}
    each = rows.values_list("maker", "model", "site", "state").annotate(number=Count("*"))
    for maker, model, site, state, number in each.order_by("maker", "model", "site"):
        kind = counted.setdefault((maker, model, site), Counted(maker, model, site))
        kind.states[state] = number
    return list(counted.values())


def unknown_to_stock(keys: Iterable[SecurityKey], organisation: Organisation) -> set[uuid.UUID]:
    """The ids of those with a serial number that an organisation which keeps a stock could note."""
    numbered = {key.pk for key in keys if key.serial_number}
    if not numbered or not Unit.objects.filter(organisation=organisation).exists():
        return set()
    linked = UnitKey.objects.filter(key__in=numbered).values_list("key", flat=True)
    return numbered - set(linked)


def boxes_of(organisation: Organisation) -> list[Box]:
    boxes = Box.objects.filter(organisation=organisation).select_related("kept_by")
    return list(boxes.order_by("-kept_at")[:BOXES_SHOWN])


def history_of(unit: Unit, within: QuerySet[Organisation]) -> list[Custody]:
    """Each with `holder_in_sight`, as in `seen_by`."""
    there = within.filter(pk=OuterRef("holder__home"))
    rows = Custody.objects.filter(unit=unit).select_related("by", "organisation", "holder")
    return list(rows.annotate(holder_in_sight=Exists(there)).order_by("-pk"))


def keys_on(unit: Unit, within: QuerySet[Organisation]) -> tuple[list[SecurityKey], int]:
    """Those of people within, and how many of others."""
    kept = SecurityKey.objects.filter(in_unit__unit=unit).exclude(state=KeyState.REMOVED)
    there = within.filter(pk=OuterRef("holder__home"))
    keys = list(kept.select_related("holder").annotate(in_sight=Exists(there)).order_by("pk"))
    seen: list[SecurityKey] = [key for key in keys if key.in_sight]
    return seen, len(keys) - len(seen)


def keys_typed(unit: Unit, within: QuerySet[Organisation]) -> list[SecurityKey]:
    """Registered with its number by people within, and linked to no unit."""
    kept = SecurityKey.objects.filter(holder__home__in=within, in_unit=None)
    typed = kept.alias(typed=Upper("serial_number")).filter(typed=unit.serial_key)
    return list(typed.exclude(state=KeyState.REMOVED).select_related("holder").order_by("pk"))


def is_state(text: str) -> bool:
    return text in State.values


def is_in_sight(holder: Person | None, within: QuerySet[Organisation]) -> bool:
    return holder is not None and within.filter(pk=holder.home_id).exists()
