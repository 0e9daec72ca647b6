"""What came in a box, as it was typed or scanned, before anything is kept.

Delivery       where it came from, and its serial numbers: a range, or a list with one a line
faults_in      which of them cannot be received, each with its line

A range keeps what stands before its last figures, and leading zeros: AB0098 to AB0101 are four.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ..base.errors import InvalidInput
from ..base.text import canonical_name, has_forbidden_characters, has_visible_character
from ..keys.serial_numbers import is_serial_number, serial_key
from .models import Unit

UNITS_AT_MOST = 5_000
FAULTS_SHOWN = 100
# As many numbers of 40 characters, with the line ends as a form writes them, and what is beside.
LIST_BYTES = 320 * 1024
LONGEST = {"maker": 60, "model": 100, "site": 80, "order_reference": 60}
NEEDED = ("maker", "model")
AT_ONCE = 500
BEFORE_AND_FIGURES = re.compile(r"(.*?)([0-9]+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    maker: str
    model: str
    site: str
    order_reference: str
    received_on: date
    serial_numbers: list[str]

    @property
    def maker_key(self) -> str:
        return canonical_name(self.maker)


@dataclass(frozen=True, slots=True)
class Fault:
    """`what` is not_one, repeated or known; `other` is the line that had it first."""

    line: int
    serial_number: str
    what: str
    other: int = 0


def delivery(
    *,
    maker: str,
    model: str,
    site: str,
    order_reference: str,
    received_on: date,
    first: str,
    last: str,
    scanned: str,
    today: date,
) -> Delivery:
    """Of a range, or of what was scanned. Raises InvalidInput, with the field."""
    if not date(2000, 1, 1) <= received_on <= today:
        raise InvalidInput("received_on", field="received_on")
    return Delivery(
        maker=_clean("maker", maker),
        model=_clean("model", model),
        site=_clean("site", site),
        order_reference=_clean("order_reference", order_reference),
        received_on=received_on,
        serial_numbers=_numbers_of(first=first, last=last, scanned=scanned),
    )


def _clean(name: str, typed: str) -> str:
    text = " ".join(typed.split())
    too_much = len(text) > LONGEST[name] or has_forbidden_characters(text)
    if too_much or (text and not has_visible_character(text)) or (name in NEEDED and not text):
        raise InvalidInput(f"stock_{name}", field=name)
    return text


def _numbers_of(*, first: str, last: str, scanned: str) -> list[str]:
    """Raises InvalidInput with the field: `first`, `last` or `scanned`."""
    lines = [line.strip() for line in scanned.splitlines()]
    listed = [line for line in lines if line]
    if listed and (first.strip() or last.strip()):
        raise InvalidInput("range_or_list", field="scanned")
    if not listed:
        return _range(first.strip(), last.strip())
    _require_not_too_many(len(listed), field="scanned")
    return listed


def _range(first: str, last: str) -> list[str]:
    last = last or first
    _require_number(first, field="first")
    _require_number(last, field="last")
    before, start = BEFORE_AND_FIGURES.fullmatch(first).groups()  # type: ignore[union-attr]
    same_before, end = BEFORE_AND_FIGURES.fullmatch(last).groups()  # type: ignore[union-attr]
    starts_with_zero = "0" in (start[0], end[0])
    if before.upper() != same_before.upper() or (starts_with_zero and len(start) != len(end)):
        raise InvalidInput("range_unlike", field="last")
    if int(end) < int(start):
        raise InvalidInput("range_backwards", field="last")
    _require_not_too_many(int(end) - int(start) + 1, field="last")
    return [f"{before}{n:0{len(start)}d}" for n in range(int(start), int(end) + 1)]


def _require_number(text: str, *, field: str) -> None:
    if not is_serial_number(text) or not text[-1].isdecimal():
        raise InvalidInput("range_number", field=field)


def _require_not_too_many(number: int, *, field: str) -> None:
    if number > UNITS_AT_MOST:
        raise InvalidInput("range_too_large", field=field)


def faults_in(coming: Delivery) -> list[Fault]:
    """The first hundred, by line."""
    known = _known(coming)
    return list(_faults(coming.serial_numbers, known))[:FAULTS_SHOWN]


def _faults(numbers: Iterable[str], known: set[str]) -> Iterator[Fault]:
    first_seen: dict[str, int] = {}
    for line, number in enumerate(numbers, 1):
        key = serial_key(number)
        if not is_serial_number(number):
            yield Fault(line, number[:60], "not_one")
        elif key in first_seen:
            yield Fault(line, number, "repeated", first_seen[key])
        elif key in known:
            yield Fault(line, number, "known")
        first_seen.setdefault(key, line)


def _known(coming: Delivery) -> set[str]:
    """Of that maker, whosever they are: a number cannot be in two places."""
    keys = [serial_key(number) for number in coming.serial_numbers if is_serial_number(number)]
    same_maker = Unit.objects.filter(maker_key=coming.maker_key)
    parts = (keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE))
    found = (same_maker.filter(serial_key__in=part).values_list("serial_key") for part in parts)
    return {key for rows in found for (key,) in rows}
