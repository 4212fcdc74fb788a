"""Instances: start, follow, look at, and intervene."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import msgspec

from counterpoint.application.publishing import DefinitionRef, reference_of
from counterpoint.application.selecting import Count, Wanted, count_of, filter_of
from counterpoint.application.views import InstanceView, history_of, view_of
from counterpoint.engine import cloudevents
from counterpoint.engine.deciding import Write
from counterpoint.engine.emission import EVENT, post
from counterpoint.engine.forking import ForkPlan
from counterpoint.engine.live import Live
from counterpoint.engine.operations import refuse_moved
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import Conflict, CounterpointError, InvalidInput, NotFound
from counterpoint.kernel.commands import Command, Start
from counterpoint.ports.store import InstanceRow, StoredDefinition
from counterpoint.values.json import JsonObject, JsonValue

__all__ = ["COUNT_MAX", "ForkPlan", "Instances", "checked_json"]

COUNT_MAX: Final = 100_000
"""Instances that are looked at for one count."""


AtRest: TypeAlias = asyncio.Future[Live]
"""Done once an instance has ended or waits for a person, with what is durable of it."""


class Instances:
    """The use cases of instances, on a running engine. What changes anything returns once that is durable."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def start(
        self,
        definition: DefinitionRef | StoredDefinition | str,
        input: JsonValue,
        id: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> str:
        """Start an instance; its id. Raises what `prepare` raises, and LimitExceeded."""
        live, start = await self.prepare(definition, input, id, labels)
        await self.submit(live, start)
        return start.id

    async def prepare(
        self,
        definition: DefinitionRef | StoredDefinition | str,
        input: JsonValue,
        id: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> tuple[Live, Start]:
        """An instance that is not started yet: `submit` or `forget` it.

        Raises NotFound, Conflict (the id is taken), Withdrawn (the version may not be started), InvalidInput.
        """
        runtime = self._runtime
        if not isinstance(definition, StoredDefinition):
            definition = runtime.library.to_start(reference_of(definition))
        return await runtime.operations.start(definition, checked_json(input), id, labels=labels)

    def prepare_at_once(
        self, definition: StoredDefinition, input: JsonValue, labels: Mapping[str, str]
    ) -> tuple[Live, Start] | None:
        """As `prepare`, for somebody who gives no id; None where something has to be read first."""
        return self._runtime.operations.start_at_once(definition, checked_json(input), labels)

    def submit(self, live: Live, start: Start) -> asyncio.Future[Any]:
        """Have a prepared instance started; the future is done once that is durable, or has the reason why not.

        Raises LimitExceeded, StoreError: it is forgotten then.
        """
        try:
            return self._runtime.committer.request(live, start)
        except CounterpointError:
            self.forget(live, start)
            raise

    def forget(self, live: Live, start: Start) -> None:
        """A prepared instance is not wanted after all."""
        self._runtime.population.forget(live, start.id)

    async def result(self, id: str, seconds_max: float | None = None) -> InstanceView:
        """The instance once it has ended or waits for a person. Raises NotFound, TimeoutError."""
        runtime = self._runtime
        live = runtime.population.by_id(id)
        if live is None:
            row = await self._row(id)
            if row.ended_at is not None:
                return await self._view(row)
            try:
                live = await runtime.operations.find(id)
            except Conflict:  # it has ended in the meantime
                return await self._view(await self._row(id))
        return await self._view_live(await self._until_awaited(live, seconds_max))

    def at_rest(self, live: Live) -> AtRest:
        """A future of when the instance is at rest. Whoever gives up calls `give_up`."""
        future: AtRest = asyncio.get_running_loop().create_future()
        if live.awaited and not live.touched:
            future.set_result(live)
        else:
            self._runtime.dispatch.waiters.setdefault(live.number, []).append(future)
        return future

    def give_up(self, live: Live, rest: AtRest) -> None:
        """Wait no longer for what `at_rest` has given."""
        waiters = self._runtime.dispatch.waiters
        left = [each for each in waiters.pop(live.number, ()) if each is not rest]
        if left:
            waiters[live.number] = left
        rest.cancel()

    def view_at_once(self, live: Live) -> InstanceView | None:
        """The instance as it stands; None where its journal has to be read."""
        return None if live.trace is None else view_of(live.instance, live.trace, live.veil)

    async def inspect(self, id: str) -> InstanceView:
        """The instance as it stands. Raises NotFound."""
        live = self._runtime.population.by_id(id)
        if live is not None and live.stored:
            return await self._view_live(live)
        return await self._view(await self._row(id))

    async def history(self, id: str, after: int = 0, limit: int | None = None) -> list[JsonObject]:
        """What has happened to the instance: its transitions after number `after`, `limit` of them at most.

        Raises NotFound.
        """
        row = await self._row(id)
        transitions, redaction = await self._runtime.archive.page(row.number, after, limit)
        return history_of(transitions, after + 1, redaction)

    async def browse(self, wanted: Wanted, before: int | None = None, limit: int = 100) -> Sequence[InstanceRow]:
        """Rows of instances, newest first; `before` (a row's number) pages on. Raises NotFound, InvalidInput."""
        chosen = filter_of(wanted, self._runtime.library)
        return await self._runtime.store.browse(chosen, before=before, limit=limit)

    async def due(
        self, wanted: Wanted, after: tuple[int, int] | None = None, limit: int = 100
    ) -> Sequence[InstanceRow]:
        """Rows of those that wait for a time, the earliest first; `after` (`due_at` and number of a row) pages on.

        Raises NotFound, InvalidInput.
        """
        return await self._runtime.store.due(filter_of(wanted, self._runtime.library), after=after, limit=limit)

    async def count(self, wanted: Wanted) -> Count:
        """How many there are, by status and by workflow. Raises NotFound, InvalidInput."""
        library = self._runtime.library
        counted = await self._runtime.store.count(filter_of(wanted, library), count_max=COUNT_MAX)
        return count_of(counted, library.all())

    async def cancel(
        self,
        id: str,
        *,
        abandon: bool = False,
        reason: str | None = None,
        expected: int | None = None,
        along: Write | None = None,
    ) -> None:
        """Stop it and undo what it did; with `abandon`, leave everything as it is. Raises NotFound, Conflict.

        Like all that follows, with `expected`: raises Outdated where it has made another number of transitions. And
        with `along`: writes that in the same transaction.
        """
        await self._request(self._runtime.operations.cancel(id, reason, abandon), expected, along)

    async def terminate(
        self, id: str, reason: str | None = None, *, expected: int | None = None, along: Write | None = None
    ) -> None:
        """End it by force, and its sub-workflows: nothing is undone. Raises NotFound, Conflict."""
        await self._request(self._runtime.operations.terminate(id, reason), expected, along)

    async def suspend(
        self, id: str, reason: str | None = None, *, expected: int | None = None, along: Write | None = None
    ) -> None:
        """Start nothing new until resumed. Raises NotFound, Conflict."""
        await self._request(self._runtime.operations.suspend(id, reason), expected, along)

    async def resume(
        self, id: str, reason: str | None = None, *, expected: int | None = None, along: Write | None = None
    ) -> None:
        """Go on after `suspend`. Raises NotFound, Conflict."""
        await self._request(self._runtime.operations.resume(id, reason), expected, along)

    async def retry(
        self,
        id: str,
        run: int | None = None,
        reason: str | None = None,
        *,
        expected: int | None = None,
        along: Write | None = None,
    ) -> None:
        """Try again what open incidents are about: all, or the one of `run`. Raises NotFound, Conflict."""
        await self._request(self._runtime.operations.retry(id, run, reason), expected, along)

    async def resolve(
        self,
        id: str,
        run: int,
        action: str,
        *,
        reason: str | None = None,
        input: tuple[JsonValue] | None = None,
        expected: int | None = None,
        along: Write | None = None,
    ) -> None:
        """Decide about an incident: `retry` (with other `input`, where given), `skip` or `done`, with a reason.

        Raises NotFound, Conflict (no such incident), InvalidInput.
        """
        given = None if input is None else (checked_json(input[0]),)
        await self._request(self._runtime.operations.resolve(id, run, action, reason, given), expected, along)

    async def compensate(
        self, id: str, reason: str | None = None, *, expected: int | None = None, along: Write | None = None
    ) -> None:
        """Undo what it did; also late, within its `compensableFor`. Raises NotFound, Conflict."""
        await self._request(self._runtime.operations.compensate(id, reason, expected), expected, along)

    async def plan_fork(self, id: str, at: int) -> ForkPlan:
        """What a fork after transition `at` would do once more. Raises NotFound, InvalidInput, Conflict, Withdrawn."""
        return await self._runtime.forking.plan(id, at)

    async def exists(self, id: str) -> bool:
        """Whether there is an instance of this id."""
        return await self._runtime.store.find(id) is not None

    async def fork_again(self, id: str, at: int, fork: str) -> ForkPlan | None:
        """The plan of the fork with the id `fork`, where it was made of this point before. As `plan_fork`."""
        if not await self._runtime.forking.made(fork, id, at):
            return None
        return await self.plan_fork(id, at)

    async def fork(
        self, id: str, at: int, reason: str, fork: str | None = None, business_key: str | None = None
    ) -> tuple[str, ForkPlan]:
        """A new instance from the state after transition `at` of another; its id and its plan. As `plan_fork`."""
        return await self._runtime.forking.fork(id, at, reason, fork, business_key)

    async def signal(self, id: str, event: JsonObject, *, expected: int | None = None) -> bool:
        """Hand a CloudEvent to this instance alone; whether it took it. Raises NotFound, Conflict, InvalidInput."""
        return await self._runtime.signals.send(id, checked_json(event), expected)

    async def deliver(self, event: JsonObject) -> None:
        """Publish a CloudEvent (JSON form) to whoever listens. Durable on return. Raises InvalidInput."""
        event = checked_json(cloudevents.checked(event))
        await self._runtime.committer.request_write(post(event, EVENT, self._runtime.clock.now()))

    async def _request(
        self, prepared: Awaitable[tuple[Live, Command]], expected: int | None, along: Write | None
    ) -> None:
        committer = self._runtime.committer
        try:
            live, command = await prepared
            refuse_moved(live, expected)
        except Conflict:
            if committer.failure is not None:  # then what it conflicts with may be what the store has refused
                raise committer.failure from None
            raise
        try:
            await committer.request(live, command, along)
        except CounterpointError:
            self._runtime.operations.put_back(live)
            raise

    async def _until_awaited(self, live: Live, seconds_max: float | None) -> Live:
        rest = self.at_rest(live)
        try:
            if seconds_max is None:
                return await rest
            return await asyncio.wait_for(rest, seconds_max)
        except TimeoutError:
            status = live.instance.status.value
            raise TimeoutError(f"instance {live.instance.id} is {status} after {seconds_max:g} s") from None
        finally:
            self.give_up(live, rest)

    async def _view_live(self, live: Live) -> InstanceView:
        view = self.view_at_once(live)
        if view is None:
            view = view_of(live.instance, await self._runtime.archive.journal(live.number), live.veil)
        return view

    async def _view(self, row: InstanceRow) -> InstanceView:
        folded = await self._runtime.archive.fold(row)
        return view_of(folded.instance, folded.transitions, folded.veil)

    async def _row(self, id: str) -> InstanceRow:
        row = await self._runtime.store.find(id)
        if row is None:
            raise NotFound(f"there is no instance {id!r}")
        return row


def checked_json(value: Any) -> Any:
    """The value where it is JSON; typed values (dataclasses, dates ...) become JSON. Raises InvalidInput."""
    try:
        plain = msgspec.to_builtins(value, str_keys=True)
        # Half of a surrogate pair is no JSON, and the journal could not hold it: this raises.
        text = msgspec.json.encode(plain)
        if b"null" in text:  # which is also what NaN and the infinities become here: they are none either
            json.dumps(plain, allow_nan=False)
        # By way of its text, so that it is now what it will be when it is read from the journal.
        return msgspec.json.decode(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInput(f"this is no JSON value: {error}") from error
