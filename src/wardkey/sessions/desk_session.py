"""A desk session: one proof covers registrations for many people, so that nobody swaps two keys in
one port fifty times. It covers registrations, with the holder's trying the key out at the desk,
and nothing else; and never one's own.

open_for_anybody     of the organisation in view and those below: 50 people
open_for_named       those and no others
open_for_people      those of a list whose keys the asker may register, by the time
end_desk_session     by the button; it also ends after 30 minutes, and with the session
open_desk            the one that is open, and how far it got
has_place            whether it covers a person
take_place           the same, for the registration that begins now
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ..audit import events, log
from ..base import clock
from ..base.errors import InvalidInput
from ..people.access import Asker, require_still_allowed, still_covered_among
from ..people.administrators import Act
from ..people.models import Person
from ..people.queries import people_by_usernames
from . import lifetime
from .models import DeskPlace, DeskSession, Session

LASTS = timedelta(minutes=30)
AT_MOST = 50


def open_for_anybody(*, asker: Asker, session: Session) -> DeskSession:
    with transaction.atomic():
        require_still_allowed(asker, Act.OPEN_DESK_SESSION)
        return _open(asker, session, people=[])


def open_for_named(*, asker: Asker, session: Session, usernames: Sequence[str]) -> DeskSession:
    """Raises InvalidInput: `nobody_named`, `too_many_named`; `not_here` where one of them is not
    somebody whose keys the asker may register, with those names in `details["names"]`."""
    if not usernames:
        raise InvalidInput("nobody_named", field="usernames")
    if len(usernames) > AT_MOST:
        raise InvalidInput("too_many_named", field="usernames")
    found = people_by_usernames(usernames)
    people = list({each.pk: each for each in found.values()}.values())
    with transaction.atomic():
        covered = still_covered_among(
            asker, people, Act.REGISTER_KEYS, within=Act.OPEN_DESK_SESSION
        ) - {asker.person.pk}
        missing = [name for name in usernames if name not in found or found[name].pk not in covered]
        if missing:
            raise InvalidInput("not_here", field="usernames", names=", ".join(missing))
        return _open(asker, session, people=people)


def open_for_people(*, asker: Asker, session: Session, people: Sequence[Person]) -> None:
    """Does nothing where it would be for nobody. `people` are AT_MOST, with `home` loaded."""
    with transaction.atomic():
        covered = still_covered_among(
            asker, people, Act.REGISTER_KEYS, within=Act.OPEN_DESK_SESSION
        ) - {asker.person.pk}
        theirs = [person for person in people if person.pk in covered]
        if theirs:
            _open(asker, session, people=theirs)


def _open(asker: Asker, session: Session, *, people: list[Person]) -> DeskSession:
    now = clock.now()
    lifetime.require_live(session.pk)
    desk = DeskSession.objects.create(
        session=session,
        organisation=asker.organisation,
        at_most=len(people) or AT_MOST,
        is_for_named=bool(people),
        opened_at=now,
        ends_at=now + LASTS,
    )
    DeskPlace.objects.bulk_create(DeskPlace(desk=desk, person=person) for person in people)
    Session.objects.filter(pk=session.pk).update(desk_ends_at=desk.ends_at)
    log.record(
        events.DESK_SESSION_OPENED,
        actor=asker.actor,
        holder_id=asker.person.pk,
        organisation_id=asker.organisation_id,
        at_most=desk.at_most,
        is_for_named=desk.is_for_named,
    )
    return desk


def end_desk_session(*, asker: Asker, session: Session) -> None:
    """Does nothing where none is open."""
    with transaction.atomic():
        desk = open_desk(session)
        if desk is None:
            return
        Session.objects.filter(pk=session.pk).update(desk_ends_at=None)
        log.record(
            events.DESK_SESSION_ENDED,
            actor=asker.actor,
            holder_id=asker.person.pk,
            organisation_id=asker.organisation_id,
            served=desk.served,
            at_most=desk.at_most,
        )


def open_desk(session: Session) -> DeskSession | None:
    """Asked for each page."""
    return _one(_open_desks(session)) if session.desk_ends_at else None


def has_place(session: Session, person_id: uuid.UUID) -> bool:
    return _covering(session, person_id) is not None


def take_place(session: Session, person_id: uuid.UUID) -> bool:
    """Inside a transaction: of two that take the last place at once one gets it, and a desk
    session that was ended meanwhile has none."""
    if session.desk_ends_at is None:
        return False
    desk = _covering(lifetime.require_live(session.pk), person_id)
    if desk is None:
        return False
    place, _new = DeskPlace.objects.get_or_create(desk=desk, person_id=person_id)
    if place.served_at is None:
        place.served_at, desk.served = clock.now(), desk.served + 1
        place.save(update_fields=["served_at"])
        desk.save(update_fields=["served"])
    return True


def _covering(session: Session, person_id: uuid.UUID) -> DeskSession | None:
    if person_id == session.person_id:
        return None
    branch = OuterRef("organisation__path")
    belongs = Person.objects.filter(pk=person_id, home__path__startswith=branch)
    has_room = Q(Exists(belongs), is_for_named=False, served__lt=F("at_most"))
    return _one(_open_desks(session).filter(Q(places__person_id=person_id) | has_room))


def _open_desks(session: Session) -> QuerySet[DeskSession]:
    """One at most. No query where the session has none."""
    if session.desk_ends_at is None or session.desk_ends_at <= clock.now():
        return DeskSession.objects.none()
    return DeskSession.objects.filter(session=session, ends_at=session.desk_ends_at)


def _one(desks: QuerySet[DeskSession]) -> DeskSession | None:
    return next(iter(desks[:1]), None)


def places_of(desk: DeskSession) -> list[DeskPlace]:
    """With the people, by name."""
    return list(desk.places.select_related("person").order_by("person__name", "pk"))
