"""Traces, where OpenTelemetry is configured: what a span tells, and that nobody waits for one."""

import json
import subprocess
import sys

import pytest
from django.db import DatabaseError, connection
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.canaries import forms_of, watched
from tests.cast import PASSWORD
from tests.collector import collecting
from tests.commands import PATIENCE, database_url, environment, eventually, running
from tests.doors import Browser, desk_of, expect, half_signed_in, registered, signed_in
from tests.served import asked, served, sign_in
from wardkey.base import spans

pytestmark = pytest.mark.looks_only

FROM_THE_PROXY = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TRACE = FROM_THE_PROXY.split("-")[1]

LOADED = """
import sys
from wardkey.wsgi import application
application.load_middleware()
print(sum(name.startswith("opentelemetry") for name in sys.modules))
"""


@pytest.fixture
def told(settings, monkeypatch):
    """What the spans of this process tell, kept."""
    kept, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(spans, "OURS", provider.get_tracer("wardkey"))
    settings.TRACES = True
    return kept


def test_a_span_has_names_of_the_code_and_nothing_that_anybody_typed(cast, told, monkeypatch):
    with watched(monkeypatch) as watch:
        asha = signed_in(cast.asha)
        soft_key, key = registered(asha, cast.ben)
        expect(200, half_signed_in(cast.ben).use(soft_key, key))
        expect(200, asha.get(f"/admin/people/?q={cast.ben.username}"))
        expect(404, asha.get(f"{desk_of(cast.eve)}{key.pk}/edit/?typed=into-the-address"))
        expect(404, Browser().get("/no-such-page-of-ben"))
        Browser().get("/livez")
    with (
        pytest.raises(DatabaseError),
        spans.of_chore("a chore"),
        connection.execute_wrapper(spans.of_statement),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 'typed in' FROM nowhere")
    names = {each.name for each in told.get_finished_spans()}
    assert {
        "POST /sign-in/",
        "GET /admin/people/",
        "GET /admin/people/<uuid:holder_id>/keys/<uuid:key_id>/edit/",
        "GET",  # of an address that there is not, the method alone
        "SELECT people_person",
        "INSERT audit_changeentry",
        "a chore",
    } <= names
    assert not any("livez" in name for name in names)
    text = "\n".join(each.to_json() for each in told.get_finished_spans())
    assert text.count('"OperationalError"') == 2
    secrets = {form for found in watch.noted.values() for each in found for form in forms_of(each)}
    people = {cast.ben.username, cast.asha.username, str(cast.ben.pk), str(key.pk), "127.0.0.1"}
    typed = {"into-the-address", "no-such-page-of-ben", "typed in", PASSWORD}
    assert len(secrets) > 3
    assert [each for each in secrets | people | typed if each in text] == []


def test_a_trace_goes_on_where_a_trusted_proxy_says_so_and_nowhere_else(db, told, settings):
    for proxies, peer in ([], "127.0.0.1"), (["10.1.0.0/16"], "127.0.0.1"):
        settings.TRUSTED_PROXIES = proxies
        Browser().get("/sign-in/", headers={"traceparent": FROM_THE_PROXY}, REMOTE_ADDR=peer)
    Browser().get("/sign-in/", headers={"traceparent": "0 or 1=1"}, REMOTE_ADDR="10.1.0.7")
    assert TRACE not in {f"{each.context.trace_id:x}" for each in told.get_finished_spans()}
    told.clear()
    Browser().get("/sign-in/", headers={"traceparent": FROM_THE_PROXY}, REMOTE_ADDR="10.1.0.7")
    assert {f"{each.context.trace_id:x}" for each in told.get_finished_spans()} == {TRACE}


def test_without_a_collector_nothing_of_it_is_loaded():
    found = subprocess.run(
        [sys.executable, "-c", LOADED],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "0\n"


def test_a_collector_gets_the_spans_of_a_login_and_one_that_is_down_delays_nobody(
    cast_for_threads, tmp_path
):
    with collecting() as collector:
        traced = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_EXPORTER_OTLP_TIMEOUT": "5",
            "OTEL_BSP_SCHEDULE_DELAY": "50",
            "OTEL_SERVICE_NAME": "keys of these tests",
            "DATABASE_URL": database_url(),
            "WARDKEY_DEMO": "1",
            "WARDKEY_LOG_FORMAT": "json",
            "WARDKEY_WEB_WORKERS": "1",
        }
        with served(tmp_path, WARDKEY_TRUSTED_PROXIES="127.0.0.1", **traced) as portal:
            asked(portal.port, "GET", "/sign-in/", traceparent=FROM_THE_PROXY)
            answer = sign_in(portal.port, cast_for_threads.asha.username)
            [(trace_id, facts)] = eventually(lambda: collector.named("POST /sign-in/"))
            assert facts["wardkey.request_id"] == answer.headers["X-Request-Id"]
            assert facts["http.response.status_code"] == answer.status
            [(of_the_proxy, _facts)] = collector.named("GET /sign-in/")
            assert (of_the_proxy, collector.services) == (TRACE, {"keys of these tests"})
            assert PASSWORD.encode() not in collector.raw
            collector.hold()
            sign_in(portal.port, cast_for_threads.asha.username)
            eventually(lambda: collector.waiting)
            for _each in range(20):
                assert asked(portal.port, "GET", "/sign-in/").status == 200
            eventually(lambda: "dependency.down: traces" in portal.log.read_text())
            collector.let_go()
            eventually(lambda: "dependency.up: traces" in portal.log.read_text())
        lines = [json.loads(line) for line in lines_of_json(portal.log.read_text())]
        assert sum("dependency.down" in line["message"] for line in lines) == 1
        [line] = [line for line in lines if line.get("request_id") == facts["wardkey.request_id"]]
        assert line["trace_id"] == trace_id
        with running("worker", log=tmp_path / "worker", **traced) as worker:
            eventually(lambda: collector.named("seal_the_audit_trail"))
            worker.terminate()
            assert worker.wait(timeout=PATIENCE) == 0


def lines_of_json(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("{")]
