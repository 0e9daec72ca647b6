"""The audit trail, read: what happened to a person, and in an organisation, all or a part of it.

Both streams, the newest first. Personal values come from the clear part, if it was not erased.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from django.db.models import F, Q, QuerySet

from ...audit import events, log
from ...audit.events import CHANGE
from ...audit.models import AttemptEntry, ChangeEntry, Entry
from ...base.text import canonical_name
from ...keys.models import SecurityKey
from ...organisations.models import Organisation
from ...people.models import Membership, Person
from ...sessions.queries import application_names

AT_MOST = 100
ROWS_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Happening:
    """`facts` has the entry's values by name; old and new values as `old_…` and `new_…`.

    `channel` is `api` for what came through that door; empty for pages and commands. `actor` is
    what they were called then, and `actor_today` now, where both are known and differ; of entries
    that do not have the name, or not any more, `actor` is today's.
    """

    at: datetime
    code: str
    actor_kind: str
    actor: str
    holder: str
    facts: dict
    request_id: str
    channel: str = ""
    actor_id: str = ""
    holder_id: uuid.UUID | None = None
    actor_today: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of a trail: what a person did who has that user name, or is or was called so, or what was
    done to them; what has this code, or one below it (`key` has `key.removed`); from `since`, to
    before `before`; what names one key: `fits` finds it among its holder's entries, since no index
    has it."""

    person: str = ""
    code: str = ""
    since: datetime | None = None
    before: datetime | None = None
    key_id: uuid.UUID | None = None

    def entries(self, organisation_id: int | None) -> Q:
        which = Q(organisation_id=organisation_id)
        if self.key_id:
            key = SecurityKey.objects.filter(pk=self.key_id).only("holder_id").first()
            which &= _about_or_by([key.holder_id] if key else [])
        if self.person:
            which &= _about_or_by(people_called(self.person, organisation_id or 0))
        if self.code:
            code = canonical_name(self.code)
            which &= Q(code=code) | Q(code__startswith=f"{code}.")
        if self.since:
            which &= Q(at__gte=self.since)
        if self.before:
            which &= Q(at__lt=self.before)
        return which

    def fits(self, entry: Entry) -> bool:
        return self.key_id is None or str(self.key_id).encode() in bytes(entry.canonical)


def _about_or_by(ids: list[uuid.UUID]) -> Q:
    return Q(holder_id__in=ids) | Q(actor_id__in=[str(each) for each in ids])


def people_called(told: str, organisation_id: int) -> list[uuid.UUID]:
    """By the user name; or by the whole name: whose home the organisation is or was, and whom it
    renamed."""
    name = told.replace("\0", "")
    by_username = Person.objects.filter(username_key=canonical_name(told))
    here = Membership.objects.filter(organisation_id=organisation_id, person__name__iexact=name)
    renamed = ChangeEntry.objects.filter(
        organisation_id=organisation_id,
        code=events.PERSON_CHANGED.code,
        **{"clear__old.name__value__iexact": name},
    )
    # In no order: another index would be walked for it.
    found: list[Iterable[uuid.UUID | None]] = [
        by_username.values_list("pk", flat=True),
        here.values_list("person_id", flat=True)[:AT_MOST],
        renamed.order_by().values_list("holder_id", flat=True)[:AT_MOST],
    ]
    return sorted(set(filter(None, chain.from_iterable(found))))


ALL = Wanted()


def about_person(person_id: uuid.UUID, within: QuerySet[Organisation]) -> list[Happening]:
    """What was done to the person, and what the person did or tried, in those organisations."""
    theirs = Q(holder_id=person_id) | Q(actor_id=str(person_id))
    return _told(theirs & Q(organisation_id__in=within.values("pk")))


def of_own_keys(person_id: uuid.UUID) -> list[Happening]:
    """What became of the person's own keys, whoever did it; what was refused is not for them."""
    theirs = ChangeEntry.objects.filter(holder_id=person_id, code__startswith="key.")
    newest: list[Entry] = list(theirs[:AT_MOST])
    names = _names(newest)
    return [_happening(entry, names) for entry in newest]


def of_organisation(organisation_id: int | None, wanted: Wanted = ALL) -> list[Happening]:
    return _told(wanted.entries(organisation_id), wanted)


def each_of_organisation(organisation_id: int | None, wanted: Wanted) -> Iterator[Happening]:
    """All of them, stream by stream, however many."""
    which = wanted.entries(organisation_id)
    for table in (ChangeEntry, AttemptEntry):
        rows = filter(wanted.fits, table.objects.filter(which).iterator(chunk_size=ROWS_AT_A_TIME))
        while some := list(islice(rows, ROWS_AT_A_TIME)):
            names = _names(some)
            yield from (_happening(entry, names) for entry in some)


def page_of_organisation(
    organisation_id: int | None,
    *,
    stream: str,
    before: int | None,
    at_most: int,
    wanted: Wanted = ALL,
) -> list[tuple[int, Happening]]:
    """Of one stream, the newest first, each with the number that the page after it asks for."""
    entries: QuerySet = (ChangeEntry if stream == CHANGE else AttemptEntry).objects.all()
    entries = entries.filter(wanted.entries(organisation_id))
    if before is not None:
        entries = entries.filter(pk__lt=before)
    # Not by the index of numbers where it is about somebody: that would be the whole trail.
    by = "-pk" if wanted == ALL else (F("pk") + 0).desc()
    found = entries.order_by(by)
    if wanted.key_id is None:
        newest = list(found[:at_most])
    else:
        newest = list(islice(filter(wanted.fits, found.iterator(ROWS_AT_A_TIME)), at_most))
    names = _names(newest)
    return [(entry.pk, _happening(entry, names)) for entry in newest]


def _told(which: Q, wanted: Wanted = ALL) -> list[Happening]:
    tables = (ChangeEntry, AttemptEntry)
    entries = chain.from_iterable(_newest(table.objects.filter(which), wanted) for table in tables)
    newest = sorted(entries, key=lambda entry: entry.at, reverse=True)[:AT_MOST]
    names = _names(newest)
    return [_happening(entry, names) for entry in newest]


def _newest(entries: QuerySet, wanted: Wanted) -> Iterable[Entry]:
    if wanted.key_id is None:
        return entries[:AT_MOST]
    return islice(filter(wanted.fits, entries.iterator(chunk_size=ROWS_AT_A_TIME)), AT_MOST)


def _names(entries: list[Entry]) -> dict[str, str]:
    ids = {entry.holder_id for entry in entries if entry.holder_id}
    ids |= {uuid.UUID(entry.actor_id) for entry in entries if _is_person(entry)}
    people = Person.objects.filter(pk__in=ids).values_list("pk", "name")
    programs = {uuid.UUID(each.actor_id) for each in entries if each.actor_kind == "application"}
    return {str(pk): name for pk, name in people} | application_names(programs)


def _is_person(entry: Entry) -> bool:
    return entry.actor_kind == "person" and bool(entry.actor_id)


def _happening(entry: Entry, names: dict[str, str]) -> Happening:
    told = json.loads(bytes(entry.canonical))
    today = names.get(entry.actor_id, "")
    then = entry.clear.get(log.ACTORS_NAME, {}).get("value") or today
    return Happening(
        at=entry.at,
        code=entry.code,
        actor_kind=entry.actor_kind,
        actor=then,
        holder=names.get(str(entry.holder_id), ""),
        facts=_facts(told, entry.clear),
        request_id=entry.request_id,
        channel=told["actor"].get("channel", ""),
        actor_id=entry.actor_id,
        holder_id=entry.holder_id,
        actor_today=today if today != then else "",
    )


def _facts(told: dict, personal: dict) -> dict:
    facts = {
        _fact_name(part, name): value
        for part in ("parameters", "old", "new")
        for name, value in told[part].items()
        if not _is_hash(value)
    }
    clear = {
        _fact_name(*name.split(".")): kept["value"]
        for name, kept in personal.items()
        if name != log.ACTORS_NAME
    }
    return facts | clear


def _is_hash(value: object) -> bool:
    """Of an erased value only its salted hash is left, which tells a reader nothing."""
    return isinstance(value, str) and value.startswith("sha256:")


def _fact_name(part: str, name: str) -> str:
    return name if part == "parameters" else f"{part}_{name}"
