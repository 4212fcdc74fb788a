"""`call: openapi`."""

from __future__ import annotations

from counterpoint.connectors.http.client import HttpClient
from counterpoint.connectors.http.request import HttpCall, assemble, read_flag, read_output
from counterpoint.connectors.http.response import output_of
from counterpoint.connectors.openapi.arguments import place
from counterpoint.connectors.openapi.cache import DocumentCache
from counterpoint.connectors.problems import validation
from counterpoint.connectors.resources import Resources
from counterpoint.connectors.timing import Now, system_now
from counterpoint.ports.connector import Completion, Invocation


class OpenApiConnector:
    """Calls operations of services that describe themselves. The client may be shared; the connector closes it."""

    functions = frozenset({"openapi"})

    def __init__(
        self, client: HttpClient | None = None, resources: Resources | None = None, now: Now = system_now
    ) -> None:
        self._client = client or HttpClient(now=now)
        self._documents = DocumentCache(resources or Resources(self._client), now)

    async def invoke(self, invocation: Invocation) -> Completion:
        """Call the operation; the arguments are those of `with`. Raises ConnectorError."""
        call = await self._call(invocation)
        reply = await self._client.send(call, invocation.deadline, insistent=invocation.undo)
        return Completion(output=output_of(reply, call), authorization=reply.authorization)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()

    async def _call(self, invocation: Invocation) -> HttpCall:
        arguments = invocation.arguments
        identifier = arguments.get("operationId")
        if not isinstance(identifier, str) or not identifier:
            raise validation("`operationId` must name an operation")
        parameters = arguments.get("parameters") or {}
        if not isinstance(parameters, dict):
            raise validation("`parameters` must be an object")
        document = await self._documents.get(arguments.get("document"), invocation.deadline)
        operation = document.operation(identifier)
        parts = place(operation, parameters)
        return assemble(
            method=operation.method,
            uri=parts.uri,
            headers=parts.headers,
            content=parts.content,
            content_type=parts.content_type,
            authentication=arguments.get("authentication"),
            redirect=read_flag(arguments, "redirect"),
            output=read_output(arguments),
            key=invocation.key,
            limits=self._client.limits,
            trace=invocation.trace,
        )
