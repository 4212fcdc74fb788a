"""Settings of a sink that is an HTTP endpoint."""

from __future__ import annotations

from typing import Literal

import msgspec

from counterpoint.signatures.settings import Signature


class HttpSink(msgspec.Struct, frozen=True, kw_only=True, tag="http", rename="camel", forbid_unknown_fields=True):
    """Events to an HTTP endpoint, one in each request (CloudEvents HTTP binding)."""

    endpoint: str
    mode: Literal["structured", "binary"] = "structured"
    """Structured: the whole event is the body, in JSON. Binary: the data is the body, attributes are headers."""
    signature: Signature | None = None
    """How requests are signed; a signature covers the body, so the mode must be structured."""
    token: str | None = None
    """The name of a secret that is sent as bearer token."""
    in_flight_max: int = 16
    """Requests at the same time; those of one instance follow one another."""
    answer_ms_max: int = 30_000
    """How long the receiver may take to answer."""
