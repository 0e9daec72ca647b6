"""An organisation's part of the audit trail, with what proves it: for `audit/verify_export.py`.

export          the operator's, of all that has happened by now
own_export      whoever may read the trail: of all that is sealed by now, or of some days
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from ...audit import checkpoints, events, log, sealer, verifying
from ...audit.events import ATTEMPT, CHANGE
from ...audit.models import TABLES, Checkpoint
from ...base.errors import Conflict, InvalidInput
from ...organisations.tree import organisation_by_code
from ...people.access import Asker, require_still_allowed
from ...people.administrators import Act
from ...people.reach import organisation_in_view
from .proved import ALL, Begun, NothingSealed, Part, begun
from .viewed import note_viewed

EXPORT = "export"
# As the files are named; a browser adds (1) to the second of one name.
NAMED = re.compile(r"(?:^|-)(?P<change>\d{1,12})-(?P<attempt>\d{1,12})(?: ?\(\d+\))?(?:\.jsonl)?$")
BLOCK = 65_536  # characters


@dataclass(frozen=True, slots=True)
class Export:
    """`name` is the file's, by which a later one goes on from it; `blocks` are UTF-8."""

    name: str
    blocks: Iterator[bytes]


def export(code: str, *, since: Sequence[str] = ()) -> Iterator[str]:
    """`since` are checkpoints that the reader has: this trail is proved to begin with them.
    Raises ValueError where there is no such organisation, it has no entries yet, or some were
    purged meanwhile; notes.Unreadable."""
    organisation = organisation_by_code(code)
    if organisation is None:
        raise ValueError("organisation")
    verifying.heads_in(since)
    log.record(
        events.AUDIT_VIEWED, actor=log.OPERATOR, organisation_id=organisation.pk, seen=EXPORT
    )
    for stream in TABLES:
        sealer.seal_all(stream)
    of_streams = [begun(stream, organisation) for stream in TABLES]
    yield from _lines(of_streams, ALL, since)
    of_streams[0].require_no_purge_since()


def own_export(asker: Asker, part: Part = ALL, *, earlier: str = "") -> Export:
    """Of the organisation in view. `earlier` is the name of a file that the reader has. Raises
    Conflict (nothing_sealed, trail_damaged), InvalidInput (earlier_file, backwards)."""
    organisation = organisation_in_view(asker)
    if part.since and part.before and part.before <= part.since:
        raise InvalidInput("backwards", field="until")
    since = _checkpoints_of(earlier)
    try:
        of_streams = [begun(stream, organisation) for stream in TABLES]
    except NothingSealed as error:
        raise Conflict("nothing_sealed") from error
    except (checkpoints.Damaged, KeyError) as error:
        raise Conflict("trail_damaged") from error
    with transaction.atomic():
        require_still_allowed(asker, Act.READ_TRAIL)
        note_viewed(asker, stream=EXPORT)
    sizes = "-".join(str(each.size) for each in of_streams)
    name = f"audit-trail-{organisation.code}-{sizes}.jsonl"
    return Export(name, _blocks(_lines_until_purged(of_streams, part, since)))


def _checkpoints_of(earlier: str) -> list[str]:
    if not earlier:
        return []
    named = NAMED.search(earlier.strip())
    if named is None:
        raise InvalidInput("earlier_file", field="earlier")
    known = [
        Checkpoint.objects.filter(stream=stream, size=named[stream]).first()
        for stream in (CHANGE, ATTEMPT)
    ]
    if None in known:
        raise InvalidInput("earlier_file", field="earlier")
    return [row.note for row in known if row]


def _lines(of_streams: Sequence[Begun], part: Part, since: Sequence[str]) -> Iterator[str]:
    for each in of_streams:
        for line in each.lines(part, since):
            yield json.dumps(line, ensure_ascii=False)


def _lines_until_purged(
    of_streams: Sequence[Begun], part: Part, since: Sequence[str]
) -> Iterator[str]:
    """The verifier reads no file to whose end somebody purged."""
    yield from _lines(of_streams, part, since)
    try:
        of_streams[0].require_no_purge_since()
    except ValueError as error:
        yield json.dumps({"line": str(error)})


def _blocks(lines: Iterator[str]) -> Iterator[bytes]:
    """A line at a time would be sent by a call to the system each."""
    waiting, length = [], 0
    for line in lines:
        waiting += [line, "\n"]
        length += len(line)
        if length >= BLOCK:
            yield "".join(waiting).encode()
            waiting, length = [], 0
    yield "".join(waiting).encode()
