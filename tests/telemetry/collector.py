"""An OTLP/HTTP receiver on loopback: keeps what real exporters send it, and can refuse or be slow."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Seen:
    """A span that was received; times in milliseconds since the epoch, ids in hexadecimal."""

    def __init__(self, span: Any, resource: dict[str, Any]) -> None:
        self.trace, self.id, self.parent = span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()
        self.name, self.kind, self.resource = span.name, span.kind, resource
        self.started_at, self.ended_at = span.start_time_unix_nano // 1_000_000, span.end_time_unix_nano // 1_000_000
        self.attributes = attributes(span.attributes)
        self.links = [(link.trace_id.hex(), link.span_id.hex()) for link in span.links]
        self.error = span.status.message if span.status.code == 2 else None


class Collector:
    """What has come in."""

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self.spans: list[Seen] = []
        self.metrics: dict[str, Any] = {}
        self.bodies: list[bytes] = []
        self.status = 200
        self.stalled = threading.Event()
        self.stalled.set()
        self.url = ""

    def take(self, path: str, body: bytes) -> None:
        """A request has come in."""
        with self._moved:
            self.bodies.append(body)
            if path == "/v1/traces":
                for each in ExportTraceServiceRequest.FromString(body).resource_spans:
                    about = attributes(each.resource.attributes)
                    self.spans += [Seen(span, about) for scope in each.scope_spans for span in scope.spans]
            elif path == "/v1/metrics":
                for each in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                    self.metrics |= {metric.name: metric for scope in each.scope_metrics for metric in scope.metrics}
            self._moved.notify_all()

    def until(self, holds: Any, seconds: float = 20) -> None:
        """Wait until something holds."""
        with self._moved:
            assert self._moved.wait_for(holds, seconds), [span.name for span in self.spans]

    def once(self) -> dict[str, Seen]:
        """The spans by id: copies of one that was sent again must be the same."""
        found: dict[str, Seen] = {}
        for span in self.spans:
            same = found.setdefault(span.id, span)
            assert (same.started_at, same.ended_at, same.parent) == (span.started_at, span.ended_at, span.parent)
        return found


def attributes(pairs: Any) -> dict[str, Any]:
    """Attributes as a dict."""
    return {pair.key: getattr(pair.value, str(pair.value.WhichOneof("value"))) for pair in pairs}


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that listens while the context lasts."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            collector.stalled.wait(30)
            if collector.status == 200:
                collector.take(self.path, body)
            self.send_response(collector.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    collector.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield collector
    finally:
        collector.stalled.set()
        server.shutdown()
        thread.join()
        server.server_close()
