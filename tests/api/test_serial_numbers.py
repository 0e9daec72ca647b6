"""A key lies on the floor: a program asks whose it is, by the number that is printed on it."""

import uuid
from copy import copy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.doors import expect
from tests.programs import V1, program, refused
from wardkey.keys.models import SecurityKey
from wardkey.people.models import Person

AT = f"{V1}/serial-numbers"


@pytest.fixture
def asha(cast):
    return program(cast.north, cast.asha)


def test_az12_a_typed_number_finds_its_holder_and_elsewhere_nobody(cast, asha):
    key = asha.register(cast.ben, "Blue", serial_number="0078A/5")
    expect(201, asha.send("post", f"{V1}/people/{cast.ben.pk}/keys/registrations"))
    found = {
        "serial_number": "0078A/5",
        "model": None,
        "maker": None,
        "state": None,
        "organisation": "NORTH",
        "holder": {"id": str(cast.ben.pk), "username": "ben@north.example", "name": "Ben Carter"},
        "keys": [{"id": key["id"], "nickname": "Blue", "state": "waiting"}],
    }
    for typed in ("0078A/5", "0078a/5", "0078A%2F5"):
        assert expect(200, asha.get(f"{AT}/{typed}")).json() == {"items": [found], "next": None}
    hal = program(cast.north, cast.hal, "people:read")
    assert expect(200, hal.get(f"{AT}/0078A/5")).json()["items"] == [found]
    cara = program(cast.south, cast.cara)
    elsewhere = refused(404, "not_found", cara.get(f"{AT}/0078A/5"))
    unknown = refused(404, "not_found", cara.get(f"{AT}/0078A/6"))
    assert "helpdesk" in elsewhere["detail"]
    assert elsewhere | {"reference": ""} == unknown | {"reference": ""}
    for almost in ("78A/5", "0078A/", "0078A/55", "0078A%255", "0078A/5 OR 1=1", "%00", "ä" * 41):
        refused(404, "not_found", asha.get(f"{AT}/{almost}"))
    refused(403, "forbidden", program(cast.north, cast.olu).get(f"{AT}/0078A/5"))
    expect(204, asha.send("delete", f"{V1}/people/{cast.ben.pk}/keys/{key['id']}"))
    refused(404, "not_found", asha.get(f"{AT}/0078A/5"))


def add_many_like(key):
    """Four thousand tokens of everybody's, with numbers of their own, and what a database tells
    itself about so many."""
    more, people = [], list(Person.objects.all())
    for number in range(4000):
        each = copy(key)
        each.pk, each.holder = uuid.UUID(int=number), people[number % len(people)]
        each.nickname_key, each.serial_number = f"many {number}", f"90{number:05}"
        each.credential_id_sha256 = each.public_key_sha256 = f"{number:032}".encode()
        more.append(each)
    SecurityKey.objects.bulk_create(more, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_it_costs_as_much_among_many_tokens(cast, asha):
    made = asha.register(cast.ben, "Blue", serial_number="7812345")

    def asked():
        with CaptureQueriesContext(connection) as captured:
            expect(200, asha.get(f"{AT}/7812345"))
        return [each["sql"] for each in captured.captured_queries]

    asked()
    before = len(asked())
    add_many_like(SecurityKey.objects.get(pk=made["id"]))
    assert len(asked()) == before
    looks = next(sql for sql in asked() if "UPPER" in sql)
    how = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(how + looks)
        plan = str(cursor.fetchall())
    assert "keys_by_serial_number" in plan, plan
