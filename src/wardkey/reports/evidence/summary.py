"""The summary of an evidence pack, to be read by people: the figures, and what each of them is."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.utils import formats
from django.utils.translation import gettext as _

from ...audit import log
from ...organisations.models import Organisation
from ...people.administrators import label
from ..overview.by_home import PEOPLE, PEOPLE_WITH_KEY
from .files import Asked, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """`checkpoint` is the newest note of the trail's changes, empty where there is none."""

    organisation: Organisation
    by: str
    at: datetime
    language: str
    version: str
    checkpoint: str


def summary_of(asked: Asked, tally: Tally, making: Making) -> list[str]:
    """Its lines. What differs from one making to another comes last."""
    return [
        *_heading(asked, making.organisation),
        *_coverage(asked, tally),
        *_exceptions(tally),
        *_leavers(tally),
        *_roles(tally),
        *_made(making),
    ]


def _heading(asked: Asked, organisation: Organisation) -> list[str]:
    whose = _("{name} ({code}), and those below it that are in reach. Organisations: {number}.")
    when = _("The day goes from {start} to {end} (UTC).")
    return [
        _("Evidence for {day}").format(day=formats.date_format(asked.day, "j F Y")),
        whose.format(
            name=_one_line(organisation.name),
            code=organisation.code,
            number=len(asked.organisations),
        ),
        when.format(start=log.microseconds(asked.starts_at), end=log.microseconds(asked.ends_at)),
        "",
    ]


def _coverage(asked: Asked, tally: Tally) -> list[str]:
    lines = [_("COVERAGE (coverage.csv)")]
    if tally.counted_on is None:
        return [*lines, _("No day up to this one was counted."), ""]
    if tally.counted_on != asked.day:
        told = _("This day was not counted. The figures are of {day}, the nearest before it.")
        lines.append(told.format(day=formats.date_format(tally.counted_on, "j F Y")))
    people, having = tally.figures[PEOPLE], tally.figures[PEOPLE_WITH_KEY]
    told = _("People: {people}. Of them with a token that they could use: {having}, {share}.")
    share = f"{100 * having / people:.1f} %" if people else "-"
    return [
        *lines,
        told.format(having=having, people=people, share=share),
        _("Counted when the day was over: people whose account was active, at their home."),
        _("A token that could be used was active, or waited for its first use for under 30 days."),
        "",
    ]


def _exceptions(tally: Tally) -> list[str]:
    told = _("Exceptions that ran that day: {number}. Of them from the second factor: {factor}.")
    return [
        _("EXCEPTIONS (exceptions.csv)"),
        told.format(number=tally.exceptions.total(), factor=tally.exceptions["second_factor"]),
        _("At any moment of the day, for people who were at home there when it ended."),
        _("They are told as they stood then, also where they were ended since."),
        "",
    ]


def _leavers(tally: Tally) -> list[str]:
    left = tally.leavers
    told = _("In the 365 days up to this one: accounts closed {closed}, leavers moved on {moved}.")
    leaving = _("Still leaving when the day ended: {leaving}.")
    days = _("Days from the last day to the closing: median {median}, 95 % within {most}.")
    ways = _(
        "Seconds from the closing to the end of all ways in: median {median}, 95 % within {most}."
    )
    still = _("Closed accounts with something still open: {number} (column still_open).")
    return [
        _("LEAVERS (leavers.csv)"),
        told.format(closed=left["closed"], moved=left["moved"]),
        leaving.format(leaving=left["leaving"]),
        days.format(**_spread(tally.to_closed, "{:.0f}")),
        ways.format(**_spread(tally.to_last_ended, "{:.1f}")),
        still.format(number=left["closed"] - len(tally.to_last_ended)),
        _("Roles and logins of a leaver end when the leaving is entered."),
        _("The account is closed 30 days after the last day, or at once by hand."),
        _("Ways in: logins, tokens, applications to which somebody was logged in, API tokens."),
        "",
    ]


def _spread(values: list, shape: str) -> dict[str, str]:
    """Nearest rank."""
    ranked = sorted(values)
    if not ranked:
        return {"median": "-", "most": "-"}
    at = {"median": 0.5, "most": 0.95}
    return {name: shape.format(ranked[ceil(part * len(ranked)) - 1]) for name, part in at.items()}


def _roles(tally: Tally) -> list[str]:
    reviews = _("Not looked at for 90 days by then: {overdue}. Found to have to go: {to_go}.")
    return [
        _("ROLES AND THEIR REVIEWS (roles.csv)"),
        _("Roles that were held that day: {number}").format(number=tally.roles.total()),
        *(f"  {label(role)}: {number}" for role, number in sorted(tally.roles.items())),
        _("Also those that were taken away since, that waited for a second token, or that slept."),
        reviews.format(overdue=tally.reviews["overdue"], to_go=tally.reviews["to_go"]),
        _("With each its last review until the end of the day: when, by whom, keep or remove."),
        "",
    ]


def _made(making: Making) -> list[str]:
    made = _("Made at {at} (UTC) by {by}, with Wardkey {version}.")
    return [
        _("HOW TO CHECK IT"),
        _("manifest.txt has the SHA-256 of each file: sha256sum -c manifest.txt"),
        _("The audit trail has that of manifest.txt itself, in the event evidence.made."),
        _("The checkpoint below signs the trail as it was when the pack was made."),
        "",
        made.format(
            at=log.microseconds(making.at), by=_one_line(making.by), version=making.version
        ),
        making.checkpoint or _("There was no checkpoint of the audit trail yet."),
    ]


def _one_line(name: str) -> str:
    return " ".join(name.split())
