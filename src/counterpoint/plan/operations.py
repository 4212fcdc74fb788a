"""Operations of OpenAPI documents that are at hand while a workflow document is checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from counterpoint.plan.methods import METHODS
from counterpoint.values.json import JsonObject, JsonValue


class FoundOperation(NamedTuple):
    """An operation of an OpenAPI document. `method` is in small letters."""

    document: JsonObject
    method: str
    data: JsonObject


def find_operation(arguments: JsonObject, resources: Mapping[str, JsonValue]) -> FoundOperation | None:
    """The operation that the arguments of a call of `openapi` name; None where its document is not at hand.

    Of a name that stands there twice the last is meant, as calls mean it.
    """
    document = arguments.get("document")
    endpoint = document.get("endpoint") if isinstance(document, dict) else None
    uri = endpoint.get("uri") if isinstance(endpoint, dict) else endpoint
    described = resources.get(uri) if isinstance(uri, str) else None
    if not isinstance(described, dict):
        return None
    found: FoundOperation | None = None
    paths = described.get("paths")
    for item in (paths if isinstance(paths, dict) else {}).values():
        for method in METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            if isinstance(operation, dict) and operation.get("operationId") == arguments.get("operationId"):
                found = FoundOperation(described, method, operation)
    return found
