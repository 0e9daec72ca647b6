"""What an act asks of somebody beside their role: to prove again that it is they.

Deed     an act, and whom or what it is about; a proof is for one deed
Proof    what a door knows of its asker's proofs
NOTHING  nothing was proved

How fresh a proof each act asks for stands beside its roles, in administrators.py. Proofs are kept
by sessions, a room above this one, so an asker brings them along (docs/adr/0014-step-up.md).
"""

import uuid
from dataclasses import dataclass
from typing import Protocol

from .administrators import FRESHNESS, Act, Freshness


@dataclass(frozen=True, slots=True)
class Deed:
    """`about` is the id of a person, or of an organisation."""

    act: Act
    about: str

    def __str__(self) -> str:
        return f"{self.act.value} {self.about}"

    @property
    def asks_for(self) -> Freshness:
        return FRESHNESS[self.act]


def deed_named(text: str) -> Deed:
    """The deed whose `str` this is."""
    act, _space, about = text.partition(" ")
    return Deed(Act(act), about)


class Proof(Protocol):
    def covers(self, deed: Deed, *, without: uuid.UUID | None = None) -> bool:
        """`without` is a key that counts for nothing, because the deed is about it."""
        ...

    def use_up(self, deed: Deed) -> bool:
        """Whether it is covered at this moment, inside the transaction that does the deed."""
        ...


class Nothing:
    def covers(self, deed: Deed, *, without: uuid.UUID | None = None) -> bool:
        return deed.asks_for is Freshness.NONE

    def use_up(self, deed: Deed) -> bool:
        return self.covers(deed)


NOTHING: Proof = Nothing()
