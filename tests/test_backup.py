"""`wardkey backup`: a folder that is whole or not there; restoring it is test_restoring.py."""

import fcntl
import json
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import pyrage
import pytest
from django.db import connection

from tests.backups import back_up, blank, run
from tests.commands import command, database_url, environment, wardkey
from tests.traces import changes
from wardkey.operating.backup import copies, manifests


def test_a_backup_is_its_owner_s_alone_and_overwrites_nothing(cast_for_threads, tmp_path, settings):
    told = back_up(tmp_path / "first")
    assert "11 people of 4 organisations" in told.stdout
    for step in ("Sealing", "Copying", "Making sure"):
        assert re.search(rf"^\d\d:\d\d:\d\dZ {step}", told.stderr, re.MULTILINE)
    assert [path.name for path in tmp_path.iterdir()] == ["first"]
    files = {path.name: path for path in (tmp_path / "first").iterdir()}
    names = {"manifest.json", "change.checkpoint", "attempt.checkpoint", copies.file_name()}
    assert set(files) == names
    assert stat.S_IMODE((tmp_path / "first").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    manifest = manifests.read(tmp_path / "first")
    assert manifest.sha256 == manifests.sha256_of(files[copies.file_name()])
    [made] = changes("backup.made")
    assert (made.parameters["backup"], made.actor["kind"]) == (manifest.id, "operator")

    the_encrypted_one_names_nobody(tmp_path)
    (tmp_path / "second.part").mkdir()
    for taken, words in {
        "first": "overwrites nothing",
        "second": "a backup is being made",
        "none/there": "There is no folder",
    }.items():
        refused = run("backup", tmp_path / taken)
        assert (refused.exit_code, words in refused.output) == (1, True), refused.output
    assert len(changes("backup.made")) == 2
    assert manifest == manifests.read(tmp_path / "first")

    # Also when there is another secret key, as long as the one of then is given beside it.
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 50, [settings.SECRET_KEY]
    assert manifest == manifests.read(tmp_path / "first")

    # What was vouched for is what is read: not one letter else.
    changed = json.loads(files["manifest.json"].read_text()) | {"sha256": "0" * 64}
    files["manifest.json"].write_text(json.dumps(changed))
    with pytest.raises(ValueError, match="somebody changed it"):
        manifests.read(tmp_path / "first")


def the_encrypted_one_names_nobody(tmp_path):
    """PR08: each of those to whom it is opens it, and what it says is what is there."""
    keys = [pyrage.x25519.Identity.generate() for _each in range(2)]
    named = tmp_path / "recipients"
    named.write_text(f"# whoever restores\n\n{keys[1].to_public()}\n")
    beside = Path(connection.settings_dict["NAME"]).resolve().parent
    killed, at_work = (beside / f".wardkey-backup-{name}" for name in ("killed00", "at_work0"))
    killed.write_text("a copy of everything")
    with at_work.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        back_up(tmp_path / "sealed", "--encrypt-to", keys[0].to_public(), "--recipients", named)
    left = [killed.exists(), at_work.exists()]
    killed.unlink(missing_ok=True)
    at_work.unlink()
    assert left == [connection.vendor != "sqlite", True]
    files = {path.name: path.read_bytes() for path in (tmp_path / "sealed").iterdir()}
    data = files[data_name()]
    assert set(files) == {"manifest.json", "change.checkpoint", "attempt.checkpoint", data_name()}
    assert not [name for name, told in files.items() if b"northside.example" in told]
    assert not list(beside.glob(".wardkey-backup-*"))
    for key in keys:
        clear = pyrage.decrypt(data, [key])
        assert clear.startswith((b"SQLite format 3", b"PGDMP"))
    for words, given in {
        "is no recipient": ["--encrypt-to", "age1nobody"],
        "names no recipient": ["--recipients", tmp_path / "nobody"],
    }.items():
        (tmp_path / "nobody").touch()
        refused = run("backup", tmp_path / "third", *given)
        assert (refused.exit_code, words in refused.output) == (1, True), refused.output
        assert not (tmp_path / "third").exists()


def test_files_are_utf_8_whatever_the_machine_s_locale_is(cast_for_threads, tmp_path, settings):
    """A checkpoint is signed behind a dash that ASCII has not (C2SP signed notes)."""
    folder, since = tmp_path / "copy", tmp_path / "since.jsonl"
    whom = tmp_path / "whom"
    whom.write_text(f"# Zoë keeps it\n{pyrage.x25519.Identity.generate().to_public()}\n", "utf-8")
    ascii_alone = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    own = {"DATABASE_URL": database_url(), "WARDKEY_SECRET_KEY": settings.SECRET_KEY, **ascii_alone}

    def done(*words: object, **more: str) -> str:
        ended = wardkey(*map(str, words), **own | more)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    done("backup", folder)
    done("backup", tmp_path / "sealed", "--recipients", whom)
    done("audit", "verify", "--checkpoint", folder / "change.checkpoint")
    since.write_text(done("audit", "export", "--all", "--since", folder))
    kept = ["--replay", since, "--checkpoint", folder / "change.checkpoint"]
    with blank(tmp_path, "new") as url:
        assert "Restored" in done("restore", folder, *kept, DATABASE_URL=url)


def data_name():
    return f"{copies.file_name()}.age"


def test_what_fails_leaves_no_folder_behind(cast_for_threads, tmp_path, monkeypatch):
    """Of pg_dump the missing one and the old one too: what to install is told."""

    def fails(_path):
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(manifests, "sha256_of", fails)
        refused = run("backup", tmp_path / "none")
    assert (refused.exit_code, "No space left" in refused.output) == (1, True)
    tools = tmp_path / "tools"
    tools.mkdir()
    if connection.vendor == "postgresql":
        monkeypatch.setenv("PATH", str(tools))
        assert "There is no pg_dump" in run("backup", tmp_path / "none").output
        (tools / "pg_dump").write_text("#!/bin/sh\necho pg_dump '(PostgreSQL)' 9.6\n")
        (tools / "pg_dump").chmod(0o700)
        assert "older than the server" in run("backup", tmp_path / "none").output
    assert list(tmp_path.iterdir()) == [tools]
    assert not changes("backup.made")


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_one_that_is_stopped_leaves_nothing_and_says_so(
    cast_for_threads, tmp_path, monkeypatch, told
):
    """What it had copied names everybody. Told in the midst of it, as systemd or Ctrl-C does."""

    def stopped(_path):
        signal.raise_signal(told)

    # Whoever runs tests in the background has Ctrl-C ignored, as whatever begins there.
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    with monkeypatch.context() as patched:
        patched.setattr(manifests, "sha256_of", stopped)
        refused = run("backup", tmp_path / "copy")
    signal.signal(signal.SIGINT, ours)
    assert (refused.exit_code, "there is no backup" in refused.output) == (1, True)
    assert not list(tmp_path.iterdir())
    assert not changes("backup.made")
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    back_up(tmp_path / "copy")


def test_a_disk_that_is_full_leaves_nothing_of_a_restore_either(
    cast_for_threads, tmp_path, settings
):
    """PostgreSQL keeps its own: it undoes what has no room."""
    back_up(tmp_path / "first")
    blank = tmp_path / "blank"
    blank.mkdir()
    own = {
        "DATABASE_URL": f"sqlite:///{blank / 'new.sqlite3'}",
        "WARDKEY_SECRET_KEY": settings.SECRET_KEY,
    }
    restore = command("restore", str(tmp_path / "first"))
    for limit, status in {"64": 1, "unlimited": 0}.items():
        if connection.vendor == "sqlite":
            leave_what_was_killed(blank / "new.sqlite3.part")
            done = subprocess.run(
                ["sh", "-c", f'ulimit -f {limit}; exec "$@"', "sh", *restore],
                env=environment(**own),
                capture_output=True,
                text=True,
            )
            assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
        assert not list(blank.glob("*.part*"))


def leave_what_was_killed(part):
    """A restore of another backup, in SQLite's last write: with the journal that would undo it."""
    begun = part.with_name("begun")
    with closing(sqlite3.connect(begun)) as writing:
        writing.execute("PRAGMA cache_size=5")
        writing.execute("CREATE TABLE some (bytes BLOB)")
        writing.execute("INSERT INTO some VALUES (zeroblob(1000000))")
        for ending in ("", "-journal"):
            shutil.copy(f"{begun}{ending}", f"{part}{ending}")
    begun.unlink()
