"""Roles sleep so that a person's home can help them, and wake when their organisation says so.

    roles_to_put_to_sleep    which would
    put_to_sleep             by the home: the roles beside its branch, which nobody there covers
    wake                     by the role's organisation, through somebody who covers it

Somebody of Northside who administers Southside is beyond Northside's administrators: a key that
they registered would open Southside. While the role sleeps it opens nothing, and whatever the home
does meanwhile is seen by those who decide whether it wakes (docs/adr/0015-sleeping-roles.md).
"""

from collections.abc import Iterable, Sequence

from django.db import transaction

from ..audit import events, log
from ..base import clock
from ..base.errors import Conflict, Forbidden, InvalidInput
from ..base.text import has_forbidden_characters
from ..notifications import messages
from ..organisations import tree
from . import appointments, roles
from .access import Asker, require_covered, still_role_holder
from .administrators import (
    Act,
    covers,
    covers_the_rest,
    grants_for,
    is_beside,
    reaches,
)
from .grants import held
from .models import Person, Role, RoleGrant
from .queries import locked_person

REASON_AT_MOST = 200


def roles_to_put_to_sleep(asker: Asker, person: Person) -> list[RoleGrant]:
    """What `put_to_sleep` would act on."""
    if asker.person.pk == person.pk:
        return []
    mine = grants_for(asker.grants, Act.PUT_ROLES_TO_SLEEP, asker.organisation)
    return roles_in_the_way(mine, person, held(asker.grants_of(person))) if mine else []


def roles_in_the_way(
    mine: Iterable[RoleGrant], person: Person, theirs: Sequence[RoleGrant]
) -> list[RoleGrant]:
    """Those of the person's roles that may sleep: beside the branch of a role of the asker's that
    reaches the person's home and covers the rest. None where the rest is not covered either."""
    for grant in mine:
        if reaches(grant, person.home) and covers_the_rest(grant, theirs):
            return [other for other in theirs if is_beside(grant, other)]
    return []


def put_to_sleep(*, asker: Asker, person: Person, reason: str) -> list[RoleGrant]:
    """Raises InvalidInput (reason), Forbidden (covering, oneself), Conflict (nothing_to_sleep,
    last_admin)."""
    reason = _clean(reason)
    with transaction.atomic():
        there = {grant.organisation_id for grant in held(asker.grants_of(person))}
        tree.lock_each(there)
        person = locked_person(person.pk)
        mine, theirs = still_role_holder(asker, person, Act.PUT_ROLES_TO_SLEEP)
        appointments.require_not_oneself(asker.person, person)
        in_the_way = roles_in_the_way(mine, person, theirs)
        # One that was given since then stays awake: its organisation is not locked.
        in_the_way = [grant for grant in in_the_way if grant.organisation_id in there]
        if not in_the_way:
            require_covered(mine, theirs)
            raise Conflict("nothing_to_sleep")
        for grant in in_the_way:
            _put(grant, asker, reason)
        _record_at_home(asker, person, reason, number=len(in_the_way))
        roles.ask_to_sign_in_again(person)
    return in_the_way


def _clean(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_AT_MOST or has_forbidden_characters(reason):
        raise InvalidInput("sleep_reason", field="reason")
    return reason


def _put(grant: RoleGrant, asker: Asker, reason: str) -> None:
    """Somebody there must be left who can wake it."""
    gave_rights = grant.gives_rights
    grant.asleep_since, grant.asleep_by, grant.asleep_reason = clock.now(), asker.person, reason
    grant.save(update_fields=["asleep_since", "asleep_by", "asleep_reason"])
    if gave_rights:
        appointments.require_others_remain(
            grant.organisation, Role(grant.role), until=grant.ends_at
        )
    log.record(
        events.ROLE_PUT_TO_SLEEP,
        actor=asker.actor,
        holder_id=grant.person_id,
        organisation_id=grant.organisation_id,
        role=str(grant.role),
        home=asker.organisation_id,
    )
    roles.announce(
        grant, messages.role_put_to_sleep, messages.role_of_another_put_to_sleep, by=asker.person
    )


def _record_at_home(asker: Asker, person: Person, reason: str, *, number: int) -> None:
    """The reason may tell of the person, and is the home's alone to read in the trail."""
    log.record(
        events.ROLES_PUT_TO_SLEEP,
        actor=asker.actor,
        holder_id=person.pk,
        organisation_id=person.home.pk,
        number=number,
        reason_given=reason,
    )


def may_wake(asker: Asker, mine: Sequence[RoleGrant], grant: RoleGrant) -> bool:
    return grant.person_id != asker.person.pk and any(covers(each, [grant]) for each in mine)


def wake(*, asker: Asker, person: Person, grant_id: int, keys_in_use: roles.KeysInUse) -> RoleGrant:
    """Raises NotFound (role_gone), Forbidden (oneself, rank), Conflict (awake)."""
    with transaction.atomic():
        tree.locked(roles.grant_of(person, grant_id).organisation_id)
        person = locked_person(person.pk)
        mine, _theirs = still_role_holder(asker, person, Act.WAKE_ROLES)
        appointments.require_not_oneself(asker.person, person)
        grant = roles.locked_grant_of(person, grant_id)
        _require_wakeable(mine, grant)
        _wake(grant, keys_in_use(person))
        log.record(
            events.ROLE_WOKEN,
            actor=asker.actor,
            holder_id=person.pk,
            organisation_id=grant.organisation_id,
            role=str(grant.role),
        )
        roles.ask_to_sign_in_again(person)
        roles.announce(grant, messages.role_woken, messages.role_of_another_woken, by=asker.person)
    return grant


def _require_wakeable(mine: Sequence[RoleGrant], grant: RoleGrant) -> None:
    if not any(covers(each, [grant]) for each in mine):
        raise Forbidden("rank")
    if grant.asleep_since is None:
        raise Conflict("awake")


def _wake(grant: RoleGrant, keys_in_use: int) -> None:
    """One that waited for its holder's second key may have got it while it slept."""
    grant.asleep_since, grant.asleep_by, grant.asleep_reason = None, None, ""
    if keys_in_use >= roles.KEYS_OF_AN_ADMINISTRATOR:
        grant.waiting_since = None
    grant.save(update_fields=["asleep_since", "asleep_by", "asleep_reason", "waiting_since"])
