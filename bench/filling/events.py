"""The audit trail: what people and administrators did over years, as audit/log.py writes it.

Ids follow the time, as they do where entries are written one after the other. No entry is sealed
yet: the worker does that.
"""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

from wardkey.audit import events, log
from wardkey.audit.drafts import Draft
from wardkey.audit.models import AttemptEntry, ChangeEntry

from .people import Crowd
from .writing import moment, uuid_from
from .writing import write as write_rows

FIELDS = (
    *("uid", "at", "code", "version", "actor_kind", "actor_id", "holder_id", "organisation_id"),
    *("request_id", "clear", "canonical"),
)
KEY = "0b8f1f8e-3c52-4a53-9f0b-5a0f6c3f2a11"
NICKNAME = {"nickname": "Blue key"}
NOTHING: dict = {}

# How often of a hundred; whether an administrator did it; parameters, old and new.
What = tuple[events.Event, int, str, dict[str, dict]]
ATTEMPTS: list[What] = [
    (events.PASSWORD_ACCEPTED, 40, "holder", {}),
    (events.SIGNED_IN, 45, "holder", {"parameters": {"level": "key", "key": KEY, **NICKNAME}}),
    (events.SIGN_IN_REFUSED, 15, "holder", {"parameters": {"step": "", "reason": "password"}}),
]
CHANGES: list[What] = [
    (events.KEY_REGISTERED, 50, "administrator", {"parameters": {"key": KEY}, "new": NICKNAME}),
    (events.PASSWORD_CHANGED, 30, "holder", {}),
    (
        events.KEY_SUSPENDED,
        20,
        "administrator",
        {"parameters": {"key": KEY, "reason": "lost", **NICKNAME}},
    ),
]
ATTEMPTS_OF_ALL = 0.8


def write(how_many: int, crowd: Crowd, chance: Random) -> None:
    attempts = int(how_many * ATTEMPTS_OF_ALL)
    write_rows(AttemptEntry, FIELDS, _entries(attempts, ATTEMPTS, crowd, chance))
    write_rows(ChangeEntry, FIELDS, _entries(how_many - attempts, CHANGES, crowd, chance))


def _entries(
    how_many: int, kinds: list[What], crowd: Crowd, chance: Random
) -> Iterator[tuple[object, ...]]:
    step = (datetime.now(UTC) - crowd.began) / max(how_many, 1)
    people = len(crowd.ids)
    kinds_drawn = [kind for kind in kinds for _ in range(kind[1])]
    for number in range(how_many):
        event, _share, by, told = chance.choice(kinds_drawn)
        who = chance.randrange(people)
        at = crowd.began + step * number
        yield _row(event, by, told, who, at, crowd, chance)


def _row(
    event: events.Event,
    by: str,
    told: dict[str, dict],
    who: int,
    at: datetime,
    crowd: Crowd,
    chance: Random,
) -> tuple[object, ...]:
    holder, home = crowd.ids[who], crowd.homes[who]
    acted = crowd.administrators[home.trust] if by == "administrator" else holder
    actor = log.Actor("person", str(uuid.UUID(acted)), name="Asha Rao")
    values, clear = log.sealed(
        {part: told.get(part, NOTHING) for part in ("parameters", "old", "new")}, event
    )
    entry = Draft(
        uid=uuid.UUID(uuid_from(chance.getrandbits(128))),
        at=at,
        code=event.code,
        version=event.version,
        holder_id=uuid.UUID(holder),
        organisation_id=home.id,
        request_id=f"{chance.getrandbits(48):012x}",
        clear=clear,
        tail=b"",
    )
    return (
        *(entry.uid.hex, moment(at), entry.code, entry.version, actor.kind, actor.id),
        *(holder, home.id, entry.request_id, json.dumps(clear | actor.clear())),
        log.canonical_bytes(entry, actor, values),
    )
