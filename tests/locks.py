"""A lock stands only in a transaction that the portal itself opened.

Tests run inside one of their own, which would hide a lock that fails on a server: PostgreSQL
refuses it there. SQLite has no such locks; the second pass of `make test` is the one that sees.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.transaction import TransactionManagementError


@contextmanager
def locks_only_inside_a_transaction() -> Iterator[None]:
    opened_by_the_test = len(connection.atomic_blocks)

    def checked(execute, sql, *more):
        locks = "FOR UPDATE" in sql or "FOR NO KEY UPDATE" in sql
        if locks and len(connection.atomic_blocks) == opened_by_the_test:
            raise TransactionManagementError(f"a lock outside a transaction: {sql}")
        return execute(sql, *more)

    with connection.execute_wrapper(checked):
        yield
