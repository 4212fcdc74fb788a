"""Limits of the HTTP API."""

from __future__ import annotations

from typing import Final

import msgspec

MEBIBYTE: Final = 1024 * 1024


class ApiLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much the HTTP API takes on; beyond it, it answers 413 or 429. Times in milliseconds."""

    body_bytes_max: int = 8 * MEBIBYTE
    """The body of one request."""
    requests_in_flight_max: int = 2_000
    """Requests that are being answered, those that wait for a result included; streams are counted apart."""
    streams_max: int = 500
    """Event streams that are open."""
    page_items_max: int = 1_000
    """Items of one page of a list."""
    wait_ms_max: int = 60_000
    """How long a request may wait for a result."""
    key_chars_max: int = 255
    """Length of an `Idempotency-Key`."""
    stop_ms_max: int = 8_000
    """How long requests may take to end once the server was told to stop; then they are cut off."""
