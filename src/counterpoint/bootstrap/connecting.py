"""The connectors of an engine, made when it starts: they belong to its event loop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from counterpoint.connectors.functions import FunctionConnector, discover
from counterpoint.connectors.http.client import HttpClient
from counterpoint.connectors.http.connector import HttpConnector
from counterpoint.connectors.network import NetworkPolicy
from counterpoint.connectors.openapi import OpenApiConnector
from counterpoint.connectors.process.connector import ProcessConnector
from counterpoint.connectors.process.policy import ProcessPolicy
from counterpoint.connectors.resources import Resources
from counterpoint.ports.clock import Clock
from counterpoint.ports.connector import Connector
from counterpoint.values.json import JsonValue


class Connected:
    """All connectors, and the fetching of documents."""

    def __init__(
        self,
        functions: Iterable[Any],
        network: NetworkPolicy | None,
        processes: ProcessPolicy | None,
        resources: Iterable[str],
        clock: Clock,
    ) -> None:
        client = HttpClient(network, now=clock.now)
        self._resources = Resources(client, resources)
        self.connectors: list[Connector] = [
            FunctionConnector([*functions, *discover()]),
            HttpConnector(client),
            OpenApiConnector(client, self._resources, now=clock.now),
            ProcessConnector(processes, self._resources, now=clock.now),
        ]

    @property
    def functions(self) -> frozenset[str]:
        """The names of the functions that are registered in code."""
        return self.connectors[0].functions

    async def fetch(self, endpoint: JsonValue) -> bytes:
        """Fetch a document. Raises ConnectorError."""
        return (await self._resources.fetch(endpoint)).content
