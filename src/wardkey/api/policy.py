"""The policy of the organisation, and how far its keys reach. No program changes the policy."""

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router

from ..deciding.overview import overview_of
from ..people.administrators import Act
from ..reports.overview import by_home, coverage
from ..sessions.scopes import Scope
from .recognition import ApiToken
from .strictness import Shape

router = Router()


class PolicyValue(Shape):
    """`decided_by` is the code of the organisation whose decision counts; null for the default."""

    name: str
    value: str
    decided_by: str | None
    since: datetime | None
    is_delegated: bool


class Policy(Shape):
    items: list[PolicyValue]
    next: None


class Overview(Shape):
    """At the end of `day` (UTC): active people, those of them with a key that they can use, and
    keys by their state. Without a spare is who has just one such key. `day` is null before the
    first night."""

    day: date | None
    people: int
    people_with_usable_key: int
    people_without_spare: int
    keys_unused_90_days: int
    keys_in_review: int
    keys: dict[str, int]


@router.get(
    "/policy",
    response=Policy,
    auth=ApiToken(Scope.POLICY_READ, Act.READ_POLICY),
    tags=["Policy"],
)
def get_policy(request: HttpRequest) -> dict:
    """What counts in the organisation at this moment. Scope `policy:read`."""
    items = [
        {
            "name": line.value.name,
            "value": str(line.standing.chosen),
            "decided_by": line.source.code if line.source else None,
            "since": line.since,
            "is_delegated": line.standing.is_delegated,
        }
        for line in overview_of(request.asker.organisation)
    ]
    return {"items": items, "next": None}


@router.get(
    "/overview",
    response=Overview,
    auth=ApiToken(Scope.OVERVIEW_READ, Act.READ_TRAIL),
    tags=["Overview"],
)
def get_overview(request: HttpRequest) -> dict:
    """Of the organisation, and of those below it where the role reaches them. Scope
    `overview:read`."""
    day, figures = coverage.figures_of(request.asker.organisations_for(Act.READ_TRAIL))
    return {
        "day": day,
        "people": figures.get(by_home.PEOPLE, 0),
        "people_with_usable_key": figures.get(by_home.PEOPLE_WITH_KEY, 0),
        "people_without_spare": figures.get(by_home.PEOPLE_WITHOUT_SPARE, 0),
        "keys_unused_90_days": figures.get(by_home.KEYS_UNUSED, 0),
        "keys_in_review": figures.get(by_home.KEYS_IN_REVIEW, 0),
        "keys": {state: figures.get(by_home.KEYS + state, 0) for state in by_home.STATES},
    }
