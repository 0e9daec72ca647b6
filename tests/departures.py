"""People who leave, move and visit, as administrators and they themselves do it on the pages.

mark_leaver, close, restore      on the person's page, by an administrator
joiner_code_of                   by whoever moves
take_on                          by an administrator of the other side
"""

from collections.abc import Mapping
from datetime import date, timedelta

from django.http import HttpResponse

from tests.doors import Browser, expect, registered, signed_in
from tests.newcomers import CODE, standing_of
from wardkey.base import clock
from wardkey.keys.models import SecurityKey
from wardkey.lifecycle.models import KeyTransfer
from wardkey.people.models import Membership, Person
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


def pages_of_departures(cast):
    """Each page in each of its states, with a name."""
    asha, cara, ben = signed_in(cast.asha), signed_in(cast.cara), signed_in(cast.ben)
    person = f"/admin/people/{cast.ben.pk}/"
    registered(asha, cast.ben, "Blue")
    yield "guest", asha.get(f"{person}guest/")
    yield "guest, refused", send_as_guest(asha, cast.ben, organisation="NOSUCH")
    send_as_guest(asha, cast.ben)
    visit = Membership.objects.get(kind="guest")
    yield "a guest", asha.get(standing_of(cast.ben))
    yield "end a visit", asha.get(f"{person}guest/{visit.pk}/end/")
    yield "guests", cara.get("/admin/guests/")
    yield "lend", cara.get(f"/admin/guests/{visit.pk}/lend/")
    yield "lend, refused", cara.submit(f"/admin/guests/{visit.pk}/lend/", described="")
    cara.submit(f"/admin/guests/{visit.pk}/lend/", described="Spare")
    yield "to collect", cara.get("/admin/tokens-to-collect/")
    yield "to return", asha.get("/admin/tokens-to-collect/")
    transfer = KeyTransfer.objects.get()
    yield "collect one", cara.get(f"/admin/tokens-to-collect/{transfer.pk}/")
    yield "moving", ben.get("/me/moving/")
    yield "joiner code", (shown := ben.submit("/me/moving/"))
    yield "leaver", asha.get(f"{person}leaver/")
    yield "leaver, refused", asha.submit(f"{person}leaver/")
    mark_leaver(asha, cast.ben)
    yield "leaving", asha.get(standing_of(cast.ben))
    code = CODE.search(shown.content.decode()).group()
    yield "take on", cara.get("/admin/people/take-on/")
    yield "take on, refused", take_on(cara, "wrong")
    whom = {"code": code, "organisation": "SOUTH"}
    yield "take on whom", cara.submit("/admin/people/take-on/", **whom)
    for what in ("leaver/take-back/", "close/", "restore/"):
        yield what, asha.get(f"{person}{what}")
    asha.submit(f"{person}close/")
    yield "closed", asha.get(standing_of(cast.ben))
    yield "closed, found", asha.get("/admin/people/?q=ben")
