"""Idempotency keys: a request that makes something may be repeated, and makes it once.

What is made gets an id that follows from the key (`application.starting.id_of_key`), so a repetition finds it, also
after a crash and on another connection. Requests that are safe to repeat by themselves (publishing, CloudEvents)
need no key.
"""

from __future__ import annotations

from typing import Annotated

from litestar.params import HeaderParameter

from counterpoint.api.limits import ApiLimits
from counterpoint.api.problems import Refused

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key", min_length=1, description="The same key and request: the same thing, made once."
    ),
]


def refuse_unsound(key: str | None, id: str | None, limits: ApiLimits) -> None:
    """Raises Refused for a key that is too long, both a key and an id of the caller's choice, or a bad id."""
    if key is not None and not 0 < len(key) <= limits.key_chars_max:
        raise Refused("invalid-request", f"an Idempotency-Key has 1 to {limits.key_chars_max} characters")
    if key is not None and id is not None:
        raise Refused("invalid-request", "give an id or an Idempotency-Key, not both: the id follows from the key")
