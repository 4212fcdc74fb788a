"""Starting: a start that may be asked for again, and happens once for its caller's key."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any, NamedTuple

import msgspec

from counterpoint.application.instances import Instances, checked_json
from counterpoint.engine.labels import BUSINESS_KEY, labelled
from counterpoint.engine.library import workflow_of
from counterpoint.engine.live import Live
from counterpoint.engine.registry import Caution, may_mean
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import Conflict
from counterpoint.masking import unmasked
from counterpoint.ports.store import StoredDefinition
from counterpoint.values.json import JsonValue


class KeyReused(Conflict):
    """The idempotency key was used for another request."""


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """An instance that was asked for."""

    id: str
    workflow: str
    """`namespace/name:version`."""
    replayed: bool
    """Whether it had been started by an earlier request with the same key."""
    caution: Caution | None = None
    """What is to be said of the version: it is deprecated."""


class Begun(NamedTuple):
    """A start that nothing had to be read for."""

    started: Started
    """What is to be told once it is durable."""
    live: Live
    durable: asyncio.Future[None]
    """Done then, or with the reason why not."""


class Starting:
    """Starts instances. An instance's id follows from the key, so that a crash forgets no key."""

    def __init__(self, runtime: Runtime, instances: Instances) -> None:
        self._runtime = runtime
        self._instances = instances
        self._at_work: dict[str, asyncio.Future[None]] = {}
        """Requests with a key that are not answered yet, by the id that follows from it."""

    async def start(
        self, definition: str, input: JsonValue, id: str | None = None, business_key: str | None = None
    ) -> Started:
        """Start an instance. Raises what `Instances.start` raises."""
        stored = self._runtime.library.to_start(definition)
        started = await self._instances.start(stored, input, id, labelled(business_key))
        return self._started(stored, started)

    def start_at_once(self, definition: str, input: JsonValue, business_key: str | None = None) -> Begun | None:
        """As `start`, without a task; None where something has to be read first."""
        stored = self._runtime.library.to_start(definition)
        prepared = self._instances.prepare_at_once(stored, input, labelled(business_key))
        if prepared is None:
            return None
        live, start = prepared
        return Begun(self._started(stored, start.id), live, self._instances.submit(live, start))

    async def start_once(self, key: str, definition: str, input: JsonValue, business_key: str | None = None) -> Started:
        """Start an instance, or find the one that was started with this key: same key, same instance.

        Raises KeyReused where that one has another definition, input or business key, and what `Instances.start`
        raises.
        """
        id = id_of_key(key)
        while (work := self._at_work.get(id)) is not None:
            await asyncio.wait([work])
        self.begin(id)
        durable = None
        try:
            earlier = await self.earlier(id, definition, input, business_key)
            if earlier is not None:
                return earlier
            stored = self._runtime.library.to_start(definition)
            live, start = await self._instances.prepare(stored, input, id, labelled(business_key))
            durable = self._instances.submit(live, start)
            await asyncio.shield(durable)
            return self._started(stored, id)
        finally:
            self.end(id, durable)

    def _started(self, stored: StoredDefinition, id: str) -> Started:
        caution = self._runtime.library.registry.caution(stored)
        return Started(id=id, workflow=workflow_of(stored), replayed=False, caution=caution)

    def is_at_work(self, id: str) -> bool:
        """Whether a request with the key of this id is not answered yet."""
        return id in self._at_work

    def begin(self, id: str) -> None:
        """A request with the key of this id is at work: others with that key wait until its `end`."""
        self._at_work[id] = asyncio.get_running_loop().create_future()

    def end(self, id: str, durable: asyncio.Future[Any] | None = None) -> None:
        """The request is answered, or whoever asked has gone: then what it has `submit`ted still becomes durable, and
        before that a repetition would not find it."""
        if durable is not None and not durable.done():
            durable.add_done_callback(lambda _: self.end(id, durable))
            return
        if durable is not None and not durable.cancelled():
            durable.exception()  # nobody may be left to be told
        self._at_work.pop(id).set_result(None)

    async def earlier(
        self, id: str, definition: str, input: JsonValue, business_key: str | None = None
    ) -> Started | None:
        """The instance that an earlier request with the key of this id has started. Raises KeyReused."""
        if await self._runtime.store.find(id) is None:
            return None
        with unmasked():
            view = await self._instances.inspect(id)
        if not may_mean(definition, view.workflow):
            raise KeyReused(f"the idempotency key was used before, to start {view.workflow}; this is {definition}")
        if _canonical(view.input) != _canonical(checked_json(input)):
            raise KeyReused("the idempotency key was used before, with another input")
        if business_key not in (None, view.labels.get(BUSINESS_KEY)):
            raise KeyReused("the idempotency key was used before, with another business key")
        registry = self._runtime.library.registry
        caution = registry.caution(self._runtime.library.find(view.workflow))
        return Started(id=id, workflow=view.workflow, replayed=True, caution=caution)


def id_of_key(key: str) -> str:
    """The id of the instance that a key starts: 128 bits of its digest, so that two keys never share one."""
    return f"key-{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def _canonical(value: JsonValue) -> bytes:
    return msgspec.json.encode(value, order="deterministic")
