"""What a connection to a broker may use, at most."""

from __future__ import annotations

from typing import Final

import msgspec

MEBIBYTE: Final = 1024 * 1024


class BrokerLimits(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Bounds of a source or a sink at a broker. Times in milliseconds."""

    batch_events_max: int = 100
    """Events that a source has received and not acknowledged; the broker keeps all others."""
    event_bytes_max: int = MEBIBYTE
    """One event as a message. A source puts a larger one aside, a sink refuses it."""
    pause_ms_max: int = 5_000
    """The longest pause before events that the engine could not take are offered to it again."""
    reconnect_ms_max: int = 15_000
    """The longest pause before a broker that was not there is tried again."""
    connect_ms_max: int = 5_000
    """Connecting, with TLS and logging in."""
    send_ms_max: int = 10_000
    """Until the broker has acknowledged what a sink sends."""
