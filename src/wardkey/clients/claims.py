"""What a client is told of somebody, as it is at this moment.

claims_for_id_token    how they logged in, and what was asked for by name
claims_for_userinfo    what the scopes say (OpenID Connect Core §5)
"""

from collections.abc import Callable
from typing import Any

from ..people.administrators import reaches
from ..people.contacts import verified_mail_of
from ..people.grants import role_grants_of
from .application_roles import roles_of
from .models import Grant
from .scopes import CLAIMS

Claims = dict[str, Any]


def subject_of(grant: Grant) -> str:
    """Random, and of nothing else's: neither a name nor an id of the portal's."""
    return str(grant.person.oidc_subject)


def claims_for_id_token(grant: Grant) -> Claims:
    told = {
        "sub": subject_of(grant),
        "sid": str(grant.session_id),
        "auth_time": int(grant.authenticated_at.timestamp()),
        "amr": grant.amr,
        "azp": str(grant.client_id),
    }
    if grant.acr:
        told["acr"] = grant.acr
    if grant.nonce:
        told["nonce"] = grant.nonce
    return told | _named(grant, grant.claims.get("id_token", []))


def claims_for_userinfo(grant: Grant) -> Claims:
    in_scope = [name for name, scope in CLAIMS.items() if scope in grant.scopes]
    return {"sub": subject_of(grant), **_named(grant, in_scope)}


def _named(grant: Grant, names: list[str]) -> Claims:
    """Those for which there is a scope, and a value."""
    allowed = [name for name in names if CLAIMS.get(name) in grant.scopes]
    told: Claims = {}
    for scope in {CLAIMS[name] for name in allowed}:
        told |= _TELLING[scope](grant)
    return {name: told[name] for name in allowed if name in told}


def _profile(grant: Grant) -> Claims:
    person = grant.person
    return {
        "name": person.name,
        "preferred_username": person.username,
        "locale": person.language,
    }


def _email(grant: Grant) -> Claims:
    address = verified_mail_of(grant.person)
    return {"email": address, "email_verified": True} if address else {}


def _organisation(grant: Grant) -> Claims:
    spoken_for = grant.organisation
    return {"organisation": spoken_for.code, "organisation_name": spoken_for.name}


def _roles(grant: Grant) -> Claims:
    """On the organisation that they speak for, their own or from above it; and what that one and
    those above it give in this application."""
    there = _roles_there(grant)
    in_it = roles_of(grant.client_id, grant.organisation, there)
    return {"roles": there, "application_roles": in_it}


def _roles_there(grant: Grant) -> list[str]:
    """What another factor than a token opened carries no role, here as in the portal."""
    if grant.key_id is None and grant.assurance != "password":
        return []
    held = role_grants_of(grant.person_id)
    return sorted({str(each.role) for each in held if reaches(each, grant.organisation)})


_TELLING: dict[str, Callable[[Grant], Claims]] = {
    "profile": _profile,
    "email": _email,
    "organisation": _organisation,
    "roles": _roles,
}
