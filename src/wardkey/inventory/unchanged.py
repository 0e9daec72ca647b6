"""A deed that is only done while the unit is as its caller saw it (If-Match)."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction

from ..base.errors import ChangedMeanwhile
from ..people.access import Asker
from ..people.grants import lock_grants_of
from ..people.models import Person
from ..people.queries import locked_person
from .models import Unit
from .registered import locked_keys_on
from .states import lock, unit_with_owner


@contextmanager
def while_it_is(
    unit_id: uuid.UUID,
    as_seen: Callable[[Unit], bool],
    *,
    asker: Asker,
    beside: Person | None = None,
) -> Iterator[None]:
    """Stands around the deed, in whose transaction nobody else changes the unit. What the deed
    locks too is locked before the unit, as where no version was named: its keys, then `beside`,
    whom the deed is about, then the asker's roles. Raises ChangedMeanwhile, NotFound."""
    with transaction.atomic():
        seen = unit_with_owner(unit_id)
        locked_keys_on(seen)
        if beside is not None:
            locked_person(beside.pk)
        lock_grants_of(asker.person.pk)
        if not as_seen(lock(seen)):
            raise ChangedMeanwhile
        yield
