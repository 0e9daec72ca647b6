"""Who of a pasted list can get a token now, and why not the others.

preview          each line with whom it means and what stands in the way; nothing is kept
judged           people who were found by a search
still_fitting    of people chosen by their ids, those who can, in the same order; inside the
                 transaction that gives them their places
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..base.errors import InvalidInput
from ..keys import queries as keys
from ..people.access import Asker, covered_among, still_covered_among
from ..people.administrators import Act
from ..people.models import Person, Standing
from ..people.naming import SHOWN_AT_MOST, means_exactly, people_meant
from ..people.policy import keys_a_person_of
from .models import AT_MOST, Batch, BatchPlace

LINE_AT_MOST = 254


class Verdict(StrEnum):
    """On a person; the last three on a line. Whoever is found, or has a key that waits, can get
    a place; who has one is asked about."""

    FOUND = "found"
    WAITING = "waiting"
    FULL = "full"
    SUSPENDED = "suspended"
    LEFT = "left"
    ONESELF = "oneself"
    NOT_COVERED = "not_covered"
    IN_BATCH = "in_batch"
    UNKNOWN = "unknown"
    SEVERAL = "several"
    TOO_MANY = "too_many"


FITTING = {Verdict.FOUND, Verdict.WAITING}
OF_STANDINGS = {Standing.SUSPENDED: Verdict.SUSPENDED, Standing.CLOSED: Verdict.LEFT}


@dataclass(frozen=True)
class Judged:
    person: Person
    verdict: Verdict

    @property
    def fits(self) -> bool:
        return self.verdict in FITTING


@dataclass(frozen=True)
class Line:
    """`people` is one where `verdict` is about a person, those to choose from for SEVERAL, and
    nobody otherwise."""

    text: str
    verdict: Verdict
    people: list[Judged]

    @property
    def can_be_chosen(self) -> bool:
        return self.verdict in FITTING | {Verdict.SEVERAL}


def preview(*, asker: Asker, text: str, batch: Batch | None) -> list[Line]:
    """A person whom two lines mean is told of once. Raises InvalidInput (nobody_pasted,
    too_many_pasted)."""
    lines = _lines_of(text)
    within = asker.organisations_for(Act.REGISTER_KEYS)
    meant = people_meant(lines, within)
    people = [person for each in meant.values() for person in each]
    covered = covered_among(asker, people, Act.REGISTER_KEYS)
    verdicts = _verdicts(asker, people, batch, covered=covered)
    told = [_line(line, meant[line], verdicts) for line in lines]
    return _each_once(told)


def _lines_of(text: str) -> list[str]:
    lines = [" ".join(line.split())[:LINE_AT_MOST] for line in text.splitlines()]
    different = list(dict.fromkeys(line for line in lines if line))
    if not different:
        raise InvalidInput("nobody_pasted", field="names")
    if len(different) > AT_MOST:
        raise InvalidInput("too_many_pasted", field="names")
    return different


def _line(text: str, people: list[Person], verdicts: dict[uuid.UUID, Verdict]) -> Line:
    judged = [Judged(person, verdicts[person.pk]) for person in people]
    if not people:
        return Line(text, Verdict.UNKNOWN, [])
    if len(people) > SHOWN_AT_MOST:
        return Line(text, Verdict.TOO_MANY, [])
    if len(people) == 1 and means_exactly(text, people[0]):
        return Line(text, judged[0].verdict, judged)
    return Line(text, Verdict.SEVERAL, judged)


def _each_once(lines: Iterable[Line]) -> list[Line]:
    told: set[uuid.UUID] = set()
    once = []
    for line in lines:
        if line.verdict is not Verdict.SEVERAL:
            about = {each.person.pk for each in line.people}
            if about and about <= told:
                continue
            told |= about
        once.append(line)
    return once


def judged(*, asker: Asker, people: Sequence[Person], batch: Batch | None) -> list[Judged]:
    """Each is in scope, with `home` loaded."""
    if not people:
        return []
    covered = covered_among(asker, people, Act.REGISTER_KEYS)
    verdicts = _verdicts(asker, people, batch, covered=covered)
    return [Judged(person, verdicts[person.pk]) for person in people]


def still_fitting(
    *, asker: Asker, person_ids: Sequence[uuid.UUID], batch: Batch | None
) -> list[Person]:
    """Whoever is out of scope, or does not fit any more, is left out. Raises Forbidden."""
    within = asker.organisations_for(Act.REGISTER_KEYS)
    rows = Person.objects.filter(pk__in=person_ids, home__in=within).select_related("home")
    people = {person.pk: person for person in rows}
    covered = still_covered_among(
        asker, people.values(), Act.REGISTER_KEYS, within=Act.KEEP_BATCHES
    )
    verdicts = _verdicts(asker, people.values(), batch, covered=covered)
    chosen = [people[id] for id in dict.fromkeys(person_ids) if id in people]
    return [person for person in chosen if verdicts[person.pk] in FITTING]


def _verdicts(
    asker: Asker, people: Iterable[Person], batch: Batch | None, *, covered: set[uuid.UUID]
) -> dict[uuid.UUID, Verdict]:
    """Everybody in `people` is in scope, with `home` loaded."""
    everybody = list({person.pk: person for person in people}.values())
    there = BatchPlace.objects.filter(batch=batch).values_list("person_id", flat=True)
    in_batch = set(there) if batch else set()
    held = keys.held_by_each(everybody)
    limits = keys_a_person_of(person for person in everybody if held[person.pk].kept)

    def verdict_on(person: Person) -> Verdict:
        if person.pk == asker.person.pk:
            return Verdict.ONESELF
        if person.pk not in covered:
            return Verdict.NOT_COVERED
        if person.pk in in_batch:
            return Verdict.IN_BATCH
        if person.standing in OF_STANDINGS:
            return OF_STANDINGS[person.standing]
        if person.pk in limits and held[person.pk].kept >= limits[person.pk]:
            return Verdict.FULL
        return Verdict.WAITING if held[person.pk].waiting else Verdict.FOUND

    return {person.pk: verdict_on(person) for person in everybody}
