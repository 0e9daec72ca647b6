"""What becomes of somebody's keys when they move, and which keys are to come back.

decide             the side that somebody leaves gives, lends or keeps each key
forget_decisions   they stay after all
carry_out          the move: what travels, travels; what does not is removed

What is then still to come back is told of in loans.py.
"""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from ..base import clock
from ..base.errors import InvalidInput
from ..keys import handing_on
from ..keys.models import SecurityKey
from ..keys.queries import keys_of
from ..organisations.models import Organisation
from ..people.access import Asker
from ..people.models import Person
from .models import Handling as Handling
from .models import KeyTransfer


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`until` is the last day of a loan; none otherwise."""

    key_id: uuid.UUID
    handling: Handling
    until: date | None = None


def decide(*, asker: Asker, person: Person, decisions: Iterable[Decision], last_day: date) -> None:
    """Raises InvalidInput: decision (no key of theirs), loan_until (before the last day)."""
    forget_decisions(person)
    theirs = {key.pk: key for key in keys_of(person)}
    for decision in decisions:
        key = theirs.get(decision.key_id)
        if key is None:
            raise InvalidInput("decision", field="decision")
        _require_end_of_loan(decision, last_day)
        KeyTransfer.objects.create(
            person=person,
            key=key,
            described=key.nickname,
            owner=person.home,
            handling=decision.handling,
            until=decision.until,
            decided_by_id=asker.person.pk,
            decided_at=clock.now(),
        )


def _require_end_of_loan(decision: Decision, last_day: date) -> None:
    lends = decision.handling == Handling.LEND
    if lends and (decision.until is None or decision.until < last_day):
        raise InvalidInput("loan_until", field="until")


def forget_decisions(person: Person) -> None:
    forget_decisions_about([person.pk])


def forget_decisions_about(person_ids: Collection[uuid.UUID]) -> None:
    KeyTransfer.objects.filter(person__in=person_ids, moved_at=None).delete()


def decisions_about(person: Person) -> dict[uuid.UUID, KeyTransfer]:
    """By the key; those of a move that is still to come."""
    rows = KeyTransfer.objects.filter(person=person, moved_at=None, key__isnull=False)
    return {row.key_id: row for row in rows if row.key_id}


def travels(key: SecurityKey, decision: KeyTransfer | None, to: Organisation) -> bool:
    """Where the losing side gives or lends it, and the gaining side's policy allows its model."""
    let_go = decision is not None and decision.handling != Handling.KEEP
    return let_go and handing_on.is_allowed_in(key, to)


def carry_out(person: Person, keys: Iterable[SecurityKey], *, to: Organisation, by: Person) -> None:
    """In the transaction of the move, with the keys locked, before `person.home` changes."""
    decisions = decisions_about(person)
    for key in keys:
        decision = decisions.get(key.pk) or _kept(person, key, by)
        if not travels(key, decision, to):
            handing_on.take_back(key.pk, by=by)
        decision.borrower, decision.moved_at = to, clock.now()
        if decision.handling == Handling.GIVE:
            decision.settled_at, decision.settled_as = decision.moved_at, "given"
        decision.save()
    forget_decisions(person)
    _borrowed_by_now(person, to)


def _borrowed_by_now(person: Person, to: Organisation) -> None:
    """What is to come back from an earlier move came along, and is the new side's to see."""
    open_ones = KeyTransfer.objects.filter(person=person, moved_at__isnull=False, settled_at=None)
    open_ones.update(borrower=to)


def _kept(person: Person, key: SecurityKey, by: Person) -> KeyTransfer:
    return KeyTransfer(
        person=person,
        key=key,
        described=key.nickname,
        owner=person.home,
        handling=Handling.KEEP,
        decided_by_id=by.pk,
        decided_at=clock.now(),
    )
