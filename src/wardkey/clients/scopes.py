"""What a client may be told of somebody, by scope and by claim (OpenID Connect Core §5.4).

known_among    the scopes that there are, of those asked for
needed_for     the scopes that claims asked for one by one come under
"""

from collections.abc import Iterable

OPENID, PROFILE, EMAIL = "openid", "profile", "email"
ORGANISATION, ROLES, OFFLINE = "organisation", "roles", "offline_access"

SCOPES = (OPENID, PROFILE, EMAIL, ORGANISATION, ROLES, OFFLINE)
CLAIMS = {
    "name": PROFILE,
    "preferred_username": PROFILE,
    "locale": PROFILE,
    "email": EMAIL,
    "email_verified": EMAIL,
    "organisation": ORGANISATION,
    "organisation_name": ORGANISATION,
    "roles": ROLES,
    "application_roles": ROLES,
}


def known_among(asked: Iterable[str]) -> list[str]:
    """In one order, each once."""
    wanted = set(asked)
    return [scope for scope in SCOPES if scope in wanted]


def needed_for(claims: Iterable[str]) -> set[str]:
    return {CLAIMS[claim] for claim in claims if claim in CLAIMS}
