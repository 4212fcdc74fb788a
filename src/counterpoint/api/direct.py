"""Direct answers: a plain start without a key needs no task and no messages of ASGI.

Its head says whether it is one, its body is begun when it is there, and what the committer says of it is the answer, or
what the instance has come to: a few calls, where a task that waits for each of them costs as much as the engine needs
for a saga.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Final, NamedTuple

from litestar.types import HTTPScope

from counterpoint.api.access import Access
from counterpoint.api.gate import Gate, caller_of, id_of
from counterpoint.api.plain import PATH, Plain, Written, asked, let_in, plain, refused, written
from counterpoint.api.problems import describe
from counterpoint.api.serving import Serving
from counterpoint.api.underway import Told, Underway
from counterpoint.ports.telemetry import CALLER

_BYTES_MAX: Final = 32_768
"""Of a body: uvicorn stops to read at 64 KiB until somebody receives, as ASGI has it."""
_HEADS_MAX: Final = 256
_HEAD_BYTES_MAX: Final = 4_096
_OF_ONE: Final = frozenset({"x-request-id", "traceparent", "tracestate"})
"""Headers that no two requests share."""


class Taken(NamedTuple):
    """A request whose head is here."""

    plain: Plain
    id: str
    began: float
    """By `perf_counter`."""


class Direct:
    """Behind the gate, as everything else: see there for what each answer has, and is counted by."""

    def __init__(self, gate: Gate, serving: Serving, access: Access) -> None:
        self._gate = gate
        self._serving = serving
        self._access = access
        self._heads: dict[bytes, Plain] = {}

    def takes(self, scope: HTTPScope) -> Taken | None:
        """Whether it answers the request with this head, if the body is of its kind too."""
        head = plain(scope, self._access, self._serving.limits)
        if head is None or head.key is not None or "prefer" in head.headers or head.length > _BYTES_MAX:
            return None
        return Taken(head, id_of(head.headers.get("x-request-id", "")), perf_counter())

    def remember(self, head: bytes, taken: Taken) -> None:
        """The head of what it took, as it came: a client that keeps its connection sends the same one again."""
        if len(head) <= _HEAD_BYTES_MAX and _OF_ONE.isdisjoint(taken.plain.headers):
            if len(self._heads) >= _HEADS_MAX:
                del self._heads[next(iter(self._heads))]
            self._heads[head] = taken.plain

    def recall(self, head: bytes, length: int) -> Taken | None:
        """As `takes`, of a head that it remembers, and a body of this length."""
        known = self._heads.get(head)
        if known is None or known.length != length or not let_in(known.headers, self._access):
            return None
        return Taken(known, id_of(""), perf_counter())

    def begin(self, taken: Taken, body: bytes, write: Callable[[Written], None]) -> Callable[[], None] | None:
        """Begin what the body asks for, and `write` the answer in the end; gives what to call if the client goes first.

        None where it is for others to answer: nothing was begun then.
        """
        request = asked(body)
        if request is None or request.id is not None or self._gate.full:
            return None
        headers, starting = taken.plain.headers, self._serving.service.starting
        answer = partial(self._end, taken, write)
        try:
            caller = caller_of(headers.get("traceparent", ""), headers.get("tracestate", ""))
            if caller is not CALLER.get():  # of the connection, where an earlier request may have left one
                CALLER.set(caller)
            begun = starting.start_at_once(request.definition, request.input, request.business_key)
        except Exception as error:
            self._gate.enter()
            # Not from within the parser, which is still at the end of this request.
            asyncio.get_running_loop().call_soon(answer, error)
            return _nothing
        if begun is None:
            return None
        self._gate.enter()
        return Underway(self._serving, begun, taken.plain.wait, answer).over

    def _end(self, taken: Taken, write: Callable[[Written], None], told: Told) -> None:
        self._gate.leave()
        if isinstance(told, Exception):
            answer = refused(*describe(told, taken.id), taken.plain)
        else:
            answer = written(told, taken.plain)
        self._gate.complete(answer.headers, taken.id)
        write(answer)
        if self._gate.measures:
            self._gate.tell("POST", PATH, PATH, answer.status, perf_counter() - taken.began, taken.id)


def _nothing() -> None:
    """Nothing is waited for."""
