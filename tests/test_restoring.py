"""`wardkey restore`: what was taken away since a copy stays gone, and what nobody knows sleeps."""

import json
import re
import signal
from dataclasses import dataclass
from pathlib import Path

import pyrage
import pytest
from django.conf import settings
from django.db import connection

from tests.backups import back_up, blank, export, looking_at, run, working
from tests.cast import Cast
from tests.commands import wardkey
from tests.doors import (
    ORIGIN,
    Browser,
    desk_of,
    expect,
    half_signed_in_now,
    is_signed_in,
    registered_now,
    signed_in_now,
)
from tests.role_pages import dismiss
from tests.softkey import SoftKey
from tests.test_sealing import seal_all
from tests.traces import changes
from wardkey.audit import checkpoints
from wardkey.audit.events import ATTEMPT, CHANGE
from wardkey.keys.models import SecurityKey
from wardkey.notifications.models import OutboxMessage
from wardkey.operating import checks
from wardkey.operating.backup import copies
from wardkey.operating.restore import cutting_off
from wardkey.organisations.models import Organisation
from wardkey.people.grants import role_grants_of
from wardkey.signin.models import Limit


@dataclass
class Lost:
    """A portal that is lost: its backup, the trail since then, checkpoints that had left it, and
    what people still have of it."""

    cast: Cast
    folder: Path
    since: Path
    kept: list[Path]
    newest: str
    asha: Browser
    keys: dict[str, tuple[SoftKey, SecurityKey]]

    def login(self, name: str) -> int:
        """The status with which somebody's password and token are answered."""
        browser, (soft_key, row) = Browser(), self.keys.get(name, self.keys["ben"])
        answer = browser.enter_password(getattr(self.cast, name))
        if answer.status_code == 302:
            answer = browser.call("/sign-in/key/challenge/", key_id=str(row.pk))
        if answer.status_code != 200:
            return answer.status_code
        begun = answer.json()
        return browser.finish(begun, soft_key.sign(begun["public_key"], ORIGIN)).status_code


IDENTITY = pyrage.x25519.Identity.generate()
ENCRYPTED = ("--encrypt-to", IDENTITY.to_public())


@pytest.fixture
def lost(cast_for_threads, tmp_path, request) -> Lost:
    """Copied, as the test's parameter says, while Eve works. Then Ben's token is lost, Hal
    dismissed, Wil suspended, and Olu gets a first token; of all that the export tells. Last Dev's
    token is removed, of which it does not.
    """
    cast, folder = cast_for_threads, tmp_path / "copy"
    asha, eve, priya = (signed_in_now(each) for each in (cast.asha, cast.eve, cast.priya))
    keys = {name: registered_now(asha, getattr(cast, name), name) for name in ("ben", "dev")}
    for name, key in keys.items():
        expect(200, half_signed_in_now(getattr(cast, name)).use(*key))
    with working(eve, eve.own_key[1].pk) as names:
        back_up(folder, *getattr(request, "param", ()))
        answered = len(names)
    assert answered > 2
    remove(asha, cast.ben, keys["ben"])
    expect(302, dismiss(priya, role_grants_of(cast.hal.pk)[0]))
    expect(302, asha.submit(f"/admin/people/{cast.wil.pk}/suspend/"))
    keys |= {"eve": eve.own_key, "olu": registered_now(asha, cast.olu, "olu")}
    expect(200, half_signed_in_now(cast.olu).use(*keys["olu"]))
    since = export(folder)
    kept = [tmp_path / "change.kept", tmp_path / "attempt.kept"]
    for path, stream in zip(kept, (CHANGE, ATTEMPT), strict=True):
        path.write_text(checkpoints.make(stream).note)
    remove(asha, cast.dev, keys["dev"])
    seal_all()
    newest = checkpoints.make(CHANGE).note
    return Lost(cast, folder, since, kept, newest, asha, keys)


STEPS = {
    "sqlite": ["Judging", "Putting", "Bringing", "Taking"],
    "postgresql": ["Judging", "Putting", "Making", "Bringing", "Taking"],
}


def steps_in(told):
    """The first word of each, and not how much of it is done."""
    return re.findall(r"^\d\d:\d\d:\d\dZ ([A-Z]\w+)", told, re.MULTILINE)


def remove(admin, holder, key):
    expect(302, admin.submit(f"{desk_of(holder)}{key[1].pk}/remove/", reason="lost"))


def as_an_operator(url, lost, *more):
    """By a process of its own."""
    words = ["restore", str(lost.folder), *map(str, more)]
    return wardkey(*words, DATABASE_URL=url, WARDKEY_SECRET_KEY=settings.SECRET_KEY)


def restored(url, lost, *more):
    done = as_an_operator(url, lost, *more)
    assert done.returncode == 0, done.stdout + done.stderr
    assert steps_in(done.stderr) == STEPS[connection.vendor]
    return done.stdout


@pytest.mark.parametrize("lost", [ENCRYPTED], indirect=True, ids=["encrypted"])
def test_ft16_pr08_a_copy_taken_under_load_is_a_portal_again(lost, tmp_path):
    """On a blank host, with real tokens, by whoever holds the key of its encryption; before that,
    whatever is wrong is refused there, and leaves it blank."""
    identity = tmp_path / "identity"
    identity.write_text(f"# made by age-keygen\n{IDENTITY}\n")
    with blank(tmp_path, "again") as url:
        with looking_at(url):
            for words, refused in what_is_refused(lost, tmp_path):
                assert refused.exit_code == 1, refused.output
                assert words in refused.output
                assert not connection.introspection.table_names()
        kept = [word for path in lost.kept for word in ("--checkpoint", path)]
        with_all = ["--replay", lost.since, "--report", tmp_path / "report", *kept]
        told = restored(url, lost, "--identity", identity, *with_all)
        for words in ("key.removed: 1", "role.ended: 1", "person.suspended: 1", "Asleep: 4"):
            assert words in told
        with looking_at(url):
            the_trail_goes_on(lost)
            what_the_export_told_is_gone(lost, tmp_path / "report")
            the_rest_sleeps_until_somebody_looked(lost)
            assert "is not empty" in run("restore", lost.folder).output


def forged_from(lost):
    lines = lost.since.read_text().splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if "key.removed" in line)
    of_changes = next(at for at, line in enumerate(lines) if '"stream": "change"' in line)
    return {
        "not those that were signed": [
            *lines[:at],
            lines[at].replace("lost", "late"),
            *lines[at + 1 :],
        ],
        "is missing": [*lines[:at], *lines[at + 1 :]],
        "it is cut off": lines[:-1],
        "a personal value was changed": [
            line.replace('"value": "ben"', '"value": "dev"') for line in lines
        ],
        "it begins after the backup": [line.replace('"from": ', '"from": 9') for line in lines],
        "no checkpoint": ['{"line": "stream", "checkpoint": "x"}'],
        "it is empty": [],
        "made without the stream of changes": [
            line for number, line in enumerate(lines) if number < of_changes
        ],
        "a line was cut off": [*lines[:-1], lines[-1][:-20]],
        "is none of an export": ["[" * 100_000],
    }


def what_is_refused(lost, tmp_path):
    def replayed(path):
        return run("restore", lost.folder, "--replay", path)

    bad = tmp_path / "bad.jsonl"
    for words, forged in forged_from(lost).items():
        bad.write_text("".join(forged))
        yield words, replayed(bad)
    newer = tmp_path / "newer.checkpoint"
    newer.write_text(lost.newest)
    yield (
        "there was more than this export",
        run("restore", lost.folder, "--replay", lost.since, "--checkpoint", newer),
    )
    newer.write_bytes(b"\xff")
    yield (
        "is no text, and so no checkpoint",
        run("restore", lost.folder, "--replay", lost.since, "--checkpoint", newer),
    )
    given = settings.SECRET_KEY
    settings.SECRET_KEY = "another secret key, as after a careless installation"
    yield "another secret key", replayed(lost.since)
    settings.SECRET_KEY = given
    data = lost.folder / f"{copies.file_name()}.age"
    whole = data.read_bytes()
    for damaged in (whole[:-1] + b"?", whole[:-1000]):
        data.write_bytes(damaged)
        yield "is not what was backed up", replayed(lost.since)
    data.write_bytes(whole)
    yield "give --identity FILE", replayed(lost.since)
    other = tmp_path / "other"
    other.write_text(str(pyrage.x25519.Identity.generate()))
    yield (
        "was not encrypted to what --identity holds",
        run("restore", lost.folder, "--replay", lost.since, "--identity", other),
    )
    other.write_text(str(ENCRYPTED[1]))
    yield "is no identity", run("restore", lost.folder, "--identity", other)
    well = ["--replay", lost.since, "--identity", tmp_path / "identity"]
    nowhere = tmp_path / "nowhere" / "report"
    yield str(nowhere), run("restore", lost.folder, *well, "--report", nowhere)


def the_trail_goes_on(lost):
    """As it was signed before all was lost; and each nickname is what its last entry says."""
    words = [word for path in lost.kept for word in ("--checkpoint", path)]
    verified = run("audit", "verify", *words)
    assert verified.exit_code == 0, verified.output
    _soft_key, eves = lost.keys["eve"]
    names = [entry for entry in changes("key.renamed") if entry.parameters["key"] == str(eves.pk)]
    assert len(names) > 2
    [one] = SecurityKey.objects.filter(holder=lost.cast.eve)
    told = [f"Key {number}" for number in range(len(names))]
    assert one.nickname in told
    [entry] = changes("backup.restored")
    told = entry.parameters
    assert (told["applied"], told["asleep"], told["faults"]) == (4, 4, 0)
    [removed] = [
        each for each in changes("restore.replayed") if each.holder == str(lost.cast.ben.pk)
    ]
    assert removed.parameters["what"] == "key.removed"


def what_the_export_told_is_gone(lost, report):
    assert SecurityKey.objects.get(pk=lost.keys["ben"][1].pk).state == "removed"
    lost.cast.wil.refresh_from_db()
    lost.cast.olu.refresh_from_db()
    assert lost.cast.wil.status == "suspended"
    assert lost.cast.olu.must_prove_second_factor
    listed = [json.loads(line) for line in report.read_text().splitlines()]
    looked_at = {each["code"] for each in listed if each["became"] == "to look at"}
    assert looked_at == {"key.registered", "key.handed_over"}


def the_rest_sleeps_until_somebody_looked(lost):
    assert not is_signed_in(lost.asha)
    assert [lost.login(name) for name in ("dev", "eve")] == [401, 401]
    status = run("restored", "status").output
    assert "NORTH  Northside Hospital: 7 people; Asha Rao (local_administrator)" in status
    refused = run("restored", "wake", "NORTH", "NONE", "--reason", "Asked them")
    assert (refused.exit_code, "does not sleep" in refused.output) == (1, True)
    assert run("restored", "wake", "SOUTH", "--reason", "Cara says: nothing").exit_code == 0
    assert [lost.login(name) for name in ("dev", "eve")] == [401, 200]
    # Whoever tried while they were kept out does not wait for it.
    assert [limit.kind for limit in Limit.objects.all()] == ["password"]
    assert OutboxMessage.objects.filter(kind="organisation_woken").count() == 2
    assert run("restored", "wake", "--all", "--reason", "We asked everybody").exit_code == 0
    # Somebody looked, and Dev's token is for them to remove once more: nobody else knows of it.
    assert [lost.login(name) for name in ("ben", "dev", "wil")] == [404, 200, 401]
    assert not role_grants_of(lost.cast.hal.pk)
    assert not Organisation.objects.exclude(status="active").exists()
    assert "Nothing sleeps" in run("restored", "status").output


def test_who_vouches_that_nothing_is_missing_lets_nobody_sleep(lost, tmp_path, monkeypatch):
    """Without an export too: then what the copy has is what there is. And one that is stopped
    halfway leaves a portal that does not start, and says so."""
    with blank(tmp_path, "half") as url, looking_at(url), monkeypatch.context() as patched:
        patched.setattr(cutting_off, "cut_off", lambda: signal.raise_signal(signal.SIGTERM))
        stopped = run("restore", lost.folder)
        assert (stopped.exit_code, "does not start" in stopped.output) == (1, True)
        for words in (["check"], ["serve"], ["worker"]):
            refused = run(*words)
            assert (refused.exit_code, "never finished" in refused.output) == (1, True)
        assert "never finished. Delete its file" in run("restore", lost.folder).output
    with blank(tmp_path, "again") as url:
        assert "Asleep" not in restored(url, lost, "--complete")
        with looking_at(url):
            assert lost.login("ben") == 200
            assert not is_signed_in(lost.asha)
            assert run("audit", "verify").exit_code == 0
            assert not list(checks.faults_of_database())[1:]


def test_a_report_for_which_there_was_no_room_is_told_after_all_the_rest(lost, tmp_path):
    with blank(tmp_path, "full") as url:
        done = as_an_operator(url, lost, "--replay", lost.since, "--report", "/dev/full")
        assert (done.returncode, "Taken away again: 4 times" in done.stdout) == (1, True)
        assert "is restored, and the report could not be written" in done.stderr
        assert "Traceback" not in done.stderr
