"""Questions that are written down once say what the ORM says each time."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from tests.doors import registered, signed_in
from wardkey.base import codes
from wardkey.base.prepared import Prepared
from wardkey.keys.models import USABLE, SecurityKey
from wardkey.keys.queries import ASKED_BY, CHOSEN_BY, TO_ASK_OF, TO_CHOOSE_FROM
from wardkey.people.models import Person
from wardkey.people.queries import BY_USERNAME
from wardkey.sessions.lifetime import BY_SECRET
from wardkey.sessions.models import Session


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


def test_no_question_that_locks_is_one():
    with pytest.raises(ValueError, match="locks"):
        Prepared(Person.objects.select_for_update(), "username_key")
