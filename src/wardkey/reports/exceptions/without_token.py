"""Who can log in today without a FIDO2 token, and why: each way in that there is.

    numbers          how many by each way
    page_of_way      they themselves, by their ids
    each_of_way      all of them, for a file

Policy and exceptions let people in with the password alone. An access pass opens the registration
of a first token and nothing else; that of break-glass is one, issued on the host. The rest are
other second factors, which open no role. An API token opens no page and stands elsewhere.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from ...base import clock
from ...deciding.standing_below import standing_within
from ...keys.models import SecurityKey, State
from ...organisations.models import Organisation
from ...organisations.models import Status as OrganisationStatus
from ...organisations.policy_values import (
    AUTHENTICATOR_APP,
    BESIDE_A_KEY,
    DAY_PASS,
    ON,
    RECOVERY_CODES,
    SECOND_FACTOR,
)
from ...organisations.policy_values import Value as PolicyChoice
from ...people.administrators import current, in_force
from ...people.models import Person, PolicyException, RoleGrant, Status
from ...recovery.access_pass import usable_day_passes, usable_passes
from ...recovery.codes import unused_codes
from ...recovery.models import AccessPass
from ...recovery.totp import apps_in_use

PAGE = 50
ROWS_AT_A_TIME = 500


class Way(StrEnum):
    POLICY = "policy"
    EXCEPTION = "exception"
    ACCESS_PASS = "access_pass"
    DAY_PASS = "day_pass"
    APP = "app"
    RECOVERY_CODES = "recovery_codes"


ASKED = (SECOND_FACTOR, AUTHENTICATOR_APP, RECOVERY_CODES, DAY_PASS, BESIDE_A_KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """`by` is the organisation whose policy lets them, the approver of the exception, or who issued
    the pass; empty where nobody decided, or on the host. `choice` is the policy's."""

    person: Person
    way: Way
    by: str = ""
    choice: str = ""
    reason: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Surroundings:
    """What the question needs to know of a branch: three queries."""

    def __init__(self, within: QuerySet[Organisation]) -> None:
        self.within = within
        self.standing = standing_within(within, ASKED, clock.now())
        self.exceptions = {row.pk: row for row in self._running()}

    def _running(self) -> QuerySet[PolicyException]:
        names = [value.name for value in ASKED]
        theirs = PolicyException.objects.filter(self.at_home("person__home"), name__in=names)
        return current(theirs).select_related("person__home", "approved_by")

    def at_home(self, home: str) -> Q:
        """Of a large branch everybody with what is asked for is asked where they are at home: a
        database would begin at all who are."""
        if self.standing.is_of_few:
            return Q((f"{home}__in", self.within))
        return Q(Exists(self.within.filter(pk=OuterRef(home))))

    def people(self, way: Way) -> QuerySet[Person]:
        """Once each, with `home`; those who may log in at all."""
        now = clock.now()
        able = Person.objects.filter(
            self.at_home("home"),
            Q(starts_at=None) | Q(starts_at__lte=now),
            Q(closes_at=None) | Q(closes_at__gt=now),
            home__status=OrganisationStatus.ACTIVE,
            status=Status.ACTIVE,
        )
        return able.filter(WHO[way](self)).select_related("home")

    def who_has(self, theirs: QuerySet) -> Q:
        """Of a small branch everybody is asked; of a large one it begins at those who have it."""
        if self.standing.is_of_few:
            return Q(Exists(theirs.filter(person=OuterRef("pk"))))
        return Q(pk__in=theirs.values("person"))

    def at_home_where(self, value: PolicyChoice, *choices: str) -> Q:
        ids = self.standing.where(value, choices)
        everywhere = len(ids) == len(self.standing.paths)
        return Q(home__in=self.within if everywhere else ids)

    def let_off(self, value: PolicyChoice, *choices: str) -> list[PolicyException]:
        found = []
        for row in self.exceptions.values():
            if row.name == value.name:
                lets = self.standing.lets_off_to(row, row.person.home.path)
                found += [row] if lets is not None and lets.choice in choices else []
        return found

    def allows(self, value: PolicyChoice, choice: str) -> Q:
        off = [row.person_id for row in self.let_off(value, choice)]
        return self.at_home_where(value, choice) | Q(pk__in=off)


def numbers(around: Surroundings) -> dict[Way, int]:
    """With one query."""
    counted = {way.value: Coalesce(Subquery(_number(around.people(way))), Value(0)) for way in Way}
    nobody = Organisation.objects.order_by("pk").annotate(**counted).values(*counted)[:1]
    return {Way(name): number for row in nobody for name, number in row.items()}


def _number(people: QuerySet[Person]) -> QuerySet:
    alone = people.select_related(None).order_by().annotate(one=Value(1)).values("one")
    return alone.annotate(number=Count("pk")).values("number")


def page_of_way(
    around: Surroundings, way: Way, after: uuid.UUID | None, at_most: int = PAGE
) -> tuple[list[Without], uuid.UUID | None]:
    """With two queries at most. The id is that to go on after, None on the last page."""
    people = around.people(way)
    if after is not None:
        people = people.filter(pk__gt=after)
    found = list(people.order_by("pk")[: at_most + 1])
    following = found[at_most - 1].pk if len(found) > at_most else None
    return TOLD[way](around, found[:at_most]), following


def each_of_way(around: Surroundings, way: Way) -> Iterator[Without]:
    after = None
    while True:
        page, after = page_of_way(around, way, after, ROWS_AT_A_TIME)
        yield from page
        if after is None:
            return


# -- who


def _password_alone(around: Surroundings) -> Q:
    """Neither has nor had a token: waiting ones keep nobody out where nothing else asks."""
    never = Q(second_factor_since=None)
    return ~_with_key() & (never | Q(second_factor_waived_at__gte=F("second_factor_since")))


def _with_key() -> Q:
    return Q(Exists(SecurityKey.objects.filter(holder=OuterRef("pk"), state=State.ACTIVE)))


def _with_role() -> Q:
    return Q(Exists(in_force(RoleGrant.objects.filter(person=OuterRef("pk")))))


def _by_policy(around: Surroundings) -> Q:
    nobody = around.standing.where(SECOND_FACTOR, ["optional"])
    not_all = around.standing.where(SECOND_FACTOR, ["administrators"])
    spared = Q(home__in=nobody) | (Q(home__in=not_all) & ~_with_role())
    return _password_alone(around) & spared


def _by_exception(around: Surroundings) -> Q:
    wholly = [row.person_id for row in around.let_off(SECOND_FACTOR, "optional")]
    partly = [row.person_id for row in around.let_off(SECOND_FACTOR, "administrators")]
    spared = Q(pk__in=wholly) | (Q(pk__in=partly) & ~_with_role())
    return _password_alone(around) & spared & ~_by_policy(around)


def _by_access_pass(around: Surroundings) -> Q:
    # Passes are few and soon over: SQLite too begins at these, and not at everybody.
    return Q(pk__in=usable_passes().values("person")) & ~_with_key()


def _by_factor(around: Surroundings, value: PolicyChoice, theirs: QuerySet) -> Q:
    beside = ~_with_key() | around.allows(BESIDE_A_KEY, "offered")
    return around.who_has(theirs) & around.allows(value, ON) & beside


WHO: dict[Way, Callable[[Surroundings], Q]] = {
    Way.POLICY: _by_policy,
    Way.EXCEPTION: _by_exception,
    Way.ACCESS_PASS: _by_access_pass,
    Way.DAY_PASS: lambda around: _by_factor(around, DAY_PASS, usable_day_passes()),
    Way.APP: lambda around: _by_factor(around, AUTHENTICATOR_APP, apps_in_use()),
    Way.RECOVERY_CODES: lambda around: _by_factor(around, RECOVERY_CODES, unused_codes()),
}


# -- why


def _told_policy(around: Surroundings, people: list[Person]) -> list[Without]:
    stands = {each.pk: around.standing.standing(SECOND_FACTOR, each.home.path) for each in people}
    return [
        Without(
            person=each,
            way=Way.POLICY,
            by=around.standing.deciders.get(stands[each.pk].source or 0, ""),
            choice=stands[each.pk].chosen.choice,
        )
        for each in people
    ]


def _told_exception(around: Surroundings, people: list[Person]) -> list[Without]:
    rows = {
        row.person_id: row for row in around.exceptions.values() if row.name == SECOND_FACTOR.name
    }
    return [
        Without(
            person=each,
            way=Way.EXCEPTION,
            by=rows[each.pk].approved_by.name,
            choice=rows[each.pk].value,
            reason=rows[each.pk].reason,
            since=rows[each.pk].starts_at,
            until=rows[each.pk].ends_at,
        )
        for each in people
    ]


def _told_pass(
    way: Way, passes: Callable[[], QuerySet[AccessPass]]
) -> Callable[[Surroundings, list[Person]], list[Without]]:
    def told(_around: Surroundings, people: list[Person]) -> list[Without]:
        issuer = Person.objects.filter(pk=OuterRef("issued_by_id")).values("name")[:1]
        rows = passes().filter(person__in=people).annotate(by=Subquery(issuer))
        held = {row.person_id: row for row in rows}
        return [
            Without(
                person=each,
                way=way,
                by=held[each.pk].by or "",
                since=held[each.pk].issued_at,
                until=held[each.pk].expires_at,
            )
            for each in people
            if each.pk in held  # it may have run out in between
        ]

    return told


def _told_app(_around: Surroundings, people: list[Person]) -> list[Without]:
    since = dict(apps_in_use().filter(person__in=people).values_list("person_id", "confirmed_at"))
    return [Without(person=each, way=Way.APP, since=since.get(each.pk)) for each in people]


def _told_codes(_around: Surroundings, people: list[Person]) -> list[Without]:
    since = dict(unused_codes().filter(person__in=people).values_list("person_id", "made_at"))
    return [
        Without(person=each, way=Way.RECOVERY_CODES, since=since.get(each.pk)) for each in people
    ]


TOLD: dict[Way, Callable[[Surroundings, list[Person]], list[Without]]] = {
    Way.POLICY: _told_policy,
    Way.EXCEPTION: _told_exception,
    Way.ACCESS_PASS: _told_pass(Way.ACCESS_PASS, usable_passes),
    Way.DAY_PASS: _told_pass(Way.DAY_PASS, usable_day_passes),
    Way.APP: _told_app,
    Way.RECOVERY_CODES: _told_codes,
}
