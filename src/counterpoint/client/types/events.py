# Made by `python -m tests.client.generate`; do not change it by hand.
"""Bodies of `events`."""

from __future__ import annotations

from counterpoint.client.types.answered import Answered


class Accepted(Answered, frozen=True, kw_only=True):
    """Events that are durable; who listens gets them."""

    accepted: int
    """How many, those included that had come before (the same source and id) and are delivered once."""
