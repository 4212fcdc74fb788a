# Made by `python -m tests.client.generate`; do not change it by hand.
"""The connection: sends calls, repeats those that may be, and follows streams across cuts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final, Self

import httpx2
import msgspec

from counterpoint.client.calls import (
    Call,
    ClientLimits,
    is_busy,
    may_repeat,
    pause_before,
    problem_of,
    request_of,
    value_of,
)
from counterpoint.client.errors import Unreachable
from counterpoint.client.sse import Parser, StreamEvent

_OVER: Final = 204


class Connection:
    """A connection to one server. Use it as a context manager."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        limits: ClientLimits | None = None,
        http: httpx2.Client | None = None,
    ) -> None:
        """`url` is where the server is, such as `http://localhost:8080`; `token` its API token.

        `http`: an HTTP client of your own (proxies, certificates) with its own base URL; it is not closed with this.
        """
        self._limits = limits or ClientLimits()
        self._http = http or httpx2.Client(base_url=url, trust_env=False)
        self._owned = http is None
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections to the server."""
        if self._owned:
            self._http.close()

    def _call(self, call: Call, kind: Any) -> Any:
        """Send a call; what is answered, as `kind`. Raises ApiError, Unreachable, NotUnderstood."""
        attempt = 1
        while True:
            last = attempt >= self._limits.attempts_max
            response = None
            try:
                response = self._http.send(self._request(call))
            except httpx2.TransportError as error:
                if last or not may_repeat(call, error):
                    raise Unreachable(
                        f"{self._http.base_url} does not answer: {error or type(error).__name__}"
                    ) from error
            if response is not None and (last or not is_busy(response)):
                return value_of(response, kind)
            attempt += 1
            time.sleep(pause_before(attempt, self._limits, response))

    def _stream(self, call: Call, last_id: str | None) -> Iterator[StreamEvent]:
        """The events of a stream, each once and in order, whatever is cut, until the server says that it is over."""
        parser = Parser(last_id)
        attempt, failing_since = 1, time.monotonic()
        while True:
            parser.restart()
            headers = {**call.headers, "Last-Event-ID": parser.last_id}
            failure: Exception | None = None
            answer = None
            try:
                request = self._request(msgspec.structs.replace(call, headers=headers))
                answer = self._http.send(request, stream=True)
                if answer.status_code == _OVER:
                    return
                if not answer.is_success:
                    answer.read()
                    failure = problem_of(answer)
                    if not is_busy(answer):
                        raise failure
                else:
                    for line in answer.iter_lines():
                        attempt, failing_since = 1, time.monotonic()
                        event = parser.take(line)
                        if event is not None:
                            yield event
            except httpx2.TransportError as error:
                failure = error
            finally:
                if answer is not None:
                    answer.close()
            attempt += 1
            if (time.monotonic() - failing_since) * 1000 > self._limits.resume_ms_max:
                raise Unreachable(f"the stream {call.path} cannot be taken up again: {failure}") from failure
            pause = pause_before(attempt, self._limits)
            time.sleep(max(pause, (parser.retry_ms or 0) / 1000 if failure is None else 0))

    def _request(self, call: Call) -> httpx2.Request:
        request: httpx2.Request = request_of(call, self._http, self._limits)
        request.headers.update(self._headers)
        return request
