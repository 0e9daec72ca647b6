"""Who can review roles is told that some are due: one letter for all of them.

remind_some    the worker: some organisations; False where nobody is left to be told

Told are those who look after an organisation's roles, or else those of the nearest above it who do.
An organisation comes round again after 14 days while a role there is due. Whoever looks at all of
its roles at once has one letter a quarter about it; a role that is due by itself is told of before
it is overdue.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef

from ..base import clock
from ..notifications import messages
from ..people.administrators import AT_MOST_TOLD, current, in_force
from ..people.appointments import GIVES, may_dismiss
from ..people.models import RoleGrant, Status
from ..people.notices import tell
from .models import ReviewReminder
from .role_reviews import AHEAD, due

ORGANISATIONS_AT_A_TIME = 200

Reviewers = dict[int, list[RoleGrant]]  # by the organisation on which they are


def remind_some() -> bool:
    places = _places_to_tell_of()
    with transaction.atomic():
        claimed = [pk for pk in places if _claim(pk)]
        roles = due(RoleGrant.objects.filter(organisation__in=claimed), clock.now())
        _tell(list(current(roles).select_related("organisation")))
    return bool(places)


def _places_to_tell_of() -> list[int]:
    lately = ReviewReminder.objects.filter(
        organisation=OuterRef("organisation"), told_at__gt=clock.now() - AHEAD
    )
    roles = due(current(RoleGrant.objects.exclude(Exists(lately))), clock.now())
    places = roles.order_by("organisation").values_list("organisation", flat=True).distinct()
    return list(places[:ORGANISATIONS_AT_A_TIME])


def _claim(organisation_id: int) -> bool:
    """Of two workers one tells. The second waits for the first one's row."""
    now = clock.now()
    reminder, is_new = ReviewReminder.objects.get_or_create(
        organisation_id=organisation_id, defaults={"told_at": now}
    )
    before = ReviewReminder.objects.filter(pk=reminder.pk, told_at__lte=now - AHEAD)
    return is_new or bool(before.update(told_at=now))


def _tell(roles: list[RoleGrant]) -> None:
    reviewers = _reviewers(roles)
    letters: Counter[RoleGrant] = Counter(
        reviewer for role in roles for reviewer in _nearest(role, reviewers)
    )
    for reviewer, number in letters.items():
        tell(
            messages.roles_to_review,
            person=reviewer.person,
            number=number,
            organisation=reviewer.organisation.name,
        )


def _reviewers(roles: Iterable[RoleGrant]) -> Reviewers:
    places = {pk for role in roles for pk in role.organisation.ids_from_root}
    grants = in_force(RoleGrant.objects.filter(organisation__in=places, role__in=list(GIVES)))
    active = grants.filter(person__status=Status.ACTIVE).order_by("pk")
    found: Reviewers = defaultdict(list)
    for grant in active.select_related("organisation", "person__home"):
        found[grant.organisation_id].append(grant)
    return found


def _nearest(role: RoleGrant, reviewers: Reviewers) -> list[RoleGrant]:
    """Ten at most; nobody where nobody else may."""
    for pk in reversed(role.organisation.ids_from_root):
        able = [
            each
            for each in reviewers.get(pk, [])
            if each.person_id != role.person_id and may_dismiss([each], role)
        ]
        if able:
            return able[:AT_MOST_TOLD]
    return []
