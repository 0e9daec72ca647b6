"""An emulator of a key, as the makers of keys publish them: a simulated key behind a socket.

served_over_tcp, served_over_udp   an address for `--device`, and the reports that came
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace

from wardkey_station.simulator.port import SimulatedPort

REPORT = 64
GLANCE = 0.05  # seconds


class Gone(Exception):
    """The other end is closed, or the test is over."""


class Emulator:
    """Hands on what comes from one side to the other, until it is told to stop."""

    def __init__(self, file) -> None:
        port = SimulatedPort(file)
        [descriptor] = port.list_descriptors()
        self.key, self.came = port.open_connection(descriptor), []
        self.over, self.threads = threading.Event(), []

    def starts(self, *targets: Callable[[], None]) -> None:
        self.threads += [threading.Thread(target=target) for target in targets]
        for thread in self.threads[-len(targets) :]:
            thread.start()

    def stops(self) -> None:
        self.over.set()
        self.key.close()
        for thread in self.threads:
            thread.join()

    def pump(self, read: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
        with suppress(OSError, Gone):
            while True:
                write(read())

    def bytes_of(self, source: socket.socket, count: int) -> bytes:
        source.settimeout(GLANCE)
        while not self.over.is_set():
            with suppress(TimeoutError):
                if got := source.recv(count):
                    return got
                break
        raise Gone

    def noted(self, report: bytes) -> bytes:
        self.came.append(report)
        return report


def unspoiled(report: bytes) -> list[bytes]:
    return [report]


@contextmanager
def served_over_tcp(
    file, spoiled: Callable[[bytes], list[bytes]] = unspoiled
) -> Iterator[SimpleNamespace]:
    """`spoiled` gives the reports that go out in place of one."""
    emulator = Emulator(file)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with server.accept()[0] as client:

                def read() -> bytes:
                    [length] = struct.unpack(">H", emulator.bytes_of(client, 2))
                    return emulator.noted(emulator.bytes_of(client, length))

                def write(report: bytes) -> None:
                    for each in spoiled(report):
                        client.sendall(struct.pack(">H", len(each)) + each)

                emulator.starts(lambda: emulator.pump(emulator.key.read_packet, write))
                emulator.pump(read, emulator.key.write_packet)

        emulator.starts(serve)
        address = f"tcp:127.0.0.1:{server.getsockname()[1]}"
        yield SimpleNamespace(address=address, came=emulator.came)
        emulator.stops()


@contextmanager
def served_over_udp(file) -> Iterator[SimpleNamespace]:
    emulator = Emulator(file)
    with socket.socket(type=socket.SOCK_DGRAM) as ours:
        with socket.socket(type=socket.SOCK_DGRAM) as free:
            for each in (ours, free):
                each.bind(("127.0.0.1", 0))
            theirs = free.getsockname()
        emulator.starts(
            lambda: emulator.pump(
                lambda: emulator.noted(emulator.bytes_of(ours, REPORT)), emulator.key.write_packet
            ),
            lambda: emulator.pump(
                emulator.key.read_packet, lambda report: ours.sendto(report, theirs)
            ),
        )
        address = f"udp:127.0.0.1:{ours.getsockname()[1]}:{theirs[1]}"
        yield SimpleNamespace(address=address, came=emulator.came)
        emulator.stops()
