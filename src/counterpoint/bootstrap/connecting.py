"""The connectors of an engine, made when it starts: they belong to its event loop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from counterpoint.application.registered import registered_functions
from counterpoint.connectors.circuits import Circuits, CircuitSettings
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
        further: Iterable[Connector],
        clock: Clock,
        circuits: CircuitSettings | None = None,
    ) -> None:
        """`further` connectors win over ours where they serve the same function."""
        registered, others = FunctionConnector([*functions, *discover()]), tuple(further)
        client = self.client = HttpClient(network, now=clock.now)
        """Shared by all; the connectors close it."""
        self.circuits = Circuits(circuits or CircuitSettings(), clock.now)
        """Of what workflows call. Sinks have retries of their own, and documents are fetched once."""
        calling = client.through(self.circuits)
        self._resources = Resources(client, resources)
        self.connectors: list[Connector] = [
            registered,
            HttpConnector(calling),
            OpenApiConnector(calling, self._resources, now=clock.now),
            ProcessConnector(processes, self._resources, now=clock.now),
            *others,
        ]
        self.functions = registered.functions.union(*(each.functions for each in others))
        """The names of the functions that are registered in code."""
        self.registered = registered_functions(registered, others)

    async def fetch(self, endpoint: JsonValue) -> bytes:
        """Fetch a document. Raises ConnectorError."""
        return (await self._resources.fetch(endpoint)).content
