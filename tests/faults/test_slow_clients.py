"""Whoever sends slowly, or does not read, costs the portal a connection and no thread; whoever is
slow but honest is served (ADR 0052)."""

import fcntl
import re
import resource
import select
import socket
import sys
import termios
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.commands import children_of, eventually
from tests.hasty_worker import ROOM
from tests.served import asked, served, status_of
from wardkey.operating.slow_clients.worker import AT_ONCE

pytestmark = pytest.mark.looks_only  # no database is asked while anybody is slow
HALF = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-More"
BODY = b"POST /sign-in/ HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 6000\r\n\r\nu"
LIVEZ = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
CLOSES = LIVEZ[:-2] + b"Connection: close\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
LATE = b"HTTP/1.1 408 Request Timeout\r\n"
TOO_MANY = "too many clients are slow, or send too much: some are given up"
UNCLEAR = {
    "chunks": b"Transfer-Encoding: chunked\r\n",
    "more digits than anybody needs": b"Content-Length: %020d\r\n" % len(LIVEZ),
    "larger than anything the portal takes": b"Content-Length: 99000000\r\n",
}
MANY, AS_MANY_AS_TOOK_ALL_THREADS = 2000, 40
MORE_THAN_SYSTEMS_KEEP = 10  # megabytes
SECONDS = 60
FILES_OF_THREADS = 25  # and fewer than HASTY's connections
HASTY = "--worker-class tests.hasty_worker.Worker --worker-connections 30"


@contextmanager
def connected(port, how_many, *, sent, room=None):
    """Sockets that sent that much, and read nothing."""
    with ExitStack() as opened:
        clients = [opened.enter_context(socket.socket()) for _ in range(how_many)]
        for client in clients:
            if room:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
            client.settimeout(SECONDS)
            client.connect(("127.0.0.1", port))
            client.sendall(sent)
        yield clients


def nobody_was_told_anything(clients):
    poll = select.poll()
    for client in clients:
        poll.register(client, select.POLLIN)
    return not poll.poll(0)


def all_goes_on(port):
    return [status_of(port, address) for address in ("/livez", "/readyz", "/sign-in/")] == [200] * 3


def to_its_end(client):
    came = bytearray()
    try:
        while data := client.recv(1 << 16):
            came += data
    except ConnectionResetError:
        pass
    return bytes(came)


def test_whoever_is_slow_stops_nobody(transactional_db, tmp_path):
    with served(tmp_path) as portal:
        half_headers(portal.port)
        bodies_that_do_not_come(portal.port)
        whoever_does_not_hang_up(portal.port)
        readers_who_do_not_read(portal.port)
        what_comes_in_pieces_is_served(portal.port)
        a_body_that_is_announced_first(portal.port)
        two_requests_at_once(portal.port)
        no_body_is_taken_for_a_request(portal.port)
        whoever_has_begun_is_served_when_it_stops(portal)


def half_headers(port):
    _, at_most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (at_most, at_most))
    with connected(port, MANY, sent=HALF) as slow:
        assert all_goes_on(port)
        assert nobody_was_told_anything(slow[MANY // 2 :])


def bodies_that_do_not_come(port):
    with connected(port, AS_MANY_AS_TOOK_ALL_THREADS, sent=BODY % port) as slow:
        assert all_goes_on(port)
        assert nobody_was_told_anything(slow)


def whoever_does_not_hang_up(port):
    """Their answers say that the connection ends, and they leave it open."""
    with connected(port, AS_MANY_AS_TOOK_ALL_THREADS, sent=CLOSES) as open_still:
        assert all_goes_on(port)
        assert all(to_its_end(client).startswith(OK) for client in open_still)


def readers_who_do_not_read(port):
    """Until they do: then all of it is there."""
    sent = asking_for_the_video(port) * MORE_THAN_SYSTEMS_KEEP
    with connected(port, AS_MANY_AS_TOOK_ALL_THREADS, sent=sent, room=4096) as slow:
        assert all_goes_on(port)
        slow[0].shutdown(socket.SHUT_WR)
        video = Path(finders.find("guide/how-to.webm")).read_bytes()
        assert to_its_end(slow[0]).count(b"\r\n\r\n" + video) == MORE_THAN_SYSTEMS_KEEP


def asking_for_the_video(port):
    page = asked(port, "GET", "/guide/video/").text
    address = re.search(r"/assets/guide/how-to[^\"]*webm", page)[0]
    return b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % address.encode()


def a_body_that_is_announced_first(port):
    header = (BODY % port).partition(b"\r\n\r\n")[0] + b"\r\nExpect: 100-continue\r\n\r\n"
    with connected(port, 1, sent=header) as [client]:
        assert client.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"u" * 6000)
        client.shutdown(socket.SHUT_WR)
        assert to_its_end(client).startswith(b"HTTP/1.1 403 Forbidden\r\n")
    with connected(port, 1, sent=header.replace(b": 6000", b": 99000000")) as [client]:
        assert to_its_end(client).startswith(b"HTTP/1.1 413 ")


def two_requests_at_once(port):
    """The second behind a body that nobody reads."""
    for first, status in ((LIVEZ, OK), (large_body(port) + b"u" * 199_999, b"HTTP/1.1 413 ")):
        with connected(port, 1, sent=first + LIVEZ) as [client]:
            client.shutdown(socket.SHUT_WR)
            answers = to_its_end(client)
            assert answers.startswith(status)
            assert answers.endswith(b"alive\n")
            assert answers.count(b"HTTP/1.1 ") == 2


def no_body_is_taken_for_a_request(port):
    for length in UNCLEAR.values():
        with connected(port, 1, sent=LIVEZ[:-2] + length + b"\r\n" + LIVEZ) as [client]:
            answers = to_its_end(client)
            assert answers.count(b"HTTP/1.1 ") == 1
            assert b"Connection: close\r\n" in answers
            assert answers[9:12] in {b"411", b"413"}
    sends_on = LIVEZ[:-2] + UNCLEAR["larger than anything the portal takes"] + b"\r\n"
    with connected(port, 1, sent=sends_on + b"u" * 1_000_000) as [client]:
        assert b" 413 " in to_its_end(client)[:20]


def whoever_has_begun_is_served_when_it_stops(portal):
    """And whoever has not is not waited for."""
    with (
        connected(portal.port, 1, sent=b"") as [silent],
        connected(portal.port, 1, sent=LIVEZ[:-2]) as [begun],
    ):
        assert all_goes_on(portal.port)
        portal.process.terminate()
        assert to_its_end(silent) == b""
        begun.sendall(b"\r\n")
        assert to_its_end(begun).startswith(OK)


def test_whoever_is_too_slow_is_given_up_and_the_honest_are_served(transactional_db, tmp_path):
    room = tmp_path / "room"
    room.mkdir()
    hasty = {"WARDKEY_WEB_WORKERS": "1", "GUNICORN_CMD_ARGS": HASTY, "TMPDIR": str(room)}
    with served(tmp_path, **hasty) as portal:
        at_rest = len(list(Path(f"/proc/{children_of(portal.process)[0]}/fd").iterdir()))
        what_comes_too_slowly_is_told_so(portal.port)
        whoever_does_not_hang_up_is_hung_up(portal.port)
        readers_who_stand_still_are_given_up(portal)
        the_oldest_of_too_much_are_given_up(portal.port)
        where_there_is_no_room_for_it_that_is_said(portal, room)
        whoever_goes_where_there_is_no_room_takes_nobody_along(portal)
        the_oldest_of_too_many_is_given_up(portal)
        the_oldest_is_given_up_where_no_more_files_open(portal, at_rest + FILES_OF_THREADS)


def what_comes_too_slowly_is_told_so(port):
    with connected(port, 2, sent=BODY % port) as bodies, connected(port, 2, sent=HALF) as headers:
        assert all(to_its_end(client).startswith(LATE) for client in headers)
        assert nobody_was_told_anything(bodies)
        assert all(to_its_end(client).startswith(LATE) for client in bodies)
    with connected(port, 1, sent=b"") as [silent]:
        assert to_its_end(silent) == b""
    with connected(port, 1, sent=LIVEZ + HALF) as [client]:
        answers = client.makefile("rb")
        while not answers.readline().startswith(LATE):
            pass
        client.sendall(LIVEZ)  # who was told that it ends is not listened to any more
        assert OK not in answers.read()


def whoever_does_not_hang_up_is_hung_up(port):
    with connected(port, 1, sent=CLOSES) as [client]:
        assert to_its_end(client).startswith(OK)
        eventually(lambda: nobody_hears(client))


def nobody_hears(client):
    try:
        client.sendall(b"u")
    except OSError:
        return True


def what_comes_in_pieces_is_served(port):
    with connected(port, 1, sent=b"") as [client]:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in LIVEZ:
            client.sendall(bytes([byte]))
        client.shutdown(socket.SHUT_WR)
        assert to_its_end(client).startswith(OK)


def readers_who_stand_still_are_given_up(portal):
    """At once those with whom all of them hold too much; then the others."""
    sent = asking_for_the_video(portal.port) * MORE_THAN_SYSTEMS_KEEP
    with connected(portal.port, 10, sent=sent, room=4096) as slow:
        poll = select.poll()
        poll.register(slow[-1], select.POLLHUP)
        assert poll.poll(SECONDS * 1000)
    assert all_goes_on(portal.port)
    assert TOO_MANY in portal.log.read_text()


def the_oldest_of_too_much_are_given_up(port):
    """Nobody who is as fast as others, not even with the largest, and nobody with little."""
    large = large_body(port)
    with connected(port, 1, sent=HALF) as [small], connected(port, 20, sent=large) as slow:
        with connected(port, 1, sent=large + b"u" * 199_999) as [fast]:
            assert fast.recv(12) == b"HTTP/1.1 413"
        assert nobody_was_told_anything(slow[-5:])
        assert to_its_end(slow[0]) == b""
        assert to_its_end(small).startswith(LATE)
        assert all_goes_on(port)


def large_body(port):
    """A third of it, which nobody reads."""
    return (BODY % port).replace(b": 6000", b": 300000") + b"u" * 100_000


def where_there_is_no_room_for_it_that_is_said(portal, room):
    room.rmdir()
    with connected(portal.port, 1, sent=large_body(portal.port)) as [client]:
        assert to_its_end(client).startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert all_goes_on(portal.port)
    room.mkdir()
    assert "there is no room for a request that comes in" in portal.log.read_text()
    with connected(portal.port, 1, sent=large_body(portal.port) + b"u" * 199_999) as [client]:
        client.shutdown(socket.SHUT_WR)
        assert to_its_end(client).startswith(b"HTTP/1.1 413 ")


def whoever_goes_where_there_is_no_room_takes_nobody_along(portal):
    """What did not go to disk would be written when its file is closed."""
    process = children_of(portal.process)
    begun = large_body(portal.port).replace(b": 300000", b": 900000")
    sent = begun + b"u" * (ROOM + 2000 - len(begun))
    with connected(portal.port, 1, sent=sent) as [client]:
        eventually(lambda: all_was_taken(client))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    assert all_goes_on(portal.port)
    assert children_of(portal.process) == process


def all_was_taken(client):
    return not int.from_bytes(fcntl.ioctl(client, termios.TIOCOUTQ, bytes(4)), sys.byteorder)


def the_oldest_of_too_many_is_given_up(portal):
    with connected(portal.port, 40, sent=HALF) as slow:
        assert all_goes_on(portal.port)
        assert to_its_end(slow[0]) == b""
    assert portal.log.read_text().count(TOO_MANY) == 1  # of all


def the_oldest_is_given_up_where_no_more_files_open(portal, at_most):
    [process] = children_of(portal.process)
    _, ever = resource.prlimit(process, resource.RLIMIT_NOFILE)
    resource.prlimit(process, resource.RLIMIT_NOFILE, (at_most, ever))
    with connected(portal.port, FILES_OF_THREADS + 3, sent=HALF) as slow:
        assert status_of(portal.port, "/livez") == 200
        assert to_its_end(slow[0]) == b""
    assert children_of(portal.process) == [process]
