"""What no request of a browser looks like is refused before the portal sees it: by gunicorn, where
no proxy in front of it did."""

import socket

import pytest

from tests.commands import eventually
from tests.served import SECONDS, asked, served, status_of

pytestmark = pytest.mark.looks_only
A_LINE = "X-{0}: {0}\r\n"
BOMBS = {
    "a cookie of 64 kB": "Cookie: a=" + "b" * 65_536 + "\r\n",
    "500 headers": "".join(A_LINE.format(number) for number in range(500)),
    "another host": "Host: localhost:{port}\r\nHost: elsewhere.example\r\n",
    "two lengths": "Content-Length: 3\r\nContent-Length: 7\r\n",
    "a length and chunks": "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
    "a name with a space": "X Y: z\r\n",
    "a folded line": "X-Y: z\r\n  z\r\n",
}
SECRET = "a-secret-that-somebody-sent"
UNREADABLE = (
    f"GET /{SECRET} HTTP/1.1 x\r\n\r\n",
    f"GET /livez HTTP/1.1\r\nCookie {SECRET}\r\n\r\n",
)


@pytest.fixture
def portal(transactional_db, tmp_path):
    with served(tmp_path, WARDKEY_TRUSTED_PROXIES="127.0.0.1") as portal:
        yield portal


def first_line(port, headers):
    host = "" if headers.startswith("Host") else f"Host: localhost:{port}\r\n"
    request = f"POST /sign-in/ HTTP/1.1\r\n{host}{headers.format(port=port)}\r\nabc"
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(request.encode())
        return connection.makefile("rb").readline().decode()


def test_ml35_bombs_in_headers_are_refused_and_the_portal_goes_on(portal):
    answers = {name: first_line(portal.port, headers) for name, headers in BOMBS.items()}
    statuses = {name: int(line.split()[1]) for name, line in answers.items()}
    assert statuses == dict.fromkeys(BOMBS, 400) | {"a cookie of 64 kB": 431, "500 headers": 431}
    assert status_of(portal.port) == 200
    a_whole_address_is_for_its_host(portal.port)
    what_cannot_be_read_is_not_repeated(portal)
    no_header_names_another_path(portal.port)


def a_whole_address_is_for_its_host(port):
    """WB18: one that a `Host` beside it makes no better."""
    ours = f"localhost:{port}"
    for host, status in {ours: 200, "evil.example": 400, f"a@{ours}": 400}.items():
        assert asked(port, "GET", f"http://{host}/sign-in/", Host=ours).status == status
    assert asked(port, "GET", f"http://{ours}/sign-in/", Host="evil.example").status == 200


def what_cannot_be_read_is_not_repeated(portal):
    for request in UNREADABLE:
        with socket.create_connection(("127.0.0.1", portal.port), timeout=SECONDS) as connection:
            connection.sendall(request.encode())
            assert b" 400 " in connection.makefile("rb").readline()
    refused = "a request was refused that is not one of HTTP"
    eventually(lambda: portal.log.read_text().count(refused) == len(BOMBS) + len(UNREADABLE))
    log = portal.log.read_text()  # no line has the id of the request before
    assert log.count(f"WARNING gunicorn.error [-] {refused}") == log.count(refused)
    assert not [told for told in (SECRET, "127.0.0.1: ", "GET /") if told in log]


def no_header_names_another_path(port):
    """The peer is a trusted proxy, which passes on what a client sent."""
    for header in ("PATH_INFO", "SCRIPT_NAME"):
        page = asked(port, "GET", "/no/such/page", **{header: "/no/such"})
        assert page.status == 404
        assert asked(port, "GET", "/livez", **{header: "/livez"}).status == 200
    assert asked(port, "GET", "/no/such/page", PATH_INFO="/livez").status == 404
