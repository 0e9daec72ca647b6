"""The file of an SQLite database is moved, or another one over it, while the portal runs."""

import shutil

import pytest

from tests import migrated
from tests.commands import eventually, running
from tests.served import asked, served, sign_in, status_of


@pytest.mark.looks_only  # of SQLite, whichever database the tests have
def test_nobody_is_served_from_a_file_that_nobody_will_see_again(tmp_path, request):
    """Who came later would open the new file with the log of the former, and damage it."""
    file, kept, other = (tmp_path / f"{name}.sqlite3" for name in ("file", "kept", "other"))
    migrated.copy_to(file, kept_in=request.config.cache.mkdir("migrated"))
    file.chmod(0o600)
    shutil.copy(file, other)
    own = {"DATABASE_URL": f"sqlite:///{file}"}
    of_the_worker = tmp_path / "worker.log"
    with served(tmp_path, **own) as portal, running("worker", log=of_the_worker, **own):
        assert sign_in(portal.port, "nobody").status == 401
        eventually(lambda: "has started" in of_the_worker.read_text())
        file.rename(kept)
        refuses(portal)
        other.rename(file)
        before = file.read_bytes()
        refuses(portal)
        eventually(lambda: "database.moved" in of_the_worker.read_text())
        assert file.read_bytes() == before
        assert "database.moved" in portal.log.read_text()

        kept.rename(file)
        assert status_of(portal.port) == 200
        # The worker takes up what it left: at a busy machine it may have the database meanwhile.
        eventually(lambda: sign_in(portal.port, "nobody").status == 401)


def refuses(portal):
    told = asked(portal.port, "GET", "/readyz")
    assert (told.status, told.text) == (503, "the database was moved\n")
    for address in ("/", "/metrics", "/api/v1/people"):
        assert status_of(portal.port, address) == 503
    assert sign_in(portal.port, "nobody").status == 503
    assert status_of(portal.port, "/livez") == 200
