"""Batches at the portal's doors.

batch_for     the address of a batch of these people, made through its form
desk_at       the address of somebody's desk in it
keep          the last step there, in the script's words
served        somebody gets their token there
a_batch       its rows, without a door
pages_of_batches   each in each of its states, with a name
"""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpResponse

from tests.cast import Cast
from tests.doors import Browser, desk_of, expect, signed_in
from tests.softkey import SoftKey
from wardkey.base import clock
from wardkey.batches.models import Batch, BatchPlace
from wardkey.organisations.models import Organisation
from wardkey.people.models import Person

BATCHES = "/admin/batch/"


def batch_for(browser: Browser, *people: Person) -> str:
    return expect(302, browser.submit(f"{BATCHES}save/", person=ids(*people)))["Location"]


def ids(*people: Person) -> list[str]:
    return [str(person.pk) for person in people]


def desk_at(batch: str, person: Person) -> str:
    return f"{batch}people/{person.pk}/"


def keep(browser: Browser, batch: str, person: Person, begun: dict, **fields: str) -> HttpResponse:
    told = {"nickname": "Token 1", "serial_number": "", **fields}
    address = f"{desk_at(batch, person)}keep/"
    return browser.call(address, registration_id=begun["registration_id"], **told)


def served(browser: Browser, batch: str, person: Person, **fields: str) -> SoftKey:
    soft_key = SoftKey()
    begun = browser.begin(desk_of(person))
    answer = soft_key.register(begun["public_key"], settings.ORIGINS[0])
    expect(200, browser.answer(desk_of(person), begun, answer))
    expect(200, keep(browser, batch, person, begun, **fields))
    return soft_key


def a_batch(organisation: Organisation, made_by: Person, *people: Person) -> Batch:
    now = clock.now()
    batch = Batch.objects.create(
        organisation=organisation, made_by=made_by, made_at=now, touched_at=now
    )
    for position, person in enumerate(people, start=1):
        BatchPlace.objects.create(batch=batch, person=person, position=position, state_since=now)
    return batch


def pages_of_batches(cast: Cast) -> Iterator[tuple[str, HttpResponse]]:
    asha = signed_in(cast.asha)
    new = f"{BATCHES}new/"
    yield "none", asha.get(BATCHES)
    yield "choose", asha.get(f"{new}?q=ben")
    yield "nobody", asha.submit(new)
    yield "preview", asha.submit(new, names="Ben Carter\nasha@north.example\nhal@north.example")
    yield "nobody chosen", asha.submit(f"{BATCHES}save/")
    where = batch_for(asha, cast.ben, cast.dev)
    yield "made", asha.get(where)
    yield "served", asha.get(desk_at(where, cast.ben))
    served(asha, where, cast.ben, nickname="Blue")
    yield "has one", asha.get(desk_at(where, cast.ben))
    yield "the next", asha.get(desk_at(where, cast.dev))
    yield "undo", asha.get(f"{desk_at(where, cast.ben)}undo/")
    yield "some done", asha.get(where)
    yield "list", asha.get(BATCHES)
    asha.submit(f"{desk_at(where, cast.ben)}undo/")
    yield "undone", asha.get(desk_at(where, cast.ben))
