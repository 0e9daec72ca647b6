"""PostgreSQL is stopped, killed, made read-only, out of room, or gives a transaction up: people are
told so, no change is there by halves, and all goes on when it is back.

A cluster of this test's own, whatever database the others run on: what is promised to somebody is
on its disk (`synchronous_commit`). The portal is this process, in a thread whose connections lead
there.
"""

import itertools
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from django.db import Error, close_old_connections, connection, connections, transaction

from tests import cast as casting
from tests import postgres
from tests.commands import command, environment, eventually, wardkey
from tests.doors import ORIGIN, Browser, desk_of, expect, registered_now, signed_in_now
from tests.faults.small_disks import fill, move_all_to, small_disk
from tests.softkey import SoftKey
from tests.traces import changes, nothing_changes
from wardkey.audit.models import ChangeEntry
from wardkey.keys.models import SecurityKey
from wardkey.settings.database import named_by

# No more of its log than the small disk has room for.
KEPT_PROMISES = f"{postgres.SERVER_OPTIONS} -c synchronous_commit=on -c min_wal_size=32MB"
TOLD = "Nothing was changed. Try again in a few minutes."


class Visitor(Browser):
    """Whose requests are served as by a web process, which looks after its connections."""

    def __init__(self, other: Browser) -> None:
        super().__init__()
        self.cookies, self.own_key = other.cookies, other.own_key
        self.raise_request_exception = False

    def request(self, **request):
        close_old_connections()
        return super().request(**request)


@pytest.fixture
def cluster(monkeypatch, settings, django_db_blocker):
    """Its folder; connections that are opened from now on lead there."""
    settings.DEMO = True
    monkeypatch.setattr(casting, "KEPT", {})
    with postgres.folder_of_a_cluster() as folder:
        postgres.start(folder, options=KEPT_PROMISES)
        url = postgres.url_of(folder, "postgres")
        there = connections.settings["default"] | named_by(url)
        monkeypatch.setitem(connections.settings, "default", there)
        with django_db_blocker.unblock():
            yield folder


def in_the_portal(*acts: Callable) -> list:
    """Each in a thread of its own, all at once."""

    def act_and_leave(act):
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [each.result() for each in [threads.submit(act_and_leave, act) for act in acts]]


@contextmanager
def stopped(folder) -> Iterator[None]:
    postgres.stop(folder)
    yield
    postgres.start(folder, options=KEPT_PROMISES)


def test_ft02_ft06_ft09_ft14_nothing_is_there_by_halves_and_all_goes_on(cluster):
    migrated_by_two(cluster)
    in_the_portal(lambda: walk(cluster))


def migrated_by_two(folder):
    """FT14: one is killed, the next completes it."""
    where = {"DATABASE_URL": postgres.url_of(folder, "postgres")}
    migrating = subprocess.Popen(
        command("migrate"), env=environment(**where), stdout=subprocess.DEVNULL
    )
    in_the_portal(lambda: eventually(half_migrated))
    migrating.kill()
    migrating.wait()
    again = wardkey("migrate", **where)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "No migrations to apply" in wardkey("migrate", **where).stdout


def half_migrated():
    tables = connection.introspection.table_names()
    connection.close()
    return len(tables) > 30


def walk(folder):
    cast = casting.gather()
    asha = Visitor(signed_in_now(cast.asha))
    blue = registered_now(asha, cast.ben, "Blue")
    gone_meanwhile(folder, cast, asha, blue)
    gone_while_nobody_asked(folder, cast, asha)
    read_only(asha, cast, blue)
    given_up(asha, cast, blue)
    killed_under_load(folder, cast, asha)
    no_room_for_its_log(folder, cast, asha)
    no_room(folder, cast, asha)


def gone_meanwhile(folder, cast, asha, blue):
    """FT02: between the challenge and the answer; the same answer counts when it is back."""
    ben = Browser()
    expect(302, ben.enter_password(cast.ben))
    ben = Visitor(ben)
    soft_key, row = blue
    begun, desk = ben.choose(row), desk_of(cast.ben)
    signed = soft_key.sign(begun["public_key"], ORIGIN)
    asked = asha.begin(desk)
    made = SoftKey().register(asked["public_key"], ORIGIN)
    with stopped(folder):
        assert ben.finish(begun, signed).json()["detail"] == TOLD
        for answer in (ben.get("/me/keys/"), asha.answer(desk, asked, made), asha.get(desk)):
            expect(503, answer)
        assert TOLD in expect(503, asha.get("/admin/people/")).text
        expect(503, asha.get("/readyz"))
        expect(200, asha.get("/livez"))
    expect(200, asha.get("/readyz"))
    expect(200, ben.finish(begun, signed))
    expect(200, asha.answer(desk, asked, made))
    expect(302, asha.name(desk, asked, "Green"))
    assert SecurityKey.objects.count() == len(changes("key.registered")) == 2


def gone_while_nobody_asked(folder, cast, asha):
    """Whoever asks next hears nothing of it, though the connection that is kept leads nowhere, and
    the first question is one that is planned: whose session that is."""
    expect(200, asha.get(desk_of(cast.ben)))
    with stopped(folder):
        pass
    expect(200, asha.get(desk_of(cast.ben)))


def read_only(asha, cast, blue):
    """A standby that took over by halves."""
    only_read("on")
    with nothing_changes():
        expect(503, rename(asha, cast.ben, blue[1], "Red"))
        expect(503, Visitor(Browser()).enter_password(cast.ben))
    only_read("off")
    expect(302, rename(asha, cast.ben, blue[1], "Red"))


def only_read(whether: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
        cursor.execute(f"ALTER SYSTEM SET default_transaction_read_only = {whether}")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()


def rename(browser, holder, key, nickname):
    return browser.submit(f"{desk_of(holder)}{key.pk}/edit/", nickname=nickname)


def given_up(asha, cast, blue):
    """FT09: of two transactions that wait for each other, PostgreSQL ends this person's."""
    renamed = len(changes("key.renamed"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL deadlock_timeout = '60s'")  # so it is the other's that ends
        cursor.execute(f"LOCK TABLE {ChangeEntry._meta.db_table}")
        with ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(renamed_elsewhere, asha, cast.ben, blue[1])
            eventually(lambda: is_waiting(cursor))
            SecurityKey.objects.select_for_update().get(pk=blue[1].pk)
            assert TOLD in expect(503, waiting.result()).text
    assert len(changes("key.renamed")) == renamed
    expect(302, rename(asha, cast.ben, blue[1], "White"))
    assert len(changes("key.renamed")) == renamed + 1


def renamed_elsewhere(*who):
    try:
        return rename(*who, "White")
    finally:
        connections.close_all()


def is_waiting(cursor):
    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return cursor.fetchone()[0]


def killed_under_load(folder, cast, asha):
    """FT06: what somebody was told is there, and nothing is there by halves."""
    begun = len(changes("key.renamed"))
    holders = (cast.ben, cast.dev, cast.wil)
    keys = [registered_now(asha, each, f"First of {each.name}")[1] for each in holders]
    told: list[int] = [0] * len(keys)

    def rename_on_and_on(place):
        browser = Visitor(signed_in_now(cast.asha))
        while (
            rename(browser, holders[place], keys[place], f"N{told[place] + 1}").status_code == 302
        ):
            told[place] += 1

    def kill_when_all_are_at_it():
        eventually(lambda: min(told) > 5)
        postgres.kill(folder)

    acts = [lambda place=place: rename_on_and_on(place) for place in range(len(keys))]
    in_the_portal(*acts, kill_when_all_are_at_it)
    connection.close()
    postgres.start(folder, options=KEPT_PROMISES)
    names = [int(SecurityKey.objects.get(pk=key.pk).nickname[1:]) for key in keys]
    for name, last in zip(names, told, strict=True):
        assert name in (last, last + 1), "the last one may have been kept and not told"
    assert len(changes("key.renamed")) - begun == sum(names)


def no_room_for_its_log(folder, cast, asha):
    """PostgreSQL ends, and ends again if it is started too early. The portal is never restarted."""
    holder, key = cast.ben, SecurityKey.objects.filter(holder=cast.ben).first()
    begun, told = len(changes("key.renamed")), 0
    postmaster = folder / "data" / "postmaster.pid"
    with small_disk(folder) as disk, log_on(disk, folder):
        with ExitStack() as ballast:
            fill(disk, ballast)
            while rename(asha, holder, key, f"Log {told + 1}").status_code == 302:
                told += 1
                begin_another_file_of_the_log()
            assert TOLD in expect(503, rename(asha, holder, key, "Never")).text
            eventually(lambda: not postmaster.exists())
            with pytest.raises(subprocess.CalledProcessError):
                postgres.start(folder, options=KEPT_PROMISES)
            expect(503, Visitor(Browser()).enter_password(cast.wil))
            expect(503, asha.get("/readyz"))
            expect(200, asha.get("/livez"))
        postgres.start(folder, options=KEPT_PROMISES)
        expect(200, asha.get("/readyz"))
        kept = len(changes("key.renamed")) - begun
        assert told > 0
        assert kept in (told, told + 1), "the last may have been kept and not told"
        assert SecurityKey.objects.get(pk=key.pk).nickname == f"Log {kept}"
        expect(302, rename(asha, holder, key, "Room again"))


@contextmanager
def log_on(disk: Path, folder: Path) -> Iterator[None]:
    usual, there = folder / "data" / "pg_wal", disk / "pg_wal"
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")  # what is older than that goes
    with stopped(folder):
        postgres.run("mv", str(usual), str(there), folder=folder)
        usual.symlink_to(there)
    yield
    with stopped(folder):
        usual.unlink()
        postgres.run("mv", str(there), str(usual), folder=folder)
    connection.close()


def begin_another_file_of_the_log() -> None:
    """Each has 16 MB, which so few changes would not fill."""
    with suppress(Error), connection.cursor() as cursor:
        cursor.execute("SELECT pg_switch_wal()")


def no_room(folder, cast, asha):
    """The disk of all tables and indexes is full. Its log (WAL) lies elsewhere."""
    holder, key = cast.ben, SecurityKey.objects.filter(holder=cast.ben).first()
    begun = len(changes("key.renamed"))
    told = itertools.count(1)
    postmaster = (folder / "data" / "postmaster.pid").read_text()
    with small_disk(folder) as disk:
        move_all_to(disk)
        with ExitStack() as ballast:
            fill(disk, ballast)
            eventually(lambda: rename(asha, holder, key, f"Full {next(told)}").status_code == 503)
            last = next(told) - 2
            assert TOLD in rename(asha, holder, key, "Never").text
            eventually(lambda: Visitor(Browser()).enter_password(cast.wil).status_code == 503)
            assert len(changes("key.renamed")) - begun == last
            assert SecurityKey.objects.get(pk=key.pk).nickname in (f"Full {last}", key.nickname)
            for page in ("/admin/people/", desk_of(holder), "/readyz"):
                expect(200, asha.get(page))
        expect(302, rename(asha, holder, key, "Room again"))
        expect(302, Visitor(Browser()).enter_password(cast.wil))
        connection.close()
    assert (folder / "data" / "postmaster.pid").read_text() == postmaster
