"""Shorthand for calling the http connector in tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from counterpoint.connectors import NetworkPolicy
from counterpoint.connectors.http import HttpClient, HttpConnector, HttpLimits
from counterpoint.errors import ConnectorError
from counterpoint.ports.connector import Completion, Invocation
from tests.connectors.origin import Answer, Origin, Raw, origin


class Caller:
    """A connector that may call this machine."""

    def __init__(self, policy: NetworkPolicy | None = None, limits: HttpLimits | None = None, **options: Any) -> None:
        self.client = HttpClient(policy or NetworkPolicy.development(), limits, **options)
        self.connector = HttpConnector(self.client)

    async def __call__(self, endpoint: Any, method: str = "get", *, deadline: int | None = None, **with_: Any) -> Any:
        return (await self.complete(endpoint, method, deadline=deadline, **with_)).output

    async def complete(
        self, endpoint: Any, method: str = "get", *, deadline: int | None = None, **with_: Any
    ) -> Completion:
        arguments = {"method": method, "endpoint": endpoint, **with_}
        return await self.connector.invoke(
            Invocation(key="i1:/do/0/a:", function="http", arguments=arguments, deadline=deadline)
        )

    async def fails(self, endpoint: Any, method: str = "get", **with_: Any) -> ConnectorError:
        with pytest.raises(ConnectorError) as caught:
            await self(endpoint, method, **with_)
        return caught.value


def with_origin(
    test: Callable[[Origin, Caller], Awaitable[None]], *queue: Answer | Raw, caller: dict[str, Any] | None = None
) -> None:
    """Run `test` against a fresh server that gives the queued answers."""

    async def run() -> None:
        async with origin(*queue) as server:
            call = Caller(**(caller or {}))
            try:
                await asyncio.wait_for(test(server, call), 20)
            finally:
                await call.connector.close()

    asyncio.run(run())
