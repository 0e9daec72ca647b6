"""What grows with the number of people, in a filled portal: search, one person's tokens, and
registering a token (docs/adr/0049-a-plan-that-fits-the-branch.md).

    make bench ONLY=scale                   in a portal of 50,000 people on either database
    make bench ONLY=scale PEOPLE=2000000    in one of two million: an hour, and 30 GB
    python -m bench.scale                   measures on the database of DATABASE_URL, which
                                            `python -m bench.filling` has filled

Searches are asked for a leaf, for branches of about 4,000 and 300,000 people and for the whole
portal; for names that are common, rare, of another region, and of nobody. Each is asked three times
and the quickest counts; of these p95. Milliseconds are CPU, of this process and of the database's
that serves it, so that other work on the machine is not the search's.

A token is registered by the API, for a hundred people: with so many people as above, and in a
portal of its own with about a thousand tokens. The medians are compared.
"""

import logging
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.postgres import private_cluster

PEOPLE = int(os.environ.get("PEOPLE") or 50_000)
TIMES, OF_EACH_KIND, ORGANISATIONS_TO_LOOK_AT = 3, 15, 5
MILLISECONDS = {"beginning": 10, "part": 50, "whole": 75, "tokens": 2}
FEW_PEOPLE, REGISTERED, TIMES_AS_LONG = 700, 100, 1.25
NOBODY = ("Xaq", "Qvist Zzyw", "Jqx")


Rows = list[tuple[str, str, float, float, float]]  # p95, median, longest


def run() -> list[tuple[str, float, float]]:
    """(name, ratio, limit)."""
    print(f"\n{PEOPLE} people: p95, median and longest, in ms of CPU")
    with tempfile.TemporaryDirectory() as folder:
        few, many = (f"sqlite:///{folder}/{name}.sqlite3" for name in ("few", "many"))
        ratios = _ratios("sqlite", _measured_on(few, FEW_PEOPLE), _measured_on(many, PEOPLE))
    with private_cluster() as url:
        few = _measured_on(url.removesuffix("/wardkey") + "/postgres", FEW_PEOPLE)
    with private_cluster() as url:
        many = _measured_on(url.removesuffix("/wardkey") + "/postgres", PEOPLE)
    return ratios + _ratios("postgresql", few, many)


def _ratios(name: str, few: Rows, many: Rows) -> list[tuple[str, float, float]]:
    """The worst of all branches."""
    print(f"{name}")
    print(
        "".join(
            f"  {what:12}{where:10}{p95:9.2f}{median:9.2f}{longest:9.2f}\n"
            for what, where, p95, median, longest in many
        ),
        end="",
    )
    worst: dict[str, float] = defaultdict(float)
    for what, _where, p95, *_rest in many:
        worst[what] = max(worst[what], p95)
    [was], [now] = ([row[3] for row in rows if row[0] == "registering"] for rows in (few, many))
    ratios = [
        (f"scale.{what}.{name}", worst[what] / at_most, 1.0)
        for what, at_most in MILLISECONDS.items()
    ]
    return [*ratios, (f"scale.registering.{name}", now / was, TIMES_AS_LONG)]


def _measured_on(url: str, people: int) -> Rows:
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "wardkey.settings",
        "WARDKEY_SECRET_KEY": "only-for-measuring-and-of-a-length-that-the-checks-accept",
    }
    fill = [sys.executable, "-m", "bench.filling", "--people", str(people), "--events", str(people)]
    subprocess.run(fill, env=environment, stdout=subprocess.DEVNULL, check=True)
    measure = [sys.executable, "-m", "bench.scale"]
    told = subprocess.run(measure, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    rows = [line.split() for line in told.stdout.splitlines()]
    return [(what, where, *map(float, figures)) for what, where, *figures in rows]


def measure() -> Iterator[tuple[str, str, list[float]]]:
    """What was asked, where, and how many milliseconds each took."""
    from wardkey.people.queries import people_found

    chance = random.Random(5)
    for where, place, within in _branches(chance):
        for what, asked in _words(place, chance).items():
            yield what, where, [_took(people_found, words=word, within=within) for word in asked]
    yield "tokens", "-", list(_tokens(chance))
    yield "registering", "-", list(_registrations())


def _branches(chance: random.Random) -> Iterator[tuple]:
    """Its name, the organisation, and the branch."""
    from wardkey.organisations import tree
    from wardkey.organisations.models import Organisation

    by_level = defaultdict(list)
    for place in Organisation.objects.order_by("pk"):
        by_level[len(place.ids_from_root)].append(place)
    for depth, name in ((5, "leaf"), (3, "trust"), (2, "region"), (1, "portal")):
        several = len(by_level[depth]) > ORGANISATIONS_TO_LOOK_AT
        places = chance.sample(by_level[depth], ORGANISATIONS_TO_LOOK_AT if several else 1)
        for place in places:
            yield name, place, tree.branch(place)


def _words(place: object, chance: random.Random) -> dict[str, list[str]]:
    """Of people here and anywhere, since those of other regions are hardly ever found here."""
    here, anywhere = _names(place, chance), _names(None, chance)
    names = [*here, *anywhere]
    beginnings = [chance.choice(name.split())[: chance.randint(2, 6)] for name in names]
    others = [f"{a.split()[0]} {b.split()[-1]}" for a, b in zip(anywhere, here, strict=False)]
    return {
        "beginning": [*beginnings, *NOBODY],
        "part": [_part(name, chance) for name in names],
        "whole": [*names, *others, *NOBODY],
    }


def _part(name: str, chance: random.Random) -> str:
    """Three to five letters, seldom from the beginning."""
    longest = max(name.split(), key=len)
    at = chance.randint(0, max(len(longest) - 3, 0))
    return longest[at : at + chance.randint(3, 5)]


def _names(place: object, chance: random.Random) -> list[str]:
    from wardkey.organisations import tree
    from wardkey.organisations.models import Organisation
    from wardkey.people.models import Person

    places = Organisation.objects.all() if place is None else tree.branch(place)
    homes = list(places.values_list("pk", flat=True))
    found: list[str] = []
    for home in chance.choices(homes, k=OF_EACH_KIND):
        people = Person.objects.filter(home=home).values_list("name", flat=True)[:40]
        found += [chance.choice(people)] if people else []
    return found


def _tokens(chance: random.Random) -> Iterator[float]:
    from wardkey.keys.queries import keys_of
    from wardkey.people.models import Person

    for _ in range(OF_EACH_KIND * 10):
        after = f"{chance.getrandbits(128):032x}"
        for person in Person.objects.filter(pk__gte=after).order_by("pk")[:1]:
            yield _took(lambda person=person: list(keys_of(person)))


def _registrations() -> Iterator[float]:
    from bench.api import program_in, register
    from tests.softkey import SoftKey
    from wardkey.organisations.models import Organisation

    leaf = Organisation.objects.latest("pk")
    secret, addresses = program_in(leaf, people=REGISTERED + 1)
    for number, address in enumerate(addresses):
        key = SoftKey(f"scale {number}")
        began = _now()
        register(secret, address, key, "Blue")
        yield _now() - began


def _took(ask: Callable, **how: object) -> float:
    took = []
    for _ in range(TIMES):
        began = _now()
        ask(**how)
        took.append(_now() - began)
    return min(took)


def _now() -> float:
    """Milliseconds of CPU, of this process and of the database's that serves it."""
    from django.db import connection

    own = time.process_time_ns() / 1_000_000
    if connection.vendor == "sqlite":
        return own
    connection.ensure_connection()
    served_by = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return own + int(served_by.split()[0]) / 1_000_000


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[len(values) * 95 // 100]


if __name__ == "__main__":
    import django

    django.setup()
    logging.disable(logging.WARNING)
    taken = defaultdict(list)
    for what, where, milliseconds in measure():
        taken[what, where] += milliseconds
    for (what, where), values in taken.items():
        median = sorted(values)[len(values) // 2]
        print(f"{what:12} {where:10}{_p95(values):9.2f}{median:9.2f}{max(values):9.2f}")
