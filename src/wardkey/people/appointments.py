"""Who may give which role to whom, and which role may go.

roles_to_give             what somebody may appoint to, in an organisation
require_may_appoint       not oneself, not beyond one's own rank, scope and time
require_may_dismiss       only what one's own role covers
require_others_remain     no organisation is left without an administrator
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from ..base.errors import Conflict, Forbidden, InvalidInput
from ..organisations.models import Organisation
from .administrators import covers, in_force, reaches
from .models import Person, Role, RoleGrant, Status

LOCAL = (Role.LOCAL_ADMINISTRATOR, Role.PRIMARY_LOCAL_ADMINISTRATOR)
GIVES = {
    Role.PRIMARY_LOCAL_ADMINISTRATOR: (
        Role.HELPDESK,
        Role.AUDITOR,
        Role.LOCAL_ADMINISTRATOR,
        Role.PRIMARY_LOCAL_ADMINISTRATOR,
    ),
    Role.PLATFORM_ADMINISTRATOR: (Role.PRIMARY_LOCAL_ADMINISTRATOR, Role.PLATFORM_ADMINISTRATOR),
}


def roles_to_give(grants: Iterable[RoleGrant], organisation: Organisation) -> list[Role]:
    """In the order of the ranks."""
    mine = [role for grant in grants if reaches(grant, organisation) for role in _gives(grant)]
    return [role for role in Role if role in mine and _fits(role, organisation)]


def _gives(grant: RoleGrant) -> Sequence[Role]:
    return GIVES.get(Role(grant.role), ())


def _fits(role: Role, organisation: Organisation) -> bool:
    """A platform administrator's role is on the whole tree."""
    return role != Role.PLATFORM_ADMINISTRATOR or organisation.parent_id is None


def require_may_appoint(*, by: Sequence[RoleGrant], proposed: RoleGrant) -> None:
    """Raises Forbidden (rank, scope, time): nobody gives more than they have."""
    giving = [
        grant for grant in by if proposed.role in roles_to_give([grant], proposed.organisation)
    ]
    if not giving:
        raise Forbidden("rank")
    giving = [grant for grant in giving if grant.with_those_below or not proposed.with_those_below]
    if not giving:
        raise Forbidden("scope")
    if not any(_lasts_as_long(grant, proposed.ends_at) for grant in giving):
        raise Forbidden("time")


def _lasts_as_long(grant: RoleGrant, until: datetime | None) -> bool:
    return grant.ends_at is None or (until is not None and until <= grant.ends_at)


def require_not_oneself(asker: Person, person: Person) -> None:
    if asker.pk == person.pk:
        raise Forbidden("oneself")


def may_dismiss(grants: Iterable[RoleGrant], grant: RoleGrant) -> bool:
    return any(_gives(mine) and covers(mine, [grant]) for mine in grants)


def require_may_dismiss(*, by: Sequence[RoleGrant], grant: RoleGrant) -> None:
    if not may_dismiss(by, grant):
        raise Forbidden("rank")


def require_others_remain(
    organisation: Organisation, role: Role, *, until: datetime | None
) -> None:
    """Raises Conflict (last_admin) where nobody administers the organisation for as long as the
    role that was just taken away would have held.

    Those above count, where their role holds below; platform administrators count for their own
    kind only. Whoever takes a role away has locked the organisation, so that two do not go at once.
    """
    if role not in {*LOCAL, Role.PLATFORM_ADMINISTRATOR}:
        return
    there = Q(organisation=organisation)
    above = Q(organisation_id__in=organisation.ids_from_root, with_those_below=True)
    as_long = Q(ends_at=None) | Q(ends_at__gte=until) if until else Q(ends_at=None)
    kinds = LOCAL if role in LOCAL else (Role.PLATFORM_ADMINISTRATOR,)
    others = in_force(RoleGrant.objects.filter(there | above, as_long, role__in=kinds))
    if not others.filter(person__status=Status.ACTIVE).exists():
        raise Conflict("last_admin")


def role_named(name: str) -> Role:
    try:
        return Role(name)
    except ValueError as error:
        raise InvalidInput("role", field="role") from error
