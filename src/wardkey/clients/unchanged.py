"""A client that is only changed while it is as its caller saw it (If-Match)."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction

from ..base.errors import ChangedMeanwhile
from ..people.access import Asker
from .models import Client
from .registering import client_seen_from, locked


@contextmanager
def while_it_is(
    asker: Asker, client_id: uuid.UUID, as_seen: Callable[[Client], bool]
) -> Iterator[Client]:
    """Stands around the deed, in whose transaction nobody else changes the client, its secrets or
    who uses it. Raises NotFound, ChangedMeanwhile."""
    client_seen_from(asker, client_id)
    with transaction.atomic():
        client = locked(client_id)
        if not as_seen(client):
            raise ChangedMeanwhile
        yield client
