"""The trail of the whole portal, for its operator: what `wardkey restore --replay` takes up.

export    of each stream the entries from a place on, as lines of JSON, and the checkpoint that
          whoever has those before it computes from them
"""

import json
from collections.abc import Iterator, Sequence

from django.db import transaction

from ...audit import checkpoints, events, log, notes, sealer, tiles, tree, verifying
from ...audit.models import TABLES

ROWS_AT_A_TIME = 2000


def export(streams: Sequence[str], *, since: Sequence[str] = ()) -> Iterator[str]:
    """`since` are checkpoints: of a stream, entries are written from the largest one's end on.
    Raises notes.Unreadable where one is not of this trail, ValueError where entries were purged."""
    begun = dict.fromkeys(streams, 0)
    for head in verifying.heads_in(since):
        _require_ours(head)
        begun[head.stream] = max(begun.get(head.stream, 0), head.size)
    log.record(events.AUDIT_VIEWED, actor=log.OPERATOR, seen="export")
    # Attempts first: of when the newest of them is, all changes are there.
    for stream in sorted(streams):
        sealer.seal_all(stream)
        for line in _lines(stream, begun[stream]):
            yield json.dumps(line, ensure_ascii=False)


def _require_ours(head: notes.Head) -> None:
    """Else whoever restores would find out that the export continues nothing that they have."""
    try:
        ours = tree.root(head.size, tiles.subtree_of(head.stream)) == head.root
    except KeyError:
        ours = False
    if not ours:
        raise notes.Unreadable(f"the {head.stream} trail here does not begin with it")


def _lines(stream: str, first: int) -> Iterator[dict]:
    with transaction.atomic():
        row = checkpoints.make(stream)
    sealed = TABLES[stream].objects.filter(leaf_index__gte=first, leaf_index__lt=row.size)
    _require_all(stream, sealed.count(), max(0, row.size - first))
    yield {"line": "stream", "stream": stream, "from": first, "checkpoint": row.note}
    rows = sealed.order_by("leaf_index").values_list("leaf_index", "number", "canonical", "clear")
    for place, number, canonical, clear in rows.iterator(chunk_size=ROWS_AT_A_TIME):
        yield {
            "line": "entry",
            "place": place,
            "number": number,
            "entry": bytes(canonical).decode(),
            "clear": clear,
        }


def _require_all(stream: str, there: int, sealed: int) -> None:
    """Who restores goes on place by place."""
    if there != sealed:
        raise ValueError(
            f"{sealed - there} entries of the stream {stream} were purged, or removed: give --since"
            " a newer backup or checkpoint, or --stream change."
        )
