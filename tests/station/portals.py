"""Portals on this machine, as a station meets them.

portal_that_knows     one that knows every key model by one name
portal_that_answers   one that answers everything alike
"""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@contextmanager
def portal_that_answers(
    status: int, body: bytes = b"", *, certificate: Path | None = None, **headers: str
) -> Iterator[str]:
    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Portal) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        kind = "https" if certificate else "http"
        yield f"{kind}://localhost:{server.server_port}"
        server.shutdown()


@contextmanager
def portal_that_knows(name: str, icon: str | None = None) -> Iterator[str]:
    body = json.dumps({"aaguid": "", "name": name, "icon": icon}).encode()
    with portal_that_answers(200, body) as address:
        yield address
