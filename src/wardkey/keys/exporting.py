"""The keys of an organisation as a file for a spreadsheet: what their list shows, and no more.

export    recorded before its first line leaves

No credential id and no public key: with the one somebody is told from others at a website, and
nobody needs the other. Removed ones are left out; the audit trail has them.
"""

import csv
from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base.spreadsheets import harmless
from ..people.access import Asker, require_still_allowed
from ..people.administrators import Act
from .models import SecurityKey, State

COLUMNS = {
    "username": "holder__username",
    "name": "holder__name",
    "organisation": "holder__home__code",
    "nickname": "nickname",
    "model": "model",
    "aaguid": "aaguid",
    "serial_number": "serial_number",
    "state": "state",
    "registered_at": "registered_at",
    "last_used_at": "last_used_at",
}
TIMES = ("registered_at", "last_used_at")


class _Echo:
    def write(self, text: str) -> str:
        return text


def export(asker: Asker) -> Iterator[bytes]:
    """Of the organisation in view, and of those below it where the role reaches them. UTF-8 with a
    BOM, which spreadsheets want; times in UTC; line by line, however many there are."""
    within = asker.organisations_for(Act.SEE_WEAK_KEYS)
    keys = SecurityKey.objects.filter(holder__home__in=within).exclude(state=State.REMOVED)
    with transaction.atomic():
        require_still_allowed(asker, Act.SEE_WEAK_KEYS)
        log.record(
            events.EXPORT_CREATED,
            actor=asker.actor,
            organisation_id=asker.organisation_id,
            of="keys",
            number=keys.count(),
        )
    return _lines(keys)


def _lines(keys: QuerySet[SecurityKey]) -> Iterator[bytes]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield ("\ufeff" + writer.writerow(COLUMNS)).encode()
    ordered = keys.order_by("holder__username_key", "registered_at", "pk")
    for values in ordered.values_list(*COLUMNS.values()).iterator(chunk_size=500):
        row = dict(zip(COLUMNS, values, strict=True))
        for name in TIMES:
            row[name] = log.microseconds(row[name]) if row[name] else ""
        yield writer.writerow([harmless(str(cell)) for cell in row.values()]).encode()
