"""Requests that come in pieces and answers that are read in pieces are what was sent (ADR 0052)."""

import random
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest
from django.urls import get_resolver

from wardkey.operating.slow_clients import leaving
from wardkey.operating.slow_clients.arriving import (
    BODY_SECONDS,
    HEADER_SECONDS,
    IN_MEMORY,
    LARGEST_BODY,
    LARGEST_HEADER,
    LEAST_RATE,
    Arriving,
    HeaderTooLarge,
    Stage,
)
from wardkey.operating.slow_clients.leaving import AHEAD, PatientSocket
from wardkey.web.uploads import USUAL_BODY

pytestmark = pytest.mark.looks_only
SEED = 52
ONE_ON_DISK = 3 * IN_MEMORY
BEYOND = b"GET /next HTTP/1.1\r\n"


def a_request(*, body, more=b""):
    return b"POST / HTTP/1.1\r\nCONTENT-length:\t%d \r\n%s\r\n" % (len(body), more) + body


@pytest.fixture
def arrived():
    """What becomes of pieces that come one after the other."""
    with ExitStack() as closed_at_last:

        def take(pieces):
            arriving = closed_at_last.enter_context(closing(Arriving()))
            for piece in pieces:
                assert arriving.stage is not Stage.WHOLE
                arriving.take(piece)
            return arriving

        yield take


def in_pieces(sent, random):
    cuts = sorted(random.sample(range(1, len(sent)), 7))
    return [sent[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]


def test_it_is_whole_with_its_last_byte_however_it_is_cut(arrived):
    chance = random.Random(SEED)
    for size in (0, 1, 600, ONE_ON_DISK):
        sent = a_request(body=chance.randbytes(size))
        for _ in range(50):
            *pieces, last = in_pieces(sent, chance)
            arriving = arrived(pieces)
            assert arriving.stage is not Stage.WHOLE
            arriving.take(last + BEYOND)
            assert (arriving.stage, arriving.ends, arriving.beyond) == (Stage.WHOLE, True, BEYOND)
            assert arriving.recv(2 * len(sent)) == sent
            assert arriving.recv(1) == b""


@pytest.mark.parametrize(
    "unclear",
    [
        b"Transfer-Encoding: chunked",
        b"transfer-encoding : chunked",
        b"Content-Length: 3",
        b"Content-Length: +3",
        b"Content-Length: 3, 3",
        b"Content-Length: %d" % (LARGEST_BODY + 1),
        b"Content-Length: 00000000000000003",
    ],
)
def test_where_nobody_can_tell_its_end_it_is_the_last(arrived, unclear):
    sent = b"POST / HTTP/1.1\r\nHost: x\r\n%s\r\n\r\nabc"
    clear = arrived([sent % b"Content-Length: 3"])
    assert clear.ends
    assert clear.recv(1000).endswith(b"abc")
    again = b"Content-Length: 3\r\n" if unclear == b"Content-Length: 3" else b""
    arriving = arrived([sent % (again + unclear)])
    assert arriving.stage is Stage.WHOLE
    assert not arriving.ends


@pytest.mark.parametrize(
    ("line", "asks_first"),
    [(b"POST / HTTP/1.1", True), (b"\r\nPOST / HTTP/1.1", True), (b"POST / HTTP/1.0", False)],
)
def test_only_who_waits_for_it_is_asked_for_the_body(arrived, line, asks_first):
    said = line + b"\r\nContent-Length: 9\r\n%s\r\n"
    assert arrived([said % b"expect: 100-Continue\r\n"]).asks_first is asks_first
    assert not arrived([said % b""]).asks_first


def test_a_header_has_its_size(arrived):
    line = b"GET / HTTP/1.1\r\nX: "
    fits = line + b"x" * (LARGEST_HEADER - len(line))
    arriving = arrived([fits])
    assert arriving.stage is Stage.HEADER
    with pytest.raises(HeaderTooLarge):
        arriving.take(b"x")
    with pytest.raises(HeaderTooLarge):
        arrived([fits + b"x\r\n\r\n"])


def test_a_body_has_time_for_its_length(arrived):
    arriving = arrived([b"GET"])
    assert arriving.seconds == HEADER_SECONDS
    arriving = arrived([b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % LARGEST_BODY])
    assert arriving.seconds == BODY_SECONDS + LARGEST_BODY / LEAST_RATE


def test_whatever_a_page_takes_is_waited_for():
    views = [each.callback for each in get_resolver().url_patterns]
    largest = max(
        getattr(view, "body_at_most", USUAL_BODY) + getattr(view, "file_at_most", 0)
        for view in views
    )
    assert USUAL_BODY < largest <= LARGEST_BODY


@pytest.fixture
def ends():
    """What the portal writes to, and its reader."""
    ours, theirs = socket.socketpair()
    with PatientSocket(ours) as ours, theirs:
        yield ours, theirs


def test_what_is_not_read_yet_holds_up_nobody_and_comes_in_order(ends):
    ours, theirs = ends
    sent = random.Random(SEED).randbytes(AHEAD)
    for begin in range(0, AHEAD, ONE_ON_DISK):
        ours.sendall(sent[begin : begin + ONE_ON_DISK])
    assert ours.unsent
    read = bytearray()
    while ours.unsent:
        read += theirs.recv(AHEAD)
        ours.send_more()
    ours.shutdown(socket.SHUT_WR)
    read += theirs.makefile("rb").read()
    assert read == sent


def test_a_stream_goes_as_fast_as_it_is_read_and_ends_when_nobody_does(ends, monkeypatch):
    ours, theirs = ends
    sent = random.Random(SEED).randbytes(3 * AHEAD)
    with ThreadPoolExecutor(1) as readers:
        read = readers.submit(theirs.makefile("rb").read, 2 * len(sent))
        for _ in range(2):
            ours.sendall(sent)
        assert read.result() == 2 * sent
    monkeypatch.setattr(leaving, "READING_SECONDS", 0)
    monkeypatch.setattr(leaving, "LEAST_RATE", 1 << 30)
    with pytest.raises(ConnectionResetError, match="its reader is too slow"):
        ours.sendall(sent)


def test_what_is_not_read_after_the_end_is_the_systems_to_give_up():
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()),
        PatientSocket(listener.accept()[0]) as ours,
    ):
        patience = ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert patience == 1000 * leaving.READING_SECONDS


def test_slow_streams_never_have_all_threads(ends, settings):
    ours, _theirs = ends
    for _ in range(settings.WEB_THREADS):
        assert leaving.STREAMS.acquire(blocking=False)
    try:
        with pytest.raises(ConnectionResetError, match="too many readers are slow"):
            ours.sendall(bytes(2 * AHEAD))
    finally:
        leaving.STREAMS.release(settings.WEB_THREADS)
