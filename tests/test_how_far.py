"""Who waits for long work sees how far it is; where nobody can, it goes on.

That every restore tells its steps is in test_restoring.py.
"""

import io
import os
import subprocess

import pytest

from tests.backups import blank, run
from tests.commands import command, database_url, environment
from tests.test_sealing import happened, seal_all
from wardkey.audit import verifying
from wardkey.audit.events import ATTEMPT, CHANGE
from wardkey.operating import how_far

PART = b"x" * 1000


def five_parts(target):
    for _part in range(5):
        assert target.write(PART) == len(PART)
    target.flush()


def test_of_what_is_written_each_tenth_that_was_reached_is_a_line(capsys):
    written = io.BytesIO()
    how_far.noting("Putting it back.", five_parts, size=5 * len(PART))(written)
    assert written.getvalue() == 5 * PART
    told = [line.partition("Z ")[2] for line in capsys.readouterr().err.splitlines()]
    assert told == ["Putting it back.", "20 %", "40 %", "60 %", "80 %"]


def test_whether_the_trail_is_whole_is_told_tile_by_tile(db):
    """Of which 600 entries have three."""
    happened(600)
    seal_all()
    told = []

    def telling(stream, size):
        told.append((stream, size))
        return told.append

    assert list(verifying.faults([], wide=1, telling=telling)) == []
    assert told == [(CHANGE, 600), 256, 256, 256, (ATTEMPT, 0)]
    lines = [line.partition("Z ")[2] for line in run("audit", "verify").stderr.splitlines()]
    assert lines[:2] == ["Comparing 600 entries (changes).", "Comparing 0 entries (attempts)."]


def full_disk():
    return os.open("/dev/full", os.O_WRONLY)


def closed_terminal():
    ours, theirs = os.openpty()
    os.close(ours)
    return theirs


@pytest.mark.parametrize("nobody_reads", [full_disk, closed_terminal])
def test_nobody_has_to_read_it(cast_for_threads, tmp_path, settings, nobody_reads):
    told = nobody_reads()

    def status(*words, url):
        own = environment(DATABASE_URL=url, WARDKEY_SECRET_KEY=settings.SECRET_KEY)
        quiet = subprocess.DEVNULL
        return subprocess.run(command(*words), env=own, stdout=quiet, stderr=told).returncode

    assert status("audit", "verify", url=database_url()) == 0
    assert status("audit", "purge", "--before", "2020-01-01", "--yes", url=database_url()) == 0
    copy = str(tmp_path / "copy")
    assert status("backup", copy, url=database_url()) == 0
    with blank(tmp_path, "again") as url:
        assert status("restore", copy, url=url) == 0
    os.close(told)
