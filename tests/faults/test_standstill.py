"""Nothing moves: whoever comes is told at once, and threads do not pile up behind each other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

import pytest
from django.db import connection, transaction

from tests.served import asked, served, sign_in, status_of
from wardkey.audit.models import AttemptEntry
from wardkey.base.errors import Unavailable
from wardkey.base.turns import MovingTurns

THREADS, SLOW = 3, 8
STILL = 5  # seconds


@contextmanager
def nobody_can_write() -> Iterator[None]:
    """Somebody else holds what every login writes."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            connection.cursor().execute(f"LOCK TABLE {AttemptEntry._meta.db_table}")
        yield


def test_ft10_where_nothing_moves_one_is_told_at_once_and_later_all_goes_on(
    cast_for_threads, tmp_path
):
    more = {
        "WARDKEY_WEB_WORKERS": "1",
        "WARDKEY_WEB_THREADS": str(THREADS),
        "WARDKEY_STANDSTILL_SECONDS": str(STILL),
    }
    ben = cast_for_threads.ben.username
    with served(tmp_path, **more) as portal, ThreadPoolExecutor(SLOW) as others:
        with nobody_can_write():
            slow = [others.submit(sign_in, portal.port, ben) for _ in range(SLOW)]
            refused = asked(portal.port, "GET", "/sign-in/")
            began = monotonic()
            again = asked(portal.port, "GET", "/sign-in/")
            assert monotonic() - began < STILL, "it does not wait once more"
            assert (refused.status, again.status, again.headers["Retry-After"]) == (503, 503, "2")
            assert "waits for its database" in again.text
            assert status_of(portal.port, "/livez") == 200
            assert status_of(portal.port) == 503
        statuses = [each.result().status for each in slow]
        assert statuses.count(302) >= THREADS
        assert set(statuses) == {302, 503}
        assert sign_in(portal.port, ben).status == 302
        assert "Traceback" not in portal.log.read_text()


def test_one_waits_while_others_get_on_and_a_turn_comes_back_whatever_becomes_of_it():
    turns = MovingTurns(at_once=1, still=0.05)
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"), turns.one():
            raise ValueError("broken")
    with turns.one(), pytest.raises(Unavailable), turns.one():
        pass
    with turns.one():
        pass
