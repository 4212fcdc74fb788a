"""Workflows: each with its versions, how much of what they do can be undone, and how their instances are doing."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

import msgspec

from counterpoint.engine.runtime import Runtime
from counterpoint.errors import InvalidDocument, NotFound
from counterpoint.plan import compensability
from counterpoint.ports.selection import EVERYTHING, INCIDENT, Counted, Filter
from counterpoint.ports.store import StoredDefinition, VersionState
from counterpoint.values.versions import choose, precedence

DAY_MS: Final = 24 * 60 * 60 * 1_000


class WorkflowLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is looked at for the health of workflows."""

    ended_counted_max: int = 20_000
    """Instances that have ended in the last 24 hours and are counted, of all workflows together."""


class Undoing(msgspec.Struct, frozen=True, kw_only=True):
    """How many tasks change something outside, and how many of them can be undone or need not be."""

    undoable: int
    effectful: int
    undoes: bool = False
    """Whether anything says how it would be undone, also what changes nothing outside."""


class Outcomes(msgspec.Struct, frozen=True, kw_only=True):
    """How instances have ended in the last 24 hours; each counts once."""

    completed: int
    undone: int
    """Ended otherwise, or were undone later: all that they did was taken back."""
    failed: int
    cancelled: int
    at_least: bool
    """Whether there may be more: counting stopped at its limit."""


class Doing(msgspec.Struct, frozen=True, kw_only=True):
    """How the instances of a workflow, or of one version, are doing."""

    by_status: dict[str, int]
    needs_person: dict[str, int]
    """How many of them wait for a decision about an incident, by status."""
    day: Outcomes


class VersionSeen(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a workflow."""

    stored: StoredDefinition
    state: VersionState
    undoing: Undoing
    doing: Doing


class WorkflowSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow with all its versions taken together."""

    newest: StoredDefinition
    """What `latest` means; where all versions are retired, the highest."""
    state: VersionState
    """Of the newest version."""
    title: str | None
    summary: str | None
    versions: int
    undoing: Undoing
    """Of the newest version."""
    doing: Doing


class _Told(msgspec.Struct, frozen=True):
    """What the text of a version says; it never changes."""

    title: str | None
    summary: str | None
    undoing: Undoing


_Tallied = Mapping[int, Mapping[str, int]]
"""By the number of the definition, and then by status."""


class _Census(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted, of all definitions that are looked at."""

    every: _Tallied
    stuck: _Tallied
    ended: _Tallied
    undone: _Tallied
    at_least: bool

    def doing(self, definitions: Iterable[StoredDefinition]) -> Doing:
        """The figures of these definitions taken together."""
        numbers = [each.number for each in definitions]
        ended, undone = _of(self.ended, numbers), _of(self.undone, numbers)
        return Doing(
            by_status=dict(_of(self.every, numbers)),
            needs_person=dict(_of(self.stuck, numbers)),
            day=Outcomes(
                completed=max(0, ended["completed"] - undone["completed"]),
                undone=undone.total(),
                failed=max(0, ended["faulted"] - undone["faulted"]),
                cancelled=max(0, ended["cancelled"] - undone["cancelled"]),
                at_least=self.at_least,
            ),
        )


class Workflows:
    """The use cases of workflows: overviews, made anew each time from what the store counts."""

    def __init__(self, runtime: Runtime, read_only: Collection[str] = (), limits: WorkflowLimits | None = None) -> None:
        """`read_only` are the functions in code that change nothing."""
        self._runtime = runtime
        self._read_only = read_only
        self._limits = limits or WorkflowLimits()
        self._told: dict[int, _Told] = {}

    async def all(self) -> list[WorkflowSeen]:
        """Every workflow, by namespace and name."""
        named = defaultdict[tuple[str, str], list[StoredDefinition]](list)
        for each in self._runtime.library.all():
            named[each.namespace, each.name].append(each)
        census = await self._census(EVERYTHING)
        return [await self._workflow(versions, census) for _, versions in sorted(named.items())]

    async def one(self, namespace: str, name: str) -> tuple[WorkflowSeen, list[VersionSeen]]:
        """A workflow, and its versions, the highest first. Raises NotFound."""
        found = [each for each in self._runtime.library.all() if (each.namespace, each.name) == (namespace, name)]
        if not found:
            raise NotFound(f"there is no workflow {namespace}/{name}")
        census = await self._census(Filter(definitions=tuple(each.number for each in found)))
        state = self._runtime.library.registry.state
        versions = [
            VersionSeen(
                stored=each,
                state=state(each),
                undoing=(await self._read(each)).undoing,
                doing=census.doing([each]),
            )
            for each in sorted(found, key=lambda each: precedence(each.version), reverse=True)
        ]
        return await self._workflow(found, census), versions

    async def _workflow(self, versions: list[StoredDefinition], census: _Census) -> WorkflowSeen:
        newest = self._newest(versions)
        told = await self._read(newest)
        return WorkflowSeen(
            newest=newest,
            state=self._runtime.library.registry.state(newest),
            title=told.title,
            summary=told.summary,
            versions=len(versions),
            undoing=told.undoing,
            doing=census.doing(versions),
        )

    def _newest(self, versions: list[StoredDefinition]) -> StoredDefinition:
        state = self._runtime.library.registry.state
        active = [each for each in versions if state(each).state != "retired"] or versions
        version = choose((each.version for each in active), None)
        return next(each for each in active if each.version == version)

    async def _read(self, stored: StoredDefinition) -> _Told:
        told = self._told.get(stored.number)
        if told is None:
            await asyncio.sleep(0)  # reading takes milliseconds each: others get their turn in between
            told = self._told[stored.number] = await self._reading(stored)
        return told

    async def _reading(self, stored: StoredDefinition) -> _Told:
        try:
            definition, resources = await self._runtime.library.read(stored)
        except InvalidDocument:  # published before this release learnt to refuse it: it runs on, and is listed
            return _Told(None, None, Undoing(undoable=0, effectful=0))
        about = definition.data["document"]
        found = compensability(definition, read_only=self._read_only, resources=resources)
        undoing = Undoing(undoable=found.covered, effectful=found.total, undoes=found.saga)
        return _Told(about.get("title"), about.get("summary"), undoing)

    async def _census(self, of: Filter) -> _Census:
        """Three counts: every status, who needs a person, and what has ended since yesterday."""
        store, since = self._runtime.store, self._runtime.clock.now() - DAY_MS
        maximum = self._limits.ended_counted_max
        ended = msgspec.structs.replace(of, ended_from=since)
        undone = msgspec.structs.replace(ended, saga="compensated")
        counted = await store.count(ended, count_max=maximum)
        return _Census(
            every=_tallied(await store.count(of)),
            stuck=_tallied(await store.count(msgspec.structs.replace(of, waits=INCIDENT))),
            ended=_tallied(counted),
            undone=_tallied(await store.count(undone, count_max=maximum)),
            at_least=counted.at_least,
        )


def _tallied(counted: Counted) -> _Tallied:
    found = defaultdict[int, dict[str, int]](dict)
    for tally in counted.tallies:
        found[tally.definition][tally.status] = tally.count
    return found


def _of(tallied: _Tallied, numbers: Iterable[int]) -> Counter[str]:
    found = Counter[str]()
    for number in numbers:
        found.update(tallied.get(number, {}))
    return found
