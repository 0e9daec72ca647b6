"""Secrets that others on the machine could read are told before the portal serves."""

import re
import shlex
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.commands import PATIENCE, SECRET, command, environment, wardkey
from wardkey.operating import seen_by_others

pytestmark = pytest.mark.looks_only


@pytest.fixture
def open_folder():
    """That others get into, unlike those of other tests."""
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_sc08_a_new_database_is_migrated_and_found_well_while_others_do_not_see_its_secrets(
    open_folder,
):
    """What the sentence says is run as it stands."""
    database = open_folder / "new.sqlite3"
    own = {"DATABASE_URL": f"sqlite:///{database}"}
    refused = wardkey("check", **own)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Run `wardkey migrate`" in refused.stderr
    assert wardkey("migrate", **own).returncode == 0
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    database.chmod(0o644)
    seen = wardkey_in_a_shell(f"WARDKEY_SECRET_KEY={SECRET} {shlex.join(command('serve'))}", **own)
    assert (seen.returncode, SECRET in seen.stderr) == (1, False)
    assert "config.refused" in seen.stderr
    assert "WARDKEY_SECRET_KEY stands in a command line" in seen.stderr
    [mending] = re.findall(r"can read .*, which holds secrets. Run `(.+)`", seen.stderr)
    subprocess.run(mending, shell=True, check=True)
    found = wardkey("check", **own)
    assert (found.returncode, found.stdout) == (0, "Nothing is wrong.\n")


def wardkey_in_a_shell(line, **changes):
    """Which stays the command's parent."""
    return subprocess.run(
        ["sh", "-c", f"{line}; exit $?"],
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_sc08_what_others_can_read_or_change_is_told_and_nothing_else(open_folder):
    secret, shut = open_folder / "a secret", open_folder / "shut"
    shut.mkdir(mode=0o700)
    for path in (secret, shut / "secret"):
        path.touch()
        path.chmod(0o604)
    files = [secret, shut / "secret", open_folder / "none"]
    [told] = seen_by_others.faults_of_files(files)
    assert told.startswith(f"Everybody on this machine can read {secret}")
    assert f"`chmod o= '{secret}'`" in told
    secret.chmod(0o602)
    [told] = seen_by_others.faults_of_files(files)
    assert "can change" in told
    secret.chmod(0o660)
    assert not list(seen_by_others.faults_of_files(files))


def test_the_password_of_the_cache_is_a_secret_too(monkeypatch):
    secret = "valkeys://wardkey:once-upon-a-time@cache.example"
    monkeypatch.setattr(seen_by_others.settings, "CACHE_URL", secret)
    [told] = seen_by_others.faults_of_commands([f"env X={secret}"], seen_by_others._secrets())
    assert told.startswith("WARDKEY_CACHE_URL stands in a command line")
