"""`wardkey backup`: a folder that is whole or not there; restoring it is test_restoring.py."""

import json
import stat

import pytest
from django.db import connection

from tests.backups import back_up, run
from tests.traces import changes
from wardkey.operating.backup import copies, manifests


def test_a_backup_is_its_owner_s_alone_and_overwrites_nothing(cast_for_threads, tmp_path, settings):
    told = back_up(tmp_path / "first")
    assert "11 people of 4 organisations" in told.output
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

    (tmp_path / "second.part").mkdir()
    for taken, words in {
        "first": "overwrites nothing",
        "second": "a backup is being made",
        "none/there": "There is no folder",
    }.items():
        refused = run("backup", tmp_path / taken)
        assert (refused.exit_code, words in refused.output) == (1, True), refused.output
    assert len(changes("backup.made")) == 1
    assert manifest == manifests.read(tmp_path / "first")

    # Also when there is another secret key, as long as the one of then is given beside it.
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 50, [settings.SECRET_KEY]
    assert manifest == manifests.read(tmp_path / "first")

    # What was vouched for is what is read: not one letter else.
    changed = json.loads(files["manifest.json"].read_text()) | {"sha256": "0" * 64}
    files["manifest.json"].write_text(json.dumps(changed))
    with pytest.raises(ValueError, match="somebody changed it"):
        manifests.read(tmp_path / "first")


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
