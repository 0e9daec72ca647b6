"""Guests: somebody of one organisation is at another, until a day that was said beforehand.

send_as_guest     by an administrator of the home, which goes on looking after the guest's keys
end_visit         by the home before that day, or by itself when the day is over
end_visits        of somebody who leaves, or who moves to where they are a guest
visits_of         where somebody is a guest now; visit_of one of these
visit_here        a guest's of the asker's organisation; visit_still_here the same, while it writes
guests_at         who is one there
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, InvalidInput, NotFound
from ..notifications import messages
from ..organisations import tree
from ..organisations.models import Organisation
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act, current
from ..people.models import Membership, Person, Standing
from ..people.notices import as_day, tell, tell_administrators_of
from ..people.queries import locked_person
from ..people.reach import (
    require_organisation_administered,
    require_organisation_still_administered,
)

AT_MOST = timedelta(days=366)
SHOWN_AT_MOST = 50


def send_as_guest(*, asker: Asker, person: Person, organisation: str, until: date) -> None:
    """`organisation` is a code. Raises InvalidInput (no_such_organisation, until), Conflict
    (standing, guest_already, at_home)."""
    with transaction.atomic():
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.LET_PEOPLE_GO)
        host = tree.organisation_by_code(organisation)
        if host is None:
            raise InvalidInput("no_such_organisation", field="organisation")
        _require_may_visit(person, host, until)
        Membership.objects.create(
            person=person,
            organisation=host,
            kind=Membership.Kind.GUEST,
            starts_at=clock.now(),
            ends_at=clock.start_of(until + timedelta(days=1), host.time_zone),
        )
        _announce(asker, person, host, until)


def _require_may_visit(person: Person, host: Organisation, until: date) -> None:
    if person.standing not in {Standing.HERE, Standing.LEAVING}:
        raise Conflict("standing")
    if host.pk == person.home_id:
        raise Conflict("at_home")
    today = clock.today(host.time_zone)
    if not today <= until <= today + AT_MOST:
        raise InvalidInput("until", field="until")
    if any(visit.organisation_id == host.pk for visit in visits_of(person)):
        raise Conflict("guest_already")


def _announce(asker: Asker, person: Person, host: Organisation, until: date) -> None:
    log.record(
        events.GUEST_SENT,
        actor=asker.actor,
        holder_id=person.pk,
        organisation_id=person.home.pk,
        new={"organisation": host.pk, "until": until.isoformat()},
    )
    about = {"organisation": host.name, "until": as_day(person, until)}
    tell(messages.guest, person=person, by=asker.name, **about)
    tell_administrators_of(
        host, messages.guest_to_come, besides=[asker.person], holder=person.name, **about
    )


def end_visit(*, asker: Asker, person: Person, visit_id: int) -> None:
    """Raises NotFound where it has ended."""
    with transaction.atomic():
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.LET_PEOPLE_GO)
        visit = visit_of(person, visit_id)
        visit.ends_at = clock.now()
        visit.save(update_fields=["ends_at"])
        log.record(
            events.GUEST_VISIT_ENDED,
            actor=asker.actor,
            holder_id=person.pk,
            organisation_id=person.home.pk,
            old={"organisation": visit.organisation_id},
        )


def end_visits(person: Person, *, at: Organisation | None = None) -> None:
    places = {"organisation": at} if at else {}
    current(_visits().filter(person=person, **places)).update(ends_at=clock.now())


def visit_of(person: Person, visit_id: int) -> Membership:
    """Raises NotFound where it has ended."""
    found = [visit for visit in visits_of(person) if visit.pk == visit_id]
    if not found:
        raise NotFound
    return found[0]


def visits_of(person: Person) -> list[Membership]:
    return list(current(_visits().filter(person=person)).select_related("organisation"))


def guests_at(organisations: QuerySet[Organisation]) -> list[Membership]:
    """Those whose visit ends first; with person and home."""
    visits = current(_visits().filter(organisation__in=organisations)).order_by("ends_at", "pk")
    return list(visits.select_related("person__home", "organisation")[:SHOWN_AT_MOST])


def visit_here(asker: Asker, visit_id: int) -> Membership:
    """A guest's of the asker's organisation. Raises NotFound, also where it has ended."""
    visit = _visit(visit_id)
    require_organisation_administered(asker, visit.organisation, Act.LET_PEOPLE_GO)
    return visit


def visit_still_here(asker: Asker, visit_id: int) -> Membership:
    """The same, inside the transaction that writes."""
    visit = _visit(visit_id)
    require_organisation_still_administered(asker, visit.organisation, Act.LET_PEOPLE_GO)
    return visit


def _visit(visit_id: int) -> Membership:
    visits = current(_visits().filter(pk=visit_id))
    visit = visits.select_related("person__home", "organisation").first()
    if visit is None:
        raise NotFound
    return visit


def last_day_of(visit: Membership) -> date:
    end: datetime = visit.ends_at or clock.now()
    return (end - timedelta(seconds=1)).astimezone(ZoneInfo(visit.organisation.time_zone)).date()


def _visits() -> QuerySet[Membership]:
    return Membership.objects.filter(kind=Membership.Kind.GUEST)
