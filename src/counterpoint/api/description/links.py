"""Links: what may be done next with what an answer names. Tools follow them, and a test runs random ways along them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from counterpoint.values.json import JsonObject

_ID: Final = "$response.body#/id"
_VERSION: Final = {name: f"$response.body#/{name}" for name in ("namespace", "name", "version")}
_OF_INSTANCES: Final = (
    "getInstance",
    "getHistory",
    "getState",
    "signalInstance",
    "suspendInstance",
    "resumeInstance",
    "retryInstance",
    "cancelInstance",
    "terminateInstance",
    "compensateInstance",
    "forkInstance",
    "replayInstance",
)
_OF_VERSIONS: Final = ("getDefinition", "deprecateVersion", "undeprecateVersion", "retireVersion", "compareVersions")
_OF_SESSIONS: Final = (
    "getDebugSession",
    "commandDebugSession",
    "getDebugState",
    "getDebugSources",
    "closeDebugSession",
)


def _instance() -> Iterator[tuple[str, JsonObject]]:
    for name in _OF_INSTANCES:
        yield name, {"parameters": {"id": _ID}}
    yield "openDebugSession", {"requestBody": {"instance": _ID}}
    yield "readChain", {"parameters": {"correlation": _ID}}


def _version() -> Iterator[tuple[str, JsonObject]]:
    yield "startInstance", {"requestBody": {"definition": "$response.body#/reference"}}
    for name in _OF_VERSIONS:
        yield name, {"parameters": _VERSION}


def _session() -> Iterator[tuple[str, JsonObject]]:
    for name in _OF_SESSIONS:
        yield name, {"parameters": {"id": _ID}}


LINKS: Final[Mapping[str, Iterable[tuple[str, JsonObject]]]] = {
    "publishDefinition": tuple(_version()),
    "putDefinition": tuple(_version()),
    "startInstance": tuple(_instance()),
    "forkInstance": tuple(_instance()),
    "openDebugSession": tuple(_session()),
}
"""By the operation that answers: the operation that may follow, and what it takes from the answer."""


def add_links(operation: JsonObject, known: Mapping[str, object]) -> None:
    """Add the links of an operation to what it answers where it has made something, in place."""
    for name, taken in LINKS.get(operation["operationId"], ()):
        assert name in known, name
        for status, response in operation["responses"].items():
            if status in ("200", "201"):
                response.setdefault("links", {})[name] = {"operationId": name, **taken}
