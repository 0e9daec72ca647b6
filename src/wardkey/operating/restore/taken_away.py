"""What an entry of the trail took away, taken away once more: one function for each kind of entry.

Each gets what the entry says, changes what the copy still has, and says whether that was anything.
Nothing here gives: what was given since is for somebody to look at (replaying.py).
"""

import secrets
from datetime import date, datetime, timedelta
from functools import cache

from django.db.models import QuerySet

from ...base import clock
from ...inventory.models import Unit
from ...keys import handing_on
from ...keys.models import SecurityKey, State
from ...keys.reasons import Reason
from ...keys.states import enter
from ...lifecycle import visiting, ways_in
from ...lifecycle.leaving import STAYS_OPEN
from ...organisations import policy_values
from ...organisations.models import Organisation, PolicyValue
from ...organisations.models import Status as OrganisationStatus
from ...people import accounts, passwords
from ...people.administrators import current
from ...people.models import Membership, Person, PolicyException, RoleGrant, Status
from ...recovery import codes, totp
from .. import erasing
from .told import Told

ASLEEP_BECAUSE = "It slept when the portal was restored from a backup."


def key_stopped(told: Told) -> bool:
    keys = SecurityKey.objects.filter(pk=told.parameters["key"], holder_id=told.person)
    key = keys.exclude(state=State.REMOVED).select_related("holder").first()
    state = State(told.new["state"])
    if key is None or key.state == state:
        return False
    reasons = {"key.lapsed": Reason.LAPSED, "key.orphaned": Reason.RESET}
    reason = told.parameters.get("reason") or reasons.get(told.code, "")
    enter(key, state, by=None, reason=str(reason))
    return True


def password_alone(told: Told) -> bool:
    """Whoever has had a second factor is always asked for one; that it is not known here any more
    is for their administrator to see to, who issues a pass."""
    return told.new["state"] == State.ACTIVE and _is_asked_from_now_on(told)


def _is_asked_from_now_on(told: Told) -> bool:
    person = Person.objects.filter(pk=told.person).first()
    if person is None or person.must_prove_second_factor:
        return False
    accounts.second_factor_was_used(person)
    return True


def person_suspended(told: Told) -> bool:
    active = Person.objects.filter(pk=told.person, status=Status.ACTIVE)
    return bool(active.update(status=Status.SUSPENDED))


def person_closed(told: Told) -> bool:
    person = Person.objects.filter(pk=told.person).exclude(status=Status.CLOSED).first()
    if person is None:
        return False
    person.status, person.closes_at = Status.CLOSED, told.at
    person.save(update_fields=["status", "closes_at"])
    ways_in.forget_factors(person)
    visiting.end_visits(person)
    handing_on.put_out_of_use(handing_on.locked_keys_of(person.pk))
    return True


def person_erased(told: Told) -> bool:
    return erasing.erase_again(told.person)


def leaver_marked(told: Told) -> bool:
    person = Person.objects.filter(pk=told.person).select_related("home").first()
    last_day = date.fromisoformat(told.new["last_day"])
    if person is None or person.status == Status.CLOSED or person.last_day == last_day:
        return False
    closes = last_day + STAYS_OPEN + timedelta(days=1)
    person.last_day = last_day
    person.closes_at = clock.start_of(closes, person.home.time_zone)
    person.save(update_fields=["last_day", "closes_at"])
    return True


def role_ended(told: Told) -> bool:
    return bool(current(_grants(told, told.old["role"])).update(ends_at=clock.now()))


def role_put_to_sleep(told: Told) -> bool:
    awake = current(_grants(told, told.parameters["role"])).filter(asleep_since=None)
    return bool(awake.update(asleep_since=told.at, asleep_reason=ASLEEP_BECAUSE))


def _grants(told: Told, role: str) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(person_id=told.person, organisation_id=told.place, role=role)


def organisation_stopped(told: Told) -> bool:
    """One that was closed too: who moves its people is a platform administrator."""
    active = Organisation.objects.filter(pk=told.place, status=OrganisationStatus.ACTIVE)
    return bool(active.update(status=OrganisationStatus.SUSPENDED))


def password_changed(told: Told) -> bool:
    """The old one opens nothing any more. It is no unusable one: its holder resets it."""
    return bool(Person.objects.filter(pk=told.person).update(password=_nobodys_password()))


@cache
def _nobodys_password() -> str:
    return passwords.encode(secrets.token_urlsafe(32))


def app_changed(told: Told) -> bool:
    """With one that was set up since, a second factor is asked for too."""
    person = Person.objects.filter(pk=told.person).first()
    had_one = person is not None and totp.remove(person)
    return (told.code == "authenticator_app.set_up" and _is_asked_from_now_on(told)) or had_one


def codes_changed(told: Told) -> bool:
    """Also where one was used: it would be good again."""
    person = Person.objects.filter(pk=told.person).first()
    return person is not None and codes.remove(person)


def visit_ended(told: Told) -> bool:
    visits = Membership.objects.filter(
        person_id=told.person,
        organisation_id=told.old["organisation"],
        kind=Membership.Kind.GUEST,
    )
    return bool(current(visits).update(ends_at=clock.now()))


def exception_ended(told: Told) -> bool:
    theirs = PolicyException.objects.filter(person_id=told.person, name=told.parameters["name"])
    ends_at = datetime.fromisoformat(told.new["ends_at"])
    return bool(theirs.filter(ends_at__gt=ends_at).update(ends_at=ends_at))


def policy_made_stricter(told: Told) -> bool:
    """One that was made looser is for somebody to look at, and so is a delegation."""
    name, text = told.parameters["name"], told.new["value"]
    value = policy_values.VALUES.get(name)
    place = Organisation.objects.filter(pk=told.place).first()
    if value is None or place is None:
        return False
    was, chosen = (policy_values.read(value, each) for each in (told.old["value"], text))
    if not policy_values.is_as_strict(value, chosen, was):
        return False
    starts_at = datetime.fromisoformat(told.parameters["starts_at"])
    _row, made = PolicyValue.objects.get_or_create(
        organisation=place,
        name=name,
        starts_at=starts_at,
        defaults={"value": text, "decided_at": told.at},
    )
    return made


def unit_stopped(told: Told) -> bool:
    """Lost, or retired: a token of it is not resumed."""
    units = Unit.objects.filter(pk=told.parameters["unit"]).exclude(state=told.new["state"])
    state, before = told.new["state"], told.old["state"]
    return bool(units.update(state=state, state_before=before, state_since=told.at))
