"""What an operator types: `wardkey check`, `migrate`, `serve`, `create-administrator`, …"""

import json
import urllib.error
import urllib.request
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.conf import settings as django_settings

from tests.cast import issue_pass
from tests.commands import SECRET, database_url, eventually, free_port, running, wardkey
from tests.doors import MINE, Browser, expect, half_signed_in
from tests.softkey import VERIFIED, SoftKey, encode
from tests.traces import changes, nothing_changes
from wardkey import cli
from wardkey import settings as operators
from wardkey.operating import checks
from wardkey.organisations.models import Organisation
from wardkey.people.models import Person
from wardkey.people.queries import person_by_username

SAFE = {
    "SECRET_KEY": SECRET,
    "RELYING_PARTY_ID": "hospital.example",
    "ORIGINS": ["https://hospital.example", "https://keys.hospital.example:8443"],
    "LISTEN": "0.0.0.0:8000",
    "DEMO": False,
}
DEMO = {
    "RELYING_PARTY_ID": "localhost",
    "ORIGINS": ["http://localhost:8000"],
    "LISTEN": "127.0.0.1:8000",
    "DEMO": True,
}
ADA = {
    "--username": "ada@platform.example",
    "--name": "Ada Winterbourne",
    "--email": "ada@platform.example",
    "--organisation": "PLATFORM",
    "--organisation-name": "Platform",
}
PASSWORD = "twelve letters or more"


def faults(**changes):
    return list(checks.faults_of_settings(SimpleNamespace(**{**SAFE, **changes})))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ORIGINS": ["http://localhost:8000"], "RELYING_PARTY_ID": "localhost"},
        DEMO,
        {**DEMO, "LISTEN": "[::1]:8000"},
    ],
)
def test_safe_settings_have_no_fault(changes):
    assert faults(**changes) == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"SECRET_KEY": ""}, "There is no secret key"),
        ({"SECRET_KEY": SECRET[:49]}, "can be guessed"),
        ({"SECRET_KEY": "ab" * 40}, "can be guessed"),
        ({"SECRET_KEY": "change-me-" + SECRET}, "sample"),
        ({"SECRET_KEY": django_settings.SECRET_KEY}, "sample"),
        ({"ORIGINS": []}, "No origin is set"),
        ({"ORIGINS": ["https://elsewhere.example"]}, "does not fit"),
        ({"ORIGINS": ["https://evilhospital.example"]}, "does not fit"),
        ({"RELYING_PARTY_ID": "keys.hospital.example"}, "does not fit"),
        ({"ORIGINS": ["http://hospital.example"]}, "eavesdroppers"),
        ({"ORIGINS": ["https://hospital.example/"]}, "as browsers write it"),
        ({"ORIGINS": ["https://Hospital.example"]}, "as browsers write it"),
        ({"ORIGINS": ["https://hospital.example:443"]}, "as browsers write it"),
        ({"ORIGINS": ["https://hospital.example:no"]}, "as browsers write it"),
        ({"ORIGINS": ["ftp://hospital.example"]}, "as browsers write it"),
        ({"ORIGINS": ["hospital.example"]}, "as browsers write it"),
        ({"RELYING_PARTY_ID": "example"}, "everybody's domain"),
        ({"RELYING_PARTY_ID": "192.0.2.7", "ORIGINS": ["https://192.0.2.7"]}, "no host name"),
        ({"RELYING_PARTY_ID": "https://hospital.example"}, "no host name"),
        ({"DEMO": True}, "origin on another machine"),
        ({**DEMO, "LISTEN": "0.0.0.0:8000"}, "listens to other machines"),
        ({**DEMO, "LISTEN": ":8000"}, "listens to other machines"),
    ],
)
def test_unsafe_settings_are_named(changes, word):
    assert word in " ".join(faults(**changes))


def test_a_policy_that_spares_administrators_is_the_demos_alone(cast, monkeypatch):
    [fault] = checks.faults_of_database()
    assert fault.startswith("NORTH lets administrators sign in with a password alone")
    monkeypatch.setattr(operators, "DEMO", True)
    assert list(checks.faults_of_database()) == []


def test_a_relying_party_id_cannot_change_under_registered_keys(cast, monkeypatch):
    monkeypatch.setattr(operators, "DEMO", True)
    browser = half_signed_in(cast.eve)
    browser.enter_pass(issue_pass(cast.eve))
    browser.register(MINE, SoftKey(), "Blue")
    assert list(checks.faults_of_database()) == []
    monkeypatch.setattr(operators, "RELYING_PARTY_ID", "hospital.example")
    [fault] = checks.faults_of_database()
    assert fault.startswith("The keys of 1 people belong to another relying party id")


def test_a_new_database_is_migrated_and_then_found_well(tmp_path):
    own = {"DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3"}
    refused = wardkey("check", **own)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Run `wardkey migrate`" in refused.stderr
    assert wardkey("migrate", **own).returncode == 0
    found = wardkey("check", **own)
    assert (found.returncode, found.stdout) == (0, "Nothing is wrong.\n")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"PYTHONOPTIMIZE": "1"}, "Python runs with -O"),
        ({"WARDKEY_SECRET_KEY": ""}, "There is no secret key"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}, "The database does not answer"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database does not answer"),
        ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL must begin with"),
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


@pytest.fixture
def own(transactional_db):
    """Commands work on the tests' own database."""
    return {"DATABASE_URL": database_url()}


def test_the_portal_is_served_and_ends_when_told_to(own, tmp_path):
    port = free_port()
    own |= {
        "WARDKEY_LISTEN": f"127.0.0.1:{port}",
        "WARDKEY_STATIC_FOLDER": str(tmp_path / "assets"),
    }

    def answer_to(address):
        try:
            with urllib.request.urlopen(f"http://localhost:{port}{address}") as answer:
                return answer.status
        except urllib.error.URLError:
            return None

    with running("serve", log=tmp_path / "log", **own) as portal:
        eventually(lambda: answer_to("/readyz") == 200)
        assert answer_to("/sign-in/") == 200
        assert answer_to("/assets/wardkey/ceremony.js") == 200
        portal.terminate()
        assert portal.wait(timeout=30) == 0


def words_of(**changes):
    told = {**ADA, **changes}
    return ["create-administrator", *(word for pair in told.items() for word in pair)]


def create_administrator(*, passwords=(PASSWORD, PASSWORD), **changes):
    """The same command in this process, which is quicker and keeps the test's transaction."""
    typed = "\n".join([*passwords, ""])
    return CliRunner().invoke(cli.main, words_of(**changes), input=typed)


def test_the_first_administrator_is_made_and_enters_with_the_pass(own):
    made = wardkey(*words_of(), stdin=f"{PASSWORD}\n{PASSWORD}\n", **own)
    assert made.returncode == 0, made.stderr
    assert PASSWORD not in made.stdout + made.stderr
    access_pass = made.stdout.strip().rpartition(" ")[2]
    ada = person_by_username("ada@platform.example")
    assert (ada.home.code, ada.home.parent) == ("PLATFORM", None)
    [grant] = ada.role_grants.all()
    assert (grant.role, grant.organisation) == ("platform_administrator", ada.home)
    [entry] = changes("administrator.created")
    assert (entry.actor["kind"], entry.holder) == ("operator", str(ada.pk))
    browser = Browser()
    expect(302, browser.enter_password(ada, PASSWORD))
    expect(302, browser.enter_pass(access_pass))
    expect(200, browser.get(MINE + "register/"))


def test_what_is_not_told_is_asked_for(db):
    typed = "\n".join([*ADA.values(), PASSWORD, PASSWORD, ""])
    made = CliRunner().invoke(cli.main, ["create-administrator"], input=typed)
    assert made.exit_code == 0, made.output
    assert person_by_username("ada@platform.example").name == "Ada Winterbourne"
    assert PASSWORD not in made.output


def test_a_second_administrator_joins_the_organisation_that_is_there(db):
    create_administrator()
    assert create_administrator(**{"--username": "bea@platform.example"}).exit_code == 0
    assert Organisation.objects.count() == 1


def test_an_administrator_of_another_organisation_has_the_role_on_the_root(db):
    create_administrator()
    create_administrator(**{"--username": "bea@north.example", "--organisation": "north"})
    bea = person_by_username("bea@north.example")
    assert (bea.home.code, bea.home.parent.code) == ("NORTH", "PLATFORM")
    assert bea.role_grants.get().organisation.code == "PLATFORM"


@pytest.mark.parametrize(
    ("changes", "passwords", "sentence"),
    [
        ({}, ("too short", "too short"), "The password needs at least 12 characters"),
        ({}, (PASSWORD, "another password"), "do not match"),
        ({"--organisation": "NORTH/1"}, (PASSWORD, PASSWORD), "1 to 9 letters and digits"),
        ({"--organisation": "TENLETTERS"}, (PASSWORD, PASSWORD), "1 to 9 letters and digits"),
        ({"--username": "\u200b"}, (PASSWORD, PASSWORD), "That user name cannot be used"),
        ({"--username": "ADA@platform.example"}, (PASSWORD, PASSWORD), "Somebody has that"),
        ({"--password": PASSWORD}, (), "No such option"),
    ],
)
def test_an_administrator_who_is_refused_leaves_nothing_behind(db, changes, passwords, sentence):
    create_administrator()
    with nothing_changes():
        refused = create_administrator(passwords=passwords, **changes)
    assert refused.exit_code != 0
    assert sentence in refused.output
    assert Organisation.objects.count() == Person.objects.count() == 1


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
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error: The recording cannot be read")


def test_metadata_that_nobody_signed_is_refused_in_a_sentence(own, tmp_path):
    (tmp_path / "blob.jwt").write_text("no.such.blob")
    refused = wardkey("mds", "refresh", "--file", str(tmp_path / "blob.jwt"), **own)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Error: The metadata was refused: not_a_jws." in refused.stderr
