"""Connects to judged addresses only."""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any, Final

import httpcore2

from counterpoint.connectors.network import NetworkPolicy

_READABLE: Final = select.POLLIN | select.POLLERR | select.POLLHUP | select.POLLNVAL


class Refused(Exception):
    """The network policy forbids the connection."""


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Resolves a name once, judges each address, and connects to a judged address and no other.

    The TLS handshake and the `Host` header keep the name.
    """

    def __init__(self, policy: NetworkPolicy) -> None:
        self._policy = policy
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address that may be reached and answers. Raises Refused where none may be."""
        try:
            async with asyncio.timeout(timeout):
                return await self._connect(host, port, local_address, socket_options)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout("connecting took too long") from error

    async def sleep(self, seconds: float) -> None:
        """Wait; part of the interface."""
        await self._network.sleep(seconds)

    async def _connect(
        self, host: str, port: int, local_address: str | None, socket_options: Iterable[Any] | None
    ) -> httpcore2.AsyncNetworkStream:
        failure: httpcore2.ConnectError | None = None
        for address in await self._judged_addresses(host, port):
            try:
                return _Stream(await self._network.connect_tcp(address, port, None, local_address, socket_options))
            except httpcore2.ConnectError as error:
                failure = failure or error
        raise failure or httpcore2.ConnectError(f"{host} has no address")

    async def _judged_addresses(self, host: str, port: int) -> list[str]:
        addresses = await _resolve(host, port)
        refusals = {each: self._policy.refuse_address(host, ip_address(each.partition("%")[0])) for each in addresses}
        allowed = [each for each in addresses if refusals[each] is None]
        if addresses and not allowed:
            raise Refused(refusals[addresses[0]])
        return allowed


class _Stream(httpcore2.AsyncNetworkStream):
    """A connected stream that knows cheaply whether its socket is readable.

    The pool asks that of each idle connection on each request; through the layers below it costs
    system calls, with 50 connections a third of a request's time.
    """

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream
        self._socket: socket.socket = stream.get_extra_info("socket")
        self._poll = select.poll()
        self._poll.register(self._socket.fileno(), _READABLE)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore2.AsyncNetworkStream:
        return _Stream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            # A closed socket counts as readable: its number may be another's by now.
            return self._socket.fileno() < 0 or bool(self._poll.poll(0))
        return self._stream.get_extra_info(info)


async def _resolve(host: str, port: int) -> list[str]:
    try:
        return [str(ip_address(host))]
    except ValueError:
        pass  # a name, not an address
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"the name {host} cannot be resolved: {error}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
