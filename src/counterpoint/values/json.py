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


def truthy(value: JsonValue) -> bool:
    """What a condition makes of a value: everything but null and false holds (jq's own rule)."""
    return value is not None and value is not False
