"""A tree of five levels: the root, regions, trusts, sites, wards.

Of 25,000 organisations 7 are regions and 500 trusts: at 2 million people a region has about 300,000
of them, and a trust about 4,000. What is below a trust is scattered among the ids, as it is where
organisations are founded over years.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from django.core.management.color import no_style
from django.db import connection

from wardkey.organisations.models import Organisation

from .writing import write as write_rows

REGIONS, ORGANISATIONS_A_TRUST, ORGANISATIONS_A_SITE = 7, 50, 10
NAMES_OF_LEVELS = ("Trust", "Region", "Hospitals", "Site", "Ward")
FIELDS = ("id", "code", "name", "status", "parent", "path", "time_zone", "created_at")
FOUNDED = "2023-01-02 08:00:00.000000"


@dataclass(slots=True)
class Place:
    """`region` is a number from 0, `trust` the id of the trust that it belongs to."""

    id: int
    parent: "Place | None"
    level: int
    path: str
    region: int = 0
    trust: int = 0


@dataclass(slots=True)
class Tree:
    places: list[Place]
    wards: list[Place] = field(default_factory=list)


def write(organisations: int, chance: Random) -> Tree:
    places = list(_places(organisations, chance))
    write_rows(Organisation, FIELDS, map(_row, places))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Organisation]):
            cursor.execute(statement)
    return Tree(places, [place for place in places if place.level == 4])


def _places(organisations: int, chance: Random) -> Iterator[Place]:
    root = Place(1, None, 0, "1.")
    yield root
    above, made = [root], 1
    trusts = max(organisations // ORGANISATIONS_A_TRUST, REGIONS)
    sites = max(organisations // ORGANISATIONS_A_SITE, trusts)
    wards = max(organisations - 1 - REGIONS - trusts - sites, sites)
    for level, how_many in enumerate((REGIONS, trusts, sites, wards), start=1):
        here = []
        for number in range(how_many):
            # The first of a level one below each, so that nothing stays empty.
            parent = above[number] if number < len(above) else chance.choice(above)
            made += 1
            here.append(_below(parent, made, level))
        yield from here
        above = here


def _below(parent: Place, id: int, level: int) -> Place:
    place = Place(id, parent, level, f"{parent.path}{id}.", parent.region, parent.trust)
    if level == 1:
        place.region = id - 2
    if level == 2:
        place.trust = id
    return place


def _row(place: Place) -> tuple[object, ...]:
    name = f"{NAMES_OF_LEVELS[place.level]} {place.id}"
    parent = place.parent.id if place.parent else None
    return place.id, f"F{place.id}", name, "active", parent, place.path, "Europe/London", FOUNDED
