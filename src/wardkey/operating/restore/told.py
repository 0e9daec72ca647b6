"""What an entry of the audit trail says, as its canonical bytes have it."""

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Told:
    uid: str
    at: datetime
    code: str
    holder: uuid.UUID | None
    organisation: int | None
    parameters: dict
    old: dict
    new: dict

    @property
    def person(self) -> uuid.UUID:
        """For look-ups: where it is about nobody, an id that nobody has."""
        return self.holder or uuid.UUID(int=0)

    @property
    def place(self) -> int:
        """Likewise."""
        return self.organisation or 0


def read(told: dict) -> Told:
    return Told(
        uid=told["uid"],
        at=datetime.fromisoformat(told["at"]),
        code=told["code"],
        holder=uuid.UUID(told["holder"]) if told["holder"] else None,
        organisation=told["organisation"],
        parameters=told["parameters"],
        old=told["old"],
        new=told["new"],
    )
