"""One person is let off one value, for a time (people/policy.py says how far that reaches).

exceptions_of     those that count, and those to come to an end
exceptions_near   of some organisations
allow             with a reason and an end, by somebody who may decide the value
end               early; who would be locked out by it gets the grace of a decision
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, Forbidden, InvalidInput, NotFound
from ..base.text import has_forbidden_characters
from ..keys.queries import usable_keys_of
from ..notifications import messages
from ..organisations import policy_values
from ..organisations.models import Organisation
from ..organisations.policy import decisions_for, way_down
from ..organisations.policy_values import VALUES, Chosen, Value
from ..people.access import Asker, require_still_administered
from ..people.administrators import Act, current
from ..people.models import Person, PolicyException
from ..people.notices import tell
from ..people.queries import locked_person
from .changes import GRACE, standing_on

LONGEST = timedelta(days=366)
LONGEST_REASON = 200
SHOWN = 100


def exceptions_of(person: Person) -> list[PolicyException]:
    theirs = PolicyException.objects.filter(person=person)
    return list(_with_names(current(theirs)).order_by("ends_at"))


def exceptions_near(organisations: QuerySet[Organisation]) -> list[PolicyException]:
    """The first 100 to end, approved for one of these."""
    there = PolicyException.objects.filter(organisation__in=organisations)
    return list(_with_names(current(there)).order_by("ends_at")[:SHOWN])


def _with_names(exceptions: QuerySet[PolicyException]) -> QuerySet[PolicyException]:
    return exceptions.select_related("person__home", "approved_by")


def open_to(person: Person, organisation: Organisation) -> list[tuple[str, str]]:
    """Values and choices that somebody who decides for `organisation` may let the person off."""
    above = organisation.ids_from_root
    decisions, moment = decisions_for(person.home), clock.now()
    found = []
    for name, value in VALUES.items():
        here = way_down(value, person.home.ids_from_root, decisions, moment)
        bound, at_home = here[len(above) - 1].bound, here[-1].chosen
        found += [
            (name, choice)
            for choice in value.choices
            if policy_values.is_as_strict(value, Chosen(choice), bound)
            and not policy_values.is_as_strict(value, Chosen(choice), at_home)
        ]
    return found


def allow(
    *, asker: Asker, person: Person, name: str, chosen: str, reason: str, until: date
) -> PolicyException:
    """Until the end of that day. Raises Forbidden, own_exception; Conflict, policy_excepted; and
    InvalidInput: policy_choice, policy_looser, exception_not_needed, exception_reason,
    exception_until."""
    reason = _reason(reason)
    ends_at = _end_of(until, person.home)
    value = _value(name)
    with transaction.atomic():
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.DECIDE_POLICY)
        if asker.person.pk == person.pk or asker.organisation is None:
            raise Forbidden("own_exception")
        if any(each.name == name for each in exceptions_of(person)):
            raise Conflict("policy_excepted")
        exception = PolicyException.objects.create(
            person=person,
            organisation=asker.organisation,
            name=name,
            value=str(_looser_and_allowed(value, chosen, person, asker.organisation)),
            reason=reason,
            approved_by=asker.person,
            starts_at=clock.now(),
            ends_at=ends_at,
        )
        _announce_allowed(exception, asker)
    return exception


def end(*, asker: Asker, person: Person, exception_id: int) -> PolicyException:
    """At once; in 14 days where the person has no key and would need one. Raises NotFound."""
    with transaction.atomic():
        person = locked_person(person.pk)
        require_still_administered(asker, person, Act.DECIDE_POLICY)
        exception = next((e for e in exceptions_of(person) if e.pk == exception_id), None)
        if exception is None:
            raise NotFound
        ends_at = min(exception.ends_at, clock.now() + _grace(exception))
        was, exception.ends_at = exception.ends_at, ends_at
        exception.save(update_fields=["ends_at"])
        log.record(
            events.POLICY_EXCEPTION_ENDED,
            actor=asker.actor,
            holder_id=person.pk,
            organisation_id=person.home.pk,
            name=exception.name,
            old={"ends_at": was.isoformat()},
            new={"ends_at": ends_at.isoformat()},
        )
        tell(messages.exception_ended, person=person, by=asker.name)
    return exception


def _grace(exception: PolicyException) -> timedelta:
    needs_key = exception.name == policy_values.SECOND_FACTOR.name
    return GRACE if needs_key and not usable_keys_of(exception.person) else timedelta()


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON or has_forbidden_characters(reason):
        raise InvalidInput("exception_reason", field="reason")
    return reason


def _end_of(until: date, home: Organisation) -> datetime:
    today = clock.today(home.time_zone)
    if not today <= until <= today + LONGEST:
        raise InvalidInput("exception_until", field="until")
    return clock.start_of(until + timedelta(days=1), home.time_zone)


def _value(name: str) -> Value:
    if name not in VALUES:
        raise InvalidInput("policy_choice", field="value")
    return VALUES[name]


def _looser_and_allowed(
    value: Value, text: str, person: Person, organisation: Organisation
) -> Chosen:
    try:
        chosen = policy_values.read(value, text)
    except ValueError as error:
        raise InvalidInput("policy_choice", field="value") from error
    if not policy_values.is_as_strict(
        value, chosen, standing_on(value, organisation, clock.now()).bound
    ):
        raise InvalidInput("policy_looser", field="value")
    at_home = standing_on(value, person.home, clock.now()).chosen
    if policy_values.is_as_strict(value, chosen, at_home):
        raise InvalidInput("exception_not_needed", field="value")
    return chosen


def _announce_allowed(exception: PolicyException, asker: Asker) -> None:
    log.record(
        events.POLICY_EXCEPTION_ALLOWED,
        actor=asker.actor,
        holder_id=exception.person.pk,
        organisation_id=exception.person.home.pk,
        name=exception.name,
        value=exception.value,
        reason_given=exception.reason,
        ends_at=exception.ends_at.isoformat(),
    )
    tell(messages.exception_allowed, person=exception.person, by=asker.name)
