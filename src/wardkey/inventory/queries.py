"""Reading the stock of one organisation, for pages and files.

stock_of          narrowed by what somebody chose
page_of_stock     in the order of serial numbers, a page at a time
counts_of         how many of each model at each site are in which state
boxes_of          what was received lately
beside_keys       the units of somebody’s keys, and what else they hold
history_of        a unit's custody, the newest first
"""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from ..base.text import has_forbidden_characters
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
    if has_forbidden_characters(by.model + by.site):
        return units.none()  # nothing is called so, and PostgreSQL takes no NUL to look for
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


@dataclass(frozen=True, slots=True)
class Beside:
    """What the stock has to say beside somebody's keys: the unit of each, by the key's id; units
    that they hold with no key of theirs on them; and the ids of keys whose number could be noted.
    """

    units: dict[uuid.UUID, Unit]
    without_key: list[Unit]
    to_note: set[uuid.UUID]


NOTHING_BESIDE = Beside({}, [], set())


def beside_keys(
    keys: Iterable[SecurityKey], holder: Person, within: QuerySet[Organisation]
) -> Beside:
    """Of units within. Numbers are offered to be noted where the holder's organisation keeps a
    stock."""
    numbered = {key.pk for key in keys if key.serial_number}
    units = _units_of(numbered, within) if numbered else {}
    mine = {unit.pk for unit in units.values()}
    there = Exists(within.filter(pk=OuterRef("organisation")))
    held = Unit.objects.filter(there, holder=holder, state=State.ISSUED).order_by("serial_key")
    unnoted = numbered - set(units)
    keeps = unnoted and Unit.objects.filter(organisation=holder.home).exists()
    return Beside(
        units=units,
        without_key=[unit for unit in held if unit.pk not in mine],
        to_note=unnoted if keeps else set(),
    )


def _units_of(keys: set[uuid.UUID], within: QuerySet[Organisation]) -> dict[uuid.UUID, Unit]:
    there = Exists(within.filter(pk=OuterRef("unit__organisation")))
    links = UnitKey.objects.filter(there, key__in=keys).select_related("unit")
    return {link.key_id: link.unit for link in links}


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
    return list(typed.exclude(state=KeyState.REMOVED).select_related("holder__home").order_by("pk"))


def is_state(text: str) -> bool:
    return text in State.values


def is_in_sight(holder: Person | None, within: QuerySet[Organisation]) -> bool:
    return holder is not None and within.filter(pk=holder.home_id).exists()
