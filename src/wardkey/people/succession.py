"""An organisation closes, and another one takes its people over.

    begin_closing    at once where nobody has their home there; otherwise a successor is named
    move_on          the worker: some more people move; with the last of them it is closed
    people_left      how far it has come

The people keep their keys and lose no session; what is asked of them is the successor's policy from
the moment they move. Roles never travel: those on the organisation end when it closes.
"""

import uuid

from django.db import transaction

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict
from ..notifications import messages
from ..organisations import tree
from ..organisations.models import Organisation, Status
from . import accounts, roles
from .access import Asker
from .administrators import Act, current
from .models import Membership, Person, RoleGrant
from .notices import tell, tell_administrators_of
from .reach import require_organisation_still_administered

PEOPLE_AT_A_TIME = 50


def begin_closing(
    *, asker: Asker, organisation: Organisation, successor: Organisation | None
) -> Organisation:
    """Raises Conflict: root, organisation_standing, organisations_below, people_there,
    successor."""
    with transaction.atomic():
        tree.lock_each([organisation.pk, *([successor.pk] if successor else [])])
        closing = tree.locked(organisation.pk)
        require_organisation_still_administered(
            asker, closing, Act.MANAGE_ORGANISATIONS, beside=successor
        )
        _require_closable(closing)
        people = people_left(closing)
        closing.closing_since, closing.people_to_move = clock.now(), people
        closing.successor = _successor(closing, successor, people=people)
        closing.save(update_fields=["closing_since", "people_to_move", "successor"])
        log.record(
            events.ORGANISATION_CLOSING,
            actor=asker.actor,
            organisation_id=closing.pk,
            successor=closing.successor_id,
            people=people,
        )
        _tell_of_closing(asker, closing)
        if not people:
            _close(closing)
    return closing


def _require_closable(organisation: Organisation) -> None:
    tree.require_not_root(organisation)
    if organisation.status == Status.CLOSED or organisation.closing_since:
        raise Conflict("organisation_standing")
    if tree.branch(organisation).exclude(pk=organisation.pk).exclude(status=Status.CLOSED).exists():
        raise Conflict("organisations_below")
    if Organisation.objects.filter(successor=organisation).exclude(status=Status.CLOSED).exists():
        raise Conflict("is_successor")


def _successor(
    closing: Organisation, successor: Organisation | None, *, people: int
) -> Organisation | None:
    if successor is None:
        if people:
            raise Conflict("people_there")
        return None
    if successor.pk == closing.pk or not tree.locked(successor.pk).is_open:
        raise Conflict("successor")
    return successor


def _tell_of_closing(asker: Asker, closing: Organisation) -> None:
    tell_administrators_of(
        closing,
        messages.organisation_closing,
        besides=[asker.person],
        organisation=closing.name,
        by=asker.name,
    )


def people_left(organisation: Organisation) -> int:
    return Person.objects.filter(home=organisation).count()


def move_on() -> int:
    """Returns how many people moved, at most fifty; 0 where there is nothing left to do."""
    closing = (
        Organisation.objects.exclude(closing_since=None)
        .exclude(status=Status.CLOSED)
        .select_related("successor")
        .order_by("closing_since")
        .first()
    )
    return _move_some(closing) if closing else 0


def _move_some(closing: Organisation) -> int:
    people = Person.objects.filter(home=closing).values_list("pk", flat=True)
    moved = sum(_move(person_id, closing) for person_id in people[:PEOPLE_AT_A_TIME])
    if not moved:
        with transaction.atomic():
            _close(tree.locked(closing.pk))
    return moved


def _move(person_id: uuid.UUID, closing: Organisation) -> bool:
    """In a transaction of its own: what was moved stays moved, whatever stops the worker."""
    with transaction.atomic():
        locked = Person.objects.select_for_update(of=("self",), no_key=True)
        person = locked.select_related("home").filter(pk=person_id, home=closing).first()
        if person is None or closing.successor is None:
            return False
        accounts.move_home(person=person, organisation=closing.successor, by=log.SYSTEM)
        tell(
            messages.moved_to_successor,
            person=person,
            organisation=closing.name,
            successor=closing.successor.name,
        )
    return True


def _close(organisation: Organisation) -> None:
    """Another worker may have been as quick; and somebody may still be there."""
    if organisation.status == Status.CLOSED or people_left(organisation):
        return
    grants = RoleGrant.objects.select_for_update(of=("self",), no_key=True)
    for grant in current(grants.filter(organisation=organisation)).select_related("person"):
        roles.end_with_its_organisation(grant)
    stays = Membership.objects.filter(organisation=organisation, kind=Membership.Kind.GUEST)
    current(stays).update(ends_at=clock.now())
    organisation.status = Status.CLOSED
    organisation.save(update_fields=["status"])
    log.record(events.ORGANISATION_CLOSED, actor=log.SYSTEM, organisation_id=organisation.pk)
