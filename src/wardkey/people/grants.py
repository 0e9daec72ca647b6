"""Reading what roles people have; what follows from them stands in administrators.py.

role_grants_of          the roles that give rights now, the highest first
held_grants_of          those that must be covered: also the ones that wait, or whose organisation
                        is suspended, since they may give rights tomorrow; not those that sleep
locked_grants_of        as `role_grants_of`, and nobody takes one away until the transaction ends
lock_grants_of          only the lock, where the same transaction asks later
grants_of_each          all that have not ended, of several people at once; `giving_rights` and
                        `held` choose from them as above
grants_beside_locked    the same of whoever asks, which are locked, and of those whom it is about
"""

import uuid
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from ..base import clock
from ..base.prepared import Prepared
from ..organisations.models import Status as OrganisationStatus
from .administrators import RANK, current, holding_at
from .models import Role, RoleGrant

GrantsOfEach = dict[uuid.UUID, list[RoleGrant]]  # by holder; those who hold none are in it


def _of_two(rows: QuerySet, one: RawSQL, other: RawSQL, now: RawSQL) -> QuerySet:
    return holding_at(rows.filter(Q(person=one) | Q(person=other)), now)


# Each request asks of whoever sent it, and of whom its page is about.
OF_TWO = Prepared(
    RoleGrant.objects.select_related("organisation"),
    *("person", "person", "starts_at"),
    chosen=_of_two,
)


def role_grants_of(person_id: uuid.UUID) -> list[RoleGrant]:
    return giving_rights(grants_of_each([person_id])[person_id])


def held_grants_of(person_id: uuid.UUID) -> list[RoleGrant]:
    return held(grants_of_each([person_id])[person_id])


def locked_grants_of(person_id: uuid.UUID) -> list[RoleGrant]:
    return giving_rights(grants_beside_locked(asker_id=person_id, person_ids=[])[person_id])


def lock_grants_of(person_id: uuid.UUID) -> None:
    """Before what comes after the asker's roles in the one order of locks (docs/adr/0011)."""
    rows = RoleGrant.objects.select_for_update(no_key=True).filter(**_giving(person_id))
    list(current(rows).order_by("pk").values_list("pk"))


def _giving(person_id: uuid.UUID) -> dict:
    return {"person_id": person_id, "waiting_since": None, "asleep_since": None}


def grants_of_each(person_ids: Iterable[uuid.UUID]) -> GrantsOfEach:
    """With one query, in no order."""
    people = set(person_ids)
    if not 1 <= len(people) <= 2:
        return _by_holder(people, current(RoleGrant.objects.filter(person_id__in=people)))
    one, other = min(people), max(people)
    return _among(people, OF_TWO(one, other, clock.now()))


def grants_beside_locked(*, asker_id: uuid.UUID, person_ids: Iterable[uuid.UUID]) -> GrantsOfEach:
    """With one query too. PostgreSQL reads the inner one anew where it had to wait, and what went
    meanwhile is left out. The others' are not locked: two who act on each other would wait for one
    another."""
    gives_rights = _giving(asker_id)
    locked = RoleGrant.objects.select_for_update(no_key=True).filter(**gives_rights)
    stays = Q(pk__in=current(locked).order_by("pk"))
    people = {asker_id, *person_ids}
    rows = RoleGrant.objects.filter(stays | ~Q(**gives_rights), person_id__in=people)
    return _by_holder(people, current(rows))


def _by_holder(people: Iterable[uuid.UUID], rows: QuerySet[RoleGrant]) -> GrantsOfEach:
    return _among(people, rows.select_related("organisation"))


def _among(people: Iterable[uuid.UUID], rows: Iterable[RoleGrant]) -> GrantsOfEach:
    grants: GrantsOfEach = {id: [] for id in people}
    for grant in rows:
        grants[grant.person_id].append(grant)
    return grants


def held(grants: Iterable[RoleGrant]) -> list[RoleGrant]:
    return [grant for grant in grants if grant.asleep_since is None]


def giving_rights(grants: Iterable[RoleGrant]) -> list[RoleGrant]:
    """As `in_force` chooses them in the database."""
    active = OrganisationStatus.ACTIVE
    giving = [each for each in grants if each.gives_rights and each.organisation.status == active]
    return sorted(giving, key=lambda grant: (-RANK[Role(grant.role)], grant.pk))
