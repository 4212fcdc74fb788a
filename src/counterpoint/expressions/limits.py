"""The limits that an expression lives under."""

from __future__ import annotations

import msgspec


class ExpressionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one expression may cost. All are checked; none can be switched off."""

    expression_chars_max: int = 16_384
    """Length of an expression's source text."""
    expression_depth_max: int = 64
    """Nesting of brackets, `if`, `def`, `try` and string interpolation in an expression."""
    expression_ms_max: int = 1_000
    """Wall-clock time of one evaluation in the worker process."""
    result_bytes_max: int = 16 * 1024 * 1024
    """Size of a result, as JSON text."""
    inline_work_max: int = 100_000_000
    """Estimated steps up to which a terminating program runs in this process instead of the worker."""
    worker_bytes_max: int = 1024 * 1024 * 1024
    """Address space of the worker process, where the operating system can limit it."""
