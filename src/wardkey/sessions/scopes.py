"""What an API token may be used for, at most. Its owner's roles narrow it further.

Nothing here gives a role, a pass or another API token, or changes policy: no API token does that.
"""

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..base.errors import InvalidInput


class Scope(models.TextChoices):
    PEOPLE_READ = "people:read", _("Find people, and read who they are")
    PEOPLE_WRITE = "people:write", _("Add, change, move, suspend, resume and let go people")
    KEYS_READ = "keys:read", _("Read which FIDO2 tokens people have")
    KEYS_WRITE = "keys:write", _("Register, rename, suspend, resume and remove FIDO2 tokens")
    KEYS_DESK = "keys:desk", _("Register FIDO2 tokens, and say which were reset")
    STOCK_READ = "stock:read", _("Read which FIDO2 tokens are in stock, and who has them")
    STOCK_WRITE = "stock:write", _("Receive, issue and take back FIDO2 tokens; report them lost")
    PASSES_READ = "passes:read", _("Read who has an access pass")
    PASSES_WRITE = "passes:write", _("End access passes")
    ORGANISATIONS_READ = "organisations:read", _("Read organisations")
    ORGANISATIONS_WRITE = (
        "organisations:write",
        _("Add, rename, suspend and resume organisations"),
    )
    APPLICATIONS_READ = "applications:read", _("Read which applications people log in to")
    APPLICATIONS_WRITE = (
        "applications:write",
        _("Add, change and end applications to which people log in, and make their secrets"),
    )
    ROLES_READ = "roles:read", _("Read who has which role")
    POLICY_READ = "policy:read", _("Read the policy")
    AUDIT_READ = "audit:read", _("Read the audit trail")
    OVERVIEW_READ = "overview:read", _("Read how far the FIDO2 tokens reach, in numbers")


# Whoever changes something reads it.
WITH = {
    Scope.PEOPLE_WRITE: {Scope.PEOPLE_READ},
    Scope.KEYS_WRITE: {Scope.KEYS_READ, Scope.KEYS_DESK},
    Scope.PASSES_WRITE: {Scope.PASSES_READ},
    Scope.STOCK_WRITE: {Scope.STOCK_READ},
    Scope.ORGANISATIONS_WRITE: {Scope.ORGANISATIONS_READ},
    Scope.APPLICATIONS_WRITE: {Scope.APPLICATIONS_READ},
}


def allows(scopes: Collection[str], wanted: Scope) -> bool:
    return any(wanted == each or wanted in WITH.get(Scope(each), ()) for each in scopes)


def require_known(wanted: Collection[str]) -> list[str]:
    """Each once, in their order. Raises InvalidInput (scopes) where there is none, or no such."""
    known = [each.value for each in Scope if each.value in wanted]
    if not known or set(known) != set(wanted):
        raise InvalidInput("scopes", field="scopes")
    return known
