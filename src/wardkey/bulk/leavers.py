"""Whoever leaves by a row of the file, as lifecycle/leaving.py marks one.

mark     the last day; roles, logins, passes and invitations end at once
"""

import uuid

from ..audit import events, log
from ..base import copying
from ..lifecycle import transfers, ways_in
from ..people.roles import end_all
from .importers import Importer
from .models import Kind, PeopleImport, StagedRow

AT_A_TIME = 500
MARKED = """
    UPDATE people_person SET last_day = staged.last_day, closes_at = staged.closes_at,
        security_stamp = staged.security_stamp
    FROM bulk_stagedrow AS staged
    WHERE staged.people_import_id = %s AND staged.kind = 'leaver'
    AND people_person.id = staged.person_id
"""


def mark(people_import: PeopleImport, importer: Importer) -> None:
    """Keys about which nobody decided are kept. Roles are few, and each is told of."""
    rows = StagedRow.objects.filter(people_import=people_import, kind=Kind.LEAVER).order_by("pk")
    ids = [id for id in rows.values_list("person_id", flat=True) if id]
    if not ids:
        return
    copying.run(MARKED, about=people_import.pk)
    for start in range(0, len(ids), AT_A_TIME):
        _end_ways_in(ids[start : start + AT_A_TIME])
    for row in rows.filter(has_roles=True):
        _end_roles(row, importer)


def _end_ways_in(ids: list[uuid.UUID]) -> None:
    transfers.forget_decisions_about(ids)
    ways_in.end_all_of(ids, reason="leaver")


def _end_roles(row: StagedRow, importer: Importer) -> None:
    person = row.person()
    roles = end_all(person, by=importer.actor)
    last_day = row.last_day.isoformat() if row.last_day else ""
    log.record(
        events.LEAVER_MARKED,
        actor=importer.actor,
        holder_id=person.pk,
        organisation_id=person.home_id,
        roles=roles,
        new={"last_day": last_day},
    )
