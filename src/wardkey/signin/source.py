"""Where an attempt comes from: an address, and a browser that may be known.

client_address    who connected; what a proxy says counts only where it is a trusted one
is_trusted_proxy
is_address
network_of        one hash for an IPv4 address, or for the /64 that an IPv6 subscriber has
known_as          the id of a browser in which this person signed in wholly before
knowing           what such a browser keeps from then on
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings

from ..base import codes
from ..base.text import canonical_name

logger = logging.getLogger(__name__)

PEOPLE_KNOWN = 4
BROWSER_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`known` is the cookie of a known browser, as it came. `shared_computer` is what whoever signs
    in says of theirs, or an administrator said of this one."""

    address: str
    device: str = ""
    known: str = ""
    shared_computer: bool = False


def client_address(*, peer: str, forwarded: str) -> str:
    """`forwarded` is X-Forwarded-For. What cannot be read counts as coming from the peer."""
    if not is_trusted_proxy(peer):
        return peer
    hops = [hop.strip() for hop in forwarded.split(",")]
    told = hops[-settings.PROXY_HOPS] if len(hops) >= settings.PROXY_HOPS else ""
    if _address(told):
        return told
    if forwarded:
        logger.warning("proxy.bad_header: X-Forwarded-For of a trusted proxy names no address")
    return peer


def is_trusted_proxy(peer: str) -> bool:
    address = _address(peer)
    return address is not None and any(
        address in ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES
    )


def network_of(address: str) -> bytes:
    found = _address(address)
    if isinstance(found, IPv6Address):
        return codes.keyed(str(ip_network((found, 64), strict=False)), about="address")
    return codes.keyed(str(found or address), about="address")


def is_address(text: str) -> bool:
    return _address(text) is not None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """None also with an IPv6 zone, in which any text may stand (RFC 4007 §11)."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    return None if address.scope_id else address.ipv4_mapped or address


def account_of(username: str) -> bytes:
    """Names are counted whether anybody has them or not, and kept as a keyed hash only."""
    return codes.keyed(canonical_name(username), about="account")


def known_as(cookie: str, account: bytes) -> str:
    """Empty where the browser is not known to this account."""
    browser_id, *signatures = cookie.split(".")[: PEOPLE_KNOWN + 1]
    if not signatures:
        return ""
    ours = _signature(browser_id, account)
    known = any(compare_digest(ours, signature.encode()) for signature in signatures)
    return browser_id if known and BROWSER_ID.fullmatch(browser_id) else ""


def knowing(cookie: str, account: bytes) -> str:
    """The browser's id and a signature for each of the last four people: nothing secret, and
    nothing that says who they are."""
    browser_id, *signatures = cookie.split(".")
    if not BROWSER_ID.fullmatch(browser_id):
        browser_id, signatures = codes.new_secret()[:22], []
    ours = _signature(browser_id, account).decode()
    others: Sequence[str] = [signature for signature in signatures if signature != ours]
    return ".".join([browser_id, ours, *others][: PEOPLE_KNOWN + 1])


def _signature(browser_id: str, account: bytes) -> bytes:
    text = f"{browser_id} {account.hex()}"
    return codes.keyed(text, about="known browser").hex()[:32].encode()
