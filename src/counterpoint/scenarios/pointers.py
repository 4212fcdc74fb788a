"""JSON pointers (RFC 6901), followed."""

from __future__ import annotations

from typing import Any

from counterpoint.values.json import JsonValue


def tokens_of(pointer: str) -> list[str]:
    """The reference tokens of a pointer, unescaped."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def value_at(document: JsonValue, pointer: str) -> JsonValue:
    """What stands at a pointer; None where nothing does."""
    found: Any = document
    for token in tokens_of(pointer):
        if isinstance(found, list):
            found = found[int(token)] if token.isdecimal() and int(token) < len(found) else None
        else:
            found = found.get(token) if isinstance(found, dict) else None
    return found
