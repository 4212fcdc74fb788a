"""Replay: the history of an instance against another version of its workflow, or other mocks, and what would differ.

What the instance heard from outside is played to both versions in a simulated world: nothing outside is touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import msgspec

from counterpoint.application.reading import Reader
from counterpoint.application.recording import Follow, journals
from counterpoint.application.supposing import suppose
from counterpoint.errors import InvalidDocument, InvalidInput
from counterpoint.expressions import Compiler
from counterpoint.plan import Plan
from counterpoint.scenarios import Contracts, Mocks, Scenario, read
from counterpoint.scenarios.recording import record
from counterpoint.trial import Call, CallMade, Completed, Library, Reply, Trace, Trial, Unanswered, World
from counterpoint.values.difference import Change, changes
from counterpoint.values.json import JsonObject, JsonValue

UNANSWERED: Final = ("stop", "empty", "generate")
"""What to do about a call of the new version for which nothing is recorded."""
_DOCUMENTS: Final = (".yaml", ".yml", ".json")
_DATA: Final = ("status", "saga", "output", "error", "context")


class EffectDifference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call that only one of the versions makes, or that has other arguments."""

    kind: str
    """added, missing or changed."""
    task: str
    reference: str
    function: str
    iteration: list[int] = []
    undo_of: str | None = None
    before: JsonValue | msgspec.UnsetType = msgspec.UNSET
    """Arguments in the history; secrets are tokens."""
    after: JsonValue | msgspec.UnsetType = msgspec.UNSET
    """Arguments in the replay."""


class UnansweredCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call for which the history has no answer."""

    task: str
    reference: str
    call: int
    """Which call of this task it is, from 1."""
    undo_of: str | None = None


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What differs. `before` is the history, `after` the replay; times in milliseconds."""

    instance: str
    workflow: str
    against: str
    same: bool
    """Whether nothing differs but perhaps the time."""
    effects: list[EffectDifference]
    undos_before: list[str]
    """What was undone, in this order."""
    undos_after: list[str]
    data: list[Change]
    """Of status, saga, output, error and context."""
    duration_before: int
    duration_after: int
    unanswered: list[UnansweredCall]
    unmet: list[str]
    """Events and interventions of the history for which the replay came to no point."""
    halted: str | None
    """Why the replay stopped before its end."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is played besides the history: answers and faults of a scenario, which come before the recorded ones."""

    answers: Mapping[str, JsonValue] = {}
    faults: Sequence[JsonObject] = ()
    unanswered: str = "empty"


ITS_OWN: Final = Asked()
"""Nothing but what was recorded."""


async def replay(follow: Follow, id: str, against: Plan | None, asked: Asked) -> Replay:
    """Replay an instance that has ended against a plan; None: its own, with the other mocks that are asked for.

    Raises NotFound, InvalidInput where it has not ended or cannot be played, or for mocks that are not valid.
    """
    if asked.unanswered not in UNANSWERED:
        raise InvalidInput(f"{asked.unanswered!r} is nothing to do about unanswered calls: {', '.join(UNANSWERED)}")
    root, children = await journals(follow, id)
    recorded = record(root, children)
    plan = root.plan if against is None else against
    others = [each.plan for each in children]
    before = _scenario(recorded)
    after = _scenario(
        {
            **recorded,
            "answers": {**recorded.get("answers", {}), **asked.answers},
            "faults": [*asked.faults, *recorded.get("faults", [])],
        }
    )
    told = _played(before, root.plan, Library([*others, root.plan]))
    answering = Recorded(after, Contracts(Library([*others, plan])), asked.unanswered)
    trace = _played(after, plan, Library([*others, plan]), answering)
    effects = list(_effects(told.calls, trace.calls))
    data = list(changes(_data(told), _data(trace)))
    undos = [[each.task for each in one.undos] for one in (told, trace)]
    return Replay(
        instance=id,
        workflow=root.plan.workflow,
        against=plan.workflow,
        same=not effects and not data and undos[0] == undos[1] and trace.halted is None,
        effects=effects,
        undos_before=undos[0],
        undos_after=undos[1],
        data=data,
        duration_before=told.duration,
        duration_after=trace.duration,
        unanswered=answering.unanswered,
        unmet=trace.unmet,
        halted=trace.halted,
    )


async def replay_of(reader: Reader, id: str, asked: Asked, against: str | None) -> Replay:
    """As `replay`, for those who only read a store.

    `against` is a path (`*.yaml`, `*.yml`, `*.json`), or a published version. Raises InvalidDocument too.
    """
    if against is None:
        return await replay(reader.follow, id, None, asked)
    if not against.endswith(_DOCUMENTS):
        return await replay(reader.follow, id, await reader.plan(against), asked)
    compiler = Compiler()
    try:
        return await replay(reader.follow, id, suppose(Path(against), {}, (), compiler).plan, asked)
    finally:
        compiler.close()


class Recorded:
    """The services as the history knows them: says which calls it has no answer for, and goes on as it is told to."""

    def __init__(self, scenario: Scenario, contracts: Contracts, unanswered: str) -> None:
        self._mocks = Mocks(scenario, contracts)
        self._scenario = scenario
        self._contracts = contracts
        self._otherwise = unanswered
        self._numbers: dict[str, int] = {}
        self.unanswered: list[UnansweredCall] = []

    def reply(self, call: Call) -> Reply:
        """See `Service.reply`."""
        number = self._numbers[call.reference] = self._numbers.get(call.reference, 0) + 1
        known = call.task in self._scenario.answers or call.reference in self._scenario.answers
        try:
            reply = self._mocks.reply(call)
        except Unanswered:
            known, reply = False, None
        if reply is not None and (known or not isinstance(reply, Completed)):
            return reply
        self.unanswered.append(
            UnansweredCall(task=call.task, reference=call.reference, call=number, undo_of=call.undo_of)
        )
        if self._otherwise == "stop":
            raise Unanswered(f"the history has no answer for call {number} of {call.task!r} ({call.reference})")
        return Completed(output=self._made_up(call) if self._otherwise == "generate" else {})

    def _made_up(self, call: Call) -> JsonValue:
        try:
            return self._contracts.sample(call)
        except InvalidInput:
            return {}  # nothing is known of what it answers


def _scenario(recorded: JsonObject) -> Scenario:
    reading = read(json.dumps({"scenarios": [{**recorded, "expect": {}}]}), "<replay>")
    if reading.file is None:
        raise InvalidDocument(reading.diagnostics)
    return reading.file.scenarios[0]


def _played(scenario: Scenario, plan: Plan, library: Library, service: Any = None) -> Trace:
    world = World(library, secrets=scenario.secrets, now=scenario.now)
    answering = Mocks(scenario, Contracts(library)) if service is None else service
    return Trial(world, answering, scenario.actions).run(plan, scenario.input)


def _effects(before: Sequence[CallMade], after: Sequence[CallMade]) -> Iterator[EffectDifference]:
    """Calls are the same where task, iteration and count are; a call that is sent again after a crash counts once."""
    made = [_by_identity(each) for each in (before, after)]
    for identity in [*made[0], *(each for each in made[1] if each not in made[0])]:
        for old, new in zip_longest(made[0].get(identity, ()), made[1].get(identity, ())):
            if old is None or new is None:
                yield _difference("added" if old is None else "missing", old, new)
            elif any(True for _ in changes(old.arguments, new.arguments)):
                yield _difference("changed", old, new)


def _by_identity(calls: Sequence[CallMade]) -> dict[tuple[Any, ...], list[CallMade]]:
    found: dict[tuple[Any, ...], list[CallMade]] = {}
    for each in calls:
        if each.result != "crashed":
            workflow = each.workflow.partition(":")[0]
            found.setdefault((workflow, each.task, tuple(each.iteration), each.undo_of), []).append(each)
    return found


def _difference(kind: str, old: CallMade | None, new: CallMade | None) -> EffectDifference:
    made = new or old
    assert made is not None
    return EffectDifference(
        kind=kind,
        task=made.task,
        reference=made.reference,
        function=made.function,
        iteration=made.iteration,
        undo_of=made.undo_of,
        before=msgspec.UNSET if old is None else old.arguments,
        after=msgspec.UNSET if new is None else new.arguments,
    )


def _data(trace: Trace) -> JsonObject:
    return {name: getattr(trace, name) for name in _DATA}
