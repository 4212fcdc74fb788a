"""`call: http`."""

from __future__ import annotations

from counterpoint.connectors.http.client import HttpClient
from counterpoint.connectors.http.request import read_call
from counterpoint.connectors.http.response import output_of
from counterpoint.ports.connector import Completion, Invocation


class HttpConnector:
    """Calls HTTP services. The client may be shared with other connectors; the connector closes it."""

    functions = frozenset({"http"})

    def __init__(self, client: HttpClient | None = None) -> None:
        self._client = client or HttpClient()

    async def invoke(self, invocation: Invocation) -> Completion:
        """Carry out one call; the arguments are those of `with`. Raises ConnectorError."""
        call = read_call(invocation.arguments, invocation.key, self._client.limits, invocation.trace)
        reply = await self._client.send(call, invocation.deadline, insistent=invocation.undo)
        return Completion(output=output_of(reply, call), authorization=reply.authorization)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()
