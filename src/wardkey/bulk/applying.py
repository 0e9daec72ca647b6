"""What was staged happens, all of it in one transaction, or nothing.

apply     what was judged is judged again: the right to do it, the organisations, each person as
          they were; then rows are copied and changed by a few statements inside the database

Words to be found by, and letters, follow after it (following.py).
"""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from ..audit import drafts, events, log
from ..base import clock
from ..base.copying import room_for_many_rows
from ..base.errors import Conflict, Forbidden
from ..notifications import messages
from ..people.notices import tell_administrators_of
from . import judged_again, leavers, newcomers, takings, those_who_stay
from .importers import Importer, locked_importer_of
from .models import PeopleImport, StagedEntry, State
from .staging import stop

MAY_BE_APPLIED = (State.READY, State.APPLYING)


def apply(import_id: uuid.UUID) -> PeopleImport:
    """The import as it is afterwards: applied, or stopped with the reason. Two who come at once
    apply it once."""
    people_import = PeopleImport.objects.select_related("organisation").get(pk=import_id)
    try:
        with room_for_many_rows(), transaction.atomic():
            _apply(import_id)
    except Forbidden:
        stop(people_import, "role")
    except (Conflict, IntegrityError):
        stop(people_import, "changed")
    people_import.refresh_from_db()
    return people_import


def _apply(import_id: uuid.UUID) -> None:
    locked = PeopleImport.objects.select_for_update(of=("self",), no_key=True)
    people_import = locked.select_related("organisation").get(pk=import_id)
    if people_import.state not in MAY_BE_APPLIED:
        return
    importer = locked_importer_of(people_import)
    judged_again.require_as_judged(people_import, importer)
    now = clock.now()
    # Newcomers last: with so many more rows than it knows of, PostgreSQL would plan badly.
    those_who_stay.change(people_import, at=now)
    leavers.mark(people_import, importer)
    takings.take_on(people_import, importer)
    newcomers.enter(people_import, at=now)
    _keep_entries(people_import, importer, at=now)
    people_import.state = State.APPLIED
    people_import.applied_at = people_import.alive_at = now
    people_import.save(update_fields=["state", "applied_at", "alive_at"])
    if people_import.changes_anything:
        _announce(people_import, importer)


def _keep_entries(people_import: PeopleImport, importer: Importer, *, at: datetime) -> None:
    staged = StagedEntry.objects.filter(people_import=people_import)
    drafts.keep(staged, actor=importer.actor, request=people_import.pk.hex, at=at)


def _announce(people_import: PeopleImport, importer: Importer) -> None:
    log.record(
        events.PEOPLE_IMPORTED,
        actor=importer.actor,
        organisation_id=people_import.organisation_id,
        people_import=str(people_import.pk),
        rows=people_import.counts,
    )
    tell_administrators_of(
        people_import.organisation,
        messages.people_imported,
        besides=[importer.person] if importer.person else [],
        organisation=people_import.organisation.name,
        by=importer.person.name if importer.person else "",
        rows=str(sum(people_import.counts.values())),
    )
