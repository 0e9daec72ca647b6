"""The month that the demo remembers, on a clock that stands in the past.

    settle    the organisations, and who was there before the month
    walk      thirty days up to yesterday: people come, keys are given, people sign in

Chance is seeded: the story is the same at each filling, only moved to the days before it.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from ..audit import log
from ..base import clock, request_id
from ..organisations import tree
from ..organisations.models import Organisation, PolicyValue
from ..people import accounts, roles
from ..people.models import Person, Role
from ..reports.overview import coverage
from . import cast, doings

DAYS = 30
SEED = 2411
ALONE = {Role.HELPDESK, Role.AUDITOR}  # without the organisations below

Act = tuple[datetime, Callable[[], object]]


class Month:
    """`people` and `organisations` by the names that cast.py has for them."""

    def __init__(self, *, until: date) -> None:
        self.days = [until - timedelta(days=ago) for ago in range(DAYS, 0, -1)]
        self.chance = random.Random(SEED)  # noqa: S311  a story, no secret
        self.organisations: dict[str, Organisation] = {}
        self.people: dict[str, Person] = {}

    def settle(self) -> None:
        with clock.standing_at(_moment(self.days[0] - timedelta(days=7), 9)):
            for code, (name, parent) in cast.ORGANISATIONS.items():
                self._found(code, name, self.organisations.get(parent or ""))
            for character in _joining(cast.BEFORE):
                self._join(character)

    def _found(self, code: str, name: str, parent: Organisation | None) -> None:
        organisation = tree.found(code=code, name=name, parent=parent)
        self.organisations[code] = organisation
        for value_name, value in cast.POLICIES.get(code, {}).items():
            PolicyValue.objects.create(
                organisation=organisation, name=value_name, value=value, starts_at=clock.now()
            )

    def _join(self, character: cast.Character) -> None:
        person = accounts.add_person(
            username=character.username,
            name=character.name,
            email=character.username,
            organisation=self.organisations[character.organisation],
            by=log.OPERATOR,
            password=cast.PASSWORD,
        )
        self.people[character.short] = person
        if character.role:
            roles.grant_role(
                person=person,
                role=character.role,
                organisation=person.home,
                with_those_below=character.role not in ALONE,
                by=log.OPERATOR,
            )

    def walk(self) -> None:
        working_days = iter(range(DAYS))
        for day in self.days:
            if day.weekday() < 5:
                self._work(day, next(working_days))
            with clock.standing_at(_moment(day + timedelta(days=1), 0)):
                coverage.count_yesterday()  # as the worker does

    def _work(self, day: date, number: int) -> None:
        acts = [*self._sign_ins(day), *self._desk(day, number)]
        for moment, act in sorted(acts, key=lambda planned: planned[0]):
            with clock.standing_at(moment):
                request_id.begin()
                act()

    def _sign_ins(self, day: date) -> Iterator[Act]:
        for short, person in self.people.items():
            if short not in cast.AWAY and self.chance.random() < 0.7:
                after_six = timedelta(seconds=self.chance.randrange(1800, 12_600))
                yield from self._sign_in(person, _moment(day, 6) + after_six)

    def _sign_in(self, person: Person, moment: datetime) -> Iterator[Act]:
        if self.chance.random() < 0.08:
            yield moment - timedelta(seconds=20), partial(doings.sign_in_wrongly, person)
        yield moment, partial(doings.sign_in, person.pk)

    def _desk(self, day: date, number: int) -> Iterator[Act]:
        """Who is new comes at eight; lost keys go before new ones are given."""
        doing: dict[int, list[Callable[[], object]]] = {
            8: [partial(self._join, character) for character in _joining(number)],
            11: [self._removal(each) for each in cast.REMOVALS if each.day == number],
            12: [self._registration(each) for each in _registrations(number)],
            13: [self._suspension(each) for each in cast.SUSPENSIONS if each.day == number],
            15: [self._renaming(each) for each in cast.RENAMINGS if each.day == number],
            16: [self._appointment(each) for each in cast.APPOINTMENTS if each.day == number],
            17: [self._stand_in(each) for each in cast.STAND_INS if each.day == number],
        }
        for hour, acts in doing.items():
            for place, act in enumerate(acts):
                within_the_hour = timedelta(minutes=7 * place, seconds=self.chance.randrange(400))
                yield _moment(day, hour) + within_the_hour, act

    def _registration(self, planned: cast.Registration) -> Callable[[], None]:
        return lambda: doings.register_key(
            registrar=self.people[planned.by],
            holder=self.people[planned.short],
            nickname=planned.nickname,
            model=planned.model,
        )

    def _renaming(self, planned: cast.Renaming) -> Callable[[], None]:
        return lambda: doings.rename_key(
            by=self.people[planned.by],
            holder=self.people[planned.short],
            was=planned.was,
            nickname=planned.nickname,
        )

    def _appointment(self, planned: cast.Appointment) -> Callable[[], None]:
        return lambda: doings.appoint(
            by=self.people[planned.by],
            person=self.people[planned.short],
            role=planned.role,
            organisation=self.organisations[planned.organisation],
        )

    def _stand_in(self, planned: cast.StandIn) -> Callable[[], None]:
        return lambda: doings.stand_in(
            person=self.people[planned.short],
            role=planned.role,
            organisation=self.organisations[planned.organisation],
            until=clock.now() + timedelta(days=planned.days),
        )

    def _removal(self, planned: cast.Removal) -> Callable[[], None]:
        return lambda: doings.remove_key(
            by=self.people[planned.by],
            holder=self.people[planned.short],
            nickname=planned.nickname,
            reason=planned.reason,
        )

    def _suspension(self, planned: cast.Suspension) -> Callable[[], None]:
        return lambda: doings.suspend_key(
            by=self.people[planned.by],
            holder=self.people[planned.short],
            nickname=planned.nickname,
        )


def _joining(day: int) -> Iterator[cast.Character]:
    for character in (*cast.NAMED, *cast.COLLEAGUES):
        if character.joined == day:
            yield character


def _registrations(day: int) -> Iterator[cast.Registration]:
    for planned in (*cast.first_keys(), *cast.FURTHER_KEYS):
        if planned.day == day:
            yield planned


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)
