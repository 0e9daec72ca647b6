"""privacyIDEA: set up by its own command, its tokens copied, served, and asked over HTTP."""

import os
import secrets
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.served import SECONDS, answers_at, free_port, until
from tests.softkey import SoftKey

from . import copying
from .asking import Asker
from .installing import BIN

REALM, PIN = "bench", "1234"
SIGNS, LISTED = "person1", "person2"
DRIVER = "postgresql+psycopg2"  # what requirements/peer.txt has
CONFIGURATION = """
SQLALCHEMY_DATABASE_URI = "{url}"
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
    ("config", "resolver", "create_internal", "people"),
    ("config", "realm", "create", REALM, "people"),
    ("config", "realm", "set_default", REALM),
    ("config", "policy", "create", "enrol", "enrollment", RELYING_PARTY),
    ("config", "policy", "create", "administrators", "admin", "*"),
    ("admin", "add", "bench", "-p", secrets.token_hex(8)),
)


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
def served(folder: Path, url: str, keys: int) -> Iterator[tuple[Peer, int]]:
    """With the number of the process whose children serve."""
    folder.mkdir()
    configuration = folder / "pi.cfg"
    own = {"secret": secrets.token_hex(16), "pepper": secrets.token_hex(16)}
    by_driver = url.replace("postgresql:", f"{DRIVER}:")
    configuration.write_text(CONFIGURATION.format(folder=folder, url=by_driver, **own))
    environment = os.environ | {"PRIVACYIDEA_CONFIGFILE": str(configuration)}
    for words in SETTING_UP:
        _command(environment, *words)
    told = _command(environment, "api", "createtoken", "-u", "bench", "-r", "admin")
    [secret] = [line.split()[1] for line in told.splitlines() if line.startswith("Auth-Token:")]
    copying.write_people(url)
    with _running(configuration, environment) as (port, pid):
        peer = Peer(port, secret)
        copying.copy_tokens(url, keys)
        yield peer, pid


def _command(environment: dict, *words: str) -> str:
    command = [str(BIN / "pi-manage"), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"pi-manage {' '.join(words)} ended with {done.returncode}: {done.stderr[-2000:]}")
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
