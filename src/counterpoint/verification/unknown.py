"""Values that nobody knows before a workflow runs: what a service will answer, what comes in.

An `Unknown` stands in the data where such a value will stand. It is either given from outside (`Source`: the
input, the answer of one call, an event), or derived from unknown values by an expression (`Derived`), and it knows
which, so that once concrete values are chosen for the sources, everything else follows by evaluation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeAlias

from counterpoint.expressions.projection import Reach
from counterpoint.expressions.types import Expression
from counterpoint.values.json import JsonObject, JsonValue

Path: TypeAlias = tuple[str | int, ...]


class Source(NamedTuple):
    """An unknown value that comes from outside; equal names are equal values."""

    name: str


class Derived(NamedTuple):
    """What an expression makes of values of which some are unknown."""

    expression: Expression
    value: JsonValue
    variables: JsonObject


class Unknown:
    """A value, or the part of one at `path`, that is not known. Equal labels are equal values."""

    __slots__ = ("label", "origin", "path", "schema")

    def __init__(self, origin: Source | Derived, label: str, path: Path = (), schema: JsonValue = None) -> None:
        self.origin = origin
        self.label = label
        self.path = path
        self.schema = schema
        """The JSON Schema that it satisfies, where one is known."""

    def member(self, key: str | int) -> Unknown:
        """The unknown value of one of its members."""
        step = f".{key}" if isinstance(key, str) else f"[{key}]"
        return Unknown(self.origin, self.label + step, (*self.path, key), _schema_of(self.schema, key))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and other.label == self.label

    def __hash__(self) -> int:
        return hash(self.label)

    def __repr__(self) -> str:
        return f"Unknown({self.label})"


def given(name: str, schema: JsonValue = None) -> Unknown:
    """An unknown value from outside."""
    return Unknown(Source(name), name, (), schema)


def derived(expression: Expression, value: JsonValue, variables: JsonObject) -> Unknown:
    """What an expression makes of values that hold unknown ones."""
    seal = digest([expression.source, value, variables])
    return Unknown(Derived(expression, value, variables), f"({expression.source})#{seal}")


def sample(schema: JsonValue, unknown: Unknown) -> JsonValue:
    """A value as a schema describes it: its objects are known, with all their members, its leaves are not."""
    if not isinstance(schema, dict):
        return unknown
    if "const" in schema:
        return schema["const"]
    members = schema.get("properties")
    if isinstance(members, dict) and schema.get("type", "object") == "object":
        return {name: sample(each, unknown.member(name)) for name, each in members.items()}
    return unknown


def unknowns(value: JsonValue) -> Iterator[Unknown]:
    """All unknown values in a value, in order."""
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from unknowns(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from unknowns(each)


def touched(value: JsonValue, reach: Reach) -> Iterator[Unknown]:
    """The unknown values that a program gets to see of a value; `reach` is what it can read of it."""
    if isinstance(value, Unknown):
        for path in _leaves(reach):
            unknown = value
            for step in path:
                unknown = unknown.member(step)
            yield unknown
    elif isinstance(value, dict):
        for name, each in value.items():
            if reach is None or name in reach:
                yield from touched(each, None if reach is None else reach[name])
    elif isinstance(value, list) and reach is None:
        for each in value:
            yield from touched(each, None)


def replaced(value: JsonValue, choose: Callable[[Unknown], JsonValue]) -> JsonValue:
    """The value with each unknown value replaced."""
    if isinstance(value, Unknown):
        return choose(value)
    if isinstance(value, dict):
        return {key: replaced(each, choose) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [replaced(each, choose) for each in value]
    return value


def digest(value: JsonValue) -> str:
    """A short text that two values share exactly if they are equal."""
    return hashlib.blake2b(_canonical(value).encode(), digest_size=12).hexdigest()


class Knowledge:
    """Digests of values that are met again and again, and whether anything in them is unknown.

    Values are never changed in place, so that the very object stands for its content.
    """

    __slots__ = ("_known", "read")

    def __init__(self) -> None:
        self.read: dict[str, dict[Path, JsonValue]] = {}
        """What was read of each source, by its name: paths, with the schema of what is there."""
        self._known: dict[int, tuple[JsonValue, str, bool]] = {}

    def digest(self, value: JsonValue) -> str:
        """See `digest`."""
        if not isinstance(value, dict | list):
            return f"?{value.label}" if isinstance(value, Unknown) else repr(value)
        return self._of(value)[1]

    def unknown(self, value: JsonValue) -> bool:
        """Whether anything in it is unknown."""
        if not isinstance(value, dict | list):
            return isinstance(value, Unknown)
        return self._of(value)[2]

    def note(self, value: JsonValue, reach: Reach) -> None:
        """Remember what a program reads of unknown values: `reach` is what it can read of this one."""
        for unknown in touched(value, reach):
            if isinstance(unknown.origin, Source):
                self.read.setdefault(unknown.origin.name, {})[unknown.path] = unknown.schema

    def _of(self, value: JsonValue) -> tuple[JsonValue, str, bool]:
        found = self._known.get(id(value))
        if found is None:
            if len(self._known) >= _KNOWN_MAX:
                self._known.clear()
            found = value, digest(value), next(unknowns(value), None) is not None
            self._known[id(value)] = found
        return found


_KNOWN_MAX: Final = 100_000


def _leaves(reach: Reach) -> Iterator[tuple[str, ...]]:
    if not reach:
        yield ()
        return
    for name, inner in reach.items():
        for path in _leaves(inner):
            yield (name, *path)


def _canonical(value: JsonValue) -> str:
    if isinstance(value, Unknown):
        return f"?{value.label}"
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{_canonical(value[key])}" for key in sorted(value, key=str)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_canonical, value)) + "]"
    return repr(value)


def _schema_of(schema: JsonValue, key: str | int) -> JsonValue:
    if not isinstance(schema, dict):
        return None
    return schema.get("items") if isinstance(key, int) else (schema.get("properties") or {}).get(key)
