"""Questions that are written down once say what the ORM says each time."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from operator import attrgetter

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from tests.doors import desk_of, registered, signed_in
from wardkey.audit import log
from wardkey.base import clock, codes
from wardkey.base.errors import NotSignedIn
from wardkey.base.prepared import Prepared
from wardkey.ceremonies import pending
from wardkey.ceremonies.models import PendingCeremony, Purpose
from wardkey.keys import proving
from wardkey.keys.models import USABLE, SecurityKey
from wardkey.keys.queries import ASKED_BY, CHOSEN_BY, LOCKED, TO_ASK_OF, TO_CHOOSE_FROM
from wardkey.organisations.models import PolicyValue
from wardkey.organisations.policy import questions_about
from wardkey.people.administrators import holding_at
from wardkey.people.grants import OF_TWO
from wardkey.people.models import Person, RoleGrant
from wardkey.people.queries import BY_USERNAME
from wardkey.sessions import lifetime
from wardkey.sessions.lifetime import BY_SECRET
from wardkey.sessions.models import Session

SECOND = timedelta(seconds=1)


def read(row):
    """Every value that was read, of the row and of what was read with it."""
    own = {name: value for name, value in vars(row).items() if name != "_state"}
    beside = {name: read(each) for name, each in row._state.fields_cache.items()}
    return own | {"beside": beside}


def same(prepared, ordinary):
    assert list(map(read, prepared)) == list(map(read, ordinary))
    assert list(prepared)


def test_they_read_the_same(cast):
    asha = signed_in(cast.asha)
    for nickname in ("Blue", "Red"):
        key = registered(asha, cast.ben, nickname)[1]
    secret = codes.hashed(asha.secret)
    sessions = Session.objects.select_related("person__home")
    same(BY_SECRET(secret), sessions.filter(secret_hash=secret))
    same(
        BY_USERNAME(cast.ben.username_key),
        Person.objects.select_related("home").filter(username_key=cast.ben.username_key),
    )
    of_ben = SecurityKey.objects.filter(holder=cast.ben)
    same(TO_CHOOSE_FROM(cast.ben.pk), of_ben.filter(state__in=USABLE).only(*CHOSEN_BY))
    same(TO_ASK_OF(key.pk, cast.ben.pk), of_ben.filter(pk=key.pk).only("holder", *ASKED_BY))
    above_the_ward = cast.ward.ids_from_root
    same(
        sorted(questions_about(3)(clock.now(), *above_the_ward), key=attrgetter("pk")),
        PolicyValue.objects.filter(organisation__in=above_the_ward).order_by("pk"),
    )


def test_roles_that_ended_or_have_not_begun_are_not_among_those_that_hold(cast):
    now, two = clock.now(), sorted([cast.asha.pk, cast.nina.pk])
    grants = RoleGrant.objects.select_related("organisation").filter(person_id__in=two)
    for ends_at, hold in [(None, 2), (now + SECOND, 2), (now, 1), (now - SECOND, 1)]:
        grants.filter(person=cast.nina).update(ends_at=ends_at)
        found = sorted(OF_TWO(*two, now), key=attrgetter("pk"))
        same(found, holding_at(grants, now).order_by("pk"))
        assert len(found) == hold
    grants.update(starts_at=now + SECOND, ends_at=None)
    assert OF_TWO(*two, now) == []


def test_policy_of_before_it_was_decided_and_of_elsewhere_is_not_asked(cast):
    ids = cast.ward.ids_from_root
    first = PolicyValue.objects.earliest("starts_at").starts_at
    assert questions_about(3)(first - SECOND, *ids) == []
    assert {row.organisation_id for row in questions_about(1)(clock.now(), cast.north.pk)} == {
        cast.north.pk
    }


def test_what_is_not_there_or_somebody_elses_is_not_found(cast):
    key = registered(signed_in(cast.asha), cast.ben)[1]
    assert BY_SECRET(codes.hashed("nobody's")) == []
    assert TO_ASK_OF(key.pk, cast.dev.pk) == TO_ASK_OF(uuid.uuid4(), cast.ben.pk) == []
    SecurityKey.objects.update(state="removed")
    assert TO_CHOOSE_FROM(cast.ben.pk) == []


def test_each_thread_asks_on_its_own_connection(cast_for_threads):
    def asked():
        try:
            return [person.name for person in BY_USERNAME(cast_for_threads.ben.username_key)]
        finally:
            connections.close_all()

    assert asked() == ["Ben Carter"]
    with ThreadPoolExecutor(2) as threads:
        assert [each.result() for each in [threads.submit(asked) for _ in range(4)]] == [
            ["Ben Carter"]
        ] * 4


@pytest.mark.django_db(transaction=True)
def test_one_that_locks_is_asked_in_a_transaction_alone(cast):
    locking = Prepared(Person.objects.select_for_update(), "username_key")
    for _before_and_after_it_is_written_down in range(2):
        with pytest.raises(TransactionManagementError):
            locking(cast.ben.username_key)
        with transaction.atomic(), CaptureQueriesContext(connection) as asked:
            same(locking(cast.ben.username_key), Person.objects.filter(pk=cast.ben.pk))
        locks = asked.captured_queries[0]["sql"].endswith("FOR UPDATE")
        assert locks == (connection.vendor == "postgresql")


def test_the_key_of_a_ceremony_is_locked_with_its_holder_beside_it(cast):
    key = registered(signed_in(cast.asha), cast.ben)[1]
    rows = SecurityKey.objects.select_related("holder")
    same(LOCKED(key.pk, cast.ben.pk), rows.filter(pk=key.pk))
    assert LOCKED(key.pk, cast.dev.pk) == []


def test_a_row_that_is_changed_is_as_one_that_is_saved(cast):
    blue, red = (registered(signed_in(cast.asha), cast.ben, name)[1] for name in ("Blue", "Red"))
    for key in (blue, red):
        key.sign_count, key.backup_state, key.last_used_at = 7, True, clock.now()
        key.nickname = "is not written"
    assert proving.NOTE_USE(blue)
    red.save(update_fields=["sign_count", "backup_state", "last_used_at"])
    written, saved = (SecurityKey.objects.get(pk=key.pk) for key in (blue, red))
    for name in ("sign_count", "backup_state", "last_used_at"):
        assert getattr(written, name) == getattr(blue, name)
    assert [written.nickname, saved.nickname] == ["Blue", "Red"]
    assert not proving.NOTE_USE(SecurityKey(pk=uuid.uuid4(), sign_count=1, backup_state=False))


def test_a_row_is_changed_only_where_it_still_is_as_was_asked(cast):
    session, other = signed_in(cast.asha).session, signed_in(cast.ben).session
    lifetime.exchange(session)
    ended = read(Session.objects.get(pk=session.pk))
    assert ended["end_reason"] == "stepped_up"
    assert ended["may_end_at"] == ended["ended_at"]
    with clock.standing_at(clock.now() + SECOND), pytest.raises(NotSignedIn):
        lifetime.exchange(session)
    assert read(Session.objects.get(pk=session.pk)) == ended
    assert Session.objects.get(pk=other.pk).ended_at is None


def test_a_ceremony_that_is_taken_is_as_the_database_has_it(cast):
    begun = signed_in(cast.asha).begin(desk_of(cast.ben))
    taken = PendingCeremony(pk=begun["registration_id"], taken_at=clock.now())
    assert pending.TAKE(taken)
    same([taken], PendingCeremony.objects.filter(pk=taken.pk))
    assert (taken.purpose, taken.actor_id) == (Purpose.REGISTER, cast.asha.pk)
    assert (taken._state.adding, taken._state.db) == (False, "default")
    before, late = read(taken), clock.now() + SECOND
    again = PendingCeremony(pk=taken.pk, taken_at=late)
    assert not pending.TAKE(again)
    assert (again.purpose, again._state.adding) == ("", True)
    assert read(PendingCeremony.objects.get(pk=taken.pk)) == before


ADDED = {**log.ADD, Session: lifetime.ADD, PendingCeremony: pending.ADD}


@pytest.mark.parametrize("table", ADDED)
def test_a_row_that_is_added_is_as_one_that_is_saved(cast, table):
    registered(signed_in(cast.asha), cast.ben)
    rows = list(table.objects.order_by("pk"))
    for saved in rows:
        told = {name: value for name, value in vars(saved).items() if name != "_state"}
        row = table(
            **{name: value for name, value in told.items() if value != default_of(table, name)}
        )
        with transaction.atomic():
            table.objects.filter(pk=saved.pk).delete()
            row.pk = None if table in log.ADD else row.pk
            ADDED[table](row)
            added = list(table.objects.filter(pk=row.pk))
            transaction.set_rollback(True)
        same([row], added)
        assert read(row) | {"id": saved.pk} == read(saved)
        assert (row._state.adding, row._state.db) == (False, "default")
    assert rows


def default_of(table, name):
    """Of the database: what is left to it is told to the row."""
    return table._meta.get_field(name).db_default


def test_one_that_cannot_be_added_undoes_its_transaction_as_one_that_cannot_be_saved(cast):
    signed_in(cast.asha)
    twice = Session.objects.first()
    for add in (lifetime.ADD, partial(Session.save, force_insert=True)):
        with transaction.atomic():
            with suppress(IntegrityError):
                add(twice)
            with pytest.raises(TransactionManagementError):
                Session.objects.exists()
            transaction.set_rollback(True)


def test_one_that_cannot_be_changed_undoes_its_transaction_as_one_that_cannot_be_saved(cast):
    key = registered(signed_in(cast.asha), cast.ben)[1]
    key.backup_state = None
    for change in (proving.NOTE_USE, partial(SecurityKey.save, update_fields=["backup_state"])):
        with transaction.atomic():
            with suppress(IntegrityError):
                change(key)
            for after_it in (SecurityKey.objects.exists, partial(change, key)):
                with pytest.raises(TransactionManagementError):
                    after_it()
            transaction.set_rollback(True)


def test_postgresql_plans_what_is_asked_again_and_no_search(cast):
    assert len(BY_SECRET(codes.hashed(signed_in(cast.asha).secret))) == 1
    assert list(Person.objects.filter(name__startswith="Ben"))
    planned = list(planned_now())
    of_sessions = any('FROM "sessions_session"' in each for each in planned)
    assert of_sessions == (connection.vendor == "postgresql")
    assert not any("LIKE" in each for each in planned)


def planned_now():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            yield from (statement for [statement] in cursor.fetchall())
