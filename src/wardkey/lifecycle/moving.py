"""Somebody moves to another organisation, and nobody pulls them.

make_joiner_code    the person says that they want to: shown once, to be given to the new side
mover_with          whom the new side would take on, and what becomes of each key
take_on             needs three: the old side's leaver mark, the code, the new side's administrator
take_on_with        the same in a transaction that asked for the right to do it: a file names them

Roles never travel. Keys do, where the old side gives or lends them and the new side's policy
allows their model (transfers.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from ..audit import events, log
from ..base import clock, codes
from ..base.errors import Conflict, InvalidInput
from ..keys import handing_on
from ..keys.models import SecurityKey
from ..keys.queries import keys_of
from ..notifications import messages
from ..organisations.models import Organisation
from ..people.access import Asker
from ..people.accounts import move_home
from ..people.administrators import Act
from ..people.models import Person, Standing
from ..people.notices import tell, tell_administrators_of
from ..people.queries import locked_person
from ..people.reach import organisation_entered, require_organisation_still_administered
from ..people.roles import end_all
from . import transfers, ways_in
from .leaving import forget_last_day
from .models import JoinerCode
from .visiting import end_visits

HOLDS = timedelta(days=30)

By = tuple[Person, log.Actor]  # who decides; whom the trail names


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """`travelling` and `staying` are the person's keys, by what becomes of them."""

    person: Person
    to: Organisation
    travelling: list[SecurityKey]
    staying: list[SecurityKey]


def make_joiner_code(person: Person) -> str:
    """Returns the code, which is shown once; earlier ones end. Raises Conflict (standing)."""
    code, now = codes.new_readable_code(), clock.now()
    with transaction.atomic():
        person = locked_person(person.pk)
        if not person.is_active:
            raise Conflict("standing")
        ways_in.end_joiner_codes(person)
        JoinerCode.objects.create(
            person=person,
            code_hash=codes.hashed_readable(code),
            issued_at=now,
            expires_at=now + HOLDS,
        )
        log.record(
            events.JOINER_CODE_MADE,
            actor=log.person(person),
            holder_id=person.pk,
            organisation_id=person.home.pk,
        )
        tell(messages.joiner_code_made, person=person)
    return code


def mover_with(*, asker: Asker, code: str, organisation: str) -> Mover:
    """Changes nothing. Raises Forbidden; InvalidInput (joiner_code, organisation); Conflict
    (not_leaving, before_last_day, at_home)."""
    with _refusals_recorded(asker):
        return _mover(asker, code, organisation)


def _mover(asker: Asker, code: str, organisation: str) -> Mover:
    to = organisation_entered(asker, organisation, Act.ADD_PEOPLE)
    person = _holder_of(code)
    _require_let_go(person, to)
    decisions = transfers.decisions_about(person)
    keys = keys_of(person)
    travelling = [key for key in keys if transfers.travels(key, decisions.get(key.pk), to)]
    staying = [key for key in keys if key not in travelling]
    return Mover(person=person, to=to, travelling=travelling, staying=staying)


def take_on(*, asker: Asker, code: str, organisation: str) -> Mover:
    """Raises as `mover_with`. Of two who are as quick, one finds the code used."""
    with _refusals_recorded(asker), transaction.atomic():
        mover = _mover(asker, code, organisation)
        keys = handing_on.locked_keys_of(mover.person.pk)
        person = locked_person(mover.person.pk)
        require_organisation_still_administered(asker, mover.to, Act.ADD_PEOPLE)
        code_hash = codes.hashed_readable(code)
        by = asker.person, asker.actor
        _carry_out(by=by, person=person, keys=keys, to=mover.to, code_hash=code_hash)
    return mover


def take_on_with(*, by: Person, person: Person, to: Organisation, code_hash: bytes) -> None:
    """Raises Conflict (not_leaving, before_last_day, at_home), InvalidInput (joiner_code)."""
    keys = handing_on.locked_keys_of(person.pk)
    person = locked_person(person.pk)
    who = by, log.person(by)
    _carry_out(by=who, person=person, keys=keys, to=to, code_hash=code_hash)


def _carry_out(
    *, by: By, person: Person, keys: list[SecurityKey], to: Organisation, code_hash: bytes
) -> None:
    _require_let_go(person, to)
    _redeem(person, code_hash)
    was, (decides, actor) = person.home, by
    transfers.carry_out(person, keys, to=to, by=decides)
    end_all(person, by=actor)
    forget_last_day(person)
    move_home(person=person, organisation=to, by=actor)
    ways_in.end_all(person, reason="moved")
    end_visits(person, at=to)
    _announce(by, person, was=was)


@contextmanager
def _refusals_recorded(asker: Asker) -> Iterator[None]:
    """Beside the transaction, which a refusal undoes."""
    try:
        yield
    except (InvalidInput, Conflict) as mistake:
        log.record(
            events.TAKING_ON_REFUSED,
            actor=asker.actor,
            organisation_id=asker.organisation_id,
            reason=mistake.reason,
        )
        raise


def _holder_of(code: str) -> Person:
    found = _usable(codes.hashed_readable(code)).select_related("person__home").first()
    if found is None:
        raise InvalidInput("joiner_code", field="code")
    return found.person


def _usable(code_hash: bytes) -> QuerySet[JoinerCode]:
    return JoinerCode.objects.filter(
        code_hash=code_hash,
        used_at=None,
        revoked_at=None,
        expires_at__gt=clock.now(),
    )


def _redeem(person: Person, code_hash: bytes) -> None:
    if not _usable(code_hash).filter(person=person).update(used_at=clock.now()):
        raise InvalidInput("joiner_code", field="code")


def _require_let_go(person: Person, to: Organisation) -> None:
    """By the side that they leave, and not a day too early."""
    if person.home_id == to.pk:
        raise Conflict("at_home")
    if person.standing != Standing.LEAVING or person.last_day is None:
        raise Conflict("not_leaving")
    if clock.today(person.home.time_zone) < person.last_day:
        raise Conflict("before_last_day")


def _announce(by: By, person: Person, *, was: Organisation) -> None:
    decides, actor = by
    log.record(
        events.PERSON_TAKEN_ON,
        actor=actor,
        holder_id=person.pk,
        organisation_id=person.home.pk,
        old={"organisation": was.pk},
        new={"organisation": person.home.pk},
    )
    places = {"was": was.name, "organisation": person.home.name}
    tell(messages.moved, person=person, **places)
    for side in (was, person.home):
        tell_administrators_of(
            side, messages.somebody_moved, besides=[decides], holder=person.name, **places
        )


def forget_old_codes() -> int:
    """The worker's: long over, since none holds for longer."""
    return JoinerCode.objects.filter(issued_at__lt=clock.now() - 2 * HOLDS).delete()[0]
