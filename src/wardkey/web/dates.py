"""A date as the design system asks for it: three fields, for day, month and year."""

from datetime import date

from django.http import QueryDict

from ..base.errors import InvalidInput


def date_of(form: QueryDict, name: str) -> date:
    """Raises InvalidInput (`date`)."""
    parts = [form.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day")]
    if not all(part.isdecimal() and len(part) <= 4 for part in parts):
        raise InvalidInput("date", field=name)
    try:
        return date(*map(int, parts))
    except ValueError as error:
        raise InvalidInput("date", field=name) from error


def as_fields(name: str, day: date) -> dict[str, int]:
    """The same three fields, filled in."""
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def fields_of(name: str) -> tuple[str, ...]:
    """What the three are called."""
    return tuple(f"{name}-{part}" for part in ("day", "month", "year"))
