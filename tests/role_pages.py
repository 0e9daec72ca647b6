"""The pages about roles, as an administrator uses them."""

from datetime import timedelta

from django.http import HttpResponse

from tests.doors import Browser
from wardkey.base import clock
from wardkey.people.models import Organisation, Person, RoleGrant


def roles_page(person: Person, act: str = "") -> str:
    return f"/admin/people/{person.pk}/roles/{act}"


def confirm(admin: Browser, person: Person, act: str) -> None:
    """Proves that it is they before the deed, as whoever reads the form first does."""
    admin.get(roles_page(person, act))


def appoint(admin: Browser, person: Person, role: str, organisation: Organisation, **more: str):
    fields = {"role": role, "organisation": organisation.code, **more}
    return admin.submit(roles_page(person, "appoint/"), **fields)


def dismiss(admin: Browser, grant: RoleGrant) -> HttpResponse:
    return admin.submit(roles_page(grant.person, f"{grant.pk}/dismiss/"))


def put_to_sleep(admin: Browser, person: Person, reason: str = "Lost on the train") -> HttpResponse:
    return admin.submit(roles_page(person, "sleep/"), reason=reason)


def wake(admin: Browser, grant: RoleGrant) -> HttpResponse:
    return admin.submit(roles_page(grant.person, f"{grant.pk}/wake/"))


def last_day(day) -> dict[str, str]:
    return {"until-day": day.day, "until-month": day.month, "until-year": day.year}


def put_in_view(admin: Browser, organisation: Organisation) -> HttpResponse:
    return admin.submit("/admin/in-view/", organisation=organisation.code)


def given_long_ago(person: Person, days: int) -> RoleGrant:
    """Their role, as if it had been given then."""
    grant = person.role_grants.get()
    grant.starts_at = clock.now() - timedelta(days=days)
    grant.save()
    return grant


def verdicts(admin: Browser, said: dict[RoleGrant, str], where: str = "") -> HttpResponse:
    fields = {f"verdict-{grant.pk}": verdict for grant, verdict in said.items()}
    return admin.submit(f"/admin/role-review/{where}", **fields)
