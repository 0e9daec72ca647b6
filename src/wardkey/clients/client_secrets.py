"""Clients' secrets: made by people, shown once, and followed by newer ones without a gap.

make_secret      the one before holds for a week more
secret_made      the same, in the transaction of whoever asked for it
secrets_of       those that hold
secrets_of_each  the same, of several clients
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from ..audit import events, log
from ..base import clock, codes
from ..base.errors import Conflict
from ..people.access import Asker, require_still_allowed
from ..people.administrators import Act
from .client_proof import hash_of
from .models import Client, ClientSecret
from .registering import locked_client

OVERLAP = timedelta(days=7)
# Found in a file or a log, it says what it is.
PREFIX, SHOWN = "wkc_", 10


def make_secret(*, asker: Asker, client_id: uuid.UUID) -> tuple[Client, str]:
    """Raises NotFound, ProofRequired; Conflict (client_signs) for one that signs its requests."""
    with transaction.atomic():
        client = locked_client(asker, client_id)
        require_still_allowed(asker, Act.MANAGE_CLIENTS)
        if client.jwks is not None:
            raise Conflict("client_signs")
        return client, secret_made(client, by=asker.actor)


def secret_made(client: Client, *, by: log.Actor, overlap: timedelta = OVERLAP) -> str:
    """Of those before, the newest holds for `overlap` more, and any older one no longer."""
    now = clock.now()
    secret = PREFIX + codes.new_secret()
    before = ClientSecret.objects.filter(client=client)
    before.filter(ends_at__gt=now).update(ends_at=now)
    before.filter(ends_at=None).update(ends_at=now + overlap)
    made = ClientSecret.objects.create(
        client=client, secret_hash=hash_of(secret), beginning=secret[:SHOWN], made_at=now
    )
    log.record(
        events.CLIENT_SECRET_MADE,
        actor=by,
        organisation_id=client.organisation_id,
        client=str(client.pk),
        name=client.name,
        beginning=made.beginning,
    )
    return secret


def secrets_of(client: Client) -> list[ClientSecret]:
    """The newest first."""
    return secrets_of_each([client])[client.pk]


def secrets_of_each(clients: Iterable[Client]) -> dict[uuid.UUID, list[ClientSecret]]:
    found: dict[uuid.UUID, list[ClientSecret]] = {client.pk: [] for client in clients}
    holding = Q(ends_at=None) | Q(ends_at__gt=clock.now())
    rows = ClientSecret.objects.filter(holding, client_id__in=found)
    for row in rows.order_by("-made_at", "-pk"):
        found[row.client_id].append(row)
    return found
