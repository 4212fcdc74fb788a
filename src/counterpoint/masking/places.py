"""Places: which parts of a value a JSON Schema marks with `x-sensitive: true`.

In doubt a part is sensitive: all branches of `anyOf`, `oneOf` and `if` count, whether or not the value takes them, and
so does what stands beside a `$ref` in drafts where it is without effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

from counterpoint.values.json import JsonObject, JsonValue

MARK: Final = "x-sensitive"
MASKED: Final = "***"

Path: TypeAlias = tuple[str | int, ...]

_SAME_VALUE: Final = ("allOf", "anyOf", "oneOf")
_CONDITIONAL: Final = ("if", "then", "else")
_REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")
_ANCHORS: Final = ("$anchor", "$dynamicAnchor")


def is_marked(schema: JsonValue) -> bool:
    """Whether a schema marks anything, anywhere."""
    if isinstance(schema, dict):
        return schema.get(MARK) is True or any(map(is_marked, schema.values()))
    return isinstance(schema, list) and any(map(is_marked, schema))


class Places:
    """The marks of one schema."""

    def __init__(self, schema: JsonValue) -> None:
        self._root = schema
        self._named: dict[str, JsonObject] = {}
        for each in _subschemas(schema):
            self._named |= {f"#{each[name]}": each for name in _ANCHORS if isinstance(each.get(name), str)}
            for name in ("$id", "id"):
                if isinstance(each.get(name), str):
                    self._named.setdefault(each[name].rstrip("#"), each)

    def of(self, value: JsonValue) -> set[Path]:
        """The paths of the sensitive parts of a value; the empty path is all of it."""
        search = _Search(self._target)
        search.visit(self._root, value, ())
        return search.found

    def _target(self, reference: str) -> JsonValue:
        base, _, fragment = reference.partition("#")
        if not base and f"#{fragment}" in self._named:
            return self._named[f"#{fragment}"]
        target: JsonValue = self._root
        if base:
            named = [each for id, each in self._named.items() if id == base or id.endswith(f"/{base.lstrip('./')}")]
            target = named[0] if named else None
        return _at(target, fragment)


class _Search:
    """Walks schema and value together."""

    def __init__(self, target: Any) -> None:
        self._target = target
        self._seen: set[tuple[int, Path]] = set()
        self.found: set[Path] = set()

    def visit(self, schema: JsonValue, value: JsonValue, path: Path) -> None:
        if not isinstance(schema, dict) or (id(schema), path) in self._seen:
            return
        self._seen.add((id(schema), path))
        if schema.get(MARK) is True:
            self.found.add(path)
            return
        for same in self._beside(schema):
            self.visit(same, value, path)
        if isinstance(value, dict):
            for name, member in value.items():
                for inner in _of_member(schema, name):
                    self.visit(inner, member, (*path, name))
        elif isinstance(value, list | tuple):
            for index, item in enumerate(value):
                for inner in _of_item(schema, index):
                    self.visit(inner, item, (*path, index))

    def _beside(self, schema: JsonObject) -> Iterator[JsonValue]:
        """Schemas that judge the same value."""
        for name in _REFERENCES:
            if isinstance(schema.get(name), str):
                yield self._target(schema[name])
        for name in _SAME_VALUE:
            if isinstance(schema.get(name), list):
                yield from schema[name]
        for name in _CONDITIONAL:
            yield schema.get(name)
        for name in ("dependentSchemas", "dependencies"):
            if isinstance(schema.get(name), dict):
                yield from schema[name].values()


def _of_member(schema: JsonObject, name: str) -> Iterator[JsonValue]:
    properties, patterns = schema.get("properties"), schema.get("patternProperties")
    known = isinstance(properties, dict) and name in properties
    if isinstance(properties, dict) and known:
        yield properties[name]
    if isinstance(patterns, dict):
        for pattern, inner in patterns.items():
            if _matches(pattern, name):
                known = True
                yield inner
    if not known:
        yield schema.get("additionalProperties")
        yield schema.get("unevaluatedProperties")


def _of_item(schema: JsonObject, index: int) -> Iterator[JsonValue]:
    yield schema.get("contains")
    yield schema.get("unevaluatedItems")
    items, prefix = schema.get("items"), schema.get("prefixItems")
    if isinstance(items, list):  # until 2019-09
        items, prefix = schema.get("additionalItems"), items
    if isinstance(prefix, list) and index < len(prefix):
        yield prefix[index]
    else:
        yield items


def _matches(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:  # ECMA's, not Python's: rather mask too much
        return True


def _subschemas(schema: JsonValue) -> Iterator[JsonObject]:
    if isinstance(schema, dict):
        yield schema
        for each in schema.values():
            yield from _subschemas(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _subschemas(each)


def _at(schema: JsonValue, pointer: str) -> JsonValue:
    for written in unquote(pointer).split("/")[1:]:
        token = written.replace("~1", "/").replace("~0", "~")
        if isinstance(schema, list) and token.isdecimal() and int(token) < len(schema):
            schema = schema[int(token)]
        else:
            schema = schema.get(token) if isinstance(schema, dict) else None
    return schema


def parts(value: JsonValue, paths: set[Path]) -> Iterator[JsonValue]:
    """What stands at these paths."""
    for path in paths:
        part = value
        for step in path:
            part = part[step]
        yield part


def masked(value: JsonValue, paths: set[Path], path: Path = ()) -> JsonValue:
    """The value with what stands at these paths masked."""
    if not paths:
        return value
    if path in paths:
        return MASKED
    if isinstance(value, dict):
        return {name: masked(each, paths, (*path, name)) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [masked(each, paths, (*path, index)) for index, each in enumerate(value)]
    return value
