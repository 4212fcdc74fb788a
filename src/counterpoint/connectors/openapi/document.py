"""An OpenAPI document: finds an operation and reads it, whatever the version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from counterpoint.connectors.openapi.model import Operation
from counterpoint.connectors.openapi.references import Tree
from counterpoint.connectors.openapi.version2 import read_operation as read_version_2
from counterpoint.connectors.openapi.version3 import read_operation as read_version_3
from counterpoint.connectors.problems import configuration, did_you_mean, shown
from counterpoint.plan.methods import METHODS
from counterpoint.values.json import JsonObject, JsonValue


class Document:
    """A parsed document; operations are read when they are first asked for."""

    def __init__(self, root: JsonValue, uri: str) -> None:
        """Raises ConnectorError (configuration) for what is no OpenAPI document of a known version."""
        if not isinstance(root, dict):
            raise configuration(f"{shown(uri)} is not an OpenAPI document: it is not an object")
        version = str(root.get("openapi") or root.get("swagger") or "")
        if not version.startswith(("3.0", "3.1", "2.0", "2")):
            known = "OpenAPI 3.0, 3.1 and Swagger 2.0 are supported"
            raise configuration(f"{shown(uri)} is not an OpenAPI document of a known version ({known})")
        self._tree = Tree(root, uri)
        self._read = read_version_3 if "openapi" in root else read_version_2
        self._places = {identifier: place for identifier, *place in self._operations()}
        self._known: dict[str, Operation] = {}

    def operation(self, identifier: str) -> Operation:
        """The operation with that `operationId`. Raises ConnectorError (configuration)."""
        if identifier not in self._known:
            place = self._places.get(identifier)
            if place is None:
                hint = did_you_mean(identifier, self._places)
                raise configuration(f"{shown(self._tree.uri)} has no operation {identifier!r}{hint}")
            path, method, item, operation = place
            self._known[identifier] = self._read(self._tree, path, method, item, operation)
        return self._known[identifier]

    def _operations(self) -> Iterator[tuple[Any, ...]]:
        paths = self._tree.root.get("paths")
        for path, item in paths.items() if isinstance(paths, dict) else ():
            if not isinstance(item, dict):
                continue
            found: JsonObject = self._tree.resolve(item)
            for method in METHODS:
                operation = found.get(method)
                if isinstance(operation, dict) and isinstance(operation.get("operationId"), str):
                    yield operation["operationId"], path, method, found, operation
