"""The files of an evidence pack, each as lines for a spreadsheet; docs/evidence.md has the columns.

    coverage_lines, exceptions_lines, leavers_lines, roles_lines

While they are written, a Tally keeps what the summary is to say. Times are UTC.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from django.db.models import Max, QuerySet

from ...base.spreadsheets import lines_of
from ...deciding.role_reviews import ReviewedRole, reviews_until
from ...organisations.models import Organisation
from ..exceptions.files import OF_REGISTER, cells_of, told
from ..exceptions.register import Entry, running_on
from ..models import DailyCount
from ..overview.by_home import PEOPLE, PEOPLE_WITH_KEY
from ..overview.coverage import BRANCH, whole_days
from .leavers import Leaver, leavers_until

OF_LEAVERS = (
    *("person_id", "user_name", "name", "organisation", "outcome"),
    *("entered_at", "entered_by", "last_day", "closed_at", "closed_by", "moved_at"),
    *("last_session_ended_at", "last_key_out_of_use_at", "last_application_grant_ended_at"),
    *("last_api_token_ended_at", "roles_ended", "still_open"),
    *("last_way_in_ended_at", "days_from_last_day_to_closed", "seconds_from_closed_to_last_ended"),
)
OF_ROLES = (
    *("person_id", "user_name", "name", "role", "organisation", "with_those_below"),
    *("since", "given_by", "ended_at", "ended_by"),
    *("reviewed_at", "reviewed_by", "verdict", "review_overdue"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`organisations` by their ids; the day from `starts_at` to before `ends_at`; leavers from
    `since` on."""

    within: QuerySet[Organisation]
    organisations: dict[int, Organisation]
    day: date
    starts_at: datetime
    ends_at: datetime
    since: datetime


@dataclass(slots=True)
class Tally:
    """`counted_on` is None where nothing was counted up to the day. `to_closed` in days,
    `to_last_ended` in seconds."""

    counted_on: date | None = None
    figures: Counter = field(default_factory=Counter)
    exceptions: Counter = field(default_factory=Counter)
    leavers: Counter = field(default_factory=Counter)
    roles: Counter = field(default_factory=Counter)
    reviews: Counter = field(default_factory=Counter)
    to_closed: list[int] = field(default_factory=list)
    to_last_ended: list[float] = field(default_factory=list)


def coverage_lines(asked: Asked, tally: Tally) -> Iterator[bytes]:
    """Of the day, or of the nearest before it that was counted."""
    counts = whole_days().filter(organisation_id__in=asked.within.values("pk"))
    counts = counts.exclude(name__startswith=BRANCH)
    tally.counted_on = counts.filter(day__lte=asked.day).aggregate(Max("day"))["day__max"]
    of_day = counts.filter(day=tally.counted_on)
    names = sorted(
        set(of_day.order_by().values_list("name", flat=True)) - {PEOPLE, PEOPLE_WITH_KEY}
    )
    columns = ["organisation", "name", "counted_on", PEOPLE, PEOPLE_WITH_KEY, *names]
    return lines_of(columns, _figures(asked, tally, of_day, columns[3:]))


def _figures(
    asked: Asked, tally: Tally, of_day: QuerySet[DailyCount], names: list[str]
) -> Iterator[list[str]]:
    found = of_day.order_by("organisation_id").values_list("organisation_id", "name", "count")
    for pk, counted in groupby(found.iterator(chunk_size=2000), key=lambda row: row[0]):
        figures = {name: count for _pk, name, count in counted}
        tally.figures.update(figures)
        organisation = asked.organisations[pk]
        row = [organisation.code, organisation.name, str(tally.counted_on)]
        yield row + [str(figures.get(name, 0)) for name in names]


def exceptions_lines(asked: Asked, tally: Tally) -> Iterator[bytes]:
    """Those that ran that day."""
    running = running_on(asked.within, asked.starts_at, asked.ends_at)
    return lines_of(OF_REGISTER, (_exception(entry, tally) for entry in running))


def _exception(entry: Entry, tally: Tally) -> list[str]:
    tally.exceptions[entry.exception.name] += 1
    return cells_of(entry)


def leavers_lines(asked: Asked, tally: Tally) -> Iterator[bytes]:
    leavers = leavers_until(asked.within, asked.since, asked.ends_at)
    return lines_of(OF_LEAVERS, (_leaver(each, asked, tally) for each in leavers))


def _leaver(leaver: Leaver, asked: Asked, tally: Tally) -> list[str]:
    steps, person = leaver.steps, leaver.person
    days, seconds = _times(leaver)
    tally.leavers[steps.outcome] += 1
    tally.to_closed += [] if days is None else [days]
    tally.to_last_ended += [] if seconds is None else [seconds]
    ways = (leaver.sessions, leaver.keys, leaver.grants, leaver.api_tokens)
    return [
        *(str(person.pk), person.username, person.name),
        *(asked.organisations[steps.organisation_id].code, steps.outcome),
        *(told(steps.entered_at), leaver.names.get(steps.entered_by, steps.entered_by)),
        str(steps.last_day or ""),
        *(told(steps.closed_at), leaver.names.get(steps.closed_by, steps.closed_by)),
        told(steps.moved_at),
        *(told(way.at) for way in ways),
        str(steps.roles),
        str(sum(way.still for way in ways)),
        told(leaver.last_way_in_ended_at),
        "" if days is None else str(days),
        "" if seconds is None else f"{seconds:.3f}",
    ]


def _times(leaver: Leaver) -> tuple[int | None, float | None]:
    """Days from the last day to the closing, seconds from the closing to the last way in."""
    steps, ended_at = leaver.steps, leaver.last_way_in_ended_at
    if steps.closed_at is None:
        return None, None
    days = (steps.closed_at.date() - steps.last_day).days if steps.last_day else None
    return days, (ended_at - steps.closed_at).total_seconds() if ended_at else None


def roles_lines(asked: Asked, tally: Tally) -> Iterator[bytes]:
    """Those that somebody held that day, whatever became of them since, each with its last review
    until the day's end."""
    held = reviews_until(asked.within, asked.starts_at, asked.ends_at)
    return lines_of(OF_ROLES, (_role(each, asked, tally) for each in held))


def _role(each: ReviewedRole, asked: Asked, tally: Tally) -> list[str]:
    """Its end, where that came on the day itself: when it was to end is forgotten once it is ended
    by hand."""
    grant, review = each.grant, each.last
    ended = grant.ends_at is not None and grant.ends_at < asked.ends_at
    overdue = each.is_overdue(asked.ends_at)
    tally.roles[grant.role] += 1
    tally.reviews["overdue"] += overdue
    tally.reviews["to_go"] += each.is_to_go
    return [
        *(str(grant.person.pk), grant.person.username, grant.person.name, str(grant.role)),
        asked.organisations[grant.organisation_id].code,
        *("yes" if grant.with_those_below else "no", told(grant.starts_at)),
        grant.granted_by.name if grant.granted_by else "",
        told(grant.ends_at) if ended else "",
        grant.ended_by.name if ended and grant.ended_by else "",
        *((told(review.at), review.reviewer.name, review.verdict) if review else ("", "", "")),
        "yes" if overdue else "no",
    ]
