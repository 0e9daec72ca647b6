"""A collector of traces on this machine, as OpenTelemetry's own would be asked.

collecting    one that takes what comes, on a free port
    spans     what came: (name, trace id in hex, attributes)
    raw       every byte of it
    hold      until it is let go, whoever sends waits for an answer; `waiting` of them do
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Collector(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Taking)
        self.spans: list[tuple[str, str, dict]] = []
        self.raw, self.waiting = b"", 0
        self.services: set[str] = set()
        self.answering = Event()
        self.answering.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def hold(self) -> None:
        self.answering.clear()

    def let_go(self) -> None:
        self.answering.set()

    def named(self, name: str) -> list[tuple[str, dict]]:
        return [(trace_id, facts) for told, trace_id, facts in self.spans if told == name]


class Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.waiting += 1
        self.server.answering.wait(30)
        self.server.waiting -= 1
        self.server.raw += body
        for of_one in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.server.services.add(read(of_one.resource.attributes)["service.name"])
            for scope in of_one.scope_spans:
                for span in scope.spans:
                    told = (span.name, span.trace_id.hex(), read(span.attributes))
                    self.server.spans.append(told)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_told: object) -> None:
        pass


def read(attributes) -> dict:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}


@contextmanager
def collecting(port: int = 0) -> Iterator[Collector]:
    with Collector(port) as collector:
        thread = Thread(target=collector.serve_forever)
        thread.start()
        try:
            yield collector
        finally:
            collector.let_go()
            collector.shutdown()
            thread.join()
