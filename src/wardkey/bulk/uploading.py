"""A file of people comes to the portal, and the worker takes it from there.

receive        by an administrator: pieces kept, sealed, until the worker has read them
ask_to_apply   whoever uploaded it has looked at the preview
cancel         by any administrator of the organisation
seen, latest   an import of the organisation in view; the last ones

work           the worker: the next file staged, the next import applied; False without work
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from ..base import clock, sealing
from ..base.errors import Conflict, Forbidden, NotFound
from ..organisations import tree
from ..people.access import Asker, require_still_allowed
from ..people.administrators import Act
from ..people.reach import organisation_in_view
from . import applying
from .forgetting import forget_rows
from .models import UNDER_WAY, PeopleImport, Piece, StagedEntry, StagedRow, State
from .staging import Interrupted, Stopping, created, stage

PURPOSE = "people-import"
SILENT_FOR = timedelta(minutes=1)
SHOWN_AT_MOST = 10


def receive(*, asker: Asker, file_name: str, size: int, pieces: Iterable[bytes]) -> PeopleImport:
    """Raises Forbidden, ProofRequired, Conflict (organisation_closed, import_under_way)."""
    organisation, now = organisation_in_view(asker), clock.now()
    with transaction.atomic():
        require_still_allowed(asker, Act.IMPORT_PEOPLE)
        tree.require_open(organisation)
        people_import = created(
            organisation=organisation,
            asked_by_id=asker.person.pk,
            file_name=file_name[-200:],
            bytes_in_all=size,
            created_at=now,
            alive_at=now,
        )
    for number, piece in enumerate(pieces):
        sealed = sealing.seal(piece, purpose=PURPOSE, owner=f"{people_import.pk} {number}")
        Piece.objects.create(people_import=people_import, number=number, sealed=sealed)
    _step(people_import.pk, Q(state=State.ARRIVING), to=State.WAITING)
    return people_import


def _step(import_id: uuid.UUID, was: Q, *, to: State) -> bool:
    rows = PeopleImport.objects.filter(was, pk=import_id)
    return bool(rows.update(state=to, alive_at=clock.now()))


def ask_to_apply(*, asker: Asker, import_id: uuid.UUID) -> None:
    """Raises NotFound, Forbidden (role, import_of_another), ProofRequired, Conflict
    (import_standing)."""
    people_import = seen(asker, import_id)
    with transaction.atomic():
        require_still_allowed(asker, Act.IMPORT_PEOPLE)
        if people_import.asked_by_id != asker.person.pk:
            raise Forbidden("import_of_another")
        if not _step(import_id, Q(state=State.READY), to=State.APPLYING):
            raise Conflict("import_standing")


def cancel(*, asker: Asker, import_id: uuid.UUID) -> None:
    """Raises NotFound, Forbidden, ProofRequired, Conflict (import_standing)."""
    seen(asker, import_id)
    with transaction.atomic():
        require_still_allowed(asker, Act.IMPORT_PEOPLE)
        not_begun = Q(state__in=UNDER_WAY) & ~Q(state=State.APPLYING)
        if not _step(import_id, not_begun, to=State.CANCELLED):
            raise Conflict("import_standing")


def seen(asker: Asker, import_id: uuid.UUID) -> PeopleImport:
    """Raises NotFound where it is not of the organisation in view."""
    found = _of_organisation_in_view(asker).filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found


def latest(asker: Asker) -> list[PeopleImport]:
    return list(_of_organisation_in_view(asker).order_by("-created_at")[:SHOWN_AT_MOST])


def _of_organisation_in_view(asker: Asker) -> QuerySet[PeopleImport]:
    uploaded = PeopleImport.objects.exclude(asked_by_id=None).select_related("organisation")
    return uploaded.filter(organisation=asker.organisation_id)


def work(*, stopping: Stopping) -> bool:
    applying_next = PeopleImport.objects.filter(state=State.APPLYING).order_by("alive_at").first()
    if applying_next:
        applying.apply(applying_next.pk)
        return True
    return _stage_next(stopping)


def _stage_next(stopping: Stopping) -> bool:
    """A file whose worker died is read from its beginning."""
    dead = Q(state=State.STAGING, alive_at__lt=clock.now() - SILENT_FOR)
    mine = Q(state=State.WAITING) | dead
    waiting = PeopleImport.objects.filter(mine).exclude(asked_by_id=None)
    people_import = waiting.select_related("organisation").order_by("created_at").first()
    if people_import is None or not _step(people_import.pk, mine, to=State.STAGING):
        return False
    people_import.refresh_from_db()
    _forget_what_was_staged(people_import)
    try:
        stage(people_import, _pieces_of(people_import), stopping=stopping)
    except Interrupted:
        _step(people_import.pk, Q(state=State.STAGING), to=State.WAITING)
        return False
    while forget_rows(Piece.objects.filter(people_import=people_import)):
        pass
    return True


def _forget_what_was_staged(people_import: PeopleImport) -> None:
    for rows in (StagedEntry.objects, StagedRow.objects):
        while forget_rows(rows.filter(people_import=people_import)):
            pass


def _pieces_of(people_import: PeopleImport) -> Iterator[bytes]:
    pieces = Piece.objects.filter(people_import=people_import)
    for number in range(pieces.count()):
        owner = f"{people_import.pk} {number}"
        yield sealing.unseal(bytes(pieces.get(number=number).sealed), purpose=PURPOSE, owner=owner)
