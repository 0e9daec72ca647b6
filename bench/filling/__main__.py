"""The command: refuses a database that has people; makes the tables, fills them, tells of it."""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

PEOPLE_AN_ORGANISATION, KEYS_A_PERSON, EVENTS_A_PERSON = 80, 1.5, 25


def main(*arguments: str) -> int:
    from django.core.management import call_command

    from wardkey.people.models import Person

    wanted = _wanted(arguments)
    call_command("migrate", interactive=False, verbosity=0)
    if Person.objects.exists():
        print("This database has people: only an empty one is filled.", file=sys.stderr)
        return 2
    fill(wanted)
    return 0


def _wanted(arguments: tuple[str, ...]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.filling")
    parser.add_argument("--people", type=int, default=2_000_000)
    parser.add_argument("--organisations", type=int, help="by default one for 80 people")
    parser.add_argument("--keys", type=int, help="by default three for two people")
    parser.add_argument("--events", type=int, help="by default 25 a person")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args(arguments)
    if wanted.organisations is None:
        wanted.organisations = max(wanted.people // PEOPLE_AN_ORGANISATION, 20)
    if wanted.keys is None:
        wanted.keys = int(wanted.people * KEYS_A_PERSON)
    if wanted.events is None:
        wanted.events = wanted.people * EVENTS_A_PERSON
    return wanted


def fill(wanted: argparse.Namespace) -> None:
    from . import events, keys, organisations, people, writing

    chance = random.Random(wanted.seed)
    with writing.as_fast_as_it_goes():
        with _told(f"{wanted.organisations} organisations"):
            tree = organisations.write(wanted.organisations, chance)
        with _told(f"{wanted.people} people"):
            crowd = people.write(wanted.people, tree, chance)
        with _told(f"{wanted.keys} keys"):
            keys.write(wanted.keys, crowd, chance)
        with _told(f"{wanted.events} events"):
            events.write(wanted.events, crowd, chance)
        with _told("statistics"):
            writing.count_all_anew()


@contextmanager
def _told(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{what}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    import django

    django.setup()
    sys.exit(main(*sys.argv[1:]))
