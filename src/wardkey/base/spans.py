"""What is told of requests, statements and chores to a collector. Loaded where there is one.

send_to_the_collector   from now on; spans wait in a bounded queue for a thread of their own
send_the_last           before the process ends
of_request, answered    a request, from its begin to its answer
of_statement            a statement to the database within it
of_chore                what the worker does

A span has names of the code: a route's pattern, a method, a table. No address, query, user name,
network address, text of a statement or of an error is in one, so none can hold a secret.
Settings are OpenTelemetry's own (OTEL_…), which its library reads.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from threading import Thread
from typing import Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from . import dependencies, tracing

USUAL_NAME = {"service.name": "wardkey"}  # OTEL_SERVICE_NAME goes before it
SECONDS_FOR_THE_LAST = 2.0
TO_DO = "Nobody waits for it, and spans are lost: see OTEL_EXPORTER_OTLP_ENDPOINT."
STATEMENT = re.compile(r"\s*([A-Za-z]+)")
TABLE = re.compile(r'(?:FROM|INTO|UPDATE)\s+"(\w+)"')
DATABASES = {"sqlite": "sqlite", "postgresql": "postgresql"}

OURS = trace.get_tracer("wardkey")  # silent until there is a provider


class Told(SpanExporter):
    """A collector that is down is told as any other machine is (dependencies.py)."""

    def __init__(self, exporter: SpanExporter) -> None:
        self.exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self.exporter.export(spans)
        if result is SpanExportResult.SUCCESS:
            dependencies.up("traces")
        else:
            dependencies.down("traces", "the collector takes none", to_do=TO_DO)
        return result

    def shutdown(self) -> None:
        self.exporter.shutdown()


def send_to_the_collector() -> None:
    usual = Resource(USUAL_NAME).merge(Resource.create())
    provider = TracerProvider(resource=usual, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(Told(OTLPSpanExporter())))
    trace.set_tracer_provider(provider)


def send_the_last() -> None:
    """The library would wait for a collector that is down for longer than anybody who stops us."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        sending = Thread(target=provider.shutdown, daemon=True)
        sending.start()
        sending.join(SECONDS_FOR_THE_LAST)


@contextmanager
def of_request(*, method: str, traceparent: str) -> Iterator[Span]:
    """`traceparent` as it came, empty for none; what cannot be read begins a trace of its own."""
    above = TraceContextTextMapPropagator().extract({"traceparent": traceparent})
    with _span(method, context=above, kind=SpanKind.SERVER) as span:
        yield span


def answered(span: Span, *, method: str, route: str, status: int, request_id: str) -> None:
    """`route` is the pattern of the address, with the names of ids in their place."""
    span.update_name(f"{method} {route}".strip())
    span.set_attributes(
        {
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
            "wardkey.request_id": request_id,
        }
    )
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR))


def of_statement(
    execute: Callable, sql: str, parameters: object, many: object, context: dict
) -> object:
    """As Django's execute_wrapper calls it; `many` is whether there are rows of parameters."""
    if not trace.get_current_span().is_recording():
        return execute(sql, parameters, many, context)
    word, table = STATEMENT.match(sql), TABLE.search(sql)
    what, where = word[1].upper() if word else "", table[1] if table else ""
    facts = {
        "db.system.name": DATABASES.get(context["connection"].vendor, "other"),
        "db.operation.name": what,
        "db.collection.name": where,
    }
    with _span(f"{what} {where}".strip(), kind=SpanKind.CLIENT, attributes=facts):
        return execute(sql, parameters, many, context)


def of_chore(name: str) -> AbstractContextManager[Span]:
    return _span(name)


@contextmanager
def _span(name: str, **more: Any) -> Iterator[Span]:
    """Of an error its kind alone: the library would tell its text, with what somebody typed."""
    with (
        OURS.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False, **more
        ) as span,
        tracing.known_as(_trace_id(span)),
    ):
        try:
            yield span
        except BaseException as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def _trace_id(span: Span) -> str:
    told = span.get_span_context()
    return trace.format_trace_id(told.trace_id) if told.is_valid else ""
