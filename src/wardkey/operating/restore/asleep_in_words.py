"""What sleeps after a restore, for whoever is to wake it: who is there, and what to ask them."""

from collections.abc import Iterator

from django.db.models import Count

from ...audit.models import ChangeEntry
from ...organisations.models import Organisation
from ...people.administrators import current
from ...people.models import Person, RoleGrant
from . import asleep


def lines(restored: ChangeEntry | None) -> Iterator[str]:
    if restored is None:
        yield "The portal was never restored from a backup."
        return
    gap = asleep.gap_of(restored)
    sleeping = list(asleep.asleep())
    if not sleeping:
        yield f"Nothing sleeps. The portal was restored by {gap['until']} UTC."
        return
    yield (
        f"Nobody knows what was done between {gap['since']} and {gap['until']} UTC."
        " Ask the administrators of each organisation whom they dismissed, suspended or closed in"
        " that time, which tokens they removed, and who should no longer have a role."
        " Wake it, and have it done again at once: `wardkey restored wake CODE --reason …`."
    )
    counted = _people_by_home()
    for place in sleeping:
        yield f"{place.code}  {place.name}: {counted.get(place.pk, 0)} people; {_roles_on(place)}"


def _people_by_home() -> dict[int, int]:
    rows = Person.objects.values("home_id").annotate(people=Count("pk")).order_by()
    return dict(rows.values_list("home_id", "people"))


def _roles_on(place: Organisation) -> str:
    grants = current(RoleGrant.objects.filter(organisation=place)).select_related("person")
    told = [f"{grant.person.name} ({grant.role})" for grant in grants.order_by("pk")]
    return ", ".join(told) or "nobody has a role there"
