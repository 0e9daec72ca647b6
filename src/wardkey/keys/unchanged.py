"""A deed that is only done while the key is as its caller saw it (If-Match)."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction

from ..base.errors import ChangedMeanwhile
from ..people.models import Person
from . import queries
from .models import SecurityKey


@contextmanager
def while_it_is(
    holder: Person, key_id: uuid.UUID, as_seen: Callable[[SecurityKey], bool]
) -> Iterator[None]:
    """Stands around the deed, in whose transaction nobody else changes the key. Raises
    ChangedMeanwhile; NotFound as `queries.key_of`."""
    with transaction.atomic():
        if not as_seen(queries.locked_key_of(holder, key_id)):
            raise ChangedMeanwhile
        yield
