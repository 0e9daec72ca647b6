"""Refreshes in true parallel, keys that rotate while applications fetch, a thousand that wait."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event

import pytest
from django.db import connection, connections
from django.test import Client as Program
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.commands import SECRET, database_url, eventually, running, wardkey
from tests.doors import desk_of, expect, half_signed_in, registered, signed_in
from tests.oidc.rp import App, app, told
from tests.oidc.test_finding_what_ended import copied
from tests.oidc.test_logging_out import listening
from tests.traces import attempts, changes
from wardkey.base import clock
from wardkey.clients import signing_keys
from wardkey.clients.models import Grant, SigningKey
from wardkey.sessions.models import Session

OFFLINE = "openid offline_access"
KEPT_FOR = timedelta(seconds=300)


@pytest.fixture
def cast(cast_for_threads, settings):
    """The portal's commands take no secret key that others know."""
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], SECRET
    return cast_for_threads


def keys_at(moment: datetime) -> KeySet:
    with clock.standing_at(moment):
        answer = expect(200, Program().get("/oidc/jwks"))
    assert answer["Cache-Control"] == f"public, max-age={KEPT_FOR.seconds}"
    return KeySet.import_key_set(answer.json())


def kid_in(id_token: str, keys: KeySet) -> str:
    """Of the key that verifies it."""
    return jwt.decode(id_token, keys, algorithms=["RS256"]).header["kid"]


def test_rc15_of_two_refreshes_in_true_parallel_one_succeeds_and_nothing_ends(cast):
    rota = app(cast.north)
    secret = rota.lets_in(signed_in(cast.ben), scope=OFFLINE)["refresh_token"]
    both_have_read = Barrier(2)

    def meeting(execute, sql, *more):
        found = execute(sql, *more)
        if sql.startswith("SELECT") and '"family_hash" =' in sql:
            both_have_read.wait(timeout=20)
        return found

    def refresh():
        try:
            with connection.execute_wrapper(meeting):
                return rota.refresh(secret)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        answers = [each.result() for each in [threads.submit(refresh) for _ in range(2)]]
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert told(lost) == "invalid_grant"
    [refused] = attempts("oidc.refused")
    assert refused.parameters["reason"] == "refresh_reused"
    newer = expect(200, won).json()["refresh_token"]
    newer = expect(200, rota.refresh(newer)).json()["refresh_token"]
    with clock.standing_at(clock.now() + timedelta(seconds=11)):
        assert told(rota.refresh(secret)) == "invalid_grant"
    assert told(rota.refresh(newer)) == "invalid_grant", "a copy outside of the grace ends it"


def issued_while(rota: App, secret: str, moment: datetime, rotate) -> list[str]:
    """ID tokens that were asked for, one after the other, while `rotate` ran and once after it."""
    over, issued = Event(), []

    def fetch() -> None:
        nonlocal secret
        with clock.standing_at(moment):
            is_last = False
            while not is_last:
                is_last = over.is_set()
                answer = expect(200, rota.refresh(secret)).json()
                secret = answer["refresh_token"]
                issued.append(answer["id_token"])
        connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        fetching = thread.submit(fetch)
        eventually(lambda: issued or fetching.done())
        try:
            rotate()
        finally:
            over.set()
        fetching.result()
    return issued


def test_rc19_whatever_is_issued_while_keys_rotate_verifies_with_keys_as_kept_for_so_long(cast):
    rota = app(cast.north)
    signing_keys.signing_key()
    now = clock.now()

    def by_operator():
        assert wardkey("rotate-signing-key", DATABASE_URL=database_url()).returncode == 0

    def by_worker():
        with clock.standing_at(due):
            assert signing_keys.rotate_where_due()

    due = now + timedelta(days=90, minutes=1)
    for moment, rotate in ((now, by_operator), (due, by_worker)):
        kept = keys_at(moment)
        with clock.standing_at(moment):
            given = rota.lets_in(signed_in(cast.ben), scope=OFFLINE)
        issued = issued_while(rota, given["refresh_token"], moment, rotate)
        assert len(issued) > 2
        signs_from = SigningKey.objects.latest("signs_from").signs_from
        assert len(keys_at(moment).keys) == len(kept.keys) + 1
        for id_token in issued:
            assert kid_in(id_token, kept)
        kept = keys_at(signs_from - KEPT_FOR)
        with clock.standing_at(signs_from - timedelta(seconds=1)):
            dev = signed_in(cast.dev)
            last_of_old = rota.lets_in(dev)["id_token"]
        with clock.standing_at(signs_from):
            first_of_new = rota.lets_in(dev)["id_token"]
        assert kid_in(last_of_old, kept) != kid_in(first_of_new, kept)
        assert kid_in(last_of_old, keys_at(signs_from + timedelta(minutes=10)))
    assert len(changes("oidc.key_rotated")) == 3


def many_wait_like(session: Session) -> None:
    """Sessions that ended, a thousand with this one, whose application is still to hear of it."""
    busy = Grant.objects.get(session=session)
    many = [copied(session, secret_hash=b"%d" % number) for number in range(999)]
    kept = {"code_hash": None, "access_hash": None}
    theirs = [copied(busy, session_id=each.pk, **kept) for each in many]
    Session.objects.bulk_create(many, batch_size=500)
    Grant.objects.bulk_create(theirs, batch_size=500)


def test_oi26_a_removed_token_is_told_of_within_30_seconds_while_a_thousand_wait(cast, tmp_path):
    root = signed_in(cast.root)
    soft_key, row = registered(root, cast.dev, "Lost")
    dev, ben = half_signed_in(cast.dev), signed_in(cast.ben)
    expect(200, dev.use(soft_key, row))
    with listening() as (busy, others, _answers), listening() as (address, heard, _more):
        rota = app(cast.north, logout_uri=address)
        sid = rota.lets_in(dev)["id"]["sid"]
        app(cast.north, name="Busy", logout_uri=busy).lets_in(ben)
        expect(302, ben.submit("/sign-out/"))
        many_wait_like(Session.objects.get(person=cast.ben, owes_logout=True))
        own = {"DATABASE_URL": database_url(), "WARDKEY_DEMO": "1"}
        with running("worker", log=tmp_path / "log", **own):
            eventually(lambda: others)
            expect(302, root.submit(f"{desk_of(cast.dev)}{row.pk}/remove/", reason="lost"))
            removed = time.monotonic()
            eventually(lambda: heard)
            assert time.monotonic() - removed < 30
            assert len(others) < 1000, "they were still waiting"
        assert rota.read(heard[0], "logout+jwt")["sid"] == sid
