"""Forks: a new instance from a point of another one's history, and what it will do once more.

The records up to the point are copied under the new id: only the first, which holds the start, is written anew. They
are stored with the fork's first own transition, so that a crash leaves a whole fork or none. The origin is only read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from counterpoint.engine.archive import Archive
from counterpoint.engine.committer import Committer
from counterpoint.engine.labels import BUSINESS_KEY, CORRELATION, TRACE, TRACE_STATE, correlation_of, labelled
from counterpoint.engine.library import Library
from counterpoint.engine.limits import EngineLimits
from counterpoint.engine.live import Live, Prefix, Transition
from counterpoint.engine.operations import Operations
from counterpoint.errors import Conflict, CounterpointError, InvalidInput, LimitExceeded, NotFound
from counterpoint.history import Codec, fold
from counterpoint.kernel import Instance, evolve
from counterpoint.kernel.commands import Fork
from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.events import InstanceStarted
from counterpoint.kernel.forking import undoable, unforkable
from counterpoint.kernel.log import EntryState
from counterpoint.kernel.state import INVOKE
from counterpoint.plan import Plan
from counterpoint.ports.clock import Clock
from counterpoint.ports.store import Store, StoredDefinition
from counterpoint.values.json import JsonObject, JsonValue

FORKED_FROM: Final = "forkedFrom"
"""The label of a fork: `{id of its origin}@{transition}`."""
FORKED_FROM_TRACE: Final = "forkedFromTrace"
"""The label of a fork: the context in which its origin was started, where there was one."""
LISTED_MAX: Final = 1_000
"""Effects that a plan lists of each kind; it counts them all."""
_RANGES_MAX: Final = 10
"""Ranges of transitions that a refusal names."""


class Repeated(msgspec.Struct, frozen=True, kw_only=True):
    """An effect that the origin has begun, and that the fork may begin once more, under a key of its own."""

    task: str
    """Reference of the task."""
    function: str
    key: str
    """The idempotency key that the origin gave it."""
    in_flight: bool
    """It was in flight at the point: the fork begins with it. Otherwise the origin has begun it after the point."""


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """An effect that the origin had carried out at the point: each of the two would undo it, under the same key."""

    task: str
    key: str
    undone: bool
    """The origin has begun to undo it since: the fork goes on as if it were there."""


class ForkPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a fork takes over, and what it does once more."""

    origin: str
    workflow: str
    sequence: int
    """The transition of the origin after which it goes on."""
    last: int
    """The last transition of the origin now."""
    repeats: list[Repeated]
    repeats_count: int
    shared: list[Shared]
    shared_count: int


class _Origin(NamedTuple):
    id: str
    definition: StoredDefinition
    bodies: list[bytes]
    transitions: list[Transition]
    """All of them, also what came after the point."""
    secrets: JsonObject | None
    then: Instance
    """Its state at the point."""
    now: Instance


class Forking:
    """See the module's docstring."""

    def __init__(
        self,
        store: Store,
        archive: Archive,
        library: Library,
        operations: Operations,
        committer: Committer,
        codec: Codec,
        clock: Clock,
        limits: EngineLimits,
    ) -> None:
        self._store = store
        self._archive = archive
        self._library = library
        self._operations = operations
        self._committer = committer
        self._codec = codec
        self._clock = clock
        self._transitions_max = limits.fork_transitions_max

    async def plan(self, id: str, at: int) -> ForkPlan:
        """What a fork of `id` after its transition `at` would do once more.

        Raises NotFound, InvalidInput (no such transition), Conflict (none can be made there), Withdrawn, LimitExceeded.
        """
        return self._planned(await self._origin(id, at), at)

    async def fork(
        self, id: str, at: int, reason: str, fork: str | None = None, business_key: str | None = None
    ) -> tuple[str, ForkPlan]:
        """Make one with the id `fork`: its id, once it is durable, and its plan. As `plan`; Conflict: the id is taken.

        `business_key` is that of the fork; without one, it is that of its origin.
        """
        if not reason.strip():
            raise InvalidInput("a fork needs a reason: it stays in its history")
        origin = await self._origin(id, at)
        plan = self._planned(origin, at)
        named = labelled(business_key) or {}
        new, live = await self._operations.create(origin.definition, origin.then.plan, fork)
        try:
            self._prepare(live, origin, new, at, dict(named))
            moment = self._clock.now()
            shift = max(0, moment - origin.transitions[at - 1][0])
            command = Fork(at=moment, id=new, origin=id, sequence=at, shift=shift, reason=reason)
            waiting = self._committer.request(live, command)
        except Exception:
            self._operations.forget(live, new)
            raise
        await waiting
        return new, plan

    async def handle(self, body: JsonValue) -> JsonValue:
        """The handler of the request `fork` {id, at, reason, as?, businessKey?, dryRun?}; {id?, plan}."""
        if not isinstance(body, dict) or not isinstance(body.get("id"), str) or type(body.get("at")) is not int:
            raise InvalidInput("the request needs 'id', a string, and 'at', the number of a transition")
        id, at, new = body["id"], body["at"], body.get("as")
        if body.get("dryRun"):
            return {"plan": msgspec.to_builtins(await self.plan(id, at))}
        made = None if new is None else await self.made(new, id, at)
        if made:  # by this very request, before a crash
            return {"id": new, "plan": msgspec.to_builtins(await self.plan(id, at))}
        new, plan = await self.fork(id, at, body.get("reason") or "", new, body.get("businessKey"))
        return {"id": new, "plan": msgspec.to_builtins(plan)}

    async def made(self, fork: str, id: str, at: int) -> bool:
        """Whether there is an instance `fork` that is a fork of `id` after its transition `at`."""
        row = await self._store.find(fork)
        return row is not None and (await self._archive.fold(row)).instance.labels.get(FORKED_FROM) == f"{id}@{at}"

    async def _origin(self, id: str, at: int) -> _Origin:
        row = await self._store.find(id)
        if row is None:
            raise NotFound(f"there is no instance {id!r}")
        records = await self._store.read(row.number)
        if not 1 <= at <= len(records):
            raise InvalidInput(f"instance {id} has no transition {at}: it has made 1 to {len(records)}")
        if at > self._transitions_max:
            raise LimitExceeded("fork_transitions_max", self._transitions_max, at)
        folded = await self._archive.fold_records(row.number, records)
        self._library.registry.admit(folded.definition, self._clock.now())
        secrets = None if folded.veil is None else folded.veil.tokens
        then = fold(folded.plan, folded.transitions[:at], secrets)
        hindrance = unforkable(then)
        if hindrance is not None:
            possible = _told(_forkable(folded.plan, folded.transitions, secrets))
            raise Conflict(f"instance {id} cannot be forked after its transition {at}: {hindrance}; {possible}")
        bodies = [each.body for each in records[:at]]
        return _Origin(id, folded.definition, bodies, folded.transitions, secrets, then, folded.instance)

    def _prepare(self, live: Live, origin: _Origin, new: str, at: int, named: dict[str, str]) -> None:
        """Give the instance its state and its history up to the point. It is stored with its first transition."""
        began, [started, *others] = origin.transitions[0]
        if not isinstance(started, InstanceStarted):
            raise CounterpointError(f"instance {origin.id} does not begin with its start")
        # Nobody awaits the fork, and it belongs to no trace of its origin, but links to it; to its chain it belongs.
        labels = origin.then.labels
        kept = {name: text for name, text in labels.items() if name not in (TRACE, TRACE_STATE, FORKED_FROM_TRACE)}
        kept |= {FORKED_FROM_TRACE: labels[TRACE]} if TRACE in labels else {}
        kept |= {CORRELATION: correlation_of(origin.then), FORKED_FROM: f"{origin.id}@{at}"}
        kept |= {BUSINESS_KEY: named[BUSINESS_KEY]} if BUSINESS_KEY in named else {}
        first = [msgspec.structs.replace(started, id=new, parent=None, labels=kept), *others]
        body, blobs = self._codec.encode(began, first)
        transitions = [(began, first), *origin.transitions[1:at]]
        live.recall(fold(live.plan, transitions, origin.secrets), transitions)
        live.prefix = Prefix([body, *origin.bodies[1:]], transitions, blobs or [])

    def _planned(self, origin: _Origin, at: int) -> ForkPlan:
        repeats = [*_in_flight(origin.then), *_begun_after(origin, at)]
        now = origin.now.log
        shared = [
            Shared(
                task=each.task.reference,
                key=each.key,
                undone=each.run in now and now[each.run].state not in (EntryState.DUE, EntryState.SEALED),
            )
            for each in undoable(origin.then)
        ]
        return ForkPlan(
            origin=origin.id,
            workflow=origin.then.workflow,
            sequence=at,
            last=len(origin.transitions),
            repeats=repeats[:LISTED_MAX],
            repeats_count=len(repeats),
            shared=shared[:LISTED_MAX],
            shared_count=len(shared),
        )


def _forkable(plan: Plan, transitions: Sequence[Transition], secrets: JsonObject | None) -> Iterator[int]:
    """The numbers of all transitions after which another instance can go on."""
    instance = fold(plan, transitions[:1], secrets)
    for number, (moment, events) in enumerate(transitions, 1):
        if number > 1:
            instance.now = moment
            for event in events:
                evolve(instance, event)
        if unforkable(instance) is None:
            yield number


def _told(points: Iterable[int]) -> str:
    """These points in words, as ranges."""
    ranges: list[tuple[int, int]] = []
    for each in points:
        if len(ranges) > _RANGES_MAX:
            break
        ranges[-1:] = [(ranges[-1][0], each)] if ranges and ranges[-1][1] == each - 1 else [*ranges[-1:], (each, each)]
    told = [str(first) if first == last else f"{first} to {last}" for first, last in ranges[:_RANGES_MAX]]
    more = ", and later ones" if len(ranges) > _RANGES_MAX else ""
    return f"it can be after {', '.join(told)}{more}" if told else "it cannot be anywhere"


def _in_flight(instance: Instance) -> Iterator[Repeated]:
    for (_, kind), effect in instance.owed.items():
        if kind == INVOKE and isinstance(effect, Invoke):
            yield _repeated(effect, in_flight=True)


def _begun_after(origin: _Origin, at: int) -> Iterator[Repeated]:
    """What the origin has begun after the point, each effect once; undos are told of with what they undo."""
    instance = fold(origin.then.plan, origin.transitions[:at], origin.secrets)
    seen = {effect.key for effect in instance.owed.values() if isinstance(effect, Invoke)}
    for moment, events in origin.transitions[at:]:
        instance.now = moment
        for event in events:
            evolve(instance, event)
            for effect in instance.take_changes()[0]:
                if isinstance(effect, Invoke) and effect.key not in seen:
                    seen.add(effect.key)
                    run = instance.runs.get(effect.run)
                    if run is not None and not run.entry:
                        yield _repeated(effect, in_flight=False)


def _repeated(effect: Invoke, *, in_flight: bool) -> Repeated:
    return Repeated(task=effect.reference, function=effect.function, key=effect.key, in_flight=in_flight)
