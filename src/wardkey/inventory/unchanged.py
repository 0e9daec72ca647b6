"""A deed that is only done while the unit is as its caller saw it (If-Match)."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction

from ..base.errors import ChangedMeanwhile
from ..people.models import Person
from ..people.queries import locked_person
from .models import Unit
from .registered import locked_keys_on
from .states import lock, unit_with_owner


@contextmanager
def while_it_is(
    unit_id: uuid.UUID, as_seen: Callable[[Unit], bool], *, beside: Person | None = None
) -> Iterator[None]:
    """Stands around the deed, in whose transaction nobody else changes the unit. `beside` is whom
    the deed locks too; that is done before, and the unit's keys first of all, as where no version
    was named. Raises ChangedMeanwhile, NotFound."""
    with transaction.atomic():
        seen = unit_with_owner(unit_id)
        locked_keys_on(seen)
        if beside is not None:
            locked_person(beside.pk)
        if not as_seen(lock(seen)):
            raise ChangedMeanwhile
        yield
