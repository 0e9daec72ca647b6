"""The keys of an organisation as a file for a spreadsheet: what their list shows, and no more.

export    recorded before its first line leaves

No credential id and no public key: with the one somebody is told from others at a website, and
nobody needs the other. Removed ones are left out; the audit trail has them.
"""

from collections.abc import Iterator

from django.db import transaction

from ..audit import events, log
from ..base.spreadsheets import lines_of
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


def export(asker: Asker) -> Iterator[bytes]:
    """Of the organisation in view, and of those below it where the role reaches them;
    times in UTC."""
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
    ordered = keys.order_by("holder__username_key", "registered_at", "pk")
    rows = ordered.values_list(*COLUMNS.values()).iterator(chunk_size=500)
    return lines_of(list(COLUMNS), map(_cells, rows))


def _cells(values: tuple) -> list[str]:
    row = dict(zip(COLUMNS, values, strict=True))
    for name in TIMES:
        row[name] = log.microseconds(row[name]) if row[name] else ""
    return list(map(str, row.values()))
