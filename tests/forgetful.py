"""Somebody forgot their password: a link by mail, or a slip from the desk.

ask        with a user name, whoever has it
mailed     the codes of the links that the worker sent
slip_for   the code that was printed
choose     a new password with a code
"""

from django.http import HttpResponse

from tests.doors import Browser, expect
from tests.newcomers import CODE, NEW_PASSWORD
from wardkey.notifications import messages
from wardkey.notifications.models import OutboxMessage
from wardkey.people.models import Person
from wardkey.signin import resetting

FORGOTTEN, CHOOSE = "/sign-in/forgotten/", "/sign-in/new-password/"


def ask(username: str, browser: Browser | None = None) -> HttpResponse:
    return (browser or Browser()).submit(FORGOTTEN, username=username)


def mailed() -> list[str]:
    resetting.send_asked()
    rows = OutboxMessage.objects.filter(kind="password_link").order_by("created_at")
    bodies = [messages.password_link(**row.parameters).body for row in rows]
    return [body.partition("/new-password/#")[2].split()[0] for body in bodies]


def link_for(person: Person) -> str:
    expect(200, ask(person.username))
    return mailed()[-1]


def slip_page(person: Person) -> str:
    return f"/admin/people/{person.pk}/password-slip/"


def print_slip(admin: Browser, person: Person, checked: str = "in_person") -> HttpResponse:
    return admin.submit(slip_page(person), checked=checked)


def slip_for(admin: Browser, person: Person) -> str:
    [code] = CODE.findall(expect(200, print_slip(admin, person)).content.decode())
    return code


def choose(code: str, password: str = NEW_PASSWORD, browser: Browser | None = None) -> HttpResponse:
    return (browser or Browser()).submit(CHOOSE, code=code, password=password)
