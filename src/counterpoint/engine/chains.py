"""Chains: instances that events and sub-workflows have led to, one from another. They share a correlation.

An instance is of the chain of its correlation (see `labels.correlation_of`), which its row has, and of each chain of
which it took an event, for which there are links. Who began a chain is found by its id.
"""

from __future__ import annotations

from counterpoint.engine.deciding import Attempt
from counterpoint.engine.labels import correlation_of
from counterpoint.kernel.events import EventConsumed


def link(attempt: Attempt) -> None:
    """Add the links of a batch that is about to be written."""
    linked = attempt.batch.linked
    for live, event, events in attempt.heard:
        correlation = event["correlationid"]
        if not isinstance(correlation, str) or correlation == correlation_of(live.instance):
            continue
        if any(type(each) is EventConsumed for each in events):
            linked.append((correlation, live.number))
