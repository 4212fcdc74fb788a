"""Limits of an engine. Each has a default that a laptop can bear; reaching one gives an error that names it."""

from __future__ import annotations

from typing import Final

import msgspec

from counterpoint.plan.model import Limits

MEBIBYTE: Final = 1024 * 1024


class EventLimits(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How many events an engine keeps that are not handled, or not sent, yet. Times in milliseconds."""

    inbox_events_max: int = 100_000
    """Messages that wait to be handled; beyond it, events from outside are refused until there is room."""
    outbox_events_max: int = 1_000_000
    """Events that sinks are owed, in all; beyond it, tasks that emit wait and new instances are refused."""
    outbox_read_max: int = 1_000
    """Events of one sink that are held in memory to be sent."""
    send_ms_max: int = 60_000
    """How long a receiver may take to acknowledge what it was sent."""
    send_retry_ms_max: int = 60_000
    """The longest pause before a receiver that took nothing is tried again."""
    schedule_events_max: int = 1_000
    """Events that one schedule collects towards a start; with so many it starts, whatever its `until` says."""


class EngineLimits(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """How much an engine takes on. Times in milliseconds."""

    payload_bytes_max: int = 32 * MEBIBYTE
    """One value of a workflow (an input, the output of an effect ...), encoded as MessagePack."""
    record_bytes_max: int = 64 * MEBIBYTE
    """All that one transition writes."""
    inline_bytes_max: int = 64 * 1024
    """Larger values are stored once, beside the journal, and passed by reference."""
    payload_cache_bytes_max: int = 64 * MEBIBYTE
    """Large values that are remembered in memory."""
    depth_max: int = 16
    """How many parents may stand above a sub-workflow."""
    effects_in_flight_max: int = 1_000
    """Effects carried out at the same time, in all; further ones wait for their turn."""
    effects_per_instance_max: int = 100
    """Effects of one instance carried out at the same time; further ones wait for their turn."""
    effect_duration_ms_max: int = 60 * 60 * 1000
    """An effect that lasts longer is cancelled: a timeout error with an unknown outcome."""
    instances_in_memory_max: int = 10_000
    """Instances held in memory; beyond it, those that only wait leave, the longest unused first."""
    instances_active_max: int = 50_000
    """Instances that are at work, and do not only wait. Beyond it, starts are refused, and what events and schedules
    would start waits."""
    evict_after_ms: int = 5_000
    """An instance whose next timer is due later than this may leave memory."""
    commands_queued_max: int = 100_000
    """Commands that wait to be decided; beyond it, new requests are refused."""
    bulk_starts_max: int = 10_000
    """Instances that one request may start."""
    bulk_items_max: int = 10_000
    """Instances that one action over a filter may be carried out on."""
    fork_transitions_max: int = 100_000
    """Transitions that a fork may take over from its origin."""
    batch_transitions_max: int = 2_000
    """Transitions that share one transaction."""
    inbox_messages_max: int = 500
    """Messages of the inbox that are handled at a time."""
    receipt_age_ms_max: int = 30 * 24 * 60 * 60 * 1000
    """For how long it is remembered what a request with an idempotency key was answered, but for starts and forks:
    theirs holds as long as the instance."""
    retry_ms_max: int = 5_000
    """The longest pause before a store that failed is tried again."""
    events: EventLimits = msgspec.field(default_factory=EventLimits)
    """Events that come and go."""
    workflow: Limits = msgspec.field(default_factory=Limits)
    """What the kernel keeps of each instance: steps, transitions, iterations ..."""
