"""Applications that answer nonsense, or letter by letter, or lie where nobody is to be asked."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest

from tests.doors import expect, signed_in
from tests.oidc.rp import app
from tests.oidc.test_logging_out import listening, work
from wardkey.base import clock
from wardkey.base.errors import InvalidInput
from wardkey.clients import registering, telling
from wardkey.clients.models import LogoutNotice

pytestmark = pytest.mark.looks_only
HERE = ("http://localhost:2375/", "https://localhost/", "https://127.0.0.1/", "https://[::1]/")
# This machine and its neighbours, where clouds tell machines secrets, and what carries an address
# of a network of its own: by NAT64, 6to4 and Teredo, and as older ways of writing IPv4 have it.
NEVER = [
    *("127.0.0.2", "169.254.169.254", "fe80::1", "fe80::1%1", "::ffff:127.0.0.1", "::", "0.0.0.0"),
    *("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
    *("64:ff9b::10.0.0.5", "64:ff9b::169.254.169.254", "64:ff9b::127.0.0.1"),
    *("64:ff9b::168.63.129.16", "64:ff9b:1::9.9.9.9", "::10.0.0.5", "::ffff:0:10.0.0.5"),
    *("2002:a00:5::1", "2002:7f00:1::1", "2002:a9fe:a9fe::1", "2001::f5ff:fffa"),
    *("::ffff:169.254.169.254", "::ffff:168.63.129.16", "ff02::1", "224.0.0.1"),
]
WITHIN = ["10.0.0.5", "192.168.0.5", "::ffff:10.0.0.5", "fd12:3456::5", "fec0::5"]
PUBLIC = ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::9.9.9.9", "2002:909:909::1"]


@contextmanager
def speaking(text: bytes, *, every: float = 0.0) -> Iterator[str]:
    """What takes requests and answers with `text`; letter by letter, for ever, with `every`."""
    over = Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def speak() -> None:
        while not over.is_set():
            try:
                asked, _from = listener.accept()
                with asked:
                    asked.recv(9000)
                    asked.sendall(text)
                    while every and not over.wait(every):
                        asked.sendall(b"x")
            except OSError:
                continue

    Thread(target=speak, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/logout"
    finally:
        over.set()
        listener.close()


def left(cast, *addresses):
    """Somebody who was logged in to an application at each address, and logged out."""
    ben = signed_in(cast.ben)
    for number, address in enumerate(addresses):
        app(cast.north, name=f"App {number}", logout_uri=address).lets_in(ben)
    expect(302, ben.submit("/sign-out/"))


def test_oi26_nonsense_for_an_answer_is_given_up_like_none_and_others_are_told(cast, monkeypatch):
    monkeypatch.setattr(telling, "ALL_SECONDS", 2)
    with speaking(b"nonsense\r\n") as mad, speaking(b"HTTP/1.1 ", every=0.1) as slow:
        with listening() as (address, heard, _answers):
            left(cast, slow, mad, address)
            work()
            assert len(heard) == 1
            assert LogoutNotice.objects.exclude(told_at=None).count() == 1
        monkeypatch.setattr(telling, "ALL_SECONDS", 0.5)  # of those left nobody answers
        for minutes in range(11, 130, 11):
            with clock.standing_at(clock.now() + timedelta(minutes=minutes)):
                work()
    given_up = LogoutNotice.objects.exclude(given_up_at=None)
    assert [each.attempts for each in given_up] == [10, 10]


def test_only_the_demo_asks_at_this_computer_and_nobody_at_its_neighbours(cast, settings):
    with listening() as (address, heard, _answers):
        left(cast, address, address.replace("127.0.0.1", "localhost"))
        settings.DEMO = False
        work()
        assert heard == []
    for here in HERE:
        with pytest.raises(InvalidInput):
            registering.clean(
                name="Rota", redirect_uris=here, assurance="password", logout_uri=here
            )
    for never in NEVER:
        assert not telling.may_be_told(never), never
    for within in WITHIN:
        assert telling.may_be_told(within), within
    settings.LOGOUTS_TO_PUBLIC_ADDRESSES_ONLY = True
    for within in WITHIN:
        assert not telling.may_be_told(within), within
    for public in PUBLIC:
        assert telling.may_be_told(public), public
