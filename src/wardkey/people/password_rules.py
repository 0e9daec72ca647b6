"""Which passwords people may choose: by length, and by what others would guess first.

require_good_password    of somebody known, also by the list of breached ones, where there is one
require_hard_to_guess    without that list, which another machine holds

No rules about kinds of characters, no change by the calendar; any letter, sign, space and emoji
counts (NIST SP 800-63B-4 §3.1.1.2). The list of common passwords is the one that Django brings.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator

from ..base.errors import InvalidInput
from ..base.text import search_form, search_words
from . import breached_passwords
from .contacts import mail_addresses_of
from .models import Person

AT_LEAST, AT_MOST = 10, 128
TELLING = 4  # letters from which a part of one's name counts


def require_good_password(password: str, *, person: Person) -> None:
    """Raises as `require_hard_to_guess`; InvalidInput (`password_breached`), and Unavailable
    (`breached_passwords`) where the list does not answer. Keep it out of transactions."""
    own = [person.name, person.username, *mail_addresses_of(person)]
    require_hard_to_guess(password, own=own)
    if breached_passwords.has(password):
        raise InvalidInput("password_breached", field="password")


def require_hard_to_guess(password: str, *, own: Iterable[str]) -> None:
    """`own` are names, user names and addresses of whose password it is. Raises InvalidInput:
    password_short, password_long, password_common, password_names, password_service."""
    if reason := _why_not(unicodedata.normalize("NFC", password), own):
        raise InvalidInput(reason, field="password")


def _why_not(password: str, own: Iterable[str]) -> str:
    if len(password) < AT_LEAST:
        return "password_short"
    if len(password) > AT_MOST:
        return "password_long"
    if _is_common(password):
        return "password_common"
    if _holds_own_name(password, own):
        return "password_names"
    return "password_service" if _holds_name_of_service(password) else ""


def _is_common(password: str) -> bool:
    """Also with figures and signs around it: `Password2026!` is `password`."""
    written = search_form(password)
    first, last = _ends_of_letters(written)
    return not {written, written[first:last]}.isdisjoint(_common())


def _ends_of_letters(written: str) -> tuple[int, int]:
    letters = [place for place, c in enumerate(written) if c.isalpha()]
    return (letters[0], letters[-1] + 1) if letters else (0, 0)


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _holds_own_name(password: str, own: Iterable[str]) -> bool:
    """Of an address, what stands before the @: the rest is everybody's there."""
    written = search_form(password)
    words = search_words(*(each.partition("@")[0] for each in own))
    return any(word in written for word in words if len(word) >= TELLING)


def _holds_name_of_service(password: str) -> bool:
    name = _letters_and_digits(settings.SERVICE_NAME)
    return len(name) >= TELLING and name in _letters_and_digits(password)


def _letters_and_digits(text: str) -> str:
    return "".join(c for c in search_form(text) if c.isalnum())
