"""A deed that is only done while the person is as its caller saw them (If-Match)."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction

from ..base.errors import ChangedMeanwhile
from ..keys import handing_on
from ..people.models import Person
from ..people.queries import locked_person


@contextmanager
def while_they_are(person_id: uuid.UUID, as_seen: Callable[[Person], bool]) -> Iterator[None]:
    """Stands around the deed, in whose transaction nobody else changes the person. Raises
    ChangedMeanwhile. Their keys are locked first, as deeds do that are about both."""
    with transaction.atomic():
        handing_on.locked_keys_of(person_id)
        if not as_seen(locked_person(person_id)):
            raise ChangedMeanwhile
        yield
