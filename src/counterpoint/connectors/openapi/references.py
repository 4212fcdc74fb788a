"""`$ref`, inside one document only: following a reference never fetches anything."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import unquote

from counterpoint.connectors.problems import configuration, shown
from counterpoint.values.json import JsonObject, JsonValue

HOPS_MAX: Final = 32


class Tree:
    """A document's root and the URI that it was found at."""

    def __init__(self, root: JsonObject, uri: str) -> None:
        self.root = root
        self.uri = uri

    def resolve(self, value: JsonValue) -> JsonObject:
        """The object that a value is, or refers to. Raises ConnectorError (configuration)."""
        for _ in range(HOPS_MAX):
            if not isinstance(value, dict):
                raise configuration(f"the OpenAPI document {shown(self.uri)} has {value!r:.40} where an object belongs")
            reference = value.get("$ref")
            if not isinstance(reference, str):
                return value
            value = self.follow(self.pointer(reference))
        raise configuration(f"the OpenAPI document {shown(self.uri)} has references that go in a circle")

    def pointer(self, reference: str) -> str:
        """The JSON pointer of a reference into this document. Raises ConnectorError for any other."""
        address, _, pointer = reference.partition("#")
        if address and address != self.uri:
            raise configuration(
                f"the OpenAPI document {shown(self.uri)} refers to {shown(address)}: "
                "references to other documents are not followed; bundle them into one document"
            )
        return unquote(pointer)

    def follow(self, pointer: str) -> JsonValue:
        """The value at a JSON pointer. Raises ConnectorError (configuration)."""
        value: Any = self.root
        for token in pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            if isinstance(value, dict) and name in value:
                value = value[name]
            elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
                value = value[int(name)]
            else:
                raise configuration(f"the OpenAPI document {shown(self.uri)} refers to #{pointer}, which it lacks")
        return value
