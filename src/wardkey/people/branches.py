"""A branch as searches ask for it: written down once, whatever is asked.

Which are large, a process remembers for an hour, since to find it out costs a quarter of a search.
A plan depends on it, and never who is found.
"""

import time
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from ..organisations.models import Organisation

Sql = tuple[str, list[Any]]
REMEMBERED = 3600.0  # seconds
_large_until: dict[tuple, float] = {}
# Nothing is to be asked of a row where the branch is all there is. Either database looks for such a
# root once, and reads the branch only where there is one.
HAS_FOUND = """
    NOT EXISTS (
        SELECT 1 FROM organisations_organisation AS root WHERE root.parent_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM ({within}) AS same WHERE same.pk = root.id)
    ) OR found.organisation_id IN ({within})
"""


class Branch:
    """`within` is an organisation with all below it, or alone."""

    def __init__(self, within: QuerySet[Organisation]) -> None:
        self.within = within

    @property
    def is_large(self) -> bool:
        """As far as is known."""
        return time.monotonic() < _large_until.get(self._name, 0.0)

    def note_large(self) -> None:
        _large_until[self._name] = time.monotonic() + REMEMBERED

    @property
    def _name(self) -> tuple:
        sql, values = self.ids
        return sql, *values

    @cached_property
    def ids(self) -> Sql:
        sql, values = self.within.values("pk").order_by().query.sql_with_params()
        return sql, list(values)

    @cached_property
    def has_found(self) -> Sql:
        """Of rows called `found`."""
        places, values = self.ids
        return HAS_FOUND.format(within=places), [*values, *values]


def forget() -> None:
    """As when the process began."""
    _large_until.clear()
