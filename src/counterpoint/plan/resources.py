"""Which external documents a definition needs before it compiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from counterpoint.dsl import Definition
from counterpoint.values.json import JsonObject, JsonValue, pointer_join

_GIT_PAGE: Final = ("https://github.com/", "https://gitlab.com/")


class ExternalResource(msgspec.Struct, frozen=True, kw_only=True):
    """A document to fetch. `name` is the key under which `compile_plan` expects its parsed content."""

    name: str
    uri: str
    pointer: str
    authentication: Any = None


def external_resources(definition: Definition) -> list[ExternalResource]:
    """Schemas given by `resource`, and functions called by URI or from a catalog (dsl.md, Catalogs)."""
    data = definition.data
    catalogs: JsonObject = (data.get("use") or {}).get("catalogs") or {}
    found: dict[str, ExternalResource] = {}
    for pointer, node in _walk(data, ""):
        schema = node.get("schema")
        if isinstance(schema, dict) and isinstance(schema.get("resource"), dict):
            endpoint = schema["resource"].get("endpoint")
            uri, policy = _endpoint(endpoint)
            found[uri] = ExternalResource(name=uri, uri=uri, pointer=pointer, authentication=policy)
        call = node.get("call")
        if isinstance(call, str) and ("@" in call or "://" in call):
            catalog_name = call.rpartition("@")[2]
            if "://" in call:
                found[call] = ExternalResource(name=call, uri=raw_page(call), pointer=pointer)
            elif catalog_name in catalogs:
                base, policy = _endpoint(catalogs[catalog_name]["endpoint"])
                uri = raw_page(_catalogued(base, call))
                found[call] = ExternalResource(name=call, uri=uri, pointer=pointer, authentication=policy)
    return list(found.values())


def described_by(definition: Definition, contracts: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Of some documents at hand those that a definition refers to, by the URI that it uses.

    `contracts` holds OpenAPI documents and schemas by URI or by file name, the last part of the URI.
    """
    found: dict[str, JsonValue] = {}
    for _, node in _walk(definition.data, ""):
        for holder in (node.get("document"), node.get("resource")):
            endpoint = holder.get("endpoint") if isinstance(holder, dict) else None
            uri = endpoint.get("uri") if isinstance(endpoint, dict) else endpoint
            for name in (uri, uri.rpartition("/")[2]) if isinstance(uri, str) else ():
                if name in contracts:
                    found.setdefault(str(uri), contracts[name])
    return found


def raw_page(uri: str) -> str:
    """The raw content behind a page of a public Git forge; other URIs unchanged (dsl.md, File Structure)."""
    if uri.startswith(_GIT_PAGE[0]):
        owner, _, rest = uri[len(_GIT_PAGE[0]) :].partition("/")
        repository, _, path = rest.partition("/")
        for marker in ("tree/", "blob/"):
            if path.startswith(marker):
                branch, _, path = path[len(marker) :].partition("/")
                return f"https://raw.githubusercontent.com/{owner}/{repository}/refs/heads/{branch}/{path}"
    if uri.startswith(_GIT_PAGE[1]):
        return uri.replace("/-/tree/", "/-/raw/").replace("/-/blob/", "/-/raw/")
    return uri


def _catalogued(base: str, call: str) -> str:
    """`name:version@catalog` is `<catalog>/functions/<name>/<version>/function.yaml`."""
    name, _, version = call.rpartition("@")[0].partition(":")
    base = base.rstrip("/")
    if base.startswith(_GIT_PAGE[0]) and "/tree/" not in base:
        base += "/tree/main"
    return f"{base}/functions/{name}/{version}/function.yaml"


def _endpoint(endpoint: Any) -> tuple[str, Any]:
    if isinstance(endpoint, dict):
        return endpoint["uri"], endpoint.get("authentication")
    return endpoint, None


def _walk(node: Any, pointer: str) -> Iterator[tuple[str, JsonObject]]:
    stack: list[tuple[str, Any]] = [(pointer, node)]
    while stack:
        place, value = stack.pop()
        if isinstance(value, dict):
            yield place, value
            stack.extend((pointer_join(place, key), each) for key, each in value.items())
        elif isinstance(value, list):
            stack.extend((pointer_join(place, index), each) for index, each in enumerate(value))
