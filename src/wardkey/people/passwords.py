"""Passwords: Argon2id at 19 MiB, two passes, one lane (OWASP's first choice; 26 ms of CPU).

Each hash takes its turn, so that a rush of sign-ins costs time and not memory.
"""

from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from ..base.turns import Turns
from .models import Person

HASHING = Turns(at_once=settings.HASHES_AT_ONCE, waiting=settings.HASHES_WAITING)


class Argon2id(Argon2PasswordHasher):
    """Both raise Unavailable (`busy`) where too many hashes wait already."""

    memory_cost = 19 * 1024  # KiB
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with HASHING.one():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with HASHING.one():
            return super().verify(password, encoded)


def password_is_right(person: Person | None, password: str) -> bool:
    """As slow for a person who does not exist as for one who does."""
    if person is None or not person.has_usable_password():
        check_password(password, _nobodys_hash())
        return False
    return check_password(password, person.password)


@cache
def _nobodys_hash() -> str:
    return make_password("nobody has this password")


def encode(password: str) -> str:
    """As slow as a sign-in: keep it out of transactions."""
    return make_password(password)


def keep(person: Person, encoded: str) -> None:
    person.password = encoded
    person.save(update_fields=["password"])
