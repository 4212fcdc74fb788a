"""Connectors: what carries an effect out."""

from __future__ import annotations

from typing import Protocol

import msgspec

from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.trace_context import TraceContext


class Invocation(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt of one effect, with everything a connector may need.

    `arguments` are fully evaluated (expressions resolved, secrets filled in: never log them).
    `key` is the idempotency key; it never changes between attempts and crashes.
    """

    key: str
    function: str
    """What is called: `http`, `openapi`, `shell`, `script`, `container`, or a function's name."""
    arguments: JsonObject
    input: JsonValue = None
    """The task's transformed input."""
    reference: str = ""
    """JSON pointer of the task, for errors."""
    instance: str = ""
    workflow: str = ""
    """`namespace/name:version`."""
    attempt: int = 1
    undo: bool = False
    """Whether it takes something back, or asks whether there is anything to be taken back."""
    deadline: int | None = None
    """When the caller gives up, in milliseconds since the epoch; the engine cancels then."""
    trace: TraceContext | None = None
    """The W3C trace context of this attempt, for whoever is called."""


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """What an effect gave."""

    output: JsonValue = None
    authorization: JsonObject | None = None
    """`{"scheme": ..., "parameter": ...}` where the call was authenticated: becomes `$authorization`."""


class Connector(Protocol):
    """Carries out effects of one family. Stateless towards instances; may pool connections."""

    @property
    def functions(self) -> frozenset[str]:
        """The values of `Invocation.function` that it serves."""

    async def invoke(self, invocation: Invocation) -> Completion:
        """Carry the effect out. Raises ConnectorError (problem and outcome) on failure.

        On cancellation it stops as soon as it can and lets CancelledError pass.
        """

    async def close(self) -> None:
        """Release what it holds."""
