"""Roles: how high each ranks, and what it may do. Who has which is read by grants.py.

covers, reaches     which role goes above which, and how far down the tree
is_beside           a role on another branch, neither below nor above
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from ..base import clock
from ..organisations.models import Organisation
from ..organisations.models import Status as OrganisationStatus
from .models import Person, Role, RoleGrant
from .models import Status as PersonStatus

RANK = {
    Role.HELPDESK: 1,
    Role.AUDITOR: 1,
    Role.LOCAL_ADMINISTRATOR: 2,
    Role.PRIMARY_LOCAL_ADMINISTRATOR: 3,
    Role.PLATFORM_ADMINISTRATOR: 4,
}

AT_MOST_TOLD = 10

_ADMINISTRATORS = frozenset(
    {Role.LOCAL_ADMINISTRATOR, Role.PRIMARY_LOCAL_ADMINISTRATOR, Role.PLATFORM_ADMINISTRATOR}
)
_APPOINTING = frozenset({Role.PRIMARY_LOCAL_ADMINISTRATOR, Role.PLATFORM_ADMINISTRATOR})


class Act(Enum):
    """What an administrator does with people of the organisation in view."""

    FIND_PEOPLE = "find_people"
    SEE_KEYS = "see_keys"
    SEE_OVERVIEW = "see_overview"
    SEE_WEAK_KEYS = "see_weak_keys"
    REGISTER_KEYS = "register_keys"
    MANAGE_KEYS = "manage_keys"
    OPEN_DESK_SESSION = "open_desk_session"
    CONNECT_STATION = "connect_station"
    KEEP_BATCHES = "keep_batches"
    ADD_PEOPLE = "add_people"
    IMPORT_PEOPLE = "import_people"
    SEE_IMPORTS = "see_imports"
    SUSPEND_PEOPLE = "suspend_people"
    LET_PEOPLE_GO = "let_people_go"
    SUSPEND_KEYS = "suspend_keys"
    REPORT_RESETS = "report_resets"
    END_SESSIONS = "end_sessions"
    RESUME_KEYS = "resume_keys"
    TRY_KEYS = "try_keys"
    SET_UP_FACTORS = "set_up_factors"
    UNDO_REMOVAL = "undo_removal"
    LIFT_LIMITS = "lift_limits"
    MARK_COMPUTERS = "mark_computers"
    LIFT_LIMITS_OF_ADDRESSES = "lift_limits_of_addresses"
    ISSUE_PASSES = "issue_passes"
    RESET_PASSWORDS = "reset_passwords"
    READ_HISTORY = "read_history"
    READ_TRAIL = "read_trail"
    KEEP_COMPATIBILITY = "keep_compatibility"
    READ_POLICY = "read_policy"
    DECIDE_POLICY = "decide_policy"
    SEE_ROLES = "see_roles"
    APPOINT = "appoint"
    DISMISS = "dismiss"
    REVIEW_ROLES = "review_roles"
    PUT_ROLES_TO_SLEEP = "put_roles_to_sleep"
    WAKE_ROLES = "wake_roles"
    SET_CONTACT = "set_contact"
    TELL_PLUGS = "tell_plugs"
    SEE_HEALTH = "see_health"
    SEE_ORGANISATIONS = "see_organisations"
    MANAGE_ORGANISATIONS = "manage_organisations"
    MAKE_API_TOKENS = "make_api_tokens"
    SEE_APPLICATIONS = "see_applications"
    MANAGE_APPLICATIONS = "manage_applications"
    MANAGE_CLIENTS = "manage_clients"
    STOP_APPLICATIONS = "stop_applications"
    SEE_STOCK = "see_stock"
    KEEP_STOCK = "keep_stock"
    REPORT_UNITS_LOST = "report_units_lost"
    PROVE_TO_APPLICATION = "prove_to_application"


ALLOWED = {
    Act.FIND_PEOPLE: _ADMINISTRATORS | {Role.HELPDESK},
    Act.SEE_KEYS: _ADMINISTRATORS | {Role.HELPDESK},
    Act.SEE_OVERVIEW: _ADMINISTRATORS | {Role.HELPDESK, Role.AUDITOR},
    Act.SEE_WEAK_KEYS: _ADMINISTRATORS,
    Act.REGISTER_KEYS: _ADMINISTRATORS,
    Act.MANAGE_KEYS: _ADMINISTRATORS,
    Act.OPEN_DESK_SESSION: _ADMINISTRATORS,
    Act.CONNECT_STATION: _ADMINISTRATORS,
    Act.KEEP_BATCHES: _ADMINISTRATORS,
    Act.ADD_PEOPLE: _ADMINISTRATORS,
    Act.IMPORT_PEOPLE: _ADMINISTRATORS,
    Act.SEE_IMPORTS: _ADMINISTRATORS,
    Act.SUSPEND_PEOPLE: _ADMINISTRATORS,
    Act.LET_PEOPLE_GO: _ADMINISTRATORS,
    Act.SUSPEND_KEYS: _ADMINISTRATORS | {Role.HELPDESK},
    Act.REPORT_RESETS: _ADMINISTRATORS,
    Act.END_SESSIONS: _ADMINISTRATORS | {Role.HELPDESK},
    Act.RESUME_KEYS: _ADMINISTRATORS,
    Act.TRY_KEYS: _ADMINISTRATORS,
    Act.SET_UP_FACTORS: frozenset(),  # nobody does that for somebody else
    Act.UNDO_REMOVAL: _ADMINISTRATORS,
    Act.LIFT_LIMITS: _ADMINISTRATORS | {Role.HELPDESK},
    Act.MARK_COMPUTERS: _ADMINISTRATORS,
    Act.LIFT_LIMITS_OF_ADDRESSES: frozenset({Role.PLATFORM_ADMINISTRATOR}),
    Act.ISSUE_PASSES: _ADMINISTRATORS | {Role.HELPDESK},
    Act.RESET_PASSWORDS: _ADMINISTRATORS | {Role.HELPDESK},
    Act.READ_HISTORY: _ADMINISTRATORS,
    Act.READ_TRAIL: _ADMINISTRATORS | {Role.AUDITOR},
    Act.KEEP_COMPATIBILITY: _ADMINISTRATORS,
    Act.READ_POLICY: _ADMINISTRATORS | {Role.AUDITOR},
    Act.DECIDE_POLICY: frozenset({Role.PRIMARY_LOCAL_ADMINISTRATOR, Role.PLATFORM_ADMINISTRATOR}),
    Act.SEE_ROLES: _ADMINISTRATORS,
    Act.APPOINT: _APPOINTING,
    Act.DISMISS: _APPOINTING,
    Act.REVIEW_ROLES: _APPOINTING,
    Act.PUT_ROLES_TO_SLEEP: _ADMINISTRATORS,
    Act.WAKE_ROLES: _ADMINISTRATORS,
    Act.SET_CONTACT: _APPOINTING,
    Act.TELL_PLUGS: frozenset({Role.PLATFORM_ADMINISTRATOR}),
    Act.SEE_HEALTH: frozenset({Role.PLATFORM_ADMINISTRATOR}),
    Act.SEE_ORGANISATIONS: _APPOINTING,
    Act.MANAGE_ORGANISATIONS: frozenset({Role.PLATFORM_ADMINISTRATOR}),
    Act.MAKE_API_TOKENS: frozenset(),  # everybody does that for themselves
    Act.SEE_APPLICATIONS: _APPOINTING,
    Act.MANAGE_APPLICATIONS: _APPOINTING,
    Act.MANAGE_CLIENTS: _APPOINTING,
    Act.STOP_APPLICATIONS: _APPOINTING,
    Act.SEE_STOCK: _ADMINISTRATORS | {Role.HELPDESK},
    Act.KEEP_STOCK: _ADMINISTRATORS,
    Act.REPORT_UNITS_LOST: _ADMINISTRATORS,
    Act.PROVE_TO_APPLICATION: frozenset(),  # everybody does that for themselves
}


# About a person's roles, who may belong elsewhere, and not about the person.
ABOUT_ROLES = frozenset(
    {Act.SEE_ROLES, Act.APPOINT, Act.DISMISS, Act.PUT_ROLES_TO_SLEEP, Act.WAKE_ROLES}
)


class Freshness(Enum):
    """How lately somebody must have proved that it is they, for an act.

    RECENTLY is within five minutes: by the sign-in, or by a proof for that very deed. ONE_BY_ONE is
    a proof for that very deed, which the deed uses up.
    """

    NONE = "none"
    RECENTLY = "recently"
    ONE_BY_ONE = "one_by_one"


FRESHNESS = {
    Act.FIND_PEOPLE: Freshness.NONE,
    Act.SEE_KEYS: Freshness.NONE,
    Act.SEE_WEAK_KEYS: Freshness.NONE,
    Act.REGISTER_KEYS: Freshness.RECENTLY,
    Act.MANAGE_KEYS: Freshness.RECENTLY,
    Act.OPEN_DESK_SESSION: Freshness.ONE_BY_ONE,
    Act.CONNECT_STATION: Freshness.ONE_BY_ONE,
    Act.KEEP_BATCHES: Freshness.NONE,
    Act.ADD_PEOPLE: Freshness.RECENTLY,
    Act.IMPORT_PEOPLE: Freshness.RECENTLY,
    Act.SEE_IMPORTS: Freshness.NONE,
    Act.SUSPEND_PEOPLE: Freshness.RECENTLY,
    Act.LET_PEOPLE_GO: Freshness.RECENTLY,
    Act.SUSPEND_KEYS: Freshness.RECENTLY,
    Act.REPORT_RESETS: Freshness.RECENTLY,
    Act.END_SESSIONS: Freshness.RECENTLY,
    Act.RESUME_KEYS: Freshness.RECENTLY,
    Act.TRY_KEYS: Freshness.RECENTLY,
    Act.SET_UP_FACTORS: Freshness.RECENTLY,
    Act.UNDO_REMOVAL: Freshness.RECENTLY,
    Act.LIFT_LIMITS: Freshness.NONE,
    Act.MARK_COMPUTERS: Freshness.RECENTLY,
    Act.LIFT_LIMITS_OF_ADDRESSES: Freshness.NONE,
    Act.SEE_HEALTH: Freshness.NONE,
    Act.ISSUE_PASSES: Freshness.ONE_BY_ONE,
    Act.RESET_PASSWORDS: Freshness.ONE_BY_ONE,
    Act.READ_HISTORY: Freshness.NONE,
    Act.READ_TRAIL: Freshness.NONE,
    Act.KEEP_COMPATIBILITY: Freshness.NONE,
    Act.READ_POLICY: Freshness.NONE,
    Act.SEE_OVERVIEW: Freshness.NONE,
    Act.DECIDE_POLICY: Freshness.ONE_BY_ONE,
    Act.SEE_ROLES: Freshness.NONE,
    Act.APPOINT: Freshness.ONE_BY_ONE,
    Act.DISMISS: Freshness.ONE_BY_ONE,
    Act.REVIEW_ROLES: Freshness.NONE,  # what it keeps is there already; what goes asks for DISMISS
    Act.PUT_ROLES_TO_SLEEP: Freshness.ONE_BY_ONE,
    Act.WAKE_ROLES: Freshness.ONE_BY_ONE,
    Act.SET_CONTACT: Freshness.ONE_BY_ONE,
    Act.TELL_PLUGS: Freshness.RECENTLY,  # many models one after the other
    Act.SEE_ORGANISATIONS: Freshness.NONE,
    Act.MANAGE_ORGANISATIONS: Freshness.ONE_BY_ONE,
    Act.MAKE_API_TOKENS: Freshness.ONE_BY_ONE,
    Act.SEE_APPLICATIONS: Freshness.NONE,
    Act.MANAGE_APPLICATIONS: Freshness.ONE_BY_ONE,
    Act.MANAGE_CLIENTS: Freshness.ONE_BY_ONE,
    Act.STOP_APPLICATIONS: Freshness.NONE,
    Act.SEE_STOCK: Freshness.NONE,
    Act.KEEP_STOCK: Freshness.NONE,
    Act.REPORT_UNITS_LOST: Freshness.RECENTLY,
    Act.PROVE_TO_APPLICATION: Freshness.ONE_BY_ONE,
}


def label(role: str) -> str:
    """The role's name on the screen."""
    return str(Role(role).label) if role in Role.values else role


def in_force(grants: QuerySet[RoleGrant]) -> QuerySet[RoleGrant]:
    """Those that give rights at this moment."""
    return current(grants).filter(
        waiting_since=None, asleep_since=None, organisation__status=OrganisationStatus.ACTIVE
    )


def administrators_near(organisation: Organisation) -> list[Person]:
    """The administrators of the organisation or, where it has none, of the nearest one above that
    does; with `home`, the first ten."""
    there = Q(organisation=organisation)
    above = Q(organisation_id__in=organisation.ids_from_root, with_those_below=True)
    grants = in_force(RoleGrant.objects.filter(there | above, role__in=_ADMINISTRATORS))
    # A path begins with those of all above it, so the nearest comes first.
    nearest_first = grants.filter(person__status=PersonStatus.ACTIVE).order_by(
        "-organisation__path", "pk"
    )
    found = list(nearest_first.select_related("person__home")[:AT_MOST_TOLD])
    return [each.person for each in found if each.organisation_id == found[0].organisation_id]


def platform_administrators() -> list[Person]:
    """All of them, with `home`; a person may be there twice."""
    grants = in_force(RoleGrant.objects.filter(role=Role.PLATFORM_ADMINISTRATOR))
    active = grants.filter(person__status=PersonStatus.ACTIVE)
    return [grant.person for grant in active.select_related("person__home")]


def current(rows: QuerySet) -> QuerySet:
    """Those of memberships or role grants that hold at this moment."""
    return holding_at(rows, clock.now())


def holding_at(rows: QuerySet, moment: datetime | RawSQL) -> QuerySet:
    return rows.filter(Q(ends_at=None) | Q(ends_at__gt=moment), starts_at__lte=moment)


def grants_for(
    grants: Iterable[RoleGrant], act: Act, organisation: Organisation | None
) -> list[RoleGrant]:
    """Those of `grants` on the organisation in view that allow the act."""
    return [
        grant
        for grant in grants
        if grant.organisation_id == getattr(organisation, "pk", None) and grant.role in ALLOWED[act]
    ]


def reaches(grant: RoleGrant, organisation: Organisation) -> bool:
    if grant.organisation_id == organisation.pk:
        return True
    return grant.with_those_below and grant.organisation.is_at_or_above(organisation)


def covers(grant: RoleGrant, others: Sequence[RoleGrant]) -> bool:
    """Same rank or higher than every role of the other person, on its organisation or above it.

    Auditors cover nobody.
    """
    if grant.role == Role.AUDITOR:
        return False
    return all(
        RANK[Role(grant.role)] >= RANK[Role(other.role)] and reaches(grant, other.organisation)
        for other in others
    )


def is_beside(grant: RoleGrant, other: RoleGrant) -> bool:
    """The other role is on another branch of the tree: not below this one, and not above it."""
    here, there = grant.organisation, other.organisation
    return not here.is_at_or_above(there) and not there.is_at_or_above(here)


def covers_the_rest(grant: RoleGrant, others: Sequence[RoleGrant]) -> bool:
    """As `covers`, for what is left when the roles beside sleep."""
    return covers(grant, [other for other in others if not is_beside(grant, other)])
