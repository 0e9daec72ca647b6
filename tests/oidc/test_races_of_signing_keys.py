"""Two workers find at once that a new signing key is due."""

from datetime import timedelta
from threading import Barrier
from types import SimpleNamespace

from django.db import connection

from tests.test_races import at_once
from wardkey.base import clock
from wardkey.clients import signing_keys
from wardkey.clients.models import SigningKey

DUE, OVERLAP = timedelta(days=89, minutes=1), timedelta(days=1, hours=2)


def test_oi34_two_workers_that_rotate_at_once_do_not_end_each_others_key(transactional_db):
    first = signing_keys.signing_key().kid
    due = clock.now() + DUE
    both_found_it_due, both_are_made = Barrier(2), Barrier(2)

    def meeting(execute, sql, *more):
        """Each has found that a key is due before either makes one, and has made its key before
        either looks at those before."""
        if sql.startswith("UPDATE") and "signingkey" in sql:
            both_are_made.wait(timeout=20)
        found = execute(sql, *more)
        if sql.startswith("SELECT") and "signingkey" in sql:
            both_found_it_due.wait(timeout=20)
        return found

    def a_worker():
        with clock.standing_at(due), connection.execute_wrapper(meeting):
            assert signing_keys.rotate_where_due()
        return SimpleNamespace(status_code=0)

    at_once(a_worker, a_worker)
    made = SigningKey.objects.exclude(pk=first)
    assert made.count() == 2
    assert made.filter(gone_at=None).count() == 1
    with clock.standing_at(due + OVERLAP):
        assert signing_keys.signing_key().kid == made.get(gone_at=None).pk
        assert [key["kid"] for key in signing_keys.published()] == [made.get(gone_at=None).pk]
