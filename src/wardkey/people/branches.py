"""A branch as searches ask for it: written down once, whatever is asked."""

from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from ..organisations.models import Organisation

Sql = tuple[str, list[Any]]
A_ROOT_ELSEWHERE = """
    SELECT 1 FROM organisations_organisation AS root WHERE root.parent_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM ({within}) AS same WHERE same.pk = root.id) LIMIT 1
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
        """Of rows called `found`; nothing is to be asked where it is all there are."""
        places, values = self.ids
        with connection.cursor() as cursor:
            cursor.execute(A_ROOT_ELSEWHERE.format(within=places), values)
            is_all = cursor.fetchone() is None
        return ("1 = 1", []) if is_all else (f"found.organisation_id IN ({places})", values)
