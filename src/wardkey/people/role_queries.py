"""Reading roles, for pages.

roles_shown       a person's roles, as far as the asker looks after them
role_shown        one of these
roles_on          who has a role on an organisation
has_role_on       whether somebody has
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from ..base.errors import NotFound
from ..organisations.models import Organisation
from .access import Asker
from .administrators import Act, current, grants_for, in_force, reaches
from .appointments import may_dismiss
from .models import Person, RoleGrant
from .sleeping_roles import may_wake

AT_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRole:
    grant: RoleGrant
    may_dismiss: bool
    may_wake: bool


def roles_shown(asker: Asker, person: Person) -> list[ShownRole]:
    """All of them to the person's home, which has to know what is in its way; to others, those on
    their own organisations."""
    mine = grants_for(asker.grants, Act.SEE_ROLES, asker.organisation)
    grants = list(_with_names(RoleGrant.objects.filter(person=person)))
    if not _is_reached(mine, person.home):
        grants = [grant for grant in grants if _is_reached(mine, grant.organisation)]
    return [_shown(asker, mine, grant) for grant in grants]


def _is_reached(mine: Sequence[RoleGrant], organisation: Organisation) -> bool:
    return any(reaches(grant, organisation) for grant in mine)


def _shown(asker: Asker, mine: Sequence[RoleGrant], grant: RoleGrant) -> ShownRole:
    sleeps = grant.asleep_since is not None
    return ShownRole(
        grant=grant,
        may_dismiss=may_dismiss(mine, grant),
        may_wake=sleeps and may_wake(asker, mine, grant),
    )


def role_shown(asker: Asker, person: Person, grant_id: int) -> ShownRole:
    """Raises NotFound (role_gone) where the asker would not see it, or it has ended."""
    for shown in roles_shown(asker, person):
        if shown.grant.pk == grant_id:
            return shown
    raise NotFound("role_gone")


def roles_on(organisation: Organisation) -> list[RoleGrant]:
    """Also those that wait or sleep; the first hundred, the oldest first."""
    return list(_with_names(RoleGrant.objects.filter(organisation=organisation))[:AT_MOST])


def roles_page(organisation: Organisation, *, after: int, at_most: int) -> list[RoleGrant]:
    """As `roles_on`, after that id, in the order of ids."""
    grants = _with_names(RoleGrant.objects.filter(organisation=organisation, pk__gt=after))
    return list(grants.order_by("pk")[:at_most])


def _with_names(grants: QuerySet[RoleGrant]) -> QuerySet[RoleGrant]:
    return (
        current(grants)
        .select_related("organisation", "granted_by", "person__home", "asleep_by__home")
        .order_by("starts_at", "pk")
    )


def has_role_on(organisation: Organisation, person: Person) -> bool:
    """One that gives rights at this moment."""
    return in_force(RoleGrant.objects.filter(person=person, organisation=organisation)).exists()
