"""A branch as searches ask for it: written down once, whatever is asked."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from ..organisations.models import Organisation

Sql = tuple[str, list[Any]]
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
        self.is_large = False  # as far as is known

    @cached_property
    def ids(self) -> Sql:
        sql, values = self.within.values("pk").order_by().query.sql_with_params()
        return sql, list(values)

    @cached_property
    def has_found(self) -> Sql:
        """Of rows called `found`."""
        places, values = self.ids
        return HAS_FOUND.format(within=places), [*values, *values]
