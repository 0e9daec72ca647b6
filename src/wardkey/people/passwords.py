"""Passwords: Argon2id at 19 MiB, two passes, one lane (OWASP's first choice; 26 ms of CPU).

password_is_right   for whoever is signed in already
looked_at           at a sign-in: as slow for nobody as for somebody, whatever their hash costs
upgrade             the hash of before gives way to one of today's cost
encode, change      a new password; whatever the old one had opened ends with the security stamp

Each hash takes its turn, so that a rush of sign-ins costs time and not memory.
docs/adr/0019-passwords.md says how hashes are upgraded without anybody seeing it.
"""

import unicodedata
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from ..base.turns import Turns
from .models import STAMP, Person

HASHING = Turns(at_once=settings.HASHES_AT_ONCE, waiting=settings.HASHES_WAITING)


class Cost(NamedTuple):
    """`memory` in KiB."""

    memory: int
    passes: int
    lanes: int


PRESENT = Cost(memory=19 * 1024, passes=2, lanes=1)
# Those of earlier releases, while hashes of theirs may be left: each sign-in pays for all of them.
EARLIER: tuple[Cost, ...] = ()


class Argon2id(Argon2PasswordHasher):
    """Both raise Unavailable (`busy`) where too many hashes wait already.

    A password is hashed in Unicode's form NFC, since the same letters come from different keyboards
    as different bytes (NIST SP 800-63B-4 §3.1.1.2).
    """

    memory_cost, time_cost, parallelism = PRESENT

    def encode(self, password: str, salt: str) -> str:
        with HASHING.one():
            return super().encode(_in_one_form(password), salt)

    def verify(self, password: str, encoded: str) -> bool:
        with HASHING.one():
            return super().verify(_in_one_form(password), encoded)

    def at(self, cost: Cost) -> "Argon2id":
        self.memory_cost, self.time_cost, self.parallelism = cost
        return self

    @property
    def cost(self) -> Cost:
        return Cost(self.memory_cost, self.time_cost, self.parallelism)

    def cost_of(self, encoded: str) -> Cost:
        told = self.decode(encoded)
        return Cost(told["memory_cost"], told["time_cost"], told["parallelism"])


def _in_one_form(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def password_is_right(person: Person, password: str) -> bool:
    encoded = _hash_of(person)
    return bool(encoded) and check_password(password, encoded)


class LookedAt(NamedTuple):
    """`upgraded` takes the place of a hash of another cost than today's; empty where none has to,
    and where the password is wrong."""

    is_right: bool
    upgraded: str


def looked_at(person: Person | None, password: str) -> LookedAt:
    """One hash of each cost that may be found, whoever it is and whether the password is right."""
    encoded = _hash_of(person)
    is_right = check_password(password, encoded or _nobodys_hash(Argon2id().cost))
    own_cost = Argon2id().cost_of(encoded) if encoded else Argon2id().cost
    upgraded = ""
    for cost in {*EARLIER, Argon2id().cost} - {own_cost}:
        made = _made_at(cost, password)
        if cost == Argon2id().cost:
            upgraded = made
    if not encoded or not is_right:
        return LookedAt(is_right=False, upgraded="")
    return LookedAt(is_right=True, upgraded=upgraded)


def _hash_of(person: Person | None) -> str:
    """Empty where there is none, or a damaged one: that opens nothing, and takes as long."""
    if person is None or not person.has_usable_password():
        return ""
    try:
        Argon2id().cost_of(person.password)
    except (ValueError, AssertionError):
        return ""
    return person.password


def _made_at(cost: Cost, password: str) -> str:
    hasher = Argon2id().at(cost)
    return hasher.encode(password, hasher.salt())


@cache
def _nobodys_hash(cost: Cost) -> str:
    return _made_at(cost, "nobody has this password")


def upgrade(person: Person, upgraded: str) -> None:
    """Unless the password was changed at this moment. It is the same password: nothing ends."""
    Person.objects.filter(pk=person.pk, password=person.password).update(password=upgraded)


def encode(password: str) -> str:
    """As slow as a sign-in: keep it out of transactions."""
    return make_password(password)


def keep(person: Person, encoded: str) -> None:
    person.password = encoded
    person.save(update_fields=["password"])


def change(person: Person, encoded: str) -> None:
    """`person` is locked. With the security stamp, ceremonies in flight end too."""
    person.password = encoded
    person.stamp_anew()
    person.save(update_fields=["password", *STAMP])
