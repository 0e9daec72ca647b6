"""The demo's programs: one that asks by itself, and one to which people log in. What they prove
themselves with is made anew at each start."""

from datetime import timedelta

from ..audit import log
from ..clients import registering
from ..clients.assurance import Assurance
from ..clients.client_secrets import secret_made
from ..clients.models import Client
from ..organisations import tree
from ..organisations.models import Organisation
from ..people.queries import person_by_username
from ..sessions import applications, making_api_tokens
from ..sessions.models import Application
from ..sessions.scopes import Scope
from . import cast

ASHA = f"asha@{cast.DOMAINS[cast.NORTH]}"
NAME, CLIENT_NAME = "Example program", "Example application"
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


def new_oidc_client(*, port: int) -> dict[str, str]:
    """The example application, which listens on that port, and everybody of the demo uses."""
    platform = tree.organisation_by_code(cast.PLATFORM)
    if platform is None:
        raise LookupError("the demo was not filled")
    home = f"http://localhost:{port}"
    fields = registering.clean(
        name=CLIENT_NAME,
        redirect_uris=f"{home}/back",
        logout_redirect_uris=f"{home}/",
        logout_uri=f"{home}/login-ended",
        assurance=Assurance.PASSWORD,
    )
    known = Client.objects.filter(organisation=platform, name=CLIENT_NAME, ended_at=None)
    if not known.update(**fields):
        registering.registered(platform, by=log.OPERATOR, **fields)
    client = known.get()
    secret = secret_made(client, by=log.OPERATOR, overlap=timedelta(0))
    return {
        "client_id": str(client.pk),
        "client_secret": secret,
        "redirect_uri": f"{home}/back",
    }
