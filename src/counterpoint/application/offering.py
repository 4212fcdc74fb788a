"""Offering operations: what the OpenAPI document of a service says that it can do, for whoever writes a call of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

import msgspec

from counterpoint.connectors.openapi.references import Tree
from counterpoint.dsl import DocumentLimits, read_data
from counterpoint.errors import ConnectorError, InvalidInput, LimitExceeded
from counterpoint.plan.methods import METHODS
from counterpoint.values.json import JsonObject, JsonValue

INVERSE: Final = "x-compensate"
"""Member of an operation in an OpenAPI document: the `operationId` of the operation that undoes it."""
_PLACES: Final = ("path", "query", "header", "cookie")
_DEPTH_MAX: Final = 6


class OfferingLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the documents of services is read for people; the unit stands in each name."""

    service_operations_max: int = 1_000
    """Operations that are listed of one document."""
    service_document_bytes_max: int = 4 * 1024 * 1024
    """Size of such a document."""
    service_document_ms_max: int = 15_000
    """How long it may take to fetch it."""


class Argument(msgspec.Struct, frozen=True, kw_only=True):
    """What an operation takes under a name in `parameters` of a call."""

    name: str
    place: str
    """path, query, header, cookie or body."""
    required: bool
    schema: JsonObject
    """Its JSON Schema, references inside the document followed as far as they are short."""
    description: str | None = None


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One operation of a service."""

    operation_id: str
    method: str
    path: str
    summary: str | None
    arguments: list[Argument]
    undone_by: str | None
    """The operation that undoes it, as the document declares with `x-compensate`."""


class Offering:
    """Reads documents of services: those that come as text, and those that are fetched as calls fetch theirs."""

    def __init__(self, fetch: Callable[[JsonValue], Awaitable[bytes]], limits: OfferingLimits | None = None) -> None:
        """`fetch` goes through the guard of all calls: what they may not reach, this may not either."""
        self._fetch = fetch
        self._limits = limits or OfferingLimits()

    async def of_uri(self, uri: str) -> list[Offer]:
        """The operations of the document at an address. Raises InvalidInput, also for one that may not be reached."""
        try:
            async with asyncio.timeout(self._limits.service_document_ms_max / 1000):
                text = await self._fetch(uri)
        except TimeoutError as error:
            limit = f"service_document_ms_max is {self._limits.service_document_ms_max:,}"
            raise InvalidInput(f"the document did not come in time: limit {limit}") from error
        except ConnectorError as error:
            raise InvalidInput(f"the document cannot be fetched: {error.problem.detail}") from error
        return await self.of_text(text)

    async def of_text(self, text: str | bytes) -> list[Offer]:
        """The operations of a document, YAML or JSON. Raises InvalidInput, LimitExceeded."""
        written = text.encode() if isinstance(text, str) else text
        maximum = self._limits.service_document_bytes_max
        if len(written) > maximum:
            raise LimitExceeded("service_document_bytes_max", maximum, len(written))
        return await asyncio.to_thread(_read, written, self._limits)


def _read(text: bytes, limits: OfferingLimits) -> list[Offer]:
    bounds = DocumentLimits(document_bytes_max=limits.service_document_bytes_max, nodes_max=1_000_000)
    try:
        root = read_data(text.decode(), source="the document", limits=bounds)
    except UnicodeDecodeError as error:
        raise InvalidInput("the document is not UTF-8 text") from error
    version = str(root.get("openapi") or root.get("swagger") or "") if isinstance(root, dict) else ""
    if not version.startswith(("3.0", "3.1", "2")):
        raise InvalidInput("this is no OpenAPI document of a known version (3.0, 3.1, Swagger 2.0)")
    try:
        found = list(_offers(Tree(root, "the document")))
    except ConnectorError as error:
        raise InvalidInput(str(error.problem.detail)) from error
    if len(found) > limits.service_operations_max:
        raise LimitExceeded("service_operations_max", limits.service_operations_max, len(found))
    return found


def _offers(tree: Tree) -> Iterator[Offer]:
    paths = tree.root.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if not isinstance(item, dict):
            continue
        shared = tree.resolve(item)
        for method in METHODS:
            operation = shared.get(method)
            if not isinstance(operation, dict) or not isinstance(operation.get("operationId"), str):
                continue
            inverse = operation.get(INVERSE)
            yield Offer(
                operation_id=operation["operationId"],
                method=method,
                path=path,
                summary=_text(operation.get("summary")) or _text(operation.get("description")),
                arguments=[*_parameters(tree, shared, operation), *_body(tree, operation)],
                undone_by=inverse if isinstance(inverse, str) else None,
            )


def _parameters(tree: Tree, shared: JsonObject, operation: JsonObject) -> Iterator[Argument]:
    """Parameters; those of the operation replace those of its path of the same name and place."""
    merged: dict[tuple[str, str], JsonObject] = {}
    for each in (*(shared.get("parameters") or ()), *(operation.get("parameters") or ())):
        found = tree.resolve(each)
        merged[str(found.get("name")), str(found.get("in"))] = found
    for (name, place), found in merged.items():
        if place == "body":
            yield from _of_body(tree, found.get("schema"), required=found.get("required") is True, whole=name)
        elif place in _PLACES or place == "formData":
            own = {key: found[key] for key in ("type", "format", "enum", "items", "default") if key in found}
            yield Argument(
                name=name,
                place="body" if place == "formData" else place,
                required=found.get("required") is True or place == "path",
                schema=_inlined(tree, found.get("schema") or own, 0),
                description=_text(found.get("description")),
            )


def _body(tree: Tree, operation: JsonObject) -> Iterator[Argument]:
    if "requestBody" not in operation:
        return
    body = tree.resolve(operation["requestBody"])
    content = body.get("content")
    if not isinstance(content, dict) or not content:
        return
    media = next((each for each in content if "json" in each), next(iter(content)))
    schema = tree.resolve(content[media] or {}).get("schema")
    yield from _of_body(tree, schema, required=body.get("required") is True, whole="body")


def _of_body(tree: Tree, schema: JsonValue, *, required: bool, whole: str) -> Iterator[Argument]:
    """The members of a body that is an object; any other is one argument."""
    found = _inlined(tree, schema, 0)
    members = found.get("properties")
    if not isinstance(members, dict) or not members:
        yield Argument(name=whole, place="body", required=required, schema=found)
        return
    needed = found.get("required") or []
    for name, each in members.items():
        told = _text(each.get("description")) if isinstance(each, dict) else None
        member = each if isinstance(each, dict) else {}
        yield Argument(name=name, place="body", required=required and name in needed, schema=member, description=told)


def _inlined(tree: Tree, schema: JsonValue, depth: int) -> JsonObject:
    """A schema with its references followed; what nests deep, or goes round in circles, is cut off."""
    if not isinstance(schema, dict) or depth > _DEPTH_MAX:
        return {}
    found = dict(tree.resolve(schema))
    for part in found.pop("allOf", ()):
        found = _joined(_inlined(tree, part, depth + 1), found)
    if isinstance(found.get("properties"), dict):
        found["properties"] = {name: _inlined(tree, each, depth + 1) for name, each in found["properties"].items()}
    if isinstance(found.get("items"), dict):
        found["items"] = _inlined(tree, found["items"], depth + 1)
    return {key: value for key, value in found.items() if key in _SHOWN}


_SHOWN: Final = frozenset(
    {"type", "format", "enum", "const", "default", "example", "description", "properties", "required", "items"}
    | {"minimum", "maximum", "minLength", "maxLength", "pattern", "title"}
)


def _joined(left: JsonObject, right: JsonObject) -> JsonObject:
    joined: dict[str, Any] = {**left, **right}
    if "properties" in left and "properties" in right:
        joined["properties"] = {**left["properties"], **right["properties"]}
    if "required" in left and "required" in right:
        joined["required"] = [*left["required"], *right["required"]]
    return joined


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) and value else None
