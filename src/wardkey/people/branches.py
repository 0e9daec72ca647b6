"""A branch as searches ask for it: written down once, whatever is asked."""

from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from ..organisations.models import Organisation

Sql = tuple[str, list[Any]]


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
        """Of rows called `found`; nothing is to be asked where it is all there are."""
        if not Organisation.objects.filter(~Exists(self._same), parent=None).exists():
            return "1 = 1", []
        places, values = self.ids
        return f"found.organisation_id IN ({places})", values

    @property
    def _same(self) -> QuerySet[Organisation]:
        return self.within.filter(pk=OuterRef("pk"))
