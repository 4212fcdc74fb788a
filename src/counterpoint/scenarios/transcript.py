"""What a history says of the world outside: calls and their outcomes, events that came in, what people did."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import msgspec

from counterpoint.kernel import Instance, evolve
from counterpoint.kernel import events as e
from counterpoint.kernel.log import EntryState
from counterpoint.kernel.tasks.keys import effect_key
from counterpoint.masking import MASKED
from counterpoint.plan import Plan
from counterpoint.plan.model import UNDO_WORKFLOW, CallTask, EmitTask, RunTask, Task, TryTask
from counterpoint.scenarios.masking import SECRET
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Problem, short_type

History: TypeAlias = Sequence[tuple[int, Sequence[e.Event]]]
"""Transitions of one instance: time in ms since the epoch, events."""

_LOST: Final = Problem.standard("communication", "the outcome of an interrupted call", status=500)


class Heard(msgspec.Struct, kw_only=True):
    """One call as the history tells it. Times in ms since the epoch."""

    instance: str
    task: str
    reference: str
    undo: bool
    """It belongs to an undo."""
    at: int
    timeout: int | None = None
    ended_at: int | None = None
    output: JsonValue = None
    problem: JsonObject | None = None
    outcome: str | None = None
    """Of a failed call: none or unknown."""
    silent: bool = False
    """No answer came before something gave up on it."""


class Done(msgspec.Struct, kw_only=True):
    """Something that was done to the instance from outside."""

    at: int
    member: str
    """`event`, or an action of a scenario."""
    value: JsonValue
    during: str | None
    """A task that had started and not ended, the last such."""
    nth: int = 1
    """It had started that often."""


class Transcript:
    """Reads the histories of one instance and its sub-workflows."""

    def __init__(self) -> None:
        self.calls: list[Heard] = []
        self.done: list[Done] = []
        self.undone: list[tuple[str, str]] = []
        """Undos in the order in which they began: instance, and which task."""
        self.secrets: JsonObject = {}
        """The secrets that are objects, as far as calls have used them; their leaves say nothing."""
        self._emitted: set[str] = set()
        self._open: dict[tuple[str, int], Heard] = {}
        self._live: dict[int, str] = {}
        self._starts: dict[str, int] = {}

    def read(self, plan: Plan, history: History, *, root: bool) -> Instance:
        """Read one history; only what people did to the `root` counts. Gives the state that it ends in."""
        instance = Instance(plan, {})
        self._live, begun = {}, set[int]()
        for at, events in history:
            instance.now = at
            for event in events:
                task = self._before(instance, event)
                evolve(instance, event)
                self._after(instance, event, task, at, begun)
                if root:
                    self._by_people(instance, event, events, at)
            instance.sequence += 1
        for (id, _), call in list(self._open.items()):
            if id == instance.id:
                self._end(instance, call, silent=True)
        self._open.clear()
        return instance

    def events(self) -> list[Done]:
        """Events that came in from outside: not those that these workflows have published themselves."""
        return [each for each in self.done if each.member == "event" and each.value.get("id") not in self._emitted]

    def actions(self) -> list[Done]:
        """What people did."""
        return [each for each in self.done if each.member != "event"]

    def _before(self, instance: Instance, event: e.Event) -> Task | None:
        """The task that a run belongs to, looked up while the run is still there."""
        run = getattr(event, "run", None)
        live = None if run is None else instance.runs.get(run) or instance.settling.get(run)
        return None if live is None else live.task

    def _after(self, instance: Instance, event: e.Event, task: Task | None, at: int, begun: set[int]) -> None:
        match event:
            case e.TaskStarted():
                self._started(instance, event, at)
            case e.TaskCompleted():
                raw = event.output if event.raw is None else event.raw[0]
                self._settle(instance, event.run, at, output=raw)
                self._live.pop(event.run, None)
            case e.TaskFaulted() | e.TaskStuck():
                self._failed(instance, event.run, at, event.problem, getattr(event, "outcome", "unknown"))
                self._live.pop(event.run, None)
            case e.RetryScheduled() if not isinstance(task, TryTask):
                self._failed(instance, event.run, at, event.problem, "unknown")
            case e.TaskCancelled():
                self._live.pop(event.run, None)
                if not event.settling:
                    self._settle(instance, event.run, at, silent=True)
            case e.EffectSettled():
                self._effect_settled(instance, event, at)
            case e.UndoStarted() if event.entry not in begun:
                begun.add(event.entry)
                self.undone.append((instance.id, instance.log[event.entry].task.name))
            case e.EventConsumed():
                known = [each for each in self.done if each.member == "event"]
                if not any(each.value == event.event for each in known):
                    self._note(at, "event", event.event)
            case _:
                pass  # says nothing of the world outside

    def _started(self, instance: Instance, event: e.TaskStarted, at: int) -> None:
        run = instance.runs[event.run]
        task = run.task
        for path in SECRET.findall(json.dumps(event.data, ensure_ascii=False)):
            _grow(self.secrets, path.split("."))
        if not task.hidden:
            self._live[event.run] = task.name
            self._starts[task.name] = self._starts.get(task.name, 0) + 1
        if isinstance(task, EmitTask):
            self._emitted.add(str(event.data["id"]) if "id" in event.data else effect_key(instance, run))
        if not isinstance(task, CallTask | RunTask) or task.function in ("workflow", UNDO_WORKFLOW):
            return
        call = Heard(
            instance=instance.id,
            task=task.name,
            reference=task.reference,
            undo=run.entry > 0,
            at=at,
            timeout=event.timeout,
        )
        self._open[instance.id, event.run] = call
        self.calls.append(call)

    def _settle(
        self, instance: Instance, run: int, at: int, *, output: JsonValue = None, silent: bool = False
    ) -> Heard | None:
        call = self._open.pop((instance.id, run), None)
        if call is not None:
            call.ended_at, call.output, call.silent = at, output, silent
        return call

    def _end(self, instance: Instance, call: Heard, *, silent: bool) -> None:
        call.ended_at, call.silent = instance.ended_at, silent

    def _failed(self, instance: Instance, run: int, at: int, problem: JsonObject, outcome: str) -> None:
        call = self._settle(instance, run, at)
        if call is None:
            return
        call.silent = short_type(str(problem["type"])) == "timeout" and call.timeout is not None and at >= call.timeout
        if not call.silent:
            # An answer that could not be used is not in the history: all that is known is that it happened.
            call.problem, call.outcome = problem, "none" if outcome == "none" else "unknown"

    def _effect_settled(self, instance: Instance, event: e.EffectSettled, at: int) -> None:
        call = self._settle(instance, event.run, at, output=event.output)
        if call is None or event.outcome == "completed":
            return
        if at - call.at >= instance.plan.limits.settle_ms_max:
            call.silent = True
        else:
            call.problem, call.outcome = _LOST.to_json(), event.outcome

    def _by_people(self, instance: Instance, event: e.Event, beside: Iterable[e.Event], at: int) -> None:
        match event:
            case e.InstanceSuspended():
                self._note(at, "suspend", {"reason": event.reason} if event.reason else True)
            case e.InstanceResumed() if not any(isinstance(each, e.TaskCancelled) for each in beside):
                self._note(at, "resume", True)
            case e.CompensationStarted(scope=0, trigger="cancel"):
                self._note(at, "cancel", {"reason": event.reason} if event.reason else True)
            case e.CompensationStarted(scope=0, trigger="operator"):
                self._note(at, "compensate", {"reason": event.reason} if event.reason else True)
            case e.InstanceCancelled() if not instance.unwindings:
                left = any(entry.state is EntryState.DUE for entry in instance.log.values())
                members: JsonObject = {"reason": event.reason} if event.reason else {}
                self._note(at, "cancel", {**members, "abandon": True} if left else members or True)
            case e.IncidentResolved():
                self._resolved(instance, event, at)
            case _:
                pass  # not done by people

    def _resolved(self, instance: Instance, event: e.IncidentResolved, at: int) -> None:
        task = instance.log[event.run].task if event.run in instance.log else instance.runs[event.run].task
        members: JsonObject = {"how": event.action, "task": task.name}
        if event.reason:
            members["reason"] = event.reason
        if event.input is not None:
            members["input"] = event.input[0]
        self._note(at, "resolve", members)

    def _note(self, at: int, member: str, value: JsonValue) -> None:
        during = next(reversed(self._live.values()), None)
        nth = self._starts.get(during, 1) if during else 1
        self.done.append(Done(at=at, member=member, value=value, during=during, nth=nth))


def _grow(shape: JsonObject, path: list[str]) -> None:
    """Make room for a path in an object of objects. Secrets that are no objects need none."""
    for name in path[:-1]:
        inner = shape.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        shape = inner
    if len(path) > 1:
        shape.setdefault(path[-1], MASKED)
