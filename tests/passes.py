"""Passes at the desk: asked for, shown, stopped."""

import re
import uuid

from django.http import HttpResponse

from tests.doors import ORIGIN, Browser, expect
from wardkey.base import codes
from wardkey.notifications.models import OutboxMessage
from wardkey.people.models import Person
from wardkey.recovery.models import AccessPass, IdentityCode, PassRequest


def page_of(person: Person) -> str:
    return f"/admin/people/{person.pk}/access-pass/"


def asked(browser: Browser, person: Person, checked: str = "in_person", **fields: object):
    return browser.submit(page_of(person), checked=checked, **fields)


def pass_on(page: HttpResponse) -> str:
    return re.search(r'id="pass">([^<]+)<', expect(200, page).text)[1]


def issued(browser: Browser, person: Person, checked: str = "in_person", **fields: object) -> str:
    """The pass, as the page shows it."""
    return pass_on(asked(browser, person, checked, **fields))


def newest_request() -> str:
    """As the form under *Approve the pass* names it; some id where nothing waits."""
    newest = PassRequest.objects.order_by("asked_at").last()
    return str(newest.pk if newest else uuid.uuid4())


def stop_code() -> str:
    """Of the newest pass, as its message has it."""
    return codes.readable_code_for("stop_pass", AccessPass.objects.latest("issued_at").pk)


def identity_code() -> str:
    """As the newest message has it."""
    return codes.short_code_for("identity", IdentityCode.objects.latest("sent_at").pk)


def vouch(browser: Browser, person: Person, colleague: Browser, username: str, **faults: object):
    """The colleague stands beside the browser with the key of theirs that they logged in with."""
    soft_key, row = colleague.own_key
    address = f"{page_of(person)}vouch/"
    begun = browser.call(f"{address}challenge/", colleague=username, key_id=str(row.pk))
    if begun.status_code != 200:
        return begun
    answer = soft_key.sign(begun.json()["public_key"], ORIGIN, **faults)
    return browser.call(address, ceremony_id=begun.json()["ceremony_id"], credential=answer)


def told(kind: str) -> list[str]:
    return sorted(OutboxMessage.objects.filter(kind=kind).values_list("address", flat=True))


def proved(browser: Browser, *people: Person) -> Browser:
    """As after *Confirm that it is you*, once for each: what a proof changes is behind it."""
    for person in people:
        browser.get(page_of(person))
    return browser
