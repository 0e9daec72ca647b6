"""What the preview judged, judged again in the transaction that applies it.

require_as_judged     organisations open and within reach, people as they were, roles covered
"""

from django.db import connection
from django.db.models import QuerySet

from ..base import copying
from ..base.errors import Conflict
from ..organisations import tree
from ..organisations.models import Organisation
from ..people.grants import grants_of_each, held
from ..people.models import RoleGrant
from .importers import Importer
from .models import Kind, PeopleImport, StagedRow

# Of each person whom a row changes, all that was looked at when it was judged.
CHANGED = """
    SELECT 1
    FROM bulk_stagedrow AS staged
    LEFT JOIN people_person AS person ON person.id = staged.person_id
    WHERE staged.people_import_id = %s AND staged.kind IN ('update', 'move', 'leaver')
    AND (person.id IS NULL
         OR person.name <> staged.was_name
         OR person.home_id <> staged.was_home_id
         OR person.status <> staged.was_status
         OR COALESCE(CAST(person.last_day AS text), '')
            <> COALESCE(CAST(staged.was_last_day AS text), '')
         OR COALESCE(CAST(person.starts_at AS text), '')
            <> COALESCE(CAST(staged.was_starts_at AS text), ''))
    LIMIT 1
"""
LOCKED = """
    SELECT COUNT(*) FROM (
        SELECT 1 FROM people_person
        WHERE id IN (SELECT person_id FROM bulk_stagedrow
                     WHERE people_import_id = %s AND kind IN ('update', 'move', 'leaver')
                     AND joiner_code_hash IS NULL)
        ORDER BY id FOR NO KEY UPDATE
    ) AS theirs
"""


def require_as_judged(people_import: PeopleImport, importer: Importer) -> None:
    """Raises Conflict. Afterwards nobody else changes these people until the
    transaction ends; whoever comes with a code is locked by the flow that takes them on."""
    rows = StagedRow.objects.filter(people_import=people_import)
    _require_places(rows, importer)
    if not any(people_import.counts.get(kind) for kind in (Kind.UPDATE, Kind.MOVE, Kind.LEAVER)):
        return
    if connection.vendor == "postgresql":
        copying.run(LOCKED, about=people_import.pk)
    if copying.exists(CHANGED, about=people_import.pk):
        raise Conflict("import_changed")
    _require_covered(rows, importer)


def _require_places(rows: QuerySet[StagedRow], importer: Importer) -> None:
    homes = rows.exclude(home_id=None).values_list("home_id", flat=True).distinct()
    wanted = {home for home in homes if home}
    tree.lock_each(wanted)
    for place in Organisation.objects.filter(pk__in=wanted).iterator():
        tree.require_open(place)
        if not importer.reaches(place):
            raise Conflict("import_changed")


def _require_covered(rows: QuerySet[StagedRow], importer: Importer) -> None:
    """Of the many only those who have a role now, and who are few."""
    changing = rows.filter(kind__in=[Kind.UPDATE, Kind.MOVE, Kind.LEAVER])
    ids = changing.values("person_id")
    holders = set(RoleGrant.objects.filter(person__in=ids).values_list("person_id", flat=True))
    grants_of = {id: found for id, each in grants_of_each(holders).items() if (found := held(each))}
    if not all(importer.covers(grants) for grants in grants_of.values()):
        raise Conflict("import_changed")
    known = set(
        changing.filter(person_id__in=grants_of, has_roles=True).values_list("person_id", flat=True)
    )
    moving = changing.filter(person_id__in=grants_of, kind=Kind.MOVE, joiner_code_hash=None)
    if known != set(grants_of) or moving.exists():
        raise Conflict("import_changed")
