"""Emulators of keys on this machine, reached as `tcp:HOST:PORT` or `udp:HOST:SEND:RECEIVE`.

Over TCP each report of 64 bytes follows its length in 2 bytes, big-endian; over UDP a report is a
datagram, sent to one port and received at another. Never beyond this machine: nothing here proves
who answers.

    emulator_at   what stands in for fido2.hid; refuses an address that it cannot read
"""

import socket
import struct
from dataclasses import dataclass
from ipaddress import ip_address

from fido2.hid.base import CtapHidConnection, HidDescriptor

from .errors import Exit, Refused
from .words import _

REPORT = 64  # bytes
CONNECTING = 5.0  # seconds


def emulator_at(address: str) -> "Emulator":
    kind, _colon, rest = address.partition(":")
    host, *ports = rest.rsplit(":", {"tcp": 1, "udp": 2}.get(kind, 0))
    if not ports or not is_loopback(host) or not all(map(is_port, ports)):
        raise Refused(
            _("--device is tcp:HOST:PORT or udp:HOST:SEND:RECEIVE, on this machine alone."),
            exit_status=Exit.INPUT,
        )
    return Emulator(kind=kind, host=host.strip("[]"), ports=tuple(map(int, ports)))


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536


@dataclass(frozen=True)
class Emulator:
    kind: str
    host: str
    ports: tuple[int, ...]

    def list_descriptors(self) -> list[HidDescriptor]:
        path = ":".join([self.kind, self.host, *map(str, self.ports)])
        name = _("emulator at {address}").format(address=path)
        return [HidDescriptor(path, 0, 0, REPORT, REPORT, name, None)]

    def open_connection(self, descriptor: HidDescriptor) -> CtapHidConnection:
        try:
            return TcpConnection(self) if self.kind == "tcp" else UdpConnection(self)
        except OSError as error:
            said = _("No emulator answers at {address} ({reason}). Start it, and try again.")
            said = said.format(address=descriptor.path, reason=error.strerror or error)
            raise Refused(said, exit_status=Exit.DEVICE) from error


class TcpConnection(CtapHidConnection):
    def __init__(self, emulator: Emulator) -> None:
        self.socket = socket.create_connection((emulator.host, emulator.ports[0]), CONNECTING)
        self.socket.settimeout(None)

    def write_packet(self, data: bytes) -> None:
        self.socket.sendall(struct.pack(">H", len(data)) + data)

    def read_packet(self) -> bytes:
        [length] = struct.unpack(">H", self.bytes_read(2))
        return self.bytes_read(length)

    def bytes_read(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            more = self.socket.recv(count - len(got))
            if not more:
                raise OSError("the emulator has closed the connection")
            got += more
        return got

    def close(self) -> None:
        self.socket.close()


class UdpConnection(CtapHidConnection):
    def __init__(self, emulator: Emulator) -> None:
        send, receive = emulator.ports
        [(family, *_rest, there), *_others] = socket.getaddrinfo(
            emulator.host, send, type=socket.SOCK_DGRAM
        )
        [(*_rest, here), *_others] = socket.getaddrinfo(
            emulator.host, receive, family=family, type=socket.SOCK_DGRAM
        )
        self.there = there
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind(here)

    def write_packet(self, data: bytes) -> None:
        self.socket.sendto(data, self.there)

    def read_packet(self) -> bytes:
        return self.socket.recv(REPORT)

    def close(self) -> None:
        self.socket.close()
