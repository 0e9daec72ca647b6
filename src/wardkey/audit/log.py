"""The one way into the audit trail.

record    an entry, in the transaction of the change that it tells of
written   the same before it is kept; drafts.py makes many beforehand
"""

import hashlib
import json
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from json.encoder import encode_basestring
from typing import Protocol

from django.db import transaction

from ..base import clock, counting, request_id
from ..base.prepared import PreparedInsert
from .events import CHANGE, Event
from .models import AttemptEntry, ChangeEntry, Entry


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it. `kind`: person, application, station, operator or system.

    `channel` is `api` for what came through that door. `acts_as` is the id of the person as whom
    an application acted. `name` is what they are called now: it stays with the entry when they
    are called otherwise, and is personal. One salt does for all that one actor does at a time,
    since whose the entries are is told by the id anyhow.
    """

    kind: str
    id: str = ""
    channel: str = ""
    acts_as: str = ""
    name: str = ""
    salt: str = field(default_factory=lambda: secrets.token_hex(16), compare=False, repr=False)

    def as_json(self) -> dict[str, str]:
        """What is empty is left away: entries without a channel are written as they always were."""
        name = salted_hash(self.salt, self.name) if self.name else ""
        more = {"channel": self.channel, "acts_as": self.acts_as, "name": name}
        told = {name: value for name, value in more.items() if value}
        return {"kind": self.kind, "id": self.id, **told}

    def clear(self) -> dict[str, dict]:
        return {ACTORS_NAME: {"value": self.name, "salt": self.salt}} if self.name else {}


API = "api"
ACTORS_NAME = "actor.name"
# Made once: an encoder that is not the usual one costs more to make than it is used for.
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
SALTED = json.JSONEncoder(sort_keys=True, ensure_ascii=False)

ADD: dict[type[Entry], PreparedInsert] = {
    table: PreparedInsert(table) for table in (AttemptEntry, ChangeEntry)
}

SYSTEM = Actor("system")
OPERATOR = Actor("operator")
NOBODY = Actor("person")  # who asked is not known


class Named(Protocol):
    """A person or an application, as its record was read when it was authenticated."""

    @property
    def pk(self) -> uuid.UUID: ...
    @property
    def name(self) -> str: ...


def person(who: Named) -> Actor:
    return Actor("person", str(who.pk), name=who.name)


def program(who: Named, *, application_id: uuid.UUID | None, name: str) -> Actor:
    """Through the API: an application of that name, or a person's own API token."""
    if application_id is None:
        return Actor("person", str(who.pk), channel=API, name=who.name)
    return Actor("application", str(application_id), API, acts_as=str(who.pk), name=name)


def record(
    event: Event,
    *,
    actor: Actor,
    holder_id: uuid.UUID | None = None,
    organisation_id: int | None = None,
    old: dict | None = None,
    new: dict | None = None,
    **parameters: object,
) -> Entry:
    """Keep an event. Values are JSON; the personal ones reach the chain as salted hashes only."""
    entry = written(
        event,
        actor=actor,
        at=clock.now(),
        request=request_id.current(),
        holder_id=holder_id,
        organisation_id=organisation_id,
        told={"parameters": parameters, "old": old or {}, "new": new or {}},
    )
    ADD[type(entry)](entry)
    counted = partial(
        counting.happened, event.code, reason=parameters.get("reason"), step=parameters.get("step")
    )
    transaction.on_commit(counted, robust=True)
    return entry


def written(
    event: Event,
    *,
    actor: Actor,
    at: datetime,
    request: str,
    holder_id: uuid.UUID | None,
    organisation_id: int | None,
    told: dict[str, dict],
) -> Entry:
    """`told` has `parameters`, `old` and `new`."""
    values, clear = sealed(told, event)
    entry = _table(event)(
        at=at,
        uid=uuid.uuid4(),
        code=event.code,
        version=event.version,
        actor_kind=actor.kind,
        actor_id=actor.id,
        holder_id=holder_id,
        organisation_id=organisation_id,
        request_id=request,
        clear=clear | actor.clear(),
    )
    entry.canonical = canonical_bytes(entry, actor, values)
    return entry


def sealed(told: dict[str, dict], event: Event) -> tuple[dict[str, dict], dict[str, dict]]:
    """What a seal covers, and the personal values with their salts, which stand beside it."""
    clear: dict[str, dict] = {}
    return {part: _sealed(part, values, event, clear) for part, values in told.items()}, clear


class Unkept(Protocol):
    """What the canonical bytes tell of an entry."""

    uid: uuid.UUID
    at: datetime
    code: str
    version: int
    holder_id: uuid.UUID | None
    organisation_id: int | None
    request_id: str


def canonical_bytes(entry: Unkept | Entry, actor: Actor, values: dict) -> bytes:
    """UTF-8 JSON, sorted names, no spaces: the bytes that a seal covers, for ever."""
    told = {
        "uid": str(entry.uid),
        "at": microseconds(entry.at),
        "code": entry.code,
        "version": entry.version,
        "actor": actor.as_json(),
        "holder": str(entry.holder_id or ""),
        "organisation": entry.organisation_id,
        "request": entry.request_id,
        **values,
    }
    return CANONICAL.encode(told).encode()


def microseconds(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _table(event: Event) -> type[Entry]:
    return ChangeEntry if event.stream == CHANGE else AttemptEntry


def _sealed(part: str, values: dict, event: Event, clear: dict) -> dict:
    covered = {}
    for name, value in values.items():
        covered[name] = value
        if name in event.personal:
            salt = secrets.token_hex(16)
            clear[f"{part}.{name}"] = {"value": value, "salt": salt}
            covered[name] = salted_hash(salt, value)
    return covered


def salted_hash(salt: str, value: object) -> str:
    """`sha256:` and the hex digest of the salt and the value's JSON."""
    text = encode_basestring(value) if isinstance(value, str) else SALTED.encode(value)
    written = salt + text
    return "sha256:" + hashlib.sha256(written.encode()).hexdigest()
