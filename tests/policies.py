"""Deciding at the doors: the forms of the policy's pages."""

from datetime import date, timedelta

from django.http import HttpResponse

from tests.doors import Browser, signed_in
from wardkey.base import clock
from wardkey.deciding.changes import newest_decision
from wardkey.organisations.models import Organisation
from wardkey.organisations.policy_values import VALUES
from wardkey.web.dates import as_fields

POLICY = "/admin/policy/"


def today() -> date:
    return clock.now().date()


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def day_fields(day: date | None = None, name: str = "day") -> dict[str, int]:
    return as_fields(name, day or today())


def confirmed(browser: Browser, organisation: Organisation) -> Browser:
    """As after *Confirm that it is you*: the first page that asks for it was opened."""
    browser.get(f"{POLICY}keys_a_person/?of={organisation.code}")
    return browser


def seen(browser: Browser, organisation: Organisation, name: str, value: str, **more) -> str:
    """The preview's text."""
    fields = {"value": value, **day_fields(), **more}
    return browser.submit(f"{POLICY}{name}/?of={organisation.code}", **fields).content.decode()


def saved(
    browser: Browser, organisation: Organisation, name: str, value: str, **more
) -> HttpResponse:
    """As the preview's form sends it."""
    newest = newest_decision(organisation, name)
    fields = {"value": value, "seen": newest, **day_fields(), **more}
    return browser.submit(f"{POLICY}{name}/save/?of={organisation.code}", **fields)


def pages_of_policy(cast):
    """Each page in each of its states, with a name."""
    priya = signed_in(cast.priya)
    saved(priya, cast.north, "keys_a_person", "2", **day_fields(in_days(2)))
    yield "policy", priya.get(POLICY)
    for name in VALUES:
        yield name, priya.get(f"{POLICY}{name}/")
        yield f"{name}, delegated", priya.get(f"{POLICY}{name}.delegated/")
    yield "refused", saved(priya, cast.north, "second_factor", "everyone")
    everyone = {"value": "everyone", **day_fields(in_days(20))}
    yield "whom it touches", priya.submit(f"{POLICY}second_factor/", **everyone)
    yield "key models", priya.get(f"{POLICY}key-models/")
    yield "nobody", priya.submit(f"{POLICY}key-models/review/", **day_fields())
    yield "exceptions", priya.get(f"/admin/people/{cast.ben.pk}/exceptions/")
    yield "make one", priya.get(f"/admin/people/{cast.ben.pk}/exceptions/make/")
    yield "own exception", priya.get(f"/admin/people/{cast.priya.pk}/exceptions/make/")
    yield "trail", priya.get("/admin/audit/")
