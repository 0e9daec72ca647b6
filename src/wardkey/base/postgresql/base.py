"""Django's own, but for three things that every request pays for (docs/adr/0023).

is_usable        without asking the server
planned_cursor   for what is asked again and again
MomentLoader     what reads the moments in an answer
"""

import select
from datetime import UTC, datetime
from typing import Any

from django.db.backends.postgresql import base, operations
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import TransactionStatus

ANSWERS = {TransactionStatus.IDLE, TransactionStatus.INTRANS}


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """For whoever listens to queries: psycopg does not tell what it sent of a planned one."""
        if isinstance(cursor, PlannedCursor):
            return self.compose_sql(sql, params)
        return super().last_executed_query(cursor, sql, params)


class MomentLoader(Loader):
    """A moment as PostgreSQL writes one down, with its offset. psycopg takes it to pieces in Python
    and moves it between zones, and Django puts the zone in once more: that takes ten times as
    long. Raises ValueError for what is no moment of Python's (`infinity`)."""

    timezone = UTC  # as Django asks for it, and asks each of a loader

    def load(self, data: Buffer) -> datetime:
        return datetime.fromisoformat(bytes(data).decode())


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        parameters = super().get_connection_params()
        parameters["context"].register_loader("timestamptz", MomentLoader)
        return parameters

    def is_usable(self) -> bool:
        """Nothing comes unasked but a connection's end, and in a transaction that failed nothing
        more is answered. Asked once in each request, where Django would send a question of its
        own; one that is cut off without a word is noticed by neither sooner
        (settings/database.py)."""
        if self.connection is None or self.connection.closed:
            return False
        if self.connection.info.transaction_status not in ANSWERS:
            return False
        arriving = select.poll()
        arriving.register(self.connection.fileno(), select.POLLIN)
        return not arriving.poll(0)

    def planned_cursor(self) -> CursorWrapper:
        """Made as Django makes its own: the first question of most requests is a planned one, and
        the server may have gone since the last."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            own = PlannedCursor(self.connection)
        return self._prepare_cursor(own)  # type: ignore[attr-defined]  # Django's, not in its stubs


class PlannedCursor(Cursor):
    """PostgreSQL reads and plans each of its statements once in a connection: for a login's that
    takes longer than to answer them. For a search the plan has to fit what is searched for."""

    def execute(self, query: Any, params: Any = None, **_how: Any) -> "PlannedCursor":
        return super().execute(query, params, prepare=True)
