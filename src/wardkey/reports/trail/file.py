"""An organisation's audit trail as a file for a spreadsheet, or a part of it.

trail_file    recorded before its first line leaves
"""

import json
from collections.abc import Iterator

from django.db import transaction

from ...audit import log
from ...base.spreadsheets import lines_of
from ...people.access import Asker, require_still_allowed
from ...people.administrators import Act
from .reading import Happening, Wanted, each_of_organisation
from .viewed import note_viewed

COLUMNS = (
    "at",
    "code",
    "by_kind",
    "by_id",
    "by",
    "by_today",
    "about_id",
    "about",
    "reference",
    "facts",
)


def trail_file(asker: Asker, wanted: Wanted) -> Iterator[bytes]:
    """What changed, then what was tried, the newest first; times in UTC."""
    with transaction.atomic():
        require_still_allowed(asker, Act.READ_TRAIL)
        note_viewed(asker, stream="file")
    return lines_of(COLUMNS, map(_cells, each_of_organisation(asker.organisation_id, wanted)))


def _cells(happening: Happening) -> list[str]:
    return [
        log.microseconds(happening.at),
        happening.code,
        happening.actor_kind,
        happening.actor_id,
        happening.actor,
        happening.actor_today,
        str(happening.holder_id or ""),
        happening.holder,
        happening.request_id,
        json.dumps(happening.facts, ensure_ascii=False, sort_keys=True),
    ]
