"""Events: taking them in, as long as there is room, and what becomes of those that go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from counterpoint.application.endpoints import Endpoint, Endpoints
from counterpoint.application.instances import checked_json
from counterpoint.engine import cloudevents
from counterpoint.engine.emission import EVENT, post
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import InvalidInput, LimitExceeded, NotFound, SignatureRefused
from counterpoint.ports.events import Tally
from counterpoint.ports.store import Batch, OutboxSize, Outgoing
from counterpoint.values.json import JsonObject

TOO_LARGE: Final = "payload_bytes_max"
"""The limit that an event exceeds which will never be taken."""
LETTERS_MAX = 10_000
"""Dead letters that one request may move."""


class EventCounters(msgspec.Struct):
    """What has happened to events from outside since the engine was opened; all of them only grow."""

    accepted: int = 0
    """Taken in; duplicates count too."""
    duplicates: int = 0
    """Of those, the ones that were there before (`source` and `id`)."""
    invalid: int = 0
    """No CloudEvents."""
    too_large: int = 0
    """Larger than a workflow could hold."""
    unsigned: int = 0
    """Refused because a signature was missing."""
    wrongly_signed: int = 0
    """Refused because a signature was wrong, out of time, or not of somebody who may say this."""
    overload: int = 0
    """Refused because too many wait to be handled. Sources that bring events by themselves pause instead."""


class SinkView(msgspec.Struct, frozen=True, kw_only=True):
    """One sink, and what it is owed. The counts of what was done are since the engine was opened."""

    name: str
    configured: bool
    """Whether this engine sends to it."""
    owed: int
    dead: int
    """Dead letters."""
    sent: int = 0
    failures: int = 0
    """Batches that were not taken and are sent again."""
    refused: int = 0
    """Events that became dead letters."""
    problem: str | None = None
    """Why nothing gets through at the moment."""


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """An event that a receiver will never take, it says."""

    number: int
    sink: str
    reason: str
    written_at: int
    """In milliseconds since the epoch."""
    event: JsonObject

    @classmethod
    def of(cls, entry: Outgoing) -> DeadLetter:
        """From an entry of the outbox."""
        return cls(
            number=entry.number,
            sink=entry.sink,
            reason=entry.refusal or "",
            written_at=entry.written_at,
            event=msgspec.json.decode(entry.body),
        )


class Events:
    """The use cases of events on a running engine."""

    def __init__(self, runtime: Runtime, endpoints: Sequence[Endpoint] = ()) -> None:
        self._runtime = runtime
        self._endpoints = Endpoints(endpoints, runtime.clock)
        self._events_max = runtime.limits.events.inbox_events_max
        self._ahead = 0
        """Events that are being written."""
        self._bytes_max = runtime.limits.payload_bytes_max
        self.counters = EventCounters()
        self.tallies: Mapping[str, Tally] = {}
        """What sources have done that bring events by themselves, by their names."""

    def verify(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> None:
        """Verify a message to an endpoint before it is read. Raises NotFound, SignatureRefused."""
        try:
            self._endpoints.verify(endpoint, headers, body)
        except SignatureRefused as refused:
            self._count(refused)
            raise

    async def accept(
        self, events: Sequence[JsonObject], endpoint: str | None = None, *, one_by_one: bool = False
    ) -> int:
        """Take events in: all of them, durable on return, or none. How many of them were there before.

        `one_by_one`: whoever brings several that are refused brings each of them again alone. Then it is counted.
        What does not fit now is brought again until it does, so that this is no refusal.

        Raises InvalidInput that names the first which is no CloudEvent, SignatureRefused (somebody else must say
        this), LimitExceeded (too many wait, or one is too large), StoreError.
        """
        counting = not (one_by_one and len(events) > 1)
        checked = self._checked(events, counting=counting)
        try:
            self._endpoints.judge(endpoint, checked)
        except SignatureRefused as refused:
            if counting:
                self._count(refused)
            raise
        if not checked:
            return 0
        waiting = await self._runtime.store.inbox_size() + self._ahead
        if waiting + len(checked) > self._events_max and waiting:
            self.counters.overload += 0 if one_by_one else len(checked)
            hint = "they are taken again once some are handled; try again later"
            raise LimitExceeded("inbox_events_max", self._events_max, waiting + len(checked), hint=hint)
        at = self._runtime.clock.now()
        writes = [post(each, EVENT, at) for each in checked]
        written: list[tuple[Batch, range]] = []

        def write(batch: Batch) -> None:
            first = len(batch.posted)
            for each in writes:
                each(batch)
            written[:] = [(batch, range(first, len(batch.posted)))]

        self._ahead += len(checked)
        try:
            await self._runtime.committer.request_write(write)
        finally:
            self._ahead -= len(checked)
        [(batch, ours)] = written
        duplicates = sum(place in ours for place in batch.duplicates)
        self.counters.accepted += len(checked)
        self.counters.duplicates += duplicates
        return duplicates

    async def sinks(self) -> list[SinkView]:
        """All sinks: those of this engine, and others that are still owed something."""
        sizes, states = await self._runtime.store.outbox_sizes(), self._runtime.outbox.states
        views = []
        for name in sorted({*sizes, *states}):
            size, state = sizes.get(name, OutboxSize()), states.get(name)
            told = {} if state is None else msgspec.structs.asdict(state)
            views.append(SinkView(name=name, configured=state is not None, owed=size.owed, dead=size.dead, **told))
        return views

    async def dead_letters(self, sink: str | None = None, after: int = 0, limit: int = 100) -> list[DeadLetter]:
        """Dead letters by number; `after` (a number) pages on."""
        return [DeadLetter.of(each) for each in await self._runtime.store.dead_letters(sink, after, limit)]

    async def retry(self, number: int) -> DeadLetter:
        """Have a dead letter sent again. Raises NotFound."""
        letter = await self._letter(number)
        await self._runtime.outbox.revive([letter])
        return DeadLetter.of(letter)

    async def discard(self, number: int) -> DeadLetter:
        """Throw a dead letter away. Raises NotFound."""
        letter = await self._letter(number)
        await self._runtime.outbox.discard([letter.number])
        return DeadLetter.of(letter)

    async def retry_all(self, sink: str | None = None) -> int:
        """Have all dead letters sent again, or those of one sink, 10,000 at most; how many."""
        letters = await self._runtime.store.dead_letters(sink, 0, LETTERS_MAX)
        await self._runtime.outbox.revive(letters)
        return len(letters)

    async def _letter(self, number: int) -> Outgoing:
        letter = await self._runtime.store.dead_letter(number)
        if letter is None:
            raise NotFound(f"there is no dead letter {number}")
        return letter

    def _checked(self, events: Sequence[JsonObject], *, counting: bool) -> list[JsonObject]:
        checked = []
        for index, event in enumerate(events):
            try:
                checked.append(checked_json(cloudevents.checked(event)))
                cloudevents.refuse_large(checked[-1], self._bytes_max)
            except LimitExceeded:
                self.counters.too_large += counting
                raise
            except InvalidInput as error:
                self.counters.invalid += counting
                raise InvalidInput(f"event {index}: {error.message}" if len(events) > 1 else error.message) from error
        return checked

    def _count(self, refused: SignatureRefused) -> None:
        if refused.missing:
            self.counters.unsigned += 1
        else:
            self.counters.wrongly_signed += 1
