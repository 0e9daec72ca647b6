"""What is wrong with entries of a stream, against the hashes with which they were sealed.

A fault is told as JSON has it: `fault`, `stream`, and

    changed      `leaf_index`, `uid`: its bytes or its number are not those that were sealed
    columns      `leaf_index`, `uid`, `columns`: what pages show is not what the bytes say
    added        `leaf_index`, `uid`: it was never sealed
    reordered    `leaf_index`, `uid`, `belongs_at`: it stands at the place of another
    removed      `leaf_index`: nobody has what was sealed there. Of a stream that was purged:
                 `organisation`, `from`, `until`: its numbers; or how many `entries`
    unsigned     `leaf_index`, `uid`: it says that attempts were purged, and this portal did not
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import TextField
from django.db.models.functions import Cast

from . import log
from .events import ATTEMPT, AUDIT_PURGED, CHANGE
from .purged import Purged
from .sealer import leaf
from .tree import leaf_hash

Fault = dict[str, object]
COLUMNS = (
    *("leaf_index", "number", "canonical", "uid_text", "at_text", "code", "version", "actor_kind"),
    *("actor_id", "holder_id_text", "organisation_id", "request_id", "clear_text"),
)
# Asked for as text, since to make objects of them would take half of all the time.
TEXTS = {f"{name}_text": Cast(name, TextField()) for name in ("uid", "at", "holder_id", "clear")}
NO_CLEAR = "{}"
# What follows each part in an entry's bytes.
PARTS = {
    "actor": ',"at":"',
    "new": ',"old":{',
    "old": ',"organisation":',
    "parameters": ',"request":',
}
DECODER = json.JSONDecoder()


@dataclass(slots=True)
class Misfits:
    """Of all stretches: only together do they tell a move from a change. `sealed` is by hash."""

    stream: str
    purged: Purged
    gone: int = 0  # places, of those where nothing is left
    present: int = 0  # that were purged, and are there all the same
    found: list[tuple[int, str, bytes]] = field(default_factory=list)
    sealed: dict[bytes, int] = field(default_factory=dict)

    def compare(
        self, rows: Sequence[tuple], first: int, sealed: Sequence[bytes]
    ) -> Iterator[Fault]:
        """`sealed` are the hashes of the places from `first` on; `rows` what stands there now."""
        hashes = [leaf_hash(leaf(row[1] or 0, bytes(row[2]))) for row in rows]
        if hashes != sealed or rows[0][0] != first or rows[-1][0] != first + len(rows) - 1:
            rows = list(self._that_fit(rows, hashes, first, sealed))
        yield from self._purges_in(rows)
        for row in rows:
            if _is_plainly_right(row):
                continue
            if wrong := _columns_wrong(row, json.loads(bytes(row[2]))):
                yield self._told("columns", row[0], uid=_uuid(row[3]), columns=wrong)

    def join(self, later: "Misfits") -> None:
        """Those of another stretch."""
        self.gone += later.gone
        self.present += later.present
        self.found += later.found
        self.sealed |= later.sealed
        self.purged.add(later.purged.runs)

    def skip(self, places: int) -> None:
        """Where nothing is left: of a purged stream most, so nothing is remembered."""
        self.gone += places

    def is_purged(self) -> bool:
        return self.stream == ATTEMPT and bool(self.purged.runs)

    def _purges_in(self, rows: Sequence[tuple]) -> Iterator[Fault]:
        if self.is_purged():
            self.present += self.purged.met((row[10] or 0, row[1]) for row in rows)
        elif self.stream == CHANGE:
            for row in rows:
                if row[5] == AUDIT_PURGED.code and not self.purged.take(bytes(row[2])):
                    yield self._told("unsigned", row[0], uid=_uuid(row[3]))

    def _that_fit(
        self, rows: Sequence[tuple], hashes: Sequence[bytes], first: int, sealed: Sequence[bytes]
    ) -> Iterator[tuple]:
        lacking = dict(enumerate(sealed, first))
        for row, told in zip(rows, hashes, strict=True):
            if lacking.get(row[0]) == told:
                del lacking[row[0]]
                yield row
            else:
                self.found.append((row[0], _uuid(row[3]), told))
        self.sealed |= {told: place for place, told in lacking.items()}

    def beyond(self, rows: Iterable[tuple[int, str]]) -> Iterator[Fault]:
        """What has a place that was never given."""
        for place, uid in rows:
            yield self._told("added", place, uid=str(uid))

    def told(self) -> Iterator[Fault]:
        held = {told for _place, _uid, told in self.found}
        elsewhere = {place for told, place in self.sealed.items() if told in held}
        places = set()
        for place, uid, told in self.found:
            places.add(place)
            belongs_at = self.sealed.get(told)
            if belongs_at is not None:
                yield self._told("reordered", place, uid=uid, belongs_at=belongs_at)
            else:
                yield self._told("added" if place in elsewhere else "changed", place, uid=uid)
        removed = sorted(set(self.sealed.values()) - places - elsewhere)
        if self.is_purged():
            for more in self.purged.unexplained(self.gone + len(removed), present=self.present):
                yield {"fault": "removed", "stream": self.stream, **more}
            return
        if removed and self.stream == ATTEMPT:
            self.purged.require_all_read()
        for place in removed:
            yield self._told("removed", place)

    def _told(self, fault: str, place: int, **more: object) -> Fault:
        return {"fault": fault, "stream": self.stream, "leaf_index": place, **more}


def is_as_sealed(row: tuple, told: bytes) -> bool:
    """By the hash that the tree has of it."""
    if leaf_hash(leaf(row[1] or 0, bytes(row[2]))) != told:
        return False
    return _is_plainly_right(row) or not _columns_wrong(row, json.loads(bytes(row[2])))


def _is_plainly_right(row: tuple) -> bool:
    """The columns stand in the bytes as log.py writes them: found without taking them apart, which
    would take half of all the time. Where they are not found, `_columns_wrong` says what is."""
    _place, _number, kept, uid, at, code, version, kind, actor, holder, organisation, *rest = row
    request, clear = rest
    told = str(kept, "utf-8")
    return (
        told.startswith(f'"id":"{actor}","kind":"{kind}"', told.find('"id":"'))
        and told.startswith(
            f'"at":"{_moment(at)}","code":"{code}","holder":"{_uuid(holder)}","new":{{',
            told.find('"at":"'),
        )
        and told.endswith(f',"request":"{request}","uid":"{_uuid(uid)}","version":{version}}}')
        and f',"organisation":{"null" if organisation is None else organisation},"param' in told
        and (clear == NO_CLEAR or _is_plainly_sealed(clear, told))
    )


def _moment(text: str) -> str:
    """As log.py writes it, of what either database says of a time: in UTC, without the microseconds
    or their last zeros."""
    if text[26:] == "+00":
        return f"{text[:10]}T{text[11:26]}Z"
    seconds, _point, more = text.removesuffix("+00").partition(".")
    return f"{seconds.replace(' ', 'T')}.{more:0<6}Z"


def _uuid(text: str | None) -> str:
    """As log.py writes it: SQLite keeps it without its dashes."""
    if text is None or len(text) != 32:
        return text or ""
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _is_plainly_sealed(clear: str, told: str) -> bool:
    values, end = DECODER.raw_decode(clear)
    if end != len(clear) or not isinstance(values, dict):
        return False
    for name, kept in values.items():
        part, _point, value = name.partition(".")
        try:
            sealed = f'"{value}":"{log.salted_hash(kept["salt"], kept["value"])}"'
            until = told.find(PARTS[part])
        except (KeyError, TypeError):
            return False
        if told.find(sealed, told.find(f'"{part}":{{'), until) < 0:
            return False
    return True


def _columns_wrong(row: tuple, told: dict) -> list[str]:
    _place, _number, _bytes, uid, at, code, version, kind, actor, holder, organisation, *rest = row
    request, clear = rest[0], json.loads(rest[1])
    pairs = (
        ("uid", _uuid(uid), told["uid"]),
        ("at", _moment(at), told["at"]),
        ("code", code, told["code"]),
        ("version", version, told["version"]),
        ("actor_kind", kind, told["actor"]["kind"]),
        ("actor_id", actor, told["actor"]["id"]),
        ("holder_id", _uuid(holder), told["holder"]),
        ("organisation_id", organisation, told["organisation"]),
        ("request_id", request, told["request"]),
    )
    wrong = [name for name, here, sealed in pairs if here != sealed]
    if not isinstance(clear, dict):
        return [*wrong, "clear"]
    return wrong + [f"clear {name}" for name in clear if not _is_as_sealed(name, clear, told)]


def _is_as_sealed(name: str, clear: dict, told: dict) -> bool:
    """Of a personal value; one that was erased is not there, and nothing is wrong with that."""
    part, _point, value = name.partition(".")
    try:
        sealed = log.salted_hash(clear[name]["salt"], clear[name]["value"])
    except (KeyError, TypeError):
        return False
    return part in PARTS and told[part].get(value) == sealed
