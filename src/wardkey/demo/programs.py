"""The demo's application, and its API token, which is made anew at each start."""

from ..organisations import tree
from ..organisations.models import Organisation
from ..people.queries import person_by_username
from ..sessions import applications, making_api_tokens
from ..sessions.models import Application
from ..sessions.scopes import Scope
from . import cast

ASHA = f"asha@{cast.DOMAINS[cast.NORTH]}"
NAME = "Example program"
SCOPES = [Scope.PEOPLE_READ, Scope.KEYS_WRITE]


def new_api_token() -> str:
    """Of an application of Northside that acts as Asha, for people and keys."""
    northside = tree.organisation_by_code(cast.NORTH)
    if northside is None:
        raise LookupError("the demo was not filled")
    application = Application.objects.filter(organisation=northside, name=NAME).first()
    return making_api_tokens.make_by_operator(
        application=application or _registered(northside),
        name="made at the start of the demo",
        lasts=making_api_tokens.LONGEST,
    )


def _registered(northside: Organisation) -> Application:
    asha = person_by_username(ASHA)
    if asha is None:
        raise LookupError("the demo was not filled")
    return applications.register_by_operator(
        organisation=northside, name=NAME, wanted=SCOPES, acts_as=asha
    )
