"""An organisation's part of the audit trail, with what proves it: for `audit/verify_export.py`.

    export    lines of JSON, as docs/audit-trail.md has them

Of the entries of others there are hashes alone, of as large subtrees as there are none of the
organisation's own in: with these anybody computes the root that the checkpoint signs.
"""

import base64
import json
from collections.abc import Iterator, Sequence

from django.db import transaction

from ...audit import checkpoints, events, log, notes, sealer, tiles, tree, verifying
from ...audit.models import TABLES, ChangeEntry
from ...organisations.models import Organisation
from ...organisations.tree import organisation_by_code

ROWS_AT_A_TIME = 2000


def export(code: str, *, since: Sequence[str] = ()) -> Iterator[str]:
    """`since` are checkpoints that the reader has: this trail is proved to begin with them.
    Raises ValueError where there is no such organisation, it has no entries yet, or some were
    purged meanwhile; notes.Unreadable."""
    organisation = organisation_by_code(code)
    if organisation is None:
        raise ValueError("organisation")
    earlier = verifying.heads_in(since)
    log.record(
        events.AUDIT_VIEWED,
        actor=log.OPERATOR,
        organisation_id=organisation.pk,
        seen="export",
    )
    purges = ChangeEntry.objects.filter(
        organisation_id=organisation.pk, code=events.AUDIT_PURGED.code
    )
    known = purges.count()
    for stream in TABLES:
        sealer.seal_all(stream)
        of_stream = zip(earlier, since, strict=True)
        given = [(head, note) for head, note in of_stream if head.stream == stream]
        for line in _Exporting(stream, organisation).lines(given):
            yield json.dumps(line, ensure_ascii=False)
    if purges.count() != known:
        raise ValueError("Entries were purged meanwhile: this export is not whole. Export again.")


class _Exporting:
    def __init__(self, stream: str, organisation: Organisation) -> None:
        self.stream, self.organisation = stream, organisation
        self.subtree = tiles.subtree_of(stream)

    def lines(self, earlier: list[tuple[notes.Head, str]]) -> Iterator[dict]:
        with transaction.atomic():
            row = checkpoints.make(self.stream)
            counted = checkpoints.numbers_of(self.stream)
        yield self._heading(row.note, counted)
        for head, note in earlier:
            if 0 < head.size <= row.size:
                path = tree.consistency_proof(head.size, row.size, self.subtree)
                yield {"line": "consistency", "checkpoint": note, "path": _texts(path)}
        yield from self._proved(row.size)

    def _heading(self, note: str, counted: list[tuple[int, int]]) -> dict:
        organisation = self.organisation
        ids = [pk for pk, _entries in counted]
        if organisation.pk not in ids:
            raise ValueError(
                f"{organisation.code} has no entry of the stream {self.stream} yet: there is"
                " nothing to prove."
            )
        at = ids.index(organisation.pk)
        hashes = tiles.subtree_in(checkpoints.hashes_of(counted))
        return {
            "line": "stream",
            "stream": self.stream,
            "checkpoint": note,
            "organisation": organisation.pk,
            "code": organisation.code,
            "name": organisation.name,
            "entries": counted[at][1],
            "index": at,
            "path": _texts(tree.inclusion_proof(at, len(counted), hashes)),
        }

    def _proved(self, size: int) -> Iterator[dict]:
        entries = TABLES[self.stream].objects.filter(
            organisation_id=self.organisation.pk, leaf_index__lt=size
        )
        rows = entries.order_by("leaf_index").values_list(
            "leaf_index", "number", "canonical", "clear"
        )
        first = 0
        for leaf_index, number, canonical, clear in rows.iterator(chunk_size=ROWS_AT_A_TIME):
            place = leaf_index or 0  # those that have none were not asked for
            yield from self._beside(first, place)
            first = place + 1
            yield {
                "line": "entry",
                "place": place,
                "number": number,
                "entry": bytes(canonical).decode(),
                "clear": clear,
                "hash": _text(self.subtree(0, place)),
            }
        yield from self._beside(first, size)

    def _beside(self, first: int, end: int) -> Iterator[dict]:
        for level, number in tree.complete(first, end):
            told = _text(self.subtree(level, number))
            yield {"line": "hash", "level": level, "number": number, "hash": told}


def _text(told: bytes) -> str:
    return base64.b64encode(told).decode()


def _texts(path: list[bytes]) -> list[str]:
    return [_text(each) for each in path]
