"""Values of settings that mean nothing, or not what somebody wanted: a sentence each.

faults                numbers, names, mail, and where the portal listens
faults_of_key         of one secret key, in force or an earlier one
faults_of_spelling    names that are nearly those of settings, and so set nothing
parts_of              of an address, also of one that is none
is_https              whether browsers and the worker may be sent to it
is_address            whether a host is named by its number
is_loopback           whether it is this machine
"""

import ipaddress
import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from email.utils import parseaddr
from types import ModuleType, SimpleNamespace
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

Settings = ModuleType | SimpleNamespace

SHORTEST_SECRET, FEWEST_LETTERS = 50, 10
# Secrets that somebody else may have read: documents, tests and examples hold such.
SAMPLES = ("only-for-", "for-checks-only", "django-insecure-", "change", "example", "secret")
LISTENS = re.compile(r"(?:[^\s:/]*|\[[0-9A-Fa-f:]+\]):(?P<port>\d{1,5})|unix:\S+")
LAST_PORT = 65_535
OURS = "WARDKEY_"
LIKE = 0.8  # as difflib counts the letters of two names
INVISIBLE = re.compile(r"[\x00-\x1f\x7f]")
NOT_ZERO = (
    *("HASHES_AT_ONCE", "NAMES_AN_ADDRESS", "PROXY_HOPS"),
    *("WEB_WORKERS", "WEB_THREADS", "STANDSTILL_SECONDS"),
)


def faults(settings: Settings) -> Iterator[str]:
    for name in NOT_ZERO:
        if getattr(settings, name) < 1:
            yield f"WARDKEY_{name} is 0, with which nobody could sign in. Set it to 1 or more."
    yield from _faults_of_names(settings)
    yield from _faults_of_mail(settings)
    yield from _faults_of_listening(settings.LISTEN)


def _faults_of_names(settings: Settings) -> Iterator[str]:
    name = settings.SERVICE_NAME
    if not name or INVISIBLE.search(name):
        yield "WARDKEY_SERVICE_NAME is empty, or has more than one line. Set it to one line."
    if not _is_mail_address(settings.HELPDESK_EMAIL):
        yield "WARDKEY_HELPDESK_EMAIL is no address, and people are told to write there. Set one."


def _faults_of_mail(settings: Settings) -> Iterator[str]:
    sender = settings.DEFAULT_FROM_EMAIL
    if INVISIBLE.search(sender) or not _is_mail_address(parseaddr(sender)[1]):
        yield f"WARDKEY_MAIL_FROM is {sender!r}, from which no mail can come. Set an address."
    if not 1 <= settings.EMAIL_PORT <= LAST_PORT:
        yield f"WARDKEY_SMTP_PORT is {settings.EMAIL_PORT}. Set the mail server's, such as 587."
    is_in_clear = settings.EMAIL_HOST_USER and not settings.EMAIL_USE_TLS
    if is_in_clear and not is_loopback(settings.EMAIL_HOST):
        yield (
            "The password for the mail server would go through the network in clear. Set"
            " WARDKEY_SMTP_STARTTLS to 1."
        )


def _is_mail_address(written: str) -> bool:
    try:
        validate_email(written)
    except ValidationError:
        return False
    return True


def _faults_of_listening(listen: str) -> Iterator[str]:
    found = LISTENS.fullmatch(listen)
    if found is None or not 1 <= int(found["port"] or 1) <= LAST_PORT:
        yield (
            f"WARDKEY_LISTEN is {listen!r}, where nothing can listen. Set an address and a port,"
            " such as 127.0.0.1:8000."
        )


def faults_of_key(secret: str, *, whose: str, advice: str) -> Iterator[str]:
    """`whose` begins the sentence, `advice` ends it."""
    if secret.lower().startswith(SAMPLES):
        yield f"{whose} is a sample that others know. {advice}"
    elif len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_LETTERS:
        yield f"{whose} can be guessed. {advice}"


def faults_of_spelling(named: Iterable[str], *, known: Collection[str]) -> Iterator[str]:
    """Another program's names, which look like none of ours, are left alone."""
    for name in sorted(set(named) - set(known)):
        meant = get_close_matches(name.removeprefix(OURS), _without_prefix(known), 1, LIKE)
        if name.startswith(OURS) and meant:
            yield f"There is no setting {name}. Call it {OURS}{meant[0]}, or take it away."


def _without_prefix(names: Iterable[str]) -> list[str]:
    return [name.removeprefix(OURS) for name in names if name.startswith(OURS)]


def parts_of(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  raises ValueError
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def is_https(address: str) -> bool:
    parts = parts_of(address)
    return parts.scheme == "https" and bool(parts.hostname)


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)
