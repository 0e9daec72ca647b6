"""The people of the tests, where they belong, and what they may do.

    Platform                 lets those below decide each value by themselves
    ├── Northside            second factor optional, handover at first use (the guide's way)
    │   └── Ward 7
    └── Southside            the defaults: a second factor for everyone

    asha    local administrator of Northside      ben, dev    people of Northside
    priya   primary local administrator of it     wil         person of Ward 7
    hal     helpdesk of Northside alone           cara        local administrator of Southside
    olu     auditor of Northside                  eve         person of Southside
    nina    nurse of Northside, local administrator of Southside
    root    platform administrator

All have the same password. What they do in a browser is in doors.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from tests import done_before
from wardkey.audit import log
from wardkey.base import clock
from wardkey.organisations import tree
from wardkey.organisations.models import Organisation, PolicyValue
from wardkey.organisations.policy_values import VALUES
from wardkey.people import passwords
from wardkey.people.accounts import add_person
from wardkey.people.models import Person, Role
from wardkey.people.roles import grant_role
from wardkey.recovery import access_pass

PASSWORD = "wardkey-demo-only"

PEOPLE = {
    "asha": ("Asha Rao", "north", Role.LOCAL_ADMINISTRATOR, "north"),
    "priya": ("Priya Nair", "north", Role.PRIMARY_LOCAL_ADMINISTRATOR, "north"),
    "ben": ("Ben Carter", "north", None, None),
    "dev": ("Dev Malik", "north", None, None),
    "hal": ("Hal Green", "north", Role.HELPDESK, "north"),
    "olu": ("Olu Bello", "north", Role.AUDITOR, "north"),
    "nina": ("Nina Berg", "north", Role.LOCAL_ADMINISTRATOR, "south"),
    "wil": ("Wil Novak", "ward", None, None),
    "cara": ("Cara Jones", "south", Role.LOCAL_ADMINISTRATOR, "south"),
    "eve": ("Eve Carter", "south", None, None),
    "root": ("Root Admin", "platform", Role.PLATFORM_ADMINISTRATOR, "platform"),
}

PLACES = {"platform": "PLATFORM", "north": "NORTH", "south": "SOUTH", "ward": "WARD7"}


@dataclass
class Cast:
    """Organisations and people by their short names."""

    organisations: dict[str, Organisation]
    people: dict[str, Person]

    def __getattr__(self, name: str) -> Person | Organisation:
        return self.people.get(name) or self.organisations[name]


@pytest.fixture
def cast(request, db, settings, monkeypatch) -> Iterator[Cast]:
    settings.DEMO = True  # the guide's way spares administrators, as only the demo may
    cast = gather()
    if connection.in_atomic_block or "live_server" in request.fixturenames:
        kept = KEPT[clock.now().date()]
        replaced = partial(any, (monkeypatch._setattr, monkeypatch._setitem))
        done_before.begin(kept.rows, known_by=kept, replaced=replaced)
    yield cast
    done_before.forget()


@pytest.fixture
def cast_for_threads(transactional_db, settings) -> Cast:
    """The same, committed, so that other connections see them."""
    settings.DEMO = True
    return gather()


@dataclass
class Kept:
    """Their rows, and the SQL that puts these back, written down when it was first needed."""

    let_in_at: datetime
    rows: list[list[Model]]
    statements: list[tuple[str, Sequence]] = field(default_factory=list)


# By the day on which they were let in, which some tests choose.
KEPT: dict[date, Kept] = {}


def gather() -> Cast:
    """Through the portal's own flows; later in a run the same rows are put there once more, since
    going the whole way takes a third of a test."""
    now = clock.now()
    kept = KEPT.get(now.date())
    if kept and kept.let_in_at <= now:
        put_back(kept)
    else:
        let_in()
        KEPT[now.date()] = Kept(now, rows_of_the_portal())
    organisations = {each.pk: each for each in Organisation.objects.all()}
    by_address = {person.username: person for person in Person.objects.all()}
    for person in by_address.values():
        person.home = organisations[person.home_id]
    by_code = {each.code: each for each in organisations.values()}
    places = {name: by_code[code] for name, code in PLACES.items()}
    people = {name: by_address[address_of(name)] for name in PEOPLE}
    return Cast(organisations=places, people=people)


def rows_of_the_portal() -> list[list[Model]]:
    apps_of_ours = [app for app in apps.get_app_configs() if app.name.startswith("wardkey.")]
    tables = [model.objects.all() for app in apps_of_ours for model in app.get_models()]
    return [list(rows) for rows in tables if rows]


def put_back(kept: Kept) -> None:
    # In one transaction: rows name each other, in whichever order.
    with transaction.atomic(), connection.cursor() as cursor:
        if not kept.statements:
            kept.statements = written_while_inserting(kept.rows)
            return
        for sql, parameters in kept.statements:
            cursor.execute(sql, parameters)


def written_while_inserting(tables: list[list[Model]]) -> list[tuple[str, Sequence]]:
    written = []

    def note(go_on, sql, parameters, *more):
        written.append((sql, parameters))
        return go_on(sql, parameters, *more)

    with connection.execute_wrapper(note):
        for rows in tables:
            type(rows[0]).objects.bulk_create(rows)
    return [each for each in written if each[0].startswith("INSERT")]


def let_in() -> None:
    platform = tree.found(code="PLATFORM", name="Wardkey Platform")
    north = tree.found(code="NORTH", name="Northside Hospital", parent=platform)
    south = tree.found(code="SOUTH", name="Southside Clinic", parent=platform)
    ward = tree.found(code="WARD7", name="Northside Ward 7", parent=north)
    places = dict(zip(PLACES, (platform, north, south, ward), strict=True))
    decide(platform, **{value.delegation: "yes" for value in VALUES.values()})
    decide(north, second_factor="optional", handover="first_use")
    for name in PEOPLE:
        hire(name, places)
    Person.objects.update(password=password_hash())


@cache
def password_hash() -> str:
    return passwords.encode(PASSWORD)


def decide(organisation: Organisation, **values: object) -> None:
    """The organisation's policy from now on."""
    for name, value in values.items():
        PolicyValue.objects.create(
            organisation=organisation, name=name, value=str(value), starts_at=clock.now()
        )


def address_of(name: str) -> str:
    return f"{name}@{PLACES[PEOPLE[name][1]].lower()}.example"


def hire(name: str, places: dict[str, Organisation]) -> Person:
    full_name, home, role, where = PEOPLE[name]
    address = address_of(name)
    person = add_person(
        username=address, name=full_name, email=address, organisation=places[home], by=log.SYSTEM
    )
    if role:
        grant_role(
            person=person,
            role=role,
            organisation=places[where],
            with_those_below=role not in {Role.HELPDESK, Role.AUDITOR},
            by=log.SYSTEM,
        )
    return person


def hire_into(organisation: Organisation, name: str) -> Person:
    """Somebody besides."""
    address = f"{name}@{organisation.code.lower()}.example"
    person = add_person(
        username=address, name=name.title(), email=address, organisation=organisation, by=log.SYSTEM
    )
    Person.objects.filter(pk=person.pk).update(password=password_hash())
    return person


def issue_pass(person: Person) -> str:
    return access_pass.issue(person=person, by=log.OPERATOR, organisation_id=person.home.pk)
