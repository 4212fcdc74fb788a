"""Delays of retries: semantics.md, `backoff`. Jitter is drawn from the instance's seed, so a fold repeats it."""

from __future__ import annotations

import hashlib
from typing import Final

from counterpoint.errors import WorkflowError
from counterpoint.kernel.scope import TaskScope
from counterpoint.plan.model import Duration, Retry
from counterpoint.values.duration import parse_duration
from counterpoint.values.json import JsonValue
from counterpoint.values.problem import Problem

DELAY_MS_MAX: Final = 100 * 365 * 24 * 3_600_000
"""A century: the longest duration that the kernel waits."""


def milliseconds(duration: Duration, value: JsonValue, scope: TaskScope) -> int:
    """The value of a duration, a century at most. Raises WorkflowError where an expression does not give one."""
    if isinstance(duration, int):
        return min(duration, DELAY_MS_MAX)
    given = duration.evaluate(value, scope)
    try:
        return min(parse_duration(given), DELAY_MS_MAX)
    except ValueError as error:
        raise WorkflowError(
            Problem.standard("expression", f"{duration.source} must give a duration: {error}")
        ) from error


def retry_delay(policy: Retry, attempt: int, salt: int, value: JsonValue, scope: TaskScope) -> int:
    """Milliseconds before retry number `attempt` (1 for the first); `salt` tells runs apart."""
    delay = milliseconds(policy.delay, value, scope)
    if policy.backoff == "linear":
        delay *= attempt
    elif policy.backoff == "exponential":
        delay *= 2 ** min(attempt - 1, 64)
    if policy.delay_max is not None:
        delay = min(delay, policy.delay_max)
    if policy.jitter is not None:
        low = milliseconds(policy.jitter[0], value, scope)
        high = max(low, milliseconds(policy.jitter[1], value, scope))
        delay += low + _draw(scope.instance.seed, salt, attempt) % (high - low + 1)
    return min(delay, DELAY_MS_MAX)


def _draw(seed: int, salt: int, attempt: int) -> int:
    digest = hashlib.blake2b(f"{seed}:{salt}:{attempt}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")
