"""Who left, and when what let them in ended: as it stood at the end of a day, whatever came since.

    leavers_until    of the organisations, those whose leaving was entered or done in a time

What was entered and done is read from the audit trail, from which nothing goes when somebody comes
back. Whose mark was taken back, or who was restored, before the end has not left.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet

from ...audit import events
from ...audit.models import ChangeEntry
from ...clients.models import Grant
from ...keys.models import USABLE
from ...organisations.models import Organisation
from ...people.models import Person
from ...sessions.models import ApiToken, LastTime, Session
from ...sessions.queries import application_names, last_times_of

ROWS_AT_A_TIME = 500
ENTERED = (events.LEAVER_MARKED.code, events.PERSON_CLOSED.code)
TAKEN_BACK = (events.LEAVER_MARK_TAKEN_BACK.code, events.PERSON_RESTORED.code)
MOVED = events.HOME_MOVED.code
Kind = LastTime.Kind
KEYS = (
    *(events.KEY_REGISTERED.code, events.KEY_HANDED_OVER.code, events.KEY_SUSPENDED.code),
    *(events.KEY_RESUMED.code, events.KEY_REMOVED.code, events.KEY_REMOVAL_UNDONE.code),
    *(events.KEY_LAPSED.code, events.KEY_ORPHANED.code),
)


@dataclass(slots=True)
class Steps:
    """What the trail tells of somebody's leaving. `by` are the ids of who did it, empty where the
    portal closed the account when its time had come; `roles` ended when it was entered. `keys` has
    by the id of each whether it could be used, and since when it could or could not."""

    organisation_id: int = 0
    entered_at: datetime | None = None
    entered_by: str = ""
    last_day: date | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    moved_at: datetime | None = None
    roles: int = 0
    keys: dict[str, tuple[bool, datetime]] = field(default_factory=dict)

    @property
    def keys_ended(self) -> "Ended":
        out = [since for is_usable, since in self.keys.values() if not is_usable]
        return Ended(max(out, default=None), len(self.keys) - len(out))

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
    """From `since` to before `until`, in the order of their ids. Nine queries for each 500."""
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
    made = Q(person__in=steps, made_at__lt=until)
    sessions = _ended(Session.objects.filter(person__in=steps, started_at__lt=until), until)
    grants = _ended(Grant.objects.filter(made), until)
    api_tokens = _ended(ApiToken.objects.filter(made), until)
    _add_forgotten(sessions, last_times_of(steps, Kind.SESSION), until)
    _add_forgotten(grants, last_times_of(steps, Kind.GRANT), until)
    _add_forgotten(api_tokens, last_times_of(steps, Kind.API_TOKEN), until)
    for id in steps:
        yield Leaver(
            person=people[id],
            steps=steps[id],
            sessions=sessions.get(id, NONE),
            grants=grants.get(id, NONE),
            api_tokens=api_tokens.get(id, NONE),
            keys=steps[id].keys_ended,
            names=names,
        )


# -- what was entered and done


def _steps_of(ids: list[uuid.UUID], homes: set[int], until: datetime) -> dict[uuid.UUID, Steps]:
    """Of those who had left by then, or were leaving, in the order of `ids`. What was done with
    their tokens counts wherever it was done, as these came along with them."""
    codes = (*ENTERED, *TAKEN_BACK, MOVED, *KEYS)
    entries = ChangeEntry.objects.filter(holder_id__in=ids, code__in=codes, at__lt=until)
    histories = {id: _History(homes) for id in ids}
    for entry in entries.order_by("at", "pk"):
        if entry.holder_id and (entry.organisation_id in homes or entry.code in KEYS):
            histories[entry.holder_id].take(entry)
    return {id: each.steps for id, each in histories.items() if each.steps is not None}


class _History:
    """Somebody's entries, taken in their order."""

    def __init__(self, homes: set[int]) -> None:
        self.steps: Steps | None = None
        self._homes = homes
        self._keys: dict[str, tuple[bool, datetime]] = {}

    def take(self, entry: ChangeEntry) -> None:
        if entry.code in KEYS:
            self._note_key(entry)
        elif entry.code in TAKEN_BACK:
            self.steps = None
        elif entry.code == MOVED:
            self._note_move(entry)
        else:
            self._note_leaving(entry)

    @property
    def has_moved(self) -> bool:
        return self.steps is not None and self.steps.moved_at is not None

    def _note_key(self, entry: ChangeEntry) -> None:
        """What is out of use already, and is removed later, was out since before."""
        told = _told(entry)
        key, is_usable = told["parameters"]["key"], told["new"].get("state") in USABLE
        if not self.has_moved and self._keys.get(key, (not is_usable,))[0] != is_usable:
            self._keys[key] = (is_usable, entry.at)

    def _note_move(self, entry: ChangeEntry) -> None:
        is_out_of_reach = _told(entry)["new"]["organisation"] not in self._homes
        if self.steps and not self.steps.closed_at and is_out_of_reach:
            self.steps.moved_at = entry.at

    def _note_leaving(self, entry: ChangeEntry) -> None:
        """Marked again, it is the first that counts, with the day that was named last."""
        if self.steps is None or self.has_moved:
            self.steps = Steps(keys=self._keys)
        self.steps.organisation_id = entry.organisation_id or 0
        if entry.code == events.PERSON_CLOSED.code:
            self.steps.closed_at, self.steps.closed_by = entry.at, entry.actor_id
            self._put_all_out(entry.at)
            return
        if self.steps.entered_at is None:
            self.steps.entered_at, self.steps.entered_by = entry.at, entry.actor_id
            self.steps.roles = _told(entry)["parameters"].get("roles", 0)
        last_day = _told(entry)["new"].get("last_day")
        self.steps.last_day = date.fromisoformat(last_day) if last_day else None

    def _put_all_out(self, closed_at: datetime) -> None:
        """Closing suspends all that can be used, without an entry for each."""
        for key, (is_usable, _since) in self._keys.items():
            if is_usable:
                self._keys[key] = (False, closed_at)


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


def _add_forgotten(
    ended: dict[uuid.UUID, Ended], last_times: dict[uuid.UUID, datetime], until: datetime
) -> None:
    """What was forgotten had ended. Where that went on after the day, nobody knows any more what
    ended before."""
    for id, at in last_times.items():
        if at < until:
            known = ended.get(id, NONE)
            ended[id] = Ended(max(known.at or at, at), known.still)
