"""`python -m bench.filling`: what it writes is what the portal would have written."""

import random

import pytest

from bench.filling import __main__ as command
from bench.filling import events, keys, organisations, people
from tests.cast import PASSWORD
from tests.doors import expect, signed_in_now
from tests.test_sealing import seal_all
from wardkey.audit import checkpoints, log, verifying
from wardkey.audit.events import ATTEMPT, CHANGE
from wardkey.audit.models import AttemptEntry
from wardkey.base.text import search_words
from wardkey.keys.models import SecurityKey
from wardkey.organisations.models import Organisation
from wardkey.people.accounts import add_person
from wardkey.people.models import Person, Role, RoleGrant, SearchWord
from wardkey.people.roles import grant_role

PEOPLE = 300


@pytest.fixture
def filled(db):
    chance = random.Random(3)
    tree = organisations.write(40, chance)
    crowd = people.write(PEOPLE, tree, chance)
    keys.write(450, crowd, chance)
    events.write(200, crowd, chance)


def administrator():
    """Of everything, and able to log in, as nobody is who was filled in."""
    root = Organisation.objects.get(parent=None)
    person = add_person(
        username="root@filled.example",
        name="Root",
        email="root@filled.example",
        organisation=root,
        by=log.SYSTEM,
        password=PASSWORD,
    )
    grant_role(
        person=person,
        role=Role.PLATFORM_ADMINISTRATOR,
        organisation=root,
        with_those_below=True,
        by=log.SYSTEM,
    )
    return person


def test_a_filled_portal_is_one_that_people_might_have_filled(filled, capsys):
    assert Person.objects.count() == PEOPLE
    assert not RoleGrant.objects.exclude(person__status="active").exists()
    for place in Organisation.objects.select_related("parent"):
        assert place.path == f"{place.parent.path if place.parent else ''}{place.pk}."
    somebody = Person.objects.filter(keys__state="active").select_related("home").first()
    [mail] = somebody.contact_points.values_list("value", flat=True)
    words = SearchWord.objects.filter(person=somebody, organisation=somebody.home)
    written = search_words(somebody.name, somebody.username, mail)
    assert set(words.values_list("word", flat=True)) == written
    assert {key.state for key in SecurityKey.objects.all()} == {
        *("active", "waiting", "suspended", "removed")
    }
    browser = signed_in_now(administrator())
    page = expect(200, browser.get("/admin/people/", {"q": somebody.username})).content.decode()
    assert f'href="/admin/people/{somebody.pk}/"' in page
    expect(200, browser.get(f"/admin/people/{somebody.pk}/"))
    expect(200, browser.get(f"/admin/people/{somebody.pk}/history/"))
    expect(200, browser.get("/admin/audit/"))
    assert command.main("--people", "10") == 2
    assert "only an empty one is filled" in capsys.readouterr().err


def test_its_events_are_sealed_and_verified_as_any_other(filled):
    assert AttemptEntry.objects.count() == 160
    seal_all()
    for stream in (CHANGE, ATTEMPT):
        checkpoints.make(stream)
    assert list(verifying.faults([])) == []
