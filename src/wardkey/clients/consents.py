"""What people allow clients of other organisations to learn of them.

    is_asked             whether somebody has to agree first
    give                 they did
    access_of            every client that somebody let in or is logged in to, for their own page
    end_access           they end it: consent and all that the client was given

An organisation decides for its own people about clients of its own, or of those above it, once a
person there has looked at what a program named (by_programs.py). What was agreed to before that was
named counts no more.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ..audit import events, log
from ..base import clock
from ..base.errors import NotFound
from ..people.models import Person
from .endings import end_for_person_and_client
from .grants import live_grants_of
from .models import Client, Consent


@dataclass(frozen=True, slots=True)
class Access:
    client: Client
    scopes: list[str]
    since: datetime
    may_end_consent: bool


def is_asked(client: Client, person: Person, scopes: list[str]) -> bool:
    """`person` has `home`, `client` its organisation."""
    if client.unvouched_since is None and client.organisation.is_at_or_above(person.home):
        return False
    given = Consent.objects.filter(client=client, person=person, ended_at=None).first()
    return not set(scopes) <= _allowed(client, given) or not _counts(client, given)


def _counts(client: Client, given: Consent | None) -> bool:
    if given is None:
        return False
    return client.unvouched_since is None or given.given_at > client.unvouched_since


def _allowed(client: Client, given: Consent | None) -> set[str]:
    return set(given.scopes) if given is not None and _counts(client, given) else set()


def give(*, client: Client, person: Person, scopes: list[str]) -> None:
    """In the transaction of the grant. What was agreed before goes on."""
    was = Consent.objects.select_for_update().filter(client=client, person=person, ended_at=None)
    before = was.first()
    allowed = sorted({*scopes, *_allowed(client, before)})
    Consent.objects.update_or_create(
        client=client,
        person=person,
        ended_at=None,
        defaults={"scopes": allowed, "given_at": clock.now()},
    )
    log.record(
        events.CONSENT_GIVEN,
        actor=log.person(person),
        holder_id=person.pk,
        organisation_id=person.home.pk,
        client=str(client.pk),
        name=client.name,
        scopes=allowed,
    )


def access_of(person: Person) -> list[Access]:
    """By the clients' names."""
    found: dict[uuid.UUID, Access] = {}
    for grant in live_grants_of(person):
        found.setdefault(
            grant.client_id,
            Access(grant.client, grant.scopes, grant.made_at, may_end_consent=False),
        )
    consents = Consent.objects.select_related("client").filter(person=person, ended_at=None)
    for consent in consents:
        client = consent.client
        found[client.pk] = Access(client, consent.scopes, consent.given_at, may_end_consent=True)
    return sorted(found.values(), key=lambda access: access.client.name)


def end_access(*, person: Person, client_id: uuid.UUID) -> Client:
    """Raises NotFound where the client has none."""
    with transaction.atomic():
        client = Client.objects.filter(pk=client_id).first()
        if client is None:
            raise NotFound
        consents = Consent.objects.filter(client=client, person=person, ended_at=None)
        ended = consents.update(ended_at=clock.now())
        ended += end_for_person_and_client(person, client, reason="by_hand")
        if not ended:
            raise NotFound
        log.record(
            events.CLIENT_ACCESS_ENDED,
            actor=log.person(person),
            holder_id=person.pk,
            organisation_id=person.home_id,
            client=str(client.pk),
            name=client.name,
        )
    return client
