"""People who are there and are called otherwise, begin on another day, or have another home.

change     names, first days, addresses; homes within the importer's own organisations

Who moves keeps tokens and logins, as with an organisation that closes (people/succession.py): both
homes are the importer's. Whoever comes from elsewhere is takings.py's.
"""

from datetime import datetime

from django.db.models import DateTimeField, F, Q, QuerySet, Value

from ..base import copying
from ..people.models import ContactPoint, Membership
from .models import Kind, PeopleImport, StagedRow
from .newcomers import add_addresses

RENAMED = """
    UPDATE people_person SET name = staged.name FROM bulk_stagedrow AS staged
    WHERE staged.people_import_id = %s AND staged.kind IN ('update', 'move', 'leaver')
    AND staged.name <> ''
    AND people_person.id = staged.person_id
"""
BEGINNING = """
    UPDATE people_person SET starts_at = staged.starts_at FROM bulk_stagedrow AS staged
    WHERE staged.people_import_id = %s AND staged.kind IN ('update', 'move', 'leaver')
    AND staged.starts_at IS NOT NULL
    AND people_person.id = staged.person_id
"""
BEGINNING_AT_HOME = """
    UPDATE people_membership SET starts_at = staged.starts_at FROM bulk_stagedrow AS staged
    WHERE staged.people_import_id = %s AND staged.kind IN ('update', 'move', 'leaver')
    AND staged.starts_at IS NOT NULL
    AND people_membership.person_id = staged.person_id
    AND people_membership.kind = 'home' AND people_membership.ends_at IS NULL
"""
AT_HOME_ELSEWHERE = """
    UPDATE people_person SET home_id = staged.home_id FROM bulk_stagedrow AS staged
    WHERE staged.people_import_id = %s AND staged.kind = 'move'
    AND staged.joiner_code_hash IS NULL AND people_person.id = staged.person_id
"""
NO_LEAVERS = """
    UPDATE people_person SET last_day = NULL, closes_at = NULL FROM bulk_stagedrow AS staged
    WHERE staged.people_import_id = %s AND staged.kind = 'move'
    AND staged.joiner_code_hash IS NULL AND people_person.id = staged.person_id
    AND people_person.last_day IS NOT NULL
"""
FOUND_ELSEWHERE = """
    UPDATE people_searchword SET organisation_id = staged.home_id FROM bulk_stagedrow AS staged
    WHERE staged.people_import_id = %s AND staged.kind = 'move'
    AND staged.joiner_code_hash IS NULL AND people_searchword.person_id = staged.person_id
"""


def change(people_import: PeopleImport, *, at: datetime) -> None:
    """Where all are new, the many rows are not looked through for those who stay."""
    if not any(people_import.counts.get(kind) for kind in (Kind.UPDATE, Kind.MOVE, Kind.LEAVER)):
        return
    rows = StagedRow.objects.filter(people_import=people_import).exclude(kind=Kind.ADD)
    copying.run(RENAMED, BEGINNING, BEGINNING_AT_HOME, about=people_import.pk)
    _replace_addresses(rows, at)
    movers = rows.filter(kind=Kind.MOVE, joiner_code_hash=None)
    if movers.exists():
        _move_homes(movers, at)
        copying.run(AT_HOME_ELSEWHERE, NO_LEAVERS, FOUND_ELSEWHERE, about=people_import.pk)


def _replace_addresses(rows: QuerySet[StagedRow], at: datetime) -> None:
    """An address that its owner has proved stays: a file does not say where letters about
    somebody's tokens go."""
    changed = rows.exclude(email="").exclude(kind__in=[Kind.REFUSED, Kind.UNCHANGED])
    mails = ContactPoint.objects.filter(kind=ContactPoint.Kind.MAIL, retired_at=None)
    unproved = mails.filter(verified_at=None, person__in=changed.values("person_id"))
    unproved.update(retired_at=at)
    add_addresses(changed)


def _move_homes(movers: QuerySet[StagedRow], at: datetime) -> None:
    """As people/accounts.py moves one."""
    homes = Q(kind=Membership.Kind.HOME, ends_at=None)
    memberships = Membership.objects.filter(homes, person__in=movers.values("person_id"))
    memberships.update(ends_at=at)
    copying.copy_rows(
        movers,
        into=Membership,
        columns={
            "person": F("person_id"),
            "organisation": F("home_id"),
            "kind": Value(Membership.Kind.HOME.value),
            "starts_at": Value(at, output_field=DateTimeField()),
        },
    )
