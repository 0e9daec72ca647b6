"""/metrics: who may read it, what it tells, what it costs; with several processes too."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from tests.commands import PATIENCE
from tests.doors import expect, signed_in
from tests.served import asked, served
from tests.test_health import migrations_away
from wardkey.audit import events, log
from wardkey.base import clock, counting
from wardkey.clients import signing_keys
from wardkey.clients.models import SigningKey
from wardkey.notifications import messages, outbox
from wardkey.operating import worker
from wardkey.reports import chores

SECRET = "a-secret-of-these-tests-with-40-letters."
BEARER = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
def watched(db, settings):
    settings.METRICS_SECRET = SECRET


def scraped() -> dict[str, float]:
    text = expect(200, Client().get("/metrics", headers=BEARER)).content.decode()
    return read(text)


def read(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_without_a_secret_there_is_no_such_page(db):
    answer = Client().get("/metrics", headers=BEARER)
    nowhere = Client().get("/no-such-page", headers=BEARER)
    assert (answer.status_code, nowhere.status_code) == (404, 404)
    assert scrubbed(answer.content) == scrubbed(nowhere.content)


def scrubbed(page: bytes) -> bytes:
    return re.sub(rb"[0-9a-f]{12}|no-such-page|metrics|value=\"\w{64}\"", b"", page)


def test_only_the_secret_opens_it(watched):
    for shown in ("", "Bearer", f"Basic {SECRET}", f"Bearer {SECRET}x", f"Bearer {SECRET[:-1]}"):
        answer = Client().get("/metrics", headers={"Authorization": shown})
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert b"wardkey_" not in answer.content
    assert Client().get(f"/metrics?secret={SECRET}").status_code == 401
    assert Client().post("/metrics", headers=BEARER).status_code == 405
    scraped()


def test_it_tells_how_the_portal_is_by_as_many_queries_for_many_as_for_few(
    watched, django_assert_num_queries
):
    scraped()  # reads the migrations' files, once
    outbox.put(messages.access_pass_used, to=[], name="Ben", when="today")
    with django_assert_num_queries(9):
        before = scraped()
    assert before["wardkey_database_up"] == 1
    assert before["wardkey_pending_migrations"] == 0
    assert before["wardkey_outbox_messages"] == before["wardkey_audit_unsealed_entries"] == 0
    assert before["wardkey_metadata_stale"] == 1
    assert before["wardkey_metadata_until_timestamp_seconds"] == 0
    assert before["wardkey_signing_key_until_timestamp_seconds"] == 0

    ben = [outbox.Addressee("ben@northside.example", "en-gb")] * 30
    outbox.put(messages.access_pass_used, to=ben, name="Ben", when="today")
    for _each in range(5):
        log.record(events.PASS_USED, actor=log.SYSTEM)
    each = worker.usual_chores(stopping=lambda: False)
    for chore in each:
        chore.told.did(0.25)
    each[0].told.failed(0.5)
    chores.write_down([chore.told for chore in each])
    with (
        clock.standing_at(clock.now() + timedelta(seconds=40)),
        django_assert_num_queries(9),
    ):
        after = scraped()
    assert after["wardkey_outbox_messages"] == 30
    assert 40 <= after["wardkey_outbox_oldest_seconds"] < 60
    assert after["wardkey_audit_unsealed_entries"] == 5
    assert 40 <= after["wardkey_audit_sealing_lag_seconds"] < 60
    assert 39 < after["wardkey_clock_apart_seconds"] < 60
    assert after['wardkey_chore_failures{chore="send_messages"}'] == 1
    assert after['wardkey_chore_last_run_seconds{chore="seal_the_audit_trail"}'] == 0.25
    sealing = '{chore="seal_the_audit_trail"}'
    following = after[f"wardkey_chore_next_timestamp_seconds{sealing}"]
    assert following - after[f"wardkey_chore_succeeded_timestamp_seconds{sealing}"] == 1
    assert len([name for name in after if name.startswith("wardkey_chore_every")]) == len(each)


def test_a_chore_that_never_succeeds_keeps_what_an_earlier_worker_wrote(db):
    told = chores.Told(name="seal", every=1.0)
    told.did(0.1)
    chores.write_down([told])
    of_the_next_worker = chores.Told(name="seal", every=1.0)
    of_the_next_worker.failed(0.1)
    of_the_next_worker.failed(0.1)
    chores.write_down([of_the_next_worker, chores.Told(name="never_tried", every=1.0)])
    [kept] = chores.all_told()
    assert (kept.succeeded_at, kept.failures) == (told.succeeded_at, 2)
    assert kept.failing_since
    assert kept.failing_since < of_the_next_worker.tried_at
    of_the_next_worker.did(0.1)
    chores.write_down([of_the_next_worker])
    [kept] = chores.all_told()
    assert (kept.failing_since, kept.failures) == (None, 0)


def test_a_database_that_is_away_is_an_answer(transactional_db, settings):
    settings.METRICS_SECRET = SECRET
    with migrations_away():
        told = scraped()
    assert told["wardkey_database_up"] == 0
    assert "wardkey_outbox_messages" not in told


def test_what_is_counted_names_nobody_and_has_few_labels(
    cast, watched, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        Client().post("/sign-in/", {"username": "asha", "password": "not-the-password-of-asha"})
        Client().get("/no/such/page/of/asha")
        log.record(events.SIGN_IN_REFUSED, actor=log.NOBODY, reason="asha@x", step="asha")
    told = scraped()
    assert told['wardkey_refusals_total{event="sign_in.refused",reason="password",step=""}'] >= 1
    assert told['wardkey_refusals_total{event="sign_in.refused",reason="other",step=""}'] >= 1
    assert told['wardkey_events_total{event="sign_in.refused"}'] >= 2
    assert told['wardkey_request_seconds_count{route="none",status="4xx"}'] >= 1
    assert told['wardkey_request_seconds_count{route="sign_in",status="4xx"}'] >= 1
    assert not [name for name in told if "asha" in name]


def test_what_is_rolled_back_is_not_counted(transactional_db):
    def counted() -> float:
        name = "wardkey_events_total"
        return counting.OURS.get_sample_value(name, {"event": "access_pass.used"}) or 0

    before = counted()
    with transaction.atomic():
        log.record(events.PASS_USED, actor=log.SYSTEM)
        transaction.set_rollback(True)
    assert counted() == before
    log.record(events.PASS_USED, actor=log.SYSTEM)
    assert counted() == before + 1


@pytest.mark.looks_only
def test_all_processes_are_added_up_and_what_they_counted_goes_with_them(
    cast_for_threads, tmp_path
):
    with served(
        tmp_path, WARDKEY_METRICS_SECRET=SECRET, WARDKEY_WEB_WORKERS="3", WARDKEY_LOG_FORMAT="json"
    ) as portal:
        for _each in range(30):
            asked(portal.port, "GET", "/livez")
        told = [asked(portal.port, "GET", "/metrics", **BEARER).text for _each in range(5)]
        portal.process.terminate()
        assert portal.process.wait(timeout=PATIENCE) == 0
    assert {
        read(text)['wardkey_request_seconds_count{route="livez",status="2xx"}'] for text in told
    } == {30}


def test_the_page_for_people_says_what_to_do(cast):
    root = signed_in(cast.root)
    page = expect(200, root.get("/admin/health/")).content.decode()
    assert "start wardkey worker" in page
    told = [chore.told for chore in worker.usual_chores(stopping=lambda: False)]
    for each in told:
        each.did(0.1)
    chores.write_down(told)
    signing_keys.signing_key()
    page = root.get("/admin/health/").content.decode()
    for words in ("It does all of it.", "Every 5 minutes", "Every day", "There is nothing yet."):
        assert words in page
    assert "<strong>Late</strong>" not in page
    assert "the worker makes the next one." in page
    SigningKey.objects.update(signs_from=clock.now() - signing_keys.SIGNS_FOR)
    told[0].failed(0.1)
    chores.write_down(told)
    with clock.standing_at(clock.now() + timedelta(seconds=40)):
        page = root.get("/admin/health/").content.decode()
    assert "Late, or failing: send_messages." in page
    assert page.count("<strong>Late</strong>") == 1
    assert "for rotate_signing_keys" in page
    assert "Mend the time service" in page
    expect(403, signed_in(cast.asha).get("/admin/health/"))
