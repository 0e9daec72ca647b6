"""What an operator types: `wardkey check`, `migrate`, `serve`, `create-administrator`, …"""

import json
import os
import re
import signal
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cast import issue_pass
from tests.commands import (
    PATIENCE,
    children_of,
    database_url,
    eventually,
    free_port,
    running,
    wardkey,
)
from tests.doors import MINE, half_signed_in
from tests.softkey import VERIFIED, SoftKey, encode
from wardkey import settings as operators
from wardkey import web
from wardkey.keys.models import SecurityKey
from wardkey.operating import checks

CEREMONY = Path(web.__file__).parent / "static" / "wardkey" / "ceremony.js"


def test_a_policy_that_spares_administrators_is_the_demos_alone(cast, monkeypatch):
    [fault] = checks.faults_of_database()
    assert fault.startswith("NORTH lets administrators log in with a password alone")
    monkeypatch.setattr(operators, "DEMO", True)
    assert list(checks.faults_of_database()) == []


def test_wb21_a_relying_party_id_cannot_change_under_registered_keys(cast, monkeypatch):
    monkeypatch.setattr(operators, "DEMO", True)
    browser = half_signed_in(cast.eve)
    browser.enter_pass(issue_pass(cast.eve))
    browser.register(MINE, SoftKey(), "Blue")
    assert list(checks.faults_of_database()) == []
    monkeypatch.setattr(operators, "RELYING_PARTY_ID", "hospital.example")
    [fault] = checks.faults_of_database()
    assert fault.startswith("The keys of 1 people belong to another relying party id")
    SecurityKey.objects.update(state="removed")
    assert list(checks.faults_of_database()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"PYTHONOPTIMIZE": "1"}, "Python runs with -O"),
        ({"WARDKEY_SECRET_KEY": ""}, "There is no secret key"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}, "The database does not answer"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database does not answer"),
        ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL must begin with"),
        ({"DATABASE_URL": "sqlite:///"}, "DATABASE_URL names no database"),
        ({"DATABASE_URL": "postgresql://a:pa/ss@localhost/x"}, "DATABASE_URL cannot be read"),
        ({"DATABASE_URL": "postgresql://h/x?sslmode=verify-full"}, "set PGSSLMODE"),
        ({"WARDKEY_ORIGINS": "https://[half"}, "WARDKEY_ORIGINS has an address"),
        ({"WARDKEY_SMTP_STARTTLS": "true"}, "WARDKEY_SMTP_STARTTLS must be 1 or 0"),
        ({"WARDKEY_ORIGIN": "https://x.example"}, "no setting WARDKEY_ORIGIN. Call it"),
        ({"WARDKEY_WEB_WORKERS": "two"}, "WARDKEY_WEB_WORKERS must be a whole number"),
    ],
)
def test_what_is_wrong_is_a_sentence(changes, sentence, tmp_path):
    refused = wardkey("check", **{"DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3", **changes})
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_nothing_starts_where_something_is_wrong(command, tmp_path):
    refused = wardkey(command, DATABASE_URL=f"sqlite:///{tmp_path}/x.sqlite3")
    assert refused.returncode == 1
    assert "Run `wardkey migrate`" in refused.stderr


def test_assets_that_cannot_be_laid_out_are_told_with_their_folder(transactional_db, tmp_path):
    (tmp_path / "file").touch()
    folder = str(tmp_path / "file" / "assets")
    refused = wardkey("serve", DATABASE_URL=database_url(), WARDKEY_STATIC_FOLDER=folder)
    assert (refused.returncode, folder in refused.stderr) == (1, True)
    assert "set WARDKEY_STATIC_FOLDER" in refused.stderr


@pytest.fixture
def own(transactional_db):
    """Commands work on the tests' own database."""
    return {"DATABASE_URL": database_url()}


@pytest.fixture
def served(own, tmp_path):
    """`wardkey serve`, once it is ready, and a reader of its addresses.

    One that was killed has left half a script.
    """
    port = free_port()
    half = tmp_path / "assets" / "wardkey" / "ceremony.js"
    half.parent.mkdir(parents=True)
    half.write_text(CEREMONY.read_text()[:100])
    own |= {
        "WARDKEY_LISTEN": f"127.0.0.1:{port}",
        "WARDKEY_STATIC_FOLDER": str(tmp_path / "assets"),
    }

    def asked(address):
        return urllib.request.urlopen(f"http://localhost:{port}{address}")

    def answer_to(address):
        try:
            with asked(address) as answer:
                return answer.status
        except urllib.error.URLError:
            return None

    with running("serve", log=tmp_path / "log", **own) as portal:
        eventually(lambda: answer_to("/readyz") == 200)
        yield SimpleNamespace(process=portal, answer_to=answer_to, asked=asked)


def test_the_portal_is_served_and_ends_when_told_to(served):
    assert served.answer_to("/sign-in/") == 200
    with served.asked("/assets/wardkey/ceremony.js") as answer:
        assert answer.read() == CEREMONY.read_bytes()
    served.process.terminate()
    assert served.process.wait(timeout=PATIENCE) == 0


def ignores(pid, number):
    """Whether a process ignores a signal, as Linux tells it (proc_pid_status(5), SigIgn)."""
    status = Path(f"/proc/{pid}/status").read_text()
    ignored = int(re.search(r"^SigIgn:\s*([0-9a-f]+)$", status, re.MULTILINE)[1], 16)
    return bool(ignored >> (number - 1) & 1)


@pytest.mark.looks_only
def test_ctrl_c_reaches_the_portals_workers_through_their_master_alone(served):
    workers = children_of(served.process)
    assert workers
    eventually(lambda: all(ignores(worker, signal.SIGINT) for worker in workers))
    os.killpg(served.process.pid, signal.SIGINT)
    assert served.process.wait(timeout=PATIENCE) == 0


def recorded_without_user_verification():
    options = {
        "rp": {"id": "localhost"},
        "user": {"id": encode(bytes(64))},
        "challenge": encode(bytes(32)),
    }
    credential = SoftKey(attestation="none").register(
        options, "http://localhost:8000", clear_flags=VERIFIED
    )
    return {
        "id": "touched, no PIN",
        "kind": "registration",
        "rp_id": "localhost",
        "origin": "http://localhost:8000",
        "challenge_b64url": options["challenge"],
        "user_verification": "discouraged",
        "credential": credential,
    }


def test_a_recorded_ceremony_is_judged_by_our_policy_or_by_the_standard_alone(tmp_path):
    file = tmp_path / "recording.json"
    file.write_text(json.dumps([recorded_without_user_verification()]))
    ours = json.loads(wardkey("ceremony", "judge", str(file)).stdout)
    assert (ours["id"], ours["accepted"], ours["step"]) == ("touched, no PIN", False, "7.1.16")
    standards = json.loads(wardkey("ceremony", "judge", str(file), "--spec").stdout)
    assert standards["accepted"]


def test_a_recording_that_is_none_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "recording.json").write_text("{}")
    refused = wardkey("ceremony", "judge", str(tmp_path / "recording.json"))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "Error: The recording cannot be read" in refused.stderr


def test_metadata_that_nobody_signed_is_refused_in_a_sentence(own, tmp_path):
    (tmp_path / "blob.jwt").write_text("no.such.blob")
    refused = wardkey("mds", "refresh", "--file", str(tmp_path / "blob.jwt"), **own)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Error: The metadata was refused: not_a_jws." in refused.stderr
