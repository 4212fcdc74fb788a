"""One request over one pooled connection, through the network guard.

`Transport.exchange` sends one request and reads the whole answer. It knows nothing of redirects,
authentication or what a status means. It keeps no cookies: instances must not see each other's.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import httpcore2
import httpx2
import msgspec

from counterpoint.connectors.http.guard import GuardedBackend, Refused
from counterpoint.connectors.http.settings import HttpLimits
from counterpoint.connectors.network import NetworkPolicy


class TooLarge(Exception):
    """The response is larger than a limit."""


class ExchangeFailed(Exception):
    """No whole answer came: the message says what went wrong; `timed_out` where it was silence."""

    def __init__(self, message: str, *, timed_out: bool = False) -> None:
        super().__init__(message)
        self.timed_out = timed_out


class Progress(msgspec.Struct):
    """How far a call got. Shared by all requests of one call, so that its outcome can be told."""

    written: bool = False
    """Whether anything of a request may have left this machine."""
    begun: bool = False
    """Whether it has, or is making, a connection."""

    async def trace(self, event: str, info: object) -> None:
        """Listen to the connection's own events (`extensions["trace"]`)."""
        self.begun = True
        if event.endswith("send_request_headers.started"):
            self.written = True


class Reply(msgspec.Struct, frozen=True):
    """A whole response, with the request that it answers."""

    status: int
    headers: httpx2.Headers
    content: bytes
    request: httpx2.Request
    authorization: dict[str, Any] | None = None


Exchange: TypeAlias = Callable[[httpx2.Request, Progress], Awaitable[Reply]]
"""One request and its whole answer, as `Transport.exchange`."""


class Transport:
    """A connection pool behind the network policy."""

    def __init__(self, policy: NetworkPolicy, limits: HttpLimits, tls: ssl.SSLContext | None = None) -> None:
        self._policy = policy
        self._limits = limits
        self._timeout = {
            "connect": limits.connect_ms_max / 1000,
            "pool": limits.idle_ms_max / 1000,
            "read": limits.idle_ms_max / 1000,
            "write": limits.idle_ms_max / 1000,
        }
        self._tls = tls
        self._opened: httpcore2.AsyncConnectionPool | None = None

    async def exchange(self, request: httpx2.Request, progress: Progress) -> Reply:
        """Send the request, read the answer.

        Raises Refused, TooLarge or ExchangeFailed; `progress` then says whether the request may have arrived.
        """
        host, port = request.url.host, request.url.port or (443 if request.url.scheme == "https" else 80)
        if refusal := self._policy.refuse_target(host, port):
            raise Refused(refusal)
        try:
            answer = await self._pool.handle_async_request(self._lower(request, progress))
            try:
                return await self._read(answer, request)
            finally:
                await answer.aclose()
        except httpcore2.TimeoutException as error:
            raise ExchangeFailed(_describe(error), timed_out=True) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.ConnectionNotAvailable) as error:
            raise ExchangeFailed(_describe(error)) from error
        except httpx2.DecodingError as error:
            raise ExchangeFailed(f"the response's content encoding is broken: {error}") from error

    async def close(self) -> None:
        """Close all connections."""
        if self._opened is not None:
            await self._opened.aclose()

    @property
    def _pool(self) -> httpcore2.AsyncConnectionPool:
        # Made when it is needed: reading the certificate authorities takes longer than all else that an engine
        # without HTTP calls does to start.
        if self._opened is None:
            limits = self._limits
            self._opened = httpcore2.AsyncConnectionPool(
                ssl_context=self._tls or httpx2.create_ssl_context(trust_env=False),
                max_connections=limits.connections_max,
                max_keepalive_connections=limits.keepalive_connections_max,
                keepalive_expiry=limits.keepalive_ms_max / 1000,
                http1=True,
                http2=True,
                network_backend=GuardedBackend(self._policy),
            )
        return self._opened

    def _lower(self, request: httpx2.Request, progress: Progress) -> httpcore2.Request:
        url = request.url
        return httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.content,
            extensions={"timeout": self._timeout, "trace": progress.trace},
        )

    async def _read(self, answer: httpcore2.Response, request: httpx2.Request) -> Reply:
        size = sum(len(name) + len(value) for name, value in answer.headers)
        if size > self._limits.response_headers_bytes_max:
            raise TooLarge(_over("response_headers_bytes_max", self._limits.response_headers_bytes_max))
        assert isinstance(answer.stream, AsyncIterable)
        response = httpx2.Response(answer.status, headers=answer.headers, stream=_Stream(answer.stream))
        maximum = self._limits.response_bytes_max
        announced = response.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > maximum and request.method != "HEAD":
            raise TooLarge(_over("response_bytes_max", maximum))
        content = bytearray()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > maximum:
                raise TooLarge(_over("response_bytes_max", maximum))
        return Reply(answer.status, response.headers, bytes(content), request)


class _Stream(httpx2.AsyncByteStream):
    """A connection's byte stream, as the response decoder wants it."""

    def __init__(self, source: AsyncIterable[bytes]) -> None:
        self._source = source

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._source:
            yield chunk


def _over(limit: str, maximum: int) -> str:
    return f"the response is larger than {limit} ({maximum:,} bytes)"


def _describe(error: Exception) -> str:
    cause = error.__cause__ or error.__context__
    text = str(error) or (str(cause) if cause else "")
    return text or {"ReadTimeout": "no answer in time"}.get(type(error).__name__, type(error).__name__)
