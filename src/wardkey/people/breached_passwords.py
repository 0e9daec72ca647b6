"""A list of breached passwords at an address of the operator's choice, asked without telling it.

Only the first five characters of the SHA-1 are sent (k-anonymity, some 800 hashes a prefix); the
answer has a line for each hash that begins so: the rest of it, a colon, how often it was seen.
"""

import hashlib
import unicodedata
from functools import partial
from http.client import HTTPException
from typing import IO
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

from ..base import dependencies
from ..base.deadlines import within
from ..base.errors import Unavailable

PREFIX = 5
TIMEOUT_SECONDS = 1.5  # in all, looking up its name included: somebody waits
LARGEST_ANSWER = 1024 * 1024
COME_AGAIN = 60  # seconds
TO_DO = "No password can be chosen until WARDKEY_BREACHED_PASSWORDS_URL answers, or is empty."


class _NowhereElse(HTTPRedirectHandler):
    def redirect_request(self, *_request: object) -> None:
        return None  # which makes it an HTTPError: the operator chose one address


def has(password: str) -> bool:
    """False where no list is set. Raises Unavailable (`breached_passwords`) where it does not
    answer: a password that could not be looked up is not taken, as with every check (ADR 0019)."""
    if not settings.BREACHED_PASSWORDS_URL:
        return False
    known = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    # SHA-1 is what such lists are made of; nothing rests on its strength.
    digest = hashlib.sha1(known, usedforsecurity=False).hexdigest().upper()
    return _is_listed(digest[PREFIX:], _answer(digest[:PREFIX]))


def _answer(prefix: str) -> str:
    """With padding, so that its length tells nobody on the way which prefix was asked for."""
    address = f"{settings.BREACHED_PASSWORDS_URL.rstrip('/')}/{prefix}"
    request = Request(address, headers={"Add-Padding": "true", "User-Agent": "wardkey"})  # noqa: S310  https, by `wardkey check`
    try:
        answer = within(TIMEOUT_SECONDS, partial(_asked, request))
    except (OSError, HTTPException, ValueError) as error:
        dependencies.down("breached passwords", type(error).__name__, to_do=TO_DO)
        raise Unavailable("breached_passwords", retry_after=COME_AGAIN) from error
    dependencies.up("breached passwords")
    return answer


def _asked(request: Request) -> str:
    try:
        with build_opener(_NowhereElse).open(request, timeout=TIMEOUT_SECONDS) as response:
            return _read(response)
    except HTTPError as refused:
        refused.close()
        raise


def _read(response: IO[bytes]) -> str:
    answer = response.read(LARGEST_ANSWER + 1)
    if len(answer) > LARGEST_ANSWER:
        raise ValueError("the answer is too large")
    return answer.decode("ascii")


def _is_listed(rest: str, answer: str) -> bool:
    """Padding is made of hashes that were seen no times."""
    seen = dict(line.strip().upper().split(":", 1) for line in answer.splitlines() if ":" in line)
    return seen.get(rest, "0").strip() != "0"
