"""Starting in bulk: many instances with one request, each answered, and the fault of one harms no other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import msgspec

from counterpoint.application.instances import Instances
from counterpoint.application.publishing import DefinitionRef, reference_of
from counterpoint.application.starting import Started, Starting, id_of_key
from counterpoint.engine.labels import labelled
from counterpoint.engine.library import workflow_of
from counterpoint.engine.live import Live
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import CounterpointError, InvalidInput, LimitExceeded, StoreError
from counterpoint.kernel.commands import Start
from counterpoint.values.json import JsonObject, JsonValue

KIND: Final = "start-many"
"""Kind of the message that asks for it: {starts: [{definition, input?, id?, key?,
businessKey?}]}; it is answered
{items: [{id, workflow, replayed} or {error, detail}]}."""
_TURN: Final = 500
"""Starts that are prepared before others have their turn."""


class BulkStart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of many instances to start."""

    definition: DefinitionRef | str
    input: JsonValue = msgspec.field(default_factory=dict)
    id: str | None = None
    """Of the caller's choice; not together with `key`."""
    key: str | None = None
    """An idempotency key: the same key and the same start, the same instance."""
    business_key: str | None = msgspec.field(default=None, name="businessKey")
    """What people call it."""


Outcome: TypeAlias = Started | CounterpointError
"""What became of one of them: the instance, or why there is none."""


ToStart: TypeAlias = BulkStart | CounterpointError
"""One of them, or why it could not be read: what follows keeps its place, and with it its key."""


class BulkStarting:
    """Starts many instances, by the same steps as one."""

    def __init__(self, runtime: Runtime, instances: Instances, starting: Starting) -> None:
        self._runtime = runtime
        self._instances = instances
        self._starting = starting
        runtime.inbox.handle(KIND, self._of_message)

    async def start(self, starts: Sequence[ToStart], key: str | None = None) -> list[Outcome]:
        """What became of each, in their order, once all that was started is durable.

        `key` is for the request as a whole: it makes those repeatable that have neither an id nor a key of their own,
        by their places. Raises LimitExceeded and StoreError before anything is started.
        """
        runtime = self._runtime
        maximum = runtime.limits.bulk_starts_max
        if len(starts) > maximum:
            raise LimitExceeded("bulk_starts_max", maximum, len(starts), hint="send several requests")
        runtime.committer.require_room(len(starts))
        return await _Bulk(runtime, self._instances, self._starting, starts, key).carry_out()

    async def _of_message(self, body: JsonValue) -> JsonValue:
        """Raises StoreUnavailable where the message is to be handled again: its starts have keys."""
        try:
            starts = msgspec.convert(body, _Message).starts
        except msgspec.ValidationError as error:
            raise InvalidInput(f"the request to start many is not as it should be: {error}") from error
        outcomes = await self.start(starts)
        for each in outcomes:
            if isinstance(each, StoreError):
                raise each
        return {"items": [_told(each) for each in outcomes]}


class _Message(msgspec.Struct, frozen=True):
    starts: list[BulkStart]


class _Bulk:
    """One request. First all of it is prepared, then all of that is submitted without a pause, or nothing is."""

    def __init__(
        self, runtime: Runtime, instances: Instances, starting: Starting, starts: Sequence[ToStart], key: str | None
    ) -> None:
        self._runtime = runtime
        self._instances = instances
        self._starting = starting
        self._starts = starts
        self._key = key
        self._outcomes: dict[int, Outcome] = {}
        self._prepared: list[tuple[int, str, Live, Start]] = []
        """Place in the request, workflow, instance, command."""
        self._ours: dict[str, asyncio.Future[Any] | None] = {}
        """Ids of keys that this request is at work with; each with the future of its start, once that is submitted."""
        self._later: list[tuple[int, str, BulkStart]] = []
        """Those whose key is at work already, here or in another request."""

    async def carry_out(self) -> list[Outcome]:
        """What became of each start."""
        try:
            for index, each in enumerate(self._starts):
                if index % _TURN == _TURN - 1:
                    await asyncio.sleep(0)
                try:
                    await self._prepare(index, each)
                except CounterpointError as error:
                    self._outcomes[index] = error
            await self._submit()
        finally:
            for id, durable in self._ours.items():
                self._starting.end(id, durable)
            for _, _, live, start in self._prepared:
                self._instances.forget(live, start)
        for index, key, later in self._later:
            try:
                reference = reference_of(later.definition)
                self._outcomes[index] = await self._starting.start_once(key, reference, later.input, later.business_key)
            except CounterpointError as error:
                self._outcomes[index] = error
        return [self._outcomes[index] for index in range(len(self._starts))]

    async def _prepare(self, index: int, each: ToStart) -> None:
        if isinstance(each, CounterpointError):
            raise each
        reference, id, key = reference_of(each.definition), each.id, self._key_of(index, each)
        if key is not None:
            id = id_of_key(key)
            if self._starting.is_at_work(id):
                self._later.append((index, key, each))
                return
            self._starting.begin(id)
            self._ours[id] = None
            earlier = await self._starting.earlier(id, reference, each.input, each.business_key)
            if earlier is not None:
                self._outcomes[index] = earlier
                return
        stored = self._runtime.library.to_start(reference)
        live, start = await self._instances.prepare(stored, each.input, id, labelled(each.business_key))
        self._prepared.append((index, workflow_of(stored), live, start))

    async def _submit(self) -> None:
        """Raises LimitExceeded, StoreError before anything is submitted."""
        self._runtime.committer.require_room(len(self._prepared))
        library, prepared, self._prepared = self._runtime.library, self._prepared, []
        durable = [self._instances.submit(live, start) for _, _, live, start in prepared]
        for (_, _, _, start), each in zip(prepared, durable, strict=True):
            if start.id in self._ours:
                self._ours[start.id] = each
        try:
            if durable:
                await asyncio.wait(durable)  # unlike `gather`, it leaves them alone where whoever asked has gone
        except asyncio.CancelledError:
            for each in durable:
                each.add_done_callback(_unseen)
            raise
        for (index, workflow, _, start), each in zip(prepared, durable, strict=True):
            refusal = each.exception()
            if refusal is None:
                caution = library.registry.caution(library.find(workflow))
                self._outcomes[index] = Started(id=start.id, workflow=workflow, replayed=False, caution=caution)
            elif isinstance(refusal, CounterpointError):
                self._outcomes[index] = refusal
            else:
                raise refusal

    def _key_of(self, index: int, each: BulkStart) -> str | None:
        if each.key is not None and each.id is not None:
            raise InvalidInput("give an id or a key, not both: the id follows from the key")
        if each.key is not None or each.id is not None or self._key is None:
            return each.key
        return f"{self._key}\n{index}"  # no header holds a line break: nobody's own key is the same


def _unseen(durable: asyncio.Future[Any]) -> None:
    """Nobody is left to be told why it was refused."""
    if not durable.cancelled():
        durable.exception()


def _told(outcome: Outcome) -> JsonObject:
    if isinstance(outcome, Started):
        return {"id": outcome.id, "workflow": outcome.workflow, "replayed": outcome.replayed}
    return {"error": type(outcome).__name__, "detail": outcome.message}
