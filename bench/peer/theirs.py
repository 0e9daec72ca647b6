"""privacyIDEA: set up by its own command, its tokens copied, served, and asked over HTTP."""

import os
import secrets
import sqlite3
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.served import SECONDS, answers_at, free_port, until
from tests.softkey import SoftKey

from .asking import Asker
from .installing import BIN

REALM, PIN, PEOPLE = "bench", "1234", "people"
SIGNS, LISTED = "person1", "person2"
TO_ENROL = 100  # people without a token
CONFIGURATION = """
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/privacyidea.sqlite3"
SECRET_KEY, PI_PEPPER = "{secret}", "{pepper}"
PI_ENCFILE = "{folder}/key"
PI_AUDIT_KEY_PRIVATE, PI_AUDIT_KEY_PUBLIC = "{folder}/private.pem", "{folder}/public.pem"
PI_LOGFILE, PI_LOGLEVEL = "{folder}/log", 40
"""
RELYING_PARTY = "webauthn_relying_party_id=localhost, webauthn_relying_party_name=Bench"
SETTING_UP = (
    ("setup", "create_enckey"),
    ("setup", "create_audit_keys"),
    ("setup", "create_tables"),
    ("config", "resolver", "create_internal", PEOPLE),
    ("config", "realm", "create", REALM, PEOPLE),
    ("config", "realm", "set_default", REALM),
    ("config", "policy", "create", "enrol", "enrollment", RELYING_PARTY),
    ("config", "policy", "create", "administrators", "admin", "*"),
    ("admin", "add", "bench", "-p", secrets.token_hex(8)),
)
# A copy of a token that was enrolled: its rows in the tables of tokens, with another serial number,
# another owner and another hash of a credential id.
COPIES = """
WITH RECURSIVE copy (number) AS (
    SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < :many
)
"""
WRITTEN = {
    "users_people": "SELECT 1000 + number AS id, 'copy' || number AS username, 'Sam' AS givenname"
    " FROM copy",
    "token": "SELECT 1000 + number AS id, 'COPY' || number AS serial, {rest} FROM token, copy"
    " WHERE token.id = 1",
    "tokeninfo": "SELECT 1000 + number AS token_id, {rest} FROM tokeninfo, copy WHERE token_id = 1",
    "tokenowner": "SELECT 1000 + number AS token_id, 1000 + number AS user_id, {rest}"
    " FROM tokenowner, copy WHERE token_id = 1",
    "tokenrealm": "SELECT 1000 + number AS token_id, {rest} FROM tokenrealm, copy"
    " WHERE token_id = 1",
    "tokencredentialidhash": "SELECT 1000 + number AS token_id,"
    " lower(hex(randomblob(32))) AS credential_id_hash FROM copy",
}


class Peer:
    """`key` is that of SIGNS."""

    def __init__(self, port: int, secret: str) -> None:
        self.program = Asker(port, Authorization=secret)
        self.anybody = Asker(port)
        self.enrolled = 2
        self.key = self._enrol(SIGNS)
        for _each in range(3):
            self._enrol(LISTED)

    def sign_in(self) -> None:
        begun = self._checked({"user": SIGNS, "realm": REALM, "pass": PIN})["detail"]
        asked = begun["multi_challenge"][0]["attributes"]["webAuthnSignRequest"]
        signed = self.key.sign(asked, self.anybody.origin)
        answer = signed["response"]
        done = self._checked(
            {
                "user": SIGNS,
                "realm": REALM,
                "pass": "",
                "transaction_id": begun["transaction_id"],
                "credentialid": signed["id"],
                "clientdata": answer["clientDataJSON"],
                "signaturedata": answer["signature"],
                "authenticatordata": answer["authenticatorData"],
            }
        )
        assert done["result"]["value"] is True

    def keys(self) -> None:
        answer = self.program.call("GET", f"/token/?user={LISTED}&realm={REALM}")
        assert answer["result"]["value"]["count"] == 3

    def page(self) -> None:
        answer = self.program.call("GET", "/token/?page=1&pagesize=15")
        assert len(answer["result"]["value"]["tokens"]) == 15

    def enrolment(self) -> None:
        self.enrolled += 1
        self._enrol(f"person{self.enrolled}")

    def _checked(self, fields: dict) -> dict:
        return self.anybody.call("POST", "/validate/check", fields)

    def _enrol(self, username: str) -> SoftKey:
        whose = {"type": "webauthn", "user": username, "realm": REALM, "pin": PIN}
        begun = self.program.call("POST", "/token/init", whose)["detail"]
        begun = begun["webAuthnRegisterRequest"]
        key = SoftKey()
        made = key.register(_options(begun), self.program.origin)["response"]
        told = {
            "transaction_id": begun["transaction_id"],
            "serial": begun["serialNumber"],
            "regdata": made["attestationObject"],
            "clientdata": made["clientDataJSON"],
        }
        self.program.call("POST", "/token/init", whose | told)
        return key


def _options(begun: dict) -> dict:
    """Its request, as WebAuthn has it."""
    handle = urlsafe_b64encode(begun["serialNumber"].encode()).decode().rstrip("=")
    return {
        "rp": begun["relyingParty"],
        "user": {"id": handle, "name": begun["name"], "displayName": begun["displayName"]},
        "challenge": begun["nonce"],
        "pubKeyCredParams": begun["pubKeyCredAlgorithms"],
    }


@contextmanager
def served(folder: Path, keys: int) -> Iterator[tuple[Peer, int]]:
    """With the number of the process whose children serve."""
    folder.mkdir()
    configuration = folder / "pi.cfg"
    own = {"folder": folder, "secret": secrets.token_hex(16), "pepper": secrets.token_hex(16)}
    configuration.write_text(CONFIGURATION.format(**own))
    environment = os.environ | {"PRIVACYIDEA_CONFIGFILE": str(configuration)}
    for words in SETTING_UP:
        _command(environment, *words)
    told = _command(environment, "api", "createtoken", "-u", "bench", "-r", "admin")
    [secret] = [line.split()[1] for line in told.splitlines() if line.startswith("Auth-Token:")]
    database = folder / "privacyidea.sqlite3"
    _write_people(database)
    with _running(configuration, environment) as (port, pid):
        peer = Peer(port, secret)
        _copy_tokens(database, keys)
        yield peer, pid


def _command(environment: dict, *words: str) -> str:
    command = [str(BIN / "pi-manage"), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@contextmanager
def _running(configuration: Path, environment: dict) -> Iterator[tuple[int, int]]:
    """A process may take ten minutes: enrolling one token among 100,000 takes it half a one."""
    port = free_port()
    app = f"privacyidea.app:create_app('production', '{configuration}')"
    serving = ["--workers", "2", "--timeout", "600", "--bind", f"127.0.0.1:{port}"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [str(BIN / "gunicorn"), *serving, app], env=environment, stdout=quiet, stderr=quiet
    )
    try:
        until(lambda: answers_at(f"http://localhost:{port}/healthz/livez"))
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(SECONDS)


def _write_people(database: Path) -> None:
    names = [(number, f"person{number}", "Sam") for number in range(1, TO_ENROL)]
    with closing(sqlite3.connect(database)) as connection, connection:
        said = "INSERT INTO users_people (id, username, givenname) VALUES (?, ?, ?)"
        connection.executemany(said, names)


def _copy_tokens(database: Path, many: int) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        for table, select in WRITTEN.items():
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            as_it_is = [each for each in columns if each != "id" and f" {each}" not in select]
            rest = ", ".join(f'{table}."{each}"' for each in as_it_is)
            _copied(connection, table, select.format(rest=rest), many)
        connection.execute("ANALYZE")


def _copied(connection: sqlite3.Connection, table: str, select: str, many: int) -> None:
    columns = connection.execute(f"{COPIES}{select} LIMIT 0", {"many": 1}).description
    named = ", ".join(f'"{each[0]}"' for each in columns)
    connection.execute(f"INSERT INTO {table} ({named}) {COPIES}{select}", {"many": many})
