"""One request to the address at which a client hears of logouts: there, and nowhere else.

    tell    whether it answered that it heard

The name is resolved once, what it resolves to is judged, and that very address is connected to, so
that a name that changes meanwhile leads nowhere else (DNS rebinding). Redirects are not followed,
and no proxy of the environment's is asked: the address is one that an administrator registered.
"""

import ipaddress
import socket
import ssl
from http import HTTPStatus
from http.client import HTTPConnection
from threading import Timer
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings

STEP_SECONDS, ALL_SECONDS = 4, 8
PORTS = {"https": 443, "http": 80}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Where a cloud tells its machines secrets, apart from 169.254.169.254: AWS, Google, Alibaba,
# Oracle, Azure. Behind 64:ff9b:1::/48 somebody translates to IPv4 as they like (RFC 8215).
NEVER = [
    ipaddress.ip_network(each)
    for each in (
        *("fd00:ec2::/32", "fd20:ce::/32", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
        "64:ff9b:1::/48",
    )
]
# What ends in an IPv4 address: compatible and translated (RFC 4291, RFC 2765), NAT64 (RFC 6052).
CARRYING = [ipaddress.ip_network(each) for each in ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96")]


def tell(address: str, fields: dict[str, str]) -> bool:
    """Raises OSError, HTTPException, ValueError where nothing answered within `ALL_SECONDS`."""
    parts = urlsplit(address)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": settings.SERVICE_NAME,
        "Connection": "close",
    }
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _Judged(parts)
    # A timeout is for each step: one that answers letter by letter is cut off all the same.
    too_long = Timer(ALL_SECONDS, connection.cut)
    too_long.start()
    try:
        connection.request("POST", target, urlencode(fields), headers)
        return connection.getresponse().status in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}
    finally:
        too_long.cancel()
        connection.close()


class _Judged(HTTPConnection):
    def __init__(self, parts: SplitResult) -> None:
        self.is_sealed = parts.scheme == "https"
        port = parts.port or PORTS[parts.scheme]
        super().__init__(parts.hostname or "", port, timeout=STEP_SECONDS)
        self.default_port = PORTS[parts.scheme]

    def connect(self) -> None:
        judged = _judged(self.host, self.port)
        self.sock = socket.create_connection((judged, self.port), STEP_SECONDS)
        if self.is_sealed:
            sealed = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock = sealed
            sealed.do_handshake()

    def cut(self) -> None:
        """From another thread: whatever waits for the client waits no longer."""
        if self.sock is not None:
            try:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
            except OSError:
                return


def _judged(host: str, port: int) -> str:
    """Raises OSError where any of what the name stands for may not be told."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not all(map(may_be_told, addresses)):
        raise PermissionError("a logout address that leads to this machine or network")
    return addresses[0]


def may_be_told(text: str) -> bool:
    """Neither this machine nor what only its neighbours reach, such as a cloud's 169.254.169.254.
    Private networks may: a hospital's applications live there."""
    address: Address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        return settings.DEMO
    if address.is_link_local or address.is_unspecified or address.is_multicast:
        return False
    if any(address in network for network in NEVER):
        return False
    if isinstance(address, ipaddress.IPv6Address) and (carried := _carried_by(address)):
        return carried.is_global and may_be_told(str(carried))
    return _is_public(address) or not settings.LOGOUTS_TO_PUBLIC_ADDRESSES_ONLY


def _carried_by(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """To which a translator on the way hands it on; no honest one does so to a private network."""
    if address.teredo:
        return address.teredo[1]
    if any(address in network for network in CARRYING):
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.sixtofour


def _is_public(address: Address) -> bool:
    was_of_a_site = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not was_of_a_site
