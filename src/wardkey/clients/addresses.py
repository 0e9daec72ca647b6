"""Addresses that a client registers: complete, on https, and compared letter by letter later."""

from urllib.parse import urlsplit

from django.conf import settings

from ..base.errors import InvalidInput

AT_MOST, LONGEST = 20, 500
# A browser's own computer, where a developer, or the demo, tries it out.
THIS_COMPUTER = frozenset({"localhost", "127.0.0.1", "::1"})


def clean_addresses(text: str, *, field: str, at_least: int = 0) -> list[str]:
    """One a line. Raises InvalidInput (`field`)."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not at_least <= len(lines) <= AT_MOST or not all(map(is_complete, lines)):
        raise InvalidInput(field, field=field)
    return list(dict.fromkeys(lines))


def clean_logout_address(text: str, *, field: str) -> str:
    """As `clean_address`. The portal itself asks there: at this computer, it is its own ports that
    answer, and only the demo's application is among them. Raises InvalidInput (`field`)."""
    found = clean_address(text, field=field)
    if urlsplit(found).hostname in THIS_COMPUTER and not settings.DEMO:
        raise InvalidInput(field, field=field)
    return found


def clean_address(text: str, *, field: str) -> str:
    """Or none. Raises InvalidInput (`field`)."""
    found = clean_addresses(text, field=field)
    if len(found) > 1:
        raise InvalidInput(field, field=field)
    return found[0] if found else ""


def is_complete(address: str) -> bool:
    """With no fragment (RFC 6749 §3.1.2), no user name, no wildcard, and nothing to resolve."""
    if len(address) > LONGEST or not address.isascii() or not address.isprintable():
        return False
    if any(letter in address for letter in ' *#\\"<>') or "/.." in address or "/./" in address:
        return False
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or not _is_name(parts.hostname):
        return False
    is_here = parts.hostname in THIS_COMPUTER
    return parts.scheme == "https" or (parts.scheme == "http" and is_here)


def _is_name(host: str) -> bool:
    """Every part of 1 to 63 letters (RFC 1035 §2.3.4): with others, asking for it fails."""
    return all(0 < len(part) <= 63 for part in host.split("."))
