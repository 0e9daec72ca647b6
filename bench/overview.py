"""The overview of a branch of 100,000 people and its lists, whole pages as an administrator gets
them: 200 ms each, in process CPU of the portal and of its database. What stands beside it (register
of exceptions, who can log in without a token, review of roles, tokens to replace, applications) has
400 ms.

    make bench ONLY=overview
    python -m bench.overview    measures on the database of DATABASE_URL; an empty one is filled

The portal is filled as `make fill` does it, counted on 90 nights. One person in 200 is let off the
second factor. Three tokens are of a doubtful make, and everybody has a role, which somebody looked
at within the quarter but for one in 500: where few match, a page that reads on until it is full
reads everything. Each page is asked for 20 times (p95), and the floor is the page of Admin: the
same session, frame and rights, and nothing counted.
"""

import argparse
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from bench.scale import _now, _p95
from tests.postgres import private_cluster

if TYPE_CHECKING:
    from django.test import Client

PEOPLE, NIGHTS, TIMES, WARM_UP = 100_000, 90, 20, 2
MILLISECONDS, MILLISECONDS_BESIDE = 200, 400
ONE_IS_DUE_OF, ONE_IS_LET_OFF_OF, IN_REVIEW = 500, 200, 3
FLOOR = "floor"
LISTS = ("without-key", "without-spare", "waiting", "unused", "in-review")
OVERVIEW = {
    "page": "/admin/overview/",
    **{kind: f"/admin/overview/list/?list={kind}" for kind in LISTS},
}
BESIDE = {
    "exceptions": "/admin/exceptions/?state=all",
    "without-token": "/admin/without-token/",
    "by-policy": "/admin/without-token/?way=policy",
    "roles-due": "/admin/role-review/",
    "roles-all": "/admin/role-review/?show=all",
    "to-replace": "/admin/tokens-to-replace/",
    "applications": "/admin/applications/",
}


def run() -> list[tuple[str, float, float]]:
    """(name, ratio to the milliseconds above, 1)."""
    with tempfile.TemporaryDirectory() as folder:
        told = {"sqlite": _measured_on(f"sqlite:///{folder}/bench.sqlite3")}
    with private_cluster() as url:
        told["postgresql"] = _measured_on(url.removesuffix("/wardkey") + "/postgres")
    print(f"\n{PEOPLE} people: p95 in ms of CPU, and how many times the floor")
    for name, figures in told.items():
        print(name)
        for what, took in figures.items():
            print(f"  {what:20}{took:10.1f}{took / figures[FLOOR]:10.1f}")
    return [
        (
            f"overview.{what}.{name}",
            took / (MILLISECONDS if what in OVERVIEW else MILLISECONDS_BESIDE),
            1,
        )
        for name, figures in told.items()
        for what, took in figures.items()
        if what != FLOOR
    ]


def _measured_on(url: str) -> dict[str, float]:
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "wardkey.settings",
        "WARDKEY_SECRET_KEY": "only-for-measuring-and-of-a-length-that-the-checks-accept",
        # As `wardkey serve` asks; and what other processes of the database did would be nobody's.
        "PGOPTIONS": "-c jit=off -c max_parallel_workers_per_gather=0",
    }
    command = [sys.executable, "-m", "bench.overview"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    told = [line.split() for line in done.stdout.splitlines() if line.startswith("took ")]
    return {what: float(milliseconds) for _took, what, milliseconds in told}


def fill() -> None:
    from bench.filling.__main__ import fill as fill_as_wanted
    from bench.filling.writing import count_all_anew

    few = {"organisations": PEOPLE // 80, "keys": PEOPLE * 3 // 2, "events": 1000, "seed": 1}
    fill_as_wanted(argparse.Namespace(people=PEOPLE, **few))
    _count_each_night()
    _doubt_some()
    _give_roles()
    _let_some_off()
    count_all_anew()


def _count_each_night() -> None:
    from wardkey.base import clock
    from wardkey.reports.models import DailyCount
    from wardkey.reports.overview import coverage

    yesterday = clock.now().date() - timedelta(days=1)
    coverage.count_yesterday()
    counted = list(DailyCount.objects.filter(day=yesterday))
    for ago in range(1, NIGHTS):
        for each in counted:
            each.pk, each.day = None, yesterday - timedelta(days=ago)
        DailyCount.objects.bulk_create(counted, batch_size=1000)


def _doubt_some() -> None:
    from wardkey.base import clock
    from wardkey.keys.models import SecurityKey, State

    active = SecurityKey.objects.filter(state=State.ACTIVE).order_by("pk")
    some = list(active.values_list("pk", flat=True)[:IN_REVIEW])
    SecurityKey.objects.filter(pk__in=some).update(doubted_since=clock.now())


def _give_roles() -> None:
    """Long ago, and looked at last month."""
    from bench.filling.writing import moment
    from bench.filling.writing import write as write_rows
    from wardkey.base import clock
    from wardkey.deciding.models import RoleReview
    from wardkey.people.models import Person, RoleGrant

    given = moment(clock.now() - timedelta(days=1000))
    looked_at = moment(clock.now() - timedelta(days=30))
    fields = ("person", "role", "organisation", "with_those_below", "starts_at", "asleep_reason")
    people = Person.objects.order_by("pk").values_list("pk", "home_id")
    grants = [(pk.hex, "helpdesk", home, False, given, "") for pk, home in people]
    write_rows(RoleGrant, fields, grants)
    reviewer = _administrator()
    ids = RoleGrant.objects.order_by("pk").values_list("pk", flat=True)
    reviews = ((pk, reviewer.pk.hex, looked_at, "keep") for pk in list(ids) if pk % ONE_IS_DUE_OF)
    write_rows(RoleReview, ("grant", "reviewer", "at", "verdict"), reviews)


def _let_some_off() -> None:
    from wardkey.base import clock
    from wardkey.people.models import Person, PolicyException

    now, by = clock.now(), _administrator()
    people = Person.objects.order_by("pk").values_list("pk", "home_id")
    rows = [
        PolicyException(
            person_id=pk,
            organisation_id=home,
            name="second_factor",
            value="optional",
            reason="A hand in plaster",
            approved_by=by,
            starts_at=now - timedelta(days=10),
            ends_at=now + timedelta(days=number % 20 + 1),
        )
        for number, (pk, home) in enumerate(people)
        if not number % ONE_IS_LET_OFF_OF
    ]
    PolicyException.objects.bulk_create(rows, batch_size=500)


def _administrator():
    """Whose branch is the whole portal."""
    from wardkey.people.models import RoleGrant

    grants = RoleGrant.objects.filter(role="platform_administrator", organisation__parent=None)
    return grants.select_related("person").earliest("pk").person


def measure() -> Iterator[tuple[str, float]]:
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    import wardkey.wsgi  # noqa: F401  (the portal as it is served)
    from wardkey.people.models import Person

    call_command("migrate", verbosity=0)
    if not Person.objects.exists():
        fill()
    setup_test_environment()
    browser = _browser()
    for what, address in ({FLOOR: "/admin/"} | OVERVIEW | BESIDE).items():
        took = [_took(browser, address) for _ in range(TIMES + WARM_UP)]
        yield what, _p95(took[WARM_UP:])


def _browser() -> "Client":
    """In which the administrator has just logged in with a token."""
    from django.test import Client

    from wardkey.sessions import lifetime
    from wardkey.sessions.levels import Level
    from wardkey.signin.browser import COOKIE

    browser = Client(headers={"host": "localhost"})
    _session, browser.cookies[COOKIE] = lifetime.start(person=_administrator(), level=Level.KEY)
    return browser


def _took(browser: "Client", address: str) -> float:
    began = _now()
    answer = browser.get(address)
    took = _now() - began
    if answer.status_code != 200:
        sys.exit(f"{address} answered {answer.status_code}")
    return took


if __name__ == "__main__":
    import django

    django.setup()
    logging.disable(logging.WARNING)
    for name, milliseconds in measure():
        print("took", name, milliseconds, flush=True)
