"""Idempotency keys: a request that makes something may be repeated, and makes it once.

What is made gets an id that follows from the key (`application.starting.id_of_key`), so a repetition finds it, also
after a crash and on another connection. What is done (a signal, an action on many) is answered from the receipt of
the first request (`application.once`). Requests that are safe to repeat by themselves (publishing, CloudEvents) need
no key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import msgspec
from litestar.params import HeaderParameter

from counterpoint.api.limits import ApiLimits
from counterpoint.api.problems import Refused
from counterpoint.application.once import Once

T = TypeVar("T")

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


async def once(
    once: Once,
    key: str | None,
    limits: ApiLimits,
    operation: str,
    asked: Any,
    work: Callable[[], Awaitable[T]],
    kind: type[T],
    *,
    repeatable: bool = False,
) -> tuple[T, bool]:
    """What the work answers, carried out once for the key; and whether an earlier request has done it.

    `asked` is all that tells requests apart. Raises Refused, and what `Once.carry_out` raises.
    """
    if key is None:
        return await work(), False
    refuse_unsound(key, None, limits)

    async def worked() -> bytes:
        return msgspec.json.encode(await work())

    answer, replayed = await once.carry_out(key, operation, msgspec.to_builtins(asked), worked, repeatable=repeatable)
    return msgspec.json.decode(answer, type=kind), replayed
