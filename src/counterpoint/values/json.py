"""JSON values: what flows through a workflow. Treated as immutable by everyone who holds one."""

from __future__ import annotations

from typing import Any, TypeAlias

JsonValue: TypeAlias = Any
"""None, bool, int, float, str, list of JsonValue, or dict from str to JsonValue. Never changed in place."""

JsonObject: TypeAlias = dict[str, Any]
"""A JSON object. Never changed in place."""


def pointer_escape(token: str) -> str:
    """Escape one reference token for a JSON pointer (RFC 6901, section 3)."""
    return token.replace("~", "~0").replace("/", "~1")


def pointer_join(pointer: str, *tokens: str | int) -> str:
    """Append reference tokens to a JSON pointer: ``pointer_join("/do", 0, "a/b")`` is ``/do/0/a~1b``."""
    return pointer + "".join("/" + pointer_escape(str(token)) for token in tokens)


def same_json(one: JsonValue, other: JsonValue) -> bool:
    """Whether two values are one and the same in JSON: 1 and 1.0 are, 1 and true are not."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(each, other[name]) for name, each in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def truthy(value: JsonValue) -> bool:
    """What a condition makes of a value: everything but null and false holds (jq's own rule)."""
    return value is not None and value is not False
