"""A deed that is only done while the organisation is as its caller saw it (If-Match)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction

from ..base.errors import ChangedMeanwhile
from . import tree
from .models import Organisation


@contextmanager
def while_it_is(
    organisation: Organisation, as_seen: Callable[[Organisation], bool]
) -> Iterator[None]:
    """Stands around the deed, in whose transaction nobody else changes the organisation. Raises
    ChangedMeanwhile."""
    with transaction.atomic():
        if not as_seen(tree.locked(organisation.pk)):
            raise ChangedMeanwhile
        yield
