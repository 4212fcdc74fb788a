"""HTTP methods: those that operations can have, and those that change nothing."""

from __future__ import annotations

from typing import Final

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""Under each path of an OpenAPI document."""
_SAFE: Final = frozenset({"get", "head", "options", "trace"})


def is_safe(method: object) -> bool:
    """Whether the method, in any letters, is a safe one (RFC 9110, section 9.2.1); what is no method is not."""
    return isinstance(method, str) and method.lower() in _SAFE
