"""A restored trail goes on with the entries that its export kept, each at the place that it had.

    go_on    of one stream, in the transaction of the restoring

So the checkpoints that left the machine before it was lost go on to hold, and what happened since
the copy stands in the history of those to whom it happened.
"""

import json
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from ..base import clock
from . import checkpoints, notes, tiles, tree
from .exported import Refused
from .models import TABLES, Checkpoint, Entry, Numbering, Tree
from .sealer import AT_A_TIME, leaf

AS_WRITTEN = "%Y-%m-%dT%H:%M:%S.%fZ"


def go_on(stream: str, lines: Iterable[dict], note: str) -> int:
    """`note` is the checkpoint of the tree with them. Returns how many there were."""
    Tree.objects.get_or_create(pk=stream)
    grown = Tree.objects.select_for_update().get(pk=stream)
    first, more = grown.size, iter(lines)
    while batch := list(islice(more, AT_A_TIME)):
        _append(stream, grown.size, batch)
        grown.size += len(batch)
        grown.save(update_fields=["size"])
    head = notes.read(note).head
    _require_signed(head, size=grown.size)
    now = clock.now()
    Checkpoint.objects.get_or_create(
        stream=stream, size=head.size, defaults={"note": note, "made_at": now, "pushed_at": now}
    )
    return grown.size - first


def _append(stream: str, size: int, lines: list[dict]) -> None:
    leaves = [tree.leaf_hash(leaf(line["number"], line["entry"].encode())) for line in lines]
    tiles.append(stream, size=size, leaves=leaves)
    rows: list[Any] = [_row(stream, line) for line in lines]
    table = TABLES[stream]
    # The copy has some that were not sealed yet: they get the places that they got then.
    unsealed = table.objects.filter(leaf_index=None, uid__in=[row.uid for row in rows])
    known = dict(unsealed.values_list("uid", "pk"))
    for row in rows:
        if row.uid in known:
            placed = {"leaf_index": row.leaf_index, "number": row.number}
            table.objects.filter(pk=known[row.uid]).update(**placed)
    table.objects.bulk_create([row for row in rows if row.uid not in known])
    counted = {row.organisation_id or 0: row.number for row in rows}
    Numbering.objects.bulk_create(
        [Numbering(stream=stream, organisation_id=at, entries=n) for at, n in counted.items()],
        update_conflicts=True,
        unique_fields=["stream", "organisation_id"],
        update_fields=["entries"],
    )


def _row(stream: str, line: dict) -> Entry:
    """The columns are what the bytes say."""
    told = json.loads(line["entry"])
    return TABLES[stream](
        uid=uuid.UUID(told["uid"]),
        at=datetime.strptime(told["at"], AS_WRITTEN).replace(tzinfo=UTC),
        code=told["code"],
        version=told["version"],
        actor_kind=told["actor"]["kind"],
        actor_id=told["actor"]["id"],
        holder_id=uuid.UUID(told["holder"]) if told["holder"] else None,
        organisation_id=told["organisation"],
        request_id=told["request"],
        clear=line["clear"],
        canonical=line["entry"].encode(),
        leaf_index=line["place"],
        number=line["number"],
    )


def _require_signed(head: notes.Head, *, size: int) -> None:
    counted = checkpoints.numbers_of(head.stream)
    numbers = tree.root(len(counted), tiles.subtree_in(checkpoints.hashes_of(counted)))
    root = tree.root(size, tiles.subtree_of(head.stream))
    if (size, root, numbers) != (head.size, head.root, head.numbers):
        raise Refused(f"the {head.stream} trail with its entries is not the one that was signed")
