"""Who may act on whom costs at most two queries a request: asked of all that a test sends."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

AT_MOST = 2
# All of people/grants.py ask so, the one that is written down once by `=`; nothing else does.
ASKS = re.compile(r'"people_rolegrant"\."person_id" (IN|=) \(')


@contextmanager
def questions_about_roles_counted() -> Iterator[list[str]]:
    asked = []

    def noted(execute, sql, *more):
        if ASKS.search(sql):
            asked.append(sql)
        return execute(sql, *more)

    with connection.execute_wrapper(noted):
        yield asked
    assert len(asked) <= AT_MOST, "\n".join(asked)
