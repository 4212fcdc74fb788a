"""The outside world of the crash harness: four services with one ledger, that misbehave by plan.

They live in the harness's process, so they survive every kill. Each keeps the promise that an idempotency key
asks for: the effect of a key is applied once, and a repeated request gets the first answer. What goes wrong for
an order is drawn from the seed, so it is the same however often a request is repeated.
"""

from __future__ import annotations

import json
import random
import threading
import time
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SERVICES = ("orders", "payments", "stock", "deliveries")
LATENCY_SECONDS = (0.002, 0.02)
LATE_SECONDS = 2.0
"""Longer than the document's timeout of a step, so that its outcome is unknown to the engine."""


class Conduct(Enum):
    """What a service does with the requests of one order."""

    OBLIGE = "applies it and answers"
    REFUSE = "answers 422: nothing happened, for certain"
    APPLY_LATE_ANSWER = "applies it and answers after the caller has given up"
    LATE_APPLY = "applies it only after the caller has given up, unless it was undone meanwhile"
    HANG_UP = "applies it and closes the connection without an answer"
    FAIL_AFTER = "applies it and answers 500"
    FAIL_BEFORE = "answers 500 and does nothing"
    BUSY = "answers 503 at first and obliges later"


FORWARD = (
    (Conduct.OBLIGE, 80),
    (Conduct.REFUSE, 8),
    (Conduct.APPLY_LATE_ANSWER, 2),
    (Conduct.LATE_APPLY, 2),
    (Conduct.HANG_UP, 2),
    (Conduct.FAIL_AFTER, 2),
    (Conduct.FAIL_BEFORE, 2),
    (Conduct.BUSY, 2),
)
UNDO = ((Conduct.OBLIGE, 85), (Conduct.BUSY, 10), (Conduct.HANG_UP, 5))
BUSY_TIMES = 2


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    service: str
    action: str
    """`do` or `undo`."""
    order: str
    key: str
    body: str


@dataclass
class Ledger:
    """Everything that was asked for and everything that was done, in order."""

    requests: list[Request] = field(default_factory=list)
    applied: list[Request] = field(default_factory=list)
    refused: list[Request] = field(default_factory=list)
    answers: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    undone: set[tuple[str, str]] = field(default_factory=set)
    busy: dict[str, int] = field(default_factory=dict)


class World:
    """The services, at `url`. Use as a context manager."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self.ledger = Ledger()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> World:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def handle(self, request: Request) -> tuple[int, dict[str, Any]] | None:
        """Answer a request; None hangs up."""
        with self._lock:
            self.ledger.requests.append(request)
            settled = self.ledger.answers.get(request.key)
        if settled is not None:
            return settled
        conduct = self._conduct(request)
        _pause(random.uniform(*LATENCY_SECONDS))
        match conduct:
            case Conduct.REFUSE:
                return self._refuse(request)
            case Conduct.FAIL_BEFORE:
                return 500, {"error": "out of order"}
            case Conduct.BUSY if self._still_busy(request):
                return 503, {"error": "busy"}
            case Conduct.LATE_APPLY:
                _pause(LATE_SECONDS)
        answer = self._apply(request)
        match conduct:
            case Conduct.APPLY_LATE_ANSWER:
                _pause(LATE_SECONDS)
            case Conduct.HANG_UP:
                return None
            case Conduct.FAIL_AFTER:
                return 500, {"error": "the answer was lost"}
        return answer

    def _conduct(self, request: Request) -> Conduct:
        plan = FORWARD if request.action == "do" else UNDO
        draw = random.Random(f"{self._seed}/{request.service}/{request.action}/{request.order}")
        return draw.choices([conduct for conduct, _ in plan], [weight for _, weight in plan])[0]

    def _still_busy(self, request: Request) -> bool:
        with self._lock:
            self.ledger.busy[request.key] = self.ledger.busy.get(request.key, 0) + 1
            return self.ledger.busy[request.key] <= BUSY_TIMES

    def _refuse(self, request: Request) -> tuple[int, dict[str, Any]]:
        with self._lock:
            self.ledger.refused.append(request)
        return 422, {"error": "refused"}

    def _apply(self, request: Request) -> tuple[int, dict[str, Any]]:
        place = (request.service, request.order)
        with self._lock:
            if request.key not in self.ledger.answers:
                if request.action == "do" and place in self.ledger.undone:
                    return 409, {"error": "undone already"}
                if request.action == "undo":
                    self.ledger.undone.add(place)
                self.ledger.applied.append(request)
                self.ledger.answers[request.key] = (200, {"receipt": len(self.ledger.applied)})
            return self.ledger.answers[request.key]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024
    """An engine that comes back sends everything that it owes at once."""


def _pause(seconds: float) -> None:
    time.sleep(seconds)


def _handler(world: World) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length).decode()
            if len(body) < length:
                self.close_connection = True  # the engine was killed in the middle of its request
                return
            _, service, action = self.path.split("/")
            order = json.loads(body)["order"]
            answer = world.handle(Request(service, action, order, self.headers["Idempotency-Key"], body))
            if answer is None:
                self.close_connection = True
                return
            status, content = answer
            payload = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            """Thousands of lines that nobody reads."""

        def handle(self) -> None:
            try:
                super().handle()
            except (ConnectionError, TimeoutError):
                self.close_connection = True  # the engine was killed while it was being answered

    return Handler
