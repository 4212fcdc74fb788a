"""Versions: deprecate one, take that back, retire it. One change at a time, each of them one transaction.

Requests to the inbox: `deprecate` {definition, sunset?, replacement?, reason?, by?, revision?}, `undeprecate` and
`retire` {definition, reason?, by?, revision?}. `sunset` is a time (RFC 3339). The answer is {definition, state,
revision}.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec

from counterpoint.engine.committer import Committer
from counterpoint.engine.ending import to_its_end
from counterpoint.engine.inbox import Handler
from counterpoint.engine.library import Library, workflow_of
from counterpoint.engine.population import Population
from counterpoint.engine.registry import ACTIVE, DEPRECATED, RETIRED, parse
from counterpoint.engine.schedules import Schedules
from counterpoint.errors import Conflict, InvalidInput, NotFound, Outdated
from counterpoint.ports.clock import Clock
from counterpoint.ports.selection import Filter
from counterpoint.ports.store import Batch, Store, StoredDefinition, VersionState
from counterpoint.values.json import JsonValue
from counterpoint.values.timestamp import iso8601, parse_timestamp

TEXT_CHARS_MAX: Final = 2_000
"""How long a reason, or the name of whoever asks, may be."""
_UNFINISHED: Final = ("pending", "running", "waiting", "suspended")
_COUNTED_MAX: Final = 1_000
"""Up to how many unfinished instances are counted."""


class _Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a request."""

    definition: str
    sunset: str | None = None
    replacement: str | None = None
    reason: str | None = None
    by: str | None = None
    revision: int | None = None


class Versions:
    """See the module's docstring. What is asked for when it is so already changes nothing."""

    def __init__(
        self,
        store: Store,
        library: Library,
        population: Population,
        committer: Committer,
        schedules: Schedules,
        clock: Clock,
    ) -> None:
        self._store = store
        self._library = library
        self._registry = library.registry
        self._population = population
        self._committer = committer
        self._schedules = schedules
        self._clock = clock
        self._turn = asyncio.Lock()
        self.handlers: Mapping[str, Handler] = {
            "deprecate": self._of(self._of_asked),
            "undeprecate": self._of(lambda it: self.undeprecate(it.definition, it.reason, it.by, it.revision)),
            "retire": self._of(lambda it: self.retire(it.definition, it.reason, it.by, it.revision)),
        }

    async def deprecate(
        self,
        reference: str,
        sunset_at: int | None = None,
        replacement: str | None = None,
        reason: str | None = None,
        by: str | None = None,
        revision: int | None = None,
    ) -> VersionState:
        """Warn whoever starts this version, and from `sunset_at` (ms since the epoch) on refuse it; durable on return.

        `revision` is that of the state which the caller has seen. Raises NotFound, InvalidInput (the replacement is
        none), Conflict (it is retired), Outdated (its state has another revision).
        """
        _refuse_long(reason, by)
        return await to_its_end(self._deprecate(reference, sunset_at, replacement, reason, by, revision))

    async def _deprecate(
        self,
        reference: str,
        sunset_at: int | None,
        replacement: str | None,
        reason: str | None,
        by: str | None,
        revision: int | None,
    ) -> VersionState:
        async with self._turn:
            definition, current = self._seen(reference, revision)
            if current.state == RETIRED:
                raise Conflict(f"{workflow_of(definition)} is retired: it cannot be started in any case")
            if replacement is not None:
                replacement = self._replacement(replacement, definition)
            given = (DEPRECATED, sunset_at, replacement, reason)
            if given == (current.state, current.sunset_at, current.replacement, current.reason):
                return current
            return await self._change(definition, current, DEPRECATED, sunset_at, replacement, reason, by)

    async def undeprecate(
        self, reference: str, reason: str | None = None, by: str | None = None, revision: int | None = None
    ) -> VersionState:
        """Let it be started as before. Raises NotFound, Conflict (it is retired), Outdated."""
        _refuse_long(reason, by)
        return await to_its_end(self._undeprecate(reference, reason, by, revision))

    async def _undeprecate(
        self, reference: str, reason: str | None, by: str | None, revision: int | None
    ) -> VersionState:
        async with self._turn:
            definition, current = self._seen(reference, revision)
            if current.state == RETIRED:
                raise Conflict(f"{workflow_of(definition)} is retired, and stays so: publish its content anew")
            if current.state == ACTIVE:
                return current
            return await self._change(definition, current, ACTIVE, None, None, reason, by)

    async def retire(
        self, reference: str, reason: str | None = None, by: str | None = None, revision: int | None = None
    ) -> VersionState:
        """Let it never be started again. Its text and its instances stay.

        Raises NotFound, Conflict (instances of it have not ended; says how many), Outdated.
        """
        _refuse_long(reason, by)
        return await to_its_end(self._retire(reference, reason, by, revision))

    async def _retire(self, reference: str, reason: str | None, by: str | None, revision: int | None) -> VersionState:
        async with self._turn:
            definition, current = self._seen(reference, revision)
            if current.state == RETIRED:
                return current
            self._registry.close(definition)  # before the instances are counted: none may come in between
            try:
                await self._refuse_in_use(definition)
                return await self._change(definition, current, RETIRED, None, current.replacement, reason, by)
            finally:
                self._registry.reopen(definition)

    async def _change(
        self,
        definition: StoredDefinition,
        current: VersionState,
        state: str,
        sunset_at: int | None,
        replacement: str | None,
        reason: str | None,
        by: str | None,
    ) -> VersionState:
        changed = VersionState(
            definition=definition.number,
            revision=current.revision + 1,
            state=state,
            sunset_at=sunset_at,
            replacement=replacement,
            reason=reason,
            changed_by=by,
            changed_at=self._clock.now(),
        )

        def write(batch: Batch) -> None:
            batch.states.append(changed)

        await self._committer.request_write(write)
        self._registry.put(changed)
        await self._schedules.changed(definition)
        return changed

    def _seen(self, reference: str, revision: int | None) -> tuple[StoredDefinition, VersionState]:
        definition = self._library.find(reference)
        current = self._registry.state(definition)
        if revision is not None and revision != current.revision:
            raise Outdated(
                f"the state of {workflow_of(definition)} has changed: it is {current.state} now, with revision "
                f"{current.revision}, not {revision}; look at it again"
            )
        return definition, current

    def _replacement(self, reference: str, definition: StoredDefinition) -> str:
        """The reference in full, where it means a version that can be started."""
        try:
            found = self._library.find(reference)
        except NotFound as error:
            raise InvalidInput(f"the replacement cannot be used: {error.message}") from error
        if found.number == definition.number:
            raise InvalidInput(f"{reference!r} is the version itself; name another one to start in its place")
        if self._registry.state(found).state != ACTIVE:
            state = self._registry.state(found).state
            raise InvalidInput(f"the replacement {workflow_of(found)} is {state} itself")
        wanted = parse(reference).wanted
        return f"{found.namespace}/{found.name}" + ("" if wanted is None else f":{wanted}")

    async def _refuse_in_use(self, definition: StoredDefinition) -> None:
        ids = {live.number for live in self._population.lives.values() if live.definition == definition.number}
        unfinished = Filter(statuses=_UNFINISHED, definitions=(definition.number,))
        ids.update(row.number for row in await self._store.browse(unfinished, limit=_COUNTED_MAX))
        if not ids:
            return
        count = f"{_COUNTED_MAX:,} or more" if len(ids) >= _COUNTED_MAX else str(len(ids))
        verb = "instance of it has" if len(ids) == 1 else "instances of it have"
        raise Conflict(
            f"{workflow_of(definition)} cannot be retired: {count} {verb} not ended; deprecate it, wait for them, or "
            "cancel them"
        )

    async def _of_asked(self, asked: _Asked) -> VersionState:
        sunset_at = None if asked.sunset is None else sunset_of(asked.sunset)
        return await self.deprecate(
            asked.definition, sunset_at, asked.replacement, asked.reason, asked.by, asked.revision
        )

    def _of(self, change: Callable[[_Asked], Awaitable[VersionState]]) -> Handler:
        async def handle(body: JsonValue) -> JsonValue:
            try:
                asked = msgspec.convert(body, _Asked)
            except msgspec.ValidationError as error:
                raise InvalidInput(f"the request cannot be read: {error}") from error
            workflow = workflow_of(self._library.find(asked.definition))
            state = await change(asked)
            return {"definition": workflow, "state": state.state, "revision": state.revision}

        return handle


def sunset_of(text: str) -> int:
    """The time (ms since the epoch) that a text is. Raises InvalidInput."""
    try:
        at = parse_timestamp(text)
        iso8601(at)  # its offset may lead out of the years that can be written
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"sunset: {error}") from error
    return at


def _refuse_long(*texts: str | None) -> None:
    for text in texts:
        if text is not None and len(text) > TEXT_CHARS_MAX:
            raise InvalidInput(f"a reason, or a name, has at most {TEXT_CHARS_MAX:,} characters")
