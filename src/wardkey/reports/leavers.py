"""Who left, and when what let them in ended: as it stood at the end of a day, whatever came since.

    leavers_until    of the organisations, those whose leaving was entered or done in a time

What was entered and done is read from the audit trail, from which nothing goes when somebody comes
back. Whose mark was taken back, or who was restored, before the end has not left.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet

from ..audit import events
from ..audit.models import ChangeEntry
from ..clients.models import Grant
from ..keys.models import SecurityKey, State
from ..organisations.models import Organisation
from ..people.models import Person
from ..sessions.models import ApiToken, Session
from ..sessions.queries import application_names

ROWS_AT_A_TIME = 500
ENTERED = (events.LEAVER_MARKED.code, events.PERSON_CLOSED.code)
TAKEN_BACK = (events.LEAVER_MARK_TAKEN_BACK.code, events.PERSON_RESTORED.code)
MOVED = events.HOME_MOVED.code


@dataclass(slots=True)
class Steps:
    """What the trail tells of somebody's leaving. `by` are the ids of who did it, empty where the
    portal closed the account when its time had come; `roles` ended when it was entered, and `keys`
    were in use when the account was closed."""

    organisation_id: int = 0
    entered_at: datetime | None = None
    entered_by: str = ""
    last_day: date | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    moved_at: datetime | None = None
    roles: int = 0
    keys: int = 0

    @property
    def outcome(self) -> str:
        if self.closed_at:
            return "closed"
        return "moved" if self.moved_at else "leaving"


@dataclass(frozen=True, slots=True)
class Ended:
    """When the last one ended, and how many had not."""

    at: datetime | None = None
    still: int = 0


NONE = Ended()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """`keys_ended_at` is when the last key was out of use. Where the account stays, because its
    person moved on, what lets them in does too."""

    person: Person
    steps: Steps
    sessions: Ended
    grants: Ended
    api_tokens: Ended
    keys: Ended
    names: dict[str, str]

    @property
    def last_way_in_ended_at(self) -> datetime | None:
        """None while there is one."""
        ways = (self.sessions, self.grants, self.api_tokens, self.keys)
        if self.steps.closed_at is None or any(way.still for way in ways):
            return None
        return max([self.steps.closed_at, *(way.at for way in ways if way.at)])


def leavers_until(
    within: QuerySet[Organisation], since: datetime, until: datetime
) -> Iterator[Leaver]:
    """From `since` to before `until`, in the order of their ids. Seven queries for each 500."""
    entered = ChangeEntry.objects.filter(
        organisation_id__in=within.values("pk"), code__in=ENTERED, at__gte=since, at__lt=until
    )
    ids = sorted({id for id in entered.order_by().values_list("holder_id", flat=True) if id})
    homes = set(within.values_list("pk", flat=True)) if ids else set()
    for first in range(0, len(ids), ROWS_AT_A_TIME):
        yield from _some(ids[first : first + ROWS_AT_A_TIME], homes, until)


def _some(ids: list[uuid.UUID], homes: set[int], until: datetime) -> Iterator[Leaver]:
    steps = _steps_of(ids, homes, until)
    people, names = Person.objects.in_bulk(list(steps)), _names_of(steps.values())
    sessions = _ended(Session.objects.filter(person__in=steps, started_at__lt=until), until)
    grants = _ended(Grant.objects.filter(person__in=steps, made_at__lt=until), until)
    api_tokens = _ended(ApiToken.objects.filter(person__in=steps, made_at__lt=until), until)
    keys = _keys_of(steps, until)
    for id in steps:
        yield Leaver(
            person=people[id],
            steps=steps[id],
            sessions=sessions.get(id, NONE),
            grants=grants.get(id, NONE),
            api_tokens=api_tokens.get(id, NONE),
            keys=keys.get(id, NONE),
            names=names,
        )


# -- what was entered and done


def _steps_of(ids: list[uuid.UUID], homes: set[int], until: datetime) -> dict[uuid.UUID, Steps]:
    """Of those who had left by then, or were leaving, in the order of `ids`."""
    codes = (*ENTERED, *TAKEN_BACK, MOVED)
    entries = ChangeEntry.objects.filter(holder_id__in=ids, code__in=codes, at__lt=until)
    by_holder: dict[uuid.UUID | None, list[ChangeEntry]] = defaultdict(list)
    for entry in entries.order_by("at", "pk"):
        if entry.organisation_id in homes:
            by_holder[entry.holder_id].append(entry)
    found = {id: _folded(by_holder[id], homes) for id in ids}
    return {id: steps for id, steps in found.items() if steps is not None}


def _folded(entries: list[ChangeEntry], homes: set[int]) -> Steps | None:
    steps: Steps | None = None
    for entry in entries:
        if entry.code in TAKEN_BACK:
            steps = None
        elif entry.code == MOVED:
            if steps and not steps.closed_at and _told(entry)["new"]["organisation"] not in homes:
                steps.moved_at = entry.at
        elif steps is None or steps.moved_at:
            steps = _noted(Steps(), entry)
        else:
            _noted(steps, entry)
    return steps


def _noted(steps: Steps, entry: ChangeEntry) -> Steps:
    """Marked again, it is the first that counts, with the day that was named last."""
    steps.organisation_id = entry.organisation_id or 0
    if entry.code == events.PERSON_CLOSED.code:
        steps.closed_at, steps.closed_by = entry.at, entry.actor_id
        steps.keys = _told(entry)["parameters"].get("keys", 0)
        return steps
    if steps.entered_at is None:
        steps.entered_at, steps.entered_by = entry.at, entry.actor_id
        steps.roles = _told(entry)["parameters"].get("roles", 0)
    last_day = _told(entry)["new"].get("last_day")
    steps.last_day = date.fromisoformat(last_day) if last_day else None
    return steps


def _told(entry: ChangeEntry) -> dict:
    return json.loads(bytes(entry.canonical))


def _names_of(steps: Iterable[Steps]) -> dict[str, str]:
    ids = {uuid.UUID(id) for each in steps for id in (each.entered_by, each.closed_by) if id}
    people = Person.objects.filter(pk__in=ids).values_list("pk", "name")
    return {str(pk): name for pk, name in people} | application_names(ids)


# -- what ended


def _ended(rows: QuerySet, until: datetime) -> dict[uuid.UUID, Ended]:
    over = Q(ended_at__lt=until)
    theirs = rows.order_by().values_list("person_id")
    found = theirs.annotate(
        last=Max("ended_at", filter=over), still=Count("pk", filter=~over | Q(ended_at=None))
    )
    return {person_id: Ended(last, still) for person_id, last, still in found}


def _keys_of(steps: dict[uuid.UUID, Steps], until: datetime) -> dict[uuid.UUID, Ended]:
    """A row has its key's last change alone. Closing puts all out of use that are not yet."""
    out = Q(state__in=[State.SUSPENDED, State.REMOVED], state_since__lt=until)
    keys = SecurityKey.objects.filter(holder__in=steps, registered_at__lt=until)
    found = (
        keys.order_by()
        .values_list("holder_id")
        .annotate(last=Max("state_since", filter=out), still=Count("pk", filter=~out))
    )
    return {id: _keys_ended(steps[id], last, still) for id, last, still in found}


def _keys_ended(steps: Steps, last: datetime | None, still: int) -> Ended:
    closed_at = steps.closed_at
    if closed_at is None:
        return Ended(last, still)
    if steps.keys or last is None:
        return Ended(closed_at)
    return Ended(min(last, closed_at))
