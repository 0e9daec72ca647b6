"""Another machine that the portal asks by https, on this one, with certificates of this test's own.

`behaves` says how: "well", "silent" (it takes connections and says nothing), or with a certificate
that is "of another name", "of nobody" (self-signed) or "expired". `heard` has what came.
"""

import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from .ceremonies.certificates import Issued, issue, key_usage

BROKEN = ("silent", "of another name", "of nobody", "expired")
ROOT = issue("Elsewhere root", ca=True, extensions=((key_usage(cert_sign=True), True),))
HERE = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
LIST_OF_NOBODY = b"0" * 35 + b":0"


def named(*names: x509.GeneralName, **how) -> Issued:
    alternative = ((x509.SubjectAlternativeName(names), False),)
    return issue("elsewhere", extensions=alternative, **({"issuer": ROOT} | how))


@cache
def context(behaves: str) -> ssl.SSLContext:
    """What a server with that certificate speaks TLS with."""
    made = {
        "well": lambda: named(*HERE),
        "of another name": lambda: named(x509.DNSName("else.example")),
        "of nobody": lambda: named(*HERE, issuer=None),
        "expired": lambda: named(*HERE, until=datetime(2021, 1, 1, tzinfo=UTC)),
    }[behaves]()
    speaking = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        secret = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write(secret + made.certificate.public_bytes(Encoding.PEM))
        file.flush()
        speaking.load_cert_chain(file.name)
    return speaking


def trusted(folder: Path) -> str:
    """For SSL_CERT_FILE."""
    file = folder / "trusted.pem"
    file.write_bytes(ROOT.certificate.public_bytes(Encoding.PEM))
    return str(file)


class Elsewhere(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.behaves = "well"
        self.heard: list[tuple[str, str]] = []
        self.asked = 0
        self.may_speak = Event()

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.server_port}"

    def finish_request(self, request, client_address) -> None:
        self.asked += 1
        if self.behaves == "silent":
            self.may_speak.wait()
        certificate = "well" if self.behaves == "silent" else self.behaves
        with suppress(OSError), context(certificate).wrap_socket(request, server_side=True) as own:
            super().finish_request(own, client_address)


class Answering(BaseHTTPRequestHandler):
    """PUT and POST are heard; whoever asks for anything gets a list of breached passwords."""

    def do_GET(self) -> None:
        self.server.heard.append((self.command, self.path))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(LIST_OF_NOBODY)

    do_PUT = do_POST = do_GET  # noqa: N815  http.server's names

    def log_message(self, *_told: object) -> None:
        pass


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.may_speak.set()
            server.shutdown()
            thread.join()
