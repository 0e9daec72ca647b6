"""People who join: what an administrator does for them, and what they do at `/join/`.

added             somebody new, added through the page
slip_for          the code that was printed for them
link_for          the code in the link that was mailed to them
"""

import re
from datetime import date

from django.http import HttpResponse

from tests.doors import Browser, expect
from wardkey.base import clock
from wardkey.notifications import messages
from wardkey.notifications.models import OutboxMessage
from wardkey.people.models import Person

NEW_PASSWORD = "violet harbour kettle"
CODE = re.compile(r"\b[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}\b")


def form_for(username: str, *, starts: date | None = None, **changes: str) -> dict[str, str]:
    day = starts or clock.today("Europe/London")
    form = {
        "name": "Nia Newcomer",
        "username": username,
        "email": "nia@elsewhere.example",
        "organisation": "NORTH",
        "starts_on-day": str(day.day),
        "starts_on-month": str(day.month),
        "starts_on-year": str(day.year),
    }
    return form | changes


def added(
    admin: Browser,
    username: str = "nia@north.example",
    *,
    starts: date | None = None,
    **changes: str,
) -> Person:
    answer = admin.submit("/admin/people/add/", **form_for(username, starts=starts, **changes))
    expect(302, answer)
    return Person.objects.get(username=username)


def standing_of(person: Person) -> str:
    return f"/admin/people/{person.pk}/standing/"


def invite(admin: Browser, person: Person, way: str) -> HttpResponse:
    return admin.submit(f"/admin/people/{person.pk}/invitation/", way=way)


def slip_for(admin: Browser, person: Person) -> str:
    [code] = CODE.findall(expect(200, invite(admin, person, "slip")).content.decode())
    return code


def link_for(admin: Browser, person: Person) -> str:
    """As it stands in the mail, when the worker writes it."""
    expect(302, invite(admin, person, "link"))
    row = OutboxMessage.objects.filter(kind="invitation").latest("created_at")
    body = messages.invitation(**row.parameters).body
    return body.partition("/join/#")[2].split()[0]


def join(code: str, password: str = NEW_PASSWORD, browser: Browser | None = None) -> HttpResponse:
    browser = browser or Browser()
    browser.get("/join/")
    return browser.submit("/join/", code=code, password=password)


def joined(admin: Browser, username: str = "nia@north.example", **changes: str) -> Person:
    person = added(admin, username, **changes)
    expect(302, join(slip_for(admin, person)))
    return Person.objects.get(pk=person.pk)
