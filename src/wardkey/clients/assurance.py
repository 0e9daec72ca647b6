"""How sure a client wants to be of who somebody is, the least first.

at_least    whether one reaches the other
strictest   of several
"""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class Assurance(models.TextChoices):
    PASSWORD = "password", _("Password, or more")
    SECOND_FACTOR = "second_factor", _("Password and a second factor, or more")
    KEY = "key", _("Password and a FIDO2 token")
    HARDWARE_KEY = "hardware_key", _("Password and a FIDO2 token whose model is proved")


REFUSED = "refused"
# What an organisation decides: how its people get in, or that they do not.
DECISIONS = [*Assurance.values, REFUSED]


def at_least(one: str, other: str) -> bool:
    return DECISIONS.index(one) >= DECISIONS.index(other)


def strictest(several: Iterable[str]) -> str:
    return max(several, key=DECISIONS.index)
