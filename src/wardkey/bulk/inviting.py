"""All newcomers of an import are invited by one act: each by a link to the address in the file.

to_invite      how many have an address, and how many have none
ask            by an administrator of the organisation, once
invite_next    the worker: the next newcomers of one import; False where nobody is left to invite

Whoever joined meanwhile, was invited by a colleague or is out of reach is left out. Where whoever
asked may not invite any more, nobody else is. Letters leave through the outbox.
"""

import uuid
from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock
from ..base.copying import short_transaction
from ..base.errors import Conflict
from ..lifecycle import joining
from ..lifecycle.models import Way
from ..lifecycle.queries import invitation_to
from ..people.access import Asker, require_still_allowed
from ..people.administrators import Act, covers, grants_for, reaches
from ..people.contacts import mail_shown_for
from ..people.grants import held_grants_of, role_grants_of
from ..people.models import Person, RoleGrant
from ..people.queries import locked_person, person_with_home
from .models import Kind, PeopleImport, StagedRow, State
from .uploading import seen

AT_A_TIME = 25

Stopping = Callable[[], bool]


def to_invite(people_import: PeopleImport) -> tuple[int, int]:
    newcomers = _newcomers(people_import)
    with_address = newcomers.exclude(email="").count()
    return with_address, newcomers.count() - with_address


def _newcomers(people_import: PeopleImport) -> QuerySet[StagedRow]:
    return StagedRow.objects.filter(people_import=people_import, kind=Kind.ADD)


def ask(*, asker: Asker, import_id: uuid.UUID) -> None:
    """Raises NotFound, Forbidden, ProofRequired; Conflict (import_standing) where it was asked for
    before, or the import is not there to be invited from."""
    seen(asker, import_id)
    with transaction.atomic():
        require_still_allowed(asker, Act.ADD_PEOPLE)
        applied = PeopleImport.objects.filter(
            pk=import_id, state=State.APPLIED, forgotten_at=None, inviting_by_id=None
        )
        if not applied.update(inviting_by_id=asker.person.pk):
            raise Conflict("import_standing")


def invite_next(*, stopping: Stopping) -> bool:
    asked = PeopleImport.objects.filter(inviting_by_id__isnull=False, invited_at=None)
    people_import = asked.select_related("organisation").order_by("applied_at").first()
    if people_import is None:
        return False
    while not stopping() and _invite_some(people_import):
        pass
    return True


def _invite_some(people_import: PeopleImport) -> bool:
    """Whether there may be more. Of two workers one does each batch."""
    first = people_import.invited_up_to
    rows = _newcomers(people_import).filter(line__gt=first).order_by("line")
    batch = list(rows.values_list("line", "person_id")[:AT_A_TIME])
    with short_transaction():
        locked = PeopleImport.objects.select_for_update(no_key=True).get(pk=people_import.pk)
        if locked.invited_up_to != first or locked.invited_at:
            return False
        asker = _asker(people_import)
        allowed = _grants_of(asker, people_import) if asker else []
        ids = [id for _line, id in batch if id] if allowed else []
        locked.invited += sum(_invite(id, asker, allowed) for id in ids)
        locked.invited_up_to = batch[-1][0] if batch else first
        if not ids:
            locked.invited_at = clock.now()
            _record(locked, asker)
        locked.save(update_fields=["invited", "invited_up_to", "invited_at"])
    people_import.invited_up_to = locked.invited_up_to
    return not locked.invited_at


def _asker(people_import: PeopleImport) -> Person | None:
    return person_with_home(people_import.inviting_by_id) if people_import.inviting_by_id else None


def _grants_of(asker: Person, people_import: PeopleImport) -> Sequence[RoleGrant]:
    """As they are now; none where they may not invite here any more."""
    if not asker.may_sign_in:
        return []
    return grants_for(role_grants_of(asker.pk), Act.ADD_PEOPLE, people_import.organisation)


def _invite(person_id: uuid.UUID, asker: Person | None, allowed: Sequence[RoleGrant]) -> bool:
    person = locked_person(person_id)
    if asker is None or not _is_to_be_invited(person, allowed):
        return False
    joining.issue(person, way=Way.LINK, by=log.person(asker), issued_by_id=asker.pk)
    return True


def _is_to_be_invited(person: Person, allowed: Sequence[RoleGrant]) -> bool:
    if not mail_shown_for(person) or invitation_to(person):
        return False
    try:
        joining.require_not_joined(person)
    except Conflict:
        return False
    theirs = held_grants_of(person.pk)
    return any(reaches(grant, person.home) and covers(grant, theirs) for grant in allowed)


def _record(people_import: PeopleImport, asker: Person | None) -> None:
    log.record(
        events.NEWCOMERS_INVITED,
        actor=log.person(asker) if asker else log.SYSTEM,
        organisation_id=people_import.organisation_id,
        people_import=str(people_import.pk),
        invited=people_import.invited,
    )
