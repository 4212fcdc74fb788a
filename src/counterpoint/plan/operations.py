"""Operations of OpenAPI documents that are at hand while a workflow document is checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from counterpoint.values.json import JsonObject, JsonValue

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class FoundOperation(NamedTuple):
    """An operation of an OpenAPI document. `method` is in small letters."""

    document: JsonObject
    method: str
    data: JsonObject


def find_operation(arguments: JsonObject, resources: Mapping[str, JsonValue]) -> FoundOperation | None:
    """The operation that the arguments of a call of `openapi` name; None where its document is not at hand."""
    document = arguments.get("document")
    endpoint = document.get("endpoint") if isinstance(document, dict) else None
    uri = endpoint.get("uri") if isinstance(endpoint, dict) else endpoint
    described = resources.get(uri) if isinstance(uri, str) else None
    if not isinstance(described, dict):
        return None
    paths = described.get("paths")
    for item in (paths if isinstance(paths, dict) else {}).values():
        for method in _METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            if isinstance(operation, dict) and operation.get("operationId") == arguments.get("operationId"):
                return FoundOperation(described, method, operation)
    return None
