"""Services that workflows call, on loopback: they remember who called with which trace, and can be made to hang."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Services:
    """What was called: the `traceparent` of each call, by path."""

    def __init__(self) -> None:
        self.called: dict[str, list[str]] = defaultdict(list)
        self.failing: dict[str, int] = {}
        """Status by path of what fails, as long as it is in here."""
        self.fails_first: dict[str, int] = {}
        """How many calls of a path fail with 503."""
        self.hanging = threading.Event()
        """Set once a call of `/hang` is there that gets no answer."""
        self.released = threading.Event()
        self.url = ""


@contextmanager
def serving_calls() -> Iterator[Services]:
    """Services that listen while the context lasts."""
    services = Services()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            path = self.path.partition("?")[0]
            services.called[path].append(self.headers.get("traceparent", ""))
            status = services.failing.get(path, 200)
            if len(services.called[path]) <= services.fails_first.get(path, 0):
                status = 503
            if path == "/hang" and not services.released.is_set():
                services.hanging.set()
                services.released.wait(60)
                return
            body = json.dumps({"path": path}).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    services.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield services
    finally:
        services.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
