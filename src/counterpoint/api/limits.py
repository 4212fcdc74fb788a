"""Limits of the HTTP API."""

from __future__ import annotations

from typing import Final

import msgspec

KIBIBYTE: Final = 1024
MEBIBYTE: Final = 1024 * 1024


class ApiLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much the HTTP API takes on; beyond it, it answers 413 or 429. Times in milliseconds."""

    connections_max: int = 10_000
    """Connections that are open; further ones are closed at once."""
    head_bytes_max: int = 64 * KIBIBYTE
    """The address and the headers of one request; beyond it the connection is cut."""
    head_ms_max: int = 10_000
    """How long a client may take to send them."""
    body_ms_max: int = 60_000
    """How long a client may take to send a body."""
    body_bytes_max: int = 8 * MEBIBYTE
    """The body of one request."""
    rest_bytes_max: int = 64 * MEBIBYTE
    """What may still come of a body after its answer, most often 413; beyond it the connection is cut."""
    rest_ms_max: int = 30_000
    """How long that may take."""
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
