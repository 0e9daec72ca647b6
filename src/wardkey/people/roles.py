"""Roles are given and taken away.

    appoint          by an administrator, for a time or without an end
    dismiss          from that moment on
    grant_role       by the operator or the portal itself: it counts at once
    start_waiting    an administrator's role begins with its holder's second key
    end_all          a person leaves: no role stays
    end_with_its_organisation

What somebody signed in with is asked for anew whenever their rights change. Rows are locked in one
order: organisation, the holder, the asker's roles, the role that changes.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, InvalidInput, NotFound
from ..notifications import messages
from ..organisations import tree
from ..organisations.models import Organisation
from ..organisations.models import Status as OrganisationStatus
from ..organisations.policy import policy_of
from . import appointments
from .access import Asker, require_covered, still_role_holder
from .administrators import Act, current
from .models import STAMP, Person, Role, RoleGrant, Standing
from .notices import tell, tell_administrators_of
from .queries import locked_person

KEYS_OF_AN_ADMINISTRATOR = 2
BEGIN_WITH_KEYS = {
    Role.LOCAL_ADMINISTRATOR,
    Role.PRIMARY_LOCAL_ADMINISTRATOR,
    Role.PLATFORM_ADMINISTRATOR,
}

KeysInUse = Callable[[Person], int]  # keys are a room above this one
Say = Callable[..., messages.Message]


def appoint(
    *,
    asker: Asker,
    person: Person,
    role: Role,
    organisation: Organisation,
    with_those_below: bool,
    until: datetime | None,
    keys_in_use: KeysInUse,
) -> RoleGrant:
    """Raises Forbidden (rank, scope, time, oneself, covering), InvalidInput (role_until), Conflict
    (role_held, organisation_closed, not_active, leaving)."""
    proposed = RoleGrant(
        person=person,
        role=role,
        organisation=organisation,
        with_those_below=with_those_below,
        starts_at=clock.now(),
        ends_at=until,
        granted_by=asker.person,
    )
    if until is not None and until <= clock.now():
        raise InvalidInput("role_until", field="until")
    with transaction.atomic():
        _require_in_use(tree.locked(organisation.pk))
        proposed.person = person = locked_person(person.pk)
        mine, theirs = still_role_holder(asker, person, Act.APPOINT)
        appointments.require_not_oneself(asker.person, person)
        appointments.require_may_appoint(by=mine, proposed=proposed)
        require_covered(mine, theirs)
        _require_here(person)
        _require_not_held(proposed)
        if waits_for_keys(proposed, keys_in_use(person)):
            proposed.waiting_since = proposed.starts_at
        _keep(proposed, by=asker.actor)
        announce(proposed, messages.role_given, messages.role_given_to_another, by=asker.person)
    return proposed


def _require_in_use(organisation: Organisation) -> None:
    tree.require_open(organisation)
    if organisation.status != OrganisationStatus.ACTIVE:
        raise Conflict("organisation_not_active")


def _require_here(person: Person) -> None:
    """Whoever leaves has lost their roles, and gets none again."""
    if person.standing == Standing.LEAVING:
        raise Conflict("leaving")
    if person.standing != Standing.HERE:
        raise Conflict("not_active")


def _require_not_held(proposed: RoleGrant) -> None:
    """The holder is locked: the same role is not given twice at once, and no key comes between."""
    same = RoleGrant.objects.filter(
        person=proposed.person, organisation=proposed.organisation, role=proposed.role
    )
    if current(same).exists():
        raise Conflict("role_held")


def waits_for_keys(grant: RoleGrant, keys_in_use: int) -> bool:
    """Where the holder's home or the role's organisation asks administrators for a key."""
    if grant.role not in BEGIN_WITH_KEYS or keys_in_use >= KEYS_OF_AN_ADMINISTRATOR:
        return False
    places = {place.pk: place for place in (grant.person.home, grant.organisation)}
    asks = (
        policy_of(place).asks_for_second_factor(is_administrator=True) for place in places.values()
    )
    return any(asks)


def grant_role(
    *,
    person: Person,
    role: Role,
    organisation: Organisation,
    with_those_below: bool,
    by: log.Actor,
    until: datetime | None = None,
) -> RoleGrant:
    grant = RoleGrant(
        person=person,
        role=role,
        organisation=organisation,
        with_those_below=with_those_below,
        starts_at=clock.now(),
        ends_at=until,
    )
    with transaction.atomic():
        _keep(grant, by=by)
    return grant


def _keep(grant: RoleGrant, *, by: log.Actor) -> None:
    grant.save(force_insert=True)
    ask_to_sign_in_again(grant.person)
    log.record(
        events.ROLE_GRANTED,
        actor=by,
        holder_id=grant.person_id,
        organisation_id=grant.organisation_id,
        new={
            "role": str(grant.role),
            "with_those_below": grant.with_those_below,
            "until": log.microseconds(grant.ends_at) if grant.ends_at else "",
            "waits_for_keys": grant.waiting_since is not None,
        },
    )


def dismiss(*, asker: Asker, person: Person, grant_id: int) -> RoleGrant:
    """Raises NotFound (role_gone), Forbidden (rank), Conflict (last_admin)."""
    with transaction.atomic():
        tree.locked(grant_of(person, grant_id).organisation_id)
        person = locked_person(person.pk)
        mine, _theirs = still_role_holder(asker, person, Act.DISMISS)
        grant = locked_grant_of(person, grant_id)
        appointments.require_may_dismiss(by=mine, grant=grant)
        _end(grant, by=asker.actor, ended_by=asker.person)
        announce(grant, messages.role_taken, messages.role_taken_from_another, by=asker.person)
    return grant


def _end(grant: RoleGrant, *, by: log.Actor, ended_by: Person | None) -> None:
    until, grant.ends_at, grant.ended_by = grant.ends_at, clock.now(), ended_by
    grant.save(update_fields=["ends_at", "ended_by"])
    if grant.gives_rights:
        appointments.require_others_remain(grant.organisation, Role(grant.role), until=until)
        ask_to_sign_in_again(grant.person)
    _record_end(grant, by=by)


def _record_end(grant: RoleGrant, *, by: log.Actor) -> None:
    log.record(
        events.ROLE_ENDED,
        actor=by,
        holder_id=grant.person_id,
        organisation_id=grant.organisation_id,
        old={"role": str(grant.role)},
    )


def end_all(person: Person, *, by: log.Actor) -> int:
    """For who leaves, in the transaction of their leaving; returns how many there were. Nobody is
    kept from leaving: an organisation may be left without an administrator, and those above it
    have to appoint one."""
    locked = RoleGrant.objects.select_for_update(no_key=True).filter(person=person)
    grants = list(current(locked).order_by("pk"))
    for grant in grants:
        grant.ends_at = clock.now()
        grant.save(update_fields=["ends_at"])
        _record_end(grant, by=by)
    return len(grants)


def end_with_its_organisation(grant: RoleGrant) -> None:
    grant.ends_at = clock.now()
    grant.save(update_fields=["ends_at"])
    ask_to_sign_in_again(grant.person)
    _record_end(grant, by=log.SYSTEM)


def start_waiting(person: Person, *, keys_in_use: int) -> None:
    """In the transaction that brings a key into use, with its holder locked."""
    if keys_in_use < KEYS_OF_AN_ADMINISTRATOR:
        return
    waiting = RoleGrant.objects.filter(person=person, asleep_since=None).exclude(waiting_since=None)
    for grant in current(waiting).select_related("organisation"):
        grant.waiting_since = None
        grant.save(update_fields=["waiting_since"])
        log.record(
            events.ROLE_STARTED,
            actor=log.SYSTEM,
            holder_id=person.pk,
            organisation_id=grant.organisation_id,
            new={"role": str(grant.role)},
        )
        tell(messages.role_started, person=person, **in_words(grant))


def ask_to_sign_in_again(person: Person) -> None:
    person.stamp_anew()
    person.save(update_fields=STAMP)


def grant_of(person: Person, grant_id: int) -> RoleGrant:
    """One that has not ended. Raises NotFound (role_gone)."""
    return _still_there(RoleGrant.objects.filter(person=person, pk=grant_id))


def locked_grant_of(person: Person, grant_id: int) -> RoleGrant:
    locked = RoleGrant.objects.select_for_update(of=("self",), no_key=True)
    return _still_there(locked.filter(person=person, pk=grant_id))


def _still_there(grants: QuerySet[RoleGrant]) -> RoleGrant:
    grant = next(iter(current(grants).select_related("organisation", "person__home")), None)
    if grant is None:
        raise NotFound("role_gone")
    return grant


def announce(grant: RoleGrant, to_holder: Say, to_others: Say, *, by: Person) -> None:
    """To whom it concerns, and to the other administrators of that organisation."""
    words = {**in_words(grant), "by": by.name}
    tell(to_holder, person=grant.person, **words)
    tell_administrators_of(
        grant.organisation,
        to_others,
        besides=[by, grant.person],
        holder=grant.person.name,
        **words,
    )


def in_words(grant: RoleGrant) -> dict[str, object]:
    """What every message about a role says of it."""
    return {"role": Role(grant.role).label, "organisation": grant.organisation.name}
