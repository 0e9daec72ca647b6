"""The same as in taken_away.py of API tokens, and of applications: of ours and of those to which
people log in. What became narrower is narrowed; what became wider is for somebody to look at.
"""

import uuid

from django.db.models import Q

from ...base import clock
from ...clients.assurance import REFUSED, strictest
from ...clients.models import Client, ClientRoles, ClientSecret, ClientUse, Consent
from ...sessions.models import ApiToken, Application
from .told import Told


def api_token_ended(told: Told) -> bool:
    live = ApiToken.objects.filter(pk=told.parameters["api_token"], ended_at=None)
    return bool(live.update(ended_at=told.at, end_reason="by_hand"))


def application_ended(told: Told) -> bool:
    application = uuid.UUID(told.parameters["application"])
    of_it = ApiToken.objects.filter(application_id=application, ended_at=None)
    of_it.update(ended_at=told.at, end_reason="application_ended")
    live = Application.objects.filter(pk=application, ended_at=None)
    return bool(live.update(ended_at=told.at))


def client_ended(told: Told) -> bool:
    live = Client.objects.filter(pk=told.parameters["client"], ended_at=None)
    return bool(live.update(ended_at=told.at))


def client_secret_replaced(told: Told) -> bool:
    """The client has one that nobody here knows: it needs another, and the old one may be out."""
    holding = Q(ends_at=None) | Q(ends_at__gt=clock.now())
    theirs = ClientSecret.objects.filter(holding, client_id=told.parameters["client"])
    return bool(theirs.filter(made_at__lt=told.at).update(ends_at=clock.now()))


def client_access_ended(told: Told) -> bool:
    theirs = Consent.objects.filter(
        client_id=told.parameters["client"], person_id=told.person, ended_at=None
    )
    return bool(theirs.update(ended_at=told.at))


def application_narrowed(told: Told) -> bool:
    """As whom it acts now is for somebody to look at."""
    application = Application.objects.filter(pk=told.parameters["application"]).first()
    if application is None:
        return False
    left = [each for each in application.scopes if each in told.new["scopes"]]
    live = Application.objects.filter(pk=application.pk).exclude(scopes=left)
    return bool(live.update(scopes=left))


def client_narrowed(told: Told) -> bool:
    """Addresses that were taken out get no code any more, and nobody gets in with less."""
    client = Client.objects.filter(pk=told.parameters["client"]).first()
    if client is None:
        return False
    now = told.new["told"]
    narrower = {
        "redirect_uris": _left(client.redirect_uris, now["redirect_uris"]),
        "logout_redirect_uris": _left(client.logout_redirect_uris, now["logout_redirect_uris"]),
        "assurance": strictest([client.assurance, now["assurance"]]),
        "on_devices": client.on_devices and now["on_devices"],
    }
    if all(getattr(client, name) == value for name, value in narrower.items()):
        return False
    Client.objects.filter(pk=client.pk).update(**narrower)
    return True


def _left(had: list[str], has: list[str]) -> list[str]:
    return [each for each in had if each in has]


def use_narrowed(told: Told) -> bool:
    decision = told.new["decision"]
    theirs = ClientUse.objects.filter(
        client_id=told.parameters["client"], organisation_id=told.place
    )
    use = theirs.first()
    if use is not None:
        strict = strictest([use.decision, decision])
        return bool(theirs.exclude(decision=strict).update(decision=strict, decided_at=told.at))
    if decision != REFUSED or not Client.objects.filter(pk=told.parameters["client"]).exists():
        return False
    ClientUse.objects.create(
        client_id=told.parameters["client"],
        organisation_id=told.place,
        decision=REFUSED,
        with_those_below=True,
        decided_at=told.at,
    )
    return True


def roles_narrowed(told: Told) -> bool:
    theirs = ClientRoles.objects.filter(
        client_id=told.parameters["client"], organisation_id=told.place
    )
    row, gives = theirs.first(), told.new["gives"]
    if row is None:
        return False
    left = {who: _left(roles, gives.get(who, [])) for who, roles in row.gives.items()}
    return left != row.gives and bool(theirs.update(gives=left, decided_at=told.at))
