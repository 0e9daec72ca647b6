"""People who leave, move and visit, as administrators and they themselves do it on the pages.

mark_leaver, close, restore      on the person's page, by an administrator
joiner_code_of                   by whoever moves
take_on                          by an administrator of the other side
"""

from collections.abc import Mapping
from datetime import date, timedelta

from django.http import HttpResponse

from tests.doors import Browser, expect
from tests.newcomers import CODE
from wardkey.base import clock
from wardkey.keys.models import SecurityKey
from wardkey.people.models import Person
from wardkey.web.dates import as_fields

DAY = timedelta(days=1)
ZONE = "Europe/London"


def today() -> date:
    return clock.today(ZONE)


def at_noon(day: date):
    return clock.standing_at(clock.start_of(day, ZONE) + timedelta(hours=12))


def fields_of(name: str, day: date) -> dict[str, str]:
    return {key: str(value) for key, value in as_fields(name, day).items()}


def leaver_form(
    *, last_day: date, keys: Mapping[SecurityKey, str] | None = None, until: date | None = None
) -> dict[str, str]:
    form = fields_of("last_day", last_day)
    form |= {f"key-{key.pk}": handling for key, handling in (keys or {}).items()}
    return form | (fields_of("until", until) if until else {})


def mark_leaver(
    admin: Browser,
    person: Person,
    *,
    last_day: date | None = None,
    keys: Mapping[SecurityKey, str] | None = None,
    until: date | None = None,
) -> HttpResponse:
    form = leaver_form(last_day=last_day or today(), keys=keys, until=until)
    return admin.submit(f"/admin/people/{person.pk}/leaver/", **form)


def act(admin: Browser, person: Person, what: str) -> HttpResponse:
    """`close/`, `restore/`, `leaver/take-back/`, `suspend/` …: a page with one button."""
    return admin.submit(f"/admin/people/{person.pk}/{what}")


def joiner_code_of(browser: Browser) -> str:
    [code] = CODE.findall(expect(200, browser.submit("/me/moving/")).content.decode())
    return code


def take_on(admin: Browser, code: str, organisation: str = "SOUTH", **more: str) -> HttpResponse:
    form = {"code": code, "organisation": organisation, "confirmed": "yes", **more}
    return admin.submit("/admin/people/take-on/", **form)


def send_as_guest(
    admin: Browser, person: Person, *, organisation: str = "SOUTH", until: date | None = None
) -> HttpResponse:
    form = {"organisation": organisation, **fields_of("until", until or today() + 7 * DAY)}
    return admin.submit(f"/admin/people/{person.pk}/guest/", **form)


def again(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)
