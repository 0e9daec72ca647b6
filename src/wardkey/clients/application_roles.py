"""Roles in one application, which an organisation gives its people by the role that they hold here.

    decide_roles       by whoever administers the organisation
    given_by           what one organisation gives, for its page
    decided_about      what was decided, as far as the asker reaches
    roles_of           what somebody who speaks for an organisation has in the application

What an organisation gives counts for those below it, too. Where several of those from the root down
to it give something, somebody has what each of them gives: below, it can only become less, as with
decisions about use (uses.py).
"""

import re
import uuid
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..audit import events, log
from ..base import clock
from ..base.errors import InvalidInput
from ..organisations.models import Organisation
from ..people.access import Asker
from ..people.administrators import Act
from ..people.models import Role
from ..people.reach import organisation_administered_by, require_organisation_still_administered
from .models import Client, ClientRoles
from .uses import decidable

EVERYBODY = "everybody"
# To whom roles are given, in words.
GIVEN_TO: dict[str, object] = {EVERYBODY: _("Everybody"), **dict(Role.choices)}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
AT_MOST = 20

Gives = dict[str, list[str]]


def decide_roles(
    *, asker: Asker, client_id: uuid.UUID, code: str, given: Mapping[str, str]
) -> ClientRoles:
    """`given` has the names, with spaces between them, by whom they are given to. Raises
    InvalidInput (application_roles, with that one's field), NotFound, ProofRequired."""
    gives = clean(given)
    with transaction.atomic():
        client = decidable(asker, client_id)
        organisation = organisation_administered_by(asker, code, Act.MANAGE_CLIENTS)
        require_organisation_still_administered(asker, organisation, Act.MANAGE_CLIENTS)
        was = given_by(client, organisation)
        row, _made = ClientRoles.objects.update_or_create(
            client=client,
            organisation=organisation,
            defaults={"gives": gives, "decided_at": clock.now()},
        )
        log.record(
            events.CLIENT_ROLES_DECIDED,
            actor=asker.actor,
            organisation_id=organisation.pk,
            client=str(client.pk),
            name=client.name,
            old={"gives": in_words(was)},
            new={"gives": in_words(gives)},
        )
    return row


def clean(given: Mapping[str, str]) -> Gives:
    found = {to: _names(given.get(to, ""), to) for to in GIVEN_TO}
    return {to: names for to, names in found.items() if names}


def _names(text: str, to: str) -> list[str]:
    names = sorted(set(text.split()))
    if len(names) > AT_MOST or not all(map(NAME.fullmatch, names)):
        raise InvalidInput("application_roles", field=to)
    return names


def in_words(gives: Gives) -> str:
    """As the trail tells it: `auditor: records.reader; everybody: …`."""
    return "; ".join(f"{to}: {' '.join(names)}" for to, names in sorted(gives.items()))


def given_by(client: Client, organisation: Organisation) -> Gives:
    rows = ClientRoles.objects.filter(client=client, organisation=organisation)
    return rows.values_list("gives", flat=True).first() or {}


def decided_about(asker: Asker, client: Client) -> list[ClientRoles]:
    """With their organisations, those above first."""
    organisations = asker.organisations_for(Act.SEE_APPLICATIONS)
    rows = ClientRoles.objects.filter(client=client, organisation__in=organisations)
    found = rows.exclude(gives={}).select_related("organisation")
    return list(found.order_by("organisation__path"))


def roles_of(client_id: uuid.UUID, organisation: Organisation, held: Collection[str]) -> list[str]:
    """`held` are the roles there that count at this moment."""
    rows = ClientRoles.objects.filter(
        client_id=client_id, organisation_id__in=organisation.ids_from_root
    )
    several = [_given(each, held) for each in rows.values_list("gives", flat=True) if each]
    return sorted(set.intersection(*several)) if several else []


def _given(gives: Gives, held: Collection[str]) -> set[str]:
    counting = [EVERYBODY, *held]
    return {name for to in counting for name in gives.get(to, [])}
