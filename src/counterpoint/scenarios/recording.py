"""Recording: from the history of a real instance to a scenario that comes out the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from counterpoint.errors import InvalidInput
from counterpoint.kernel import Instance
from counterpoint.masking import Redaction, redaction_of
from counterpoint.plan import Plan
from counterpoint.scenarios.contracts import Contracts
from counterpoint.scenarios.masking import Mask
from counterpoint.scenarios.mocks import Mocks
from counterpoint.scenarios.reading import read
from counterpoint.scenarios.transcript import Done, Heard, History, Transcript
from counterpoint.trial import Library, Trace, Trial, World
from counterpoint.trial.world import TRIAL
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import short_type
from counterpoint.values.timestamp import iso8601


class Journal(NamedTuple):
    """One recorded instance."""

    plan: Plan
    history: History


def record(root: Journal, children: Sequence[Journal] = (), mask: Sequence[str] = ()) -> JsonObject:
    """The scenario (one item of `scenarios`) of an instance and the sub-workflows that it ran.

    `mask`: JSON pointers of members to mask, beside those whose names speak of secrets. Times are kept only where
    the story does not come out the same without them. Raises InvalidInput where it has not ended, or does not come
    out the same at all.
    """
    transcript = Transcript()
    instance = transcript.read(root.plan, root.history, root=True)
    if not (instance.over or instance.blocked or instance.stuck):
        raise InvalidInput(f"instance {instance.id} is {instance.status.value}: only what has ended can be recorded")
    for child in children:
        transcript.read(child.plan, child.history, root=False)
    transcript.calls.sort(key=lambda call: call.at)
    library = Library([each.plan for each in children])
    library.add(root.plan)
    redactions = [redaction_of(each.plan, each.history) for each in (root, *children)]
    writer, differs = _Writer(instance, transcript, Mask(mask), [each for each in redactions if each is not None]), ""
    for timed in (False, True):
        scenario = writer.scenario(timed=timed)
        trace = _played(scenario, root.plan, library)
        differs = _difference(instance, transcript, trace)
        if not differs:
            return {**scenario, "expect": _expected(trace)}
    masked = "; what is sensitive is masked, and may not meet its schema any more" if writer.redacts else ""
    raise InvalidInput(f"instance {instance.id} cannot be recorded: played again, {differs}{masked}")


class _Writer:
    """Writes scenarios from a transcript."""

    def __init__(self, instance: Instance, transcript: Transcript, mask: Mask, redactions: Sequence[Redaction]) -> None:
        self._instance = instance
        self._transcript = transcript
        self._mask = mask
        self._redactions = redactions

    @property
    def redacts(self) -> bool:
        """Whether a schema marks anything as sensitive."""
        return bool(self._redactions)

    def scenario(self, *, timed: bool) -> JsonObject:
        instance, transcript = self._instance, self._transcript
        scenario: JsonObject = {
            "name": f"recorded from {instance.id}",
            "now": iso8601(instance.started_at),
            "input": instance.input,
            "secrets": transcript.secrets,
            "answers": self._answers(timed=timed),
            "faults": self._faults(timed=timed),
            "events": [self._happening(each, timed=timed) for each in transcript.events()],
            "actions": [self._happening(each, timed=timed) for each in transcript.actions()],
        }
        kept = {name: value for name, value in scenario.items() if value not in ({}, [], None)}
        return {name: self._masked(name, value) if name != "now" else value for name, value in kept.items()}

    def _masked(self, name: str, value: JsonValue) -> JsonValue:
        for redaction in self._redactions:
            value = redaction.input(value) if name == "input" else redaction.value(value)
        return self._mask.apply(value)

    def _answers(self, *, timed: bool) -> JsonObject:
        by_task: dict[str, list[Heard]] = {}
        for call in self._transcript.calls:
            by_task.setdefault(call.task, []).append(call)
        return {
            task: _answer(calls, timed=timed)
            for task, calls in by_task.items()
            if any(call.problem is None and not call.silent for call in calls)
        }

    def _faults(self, *, timed: bool) -> list[JsonObject]:
        found, numbers = [], dict[str, int]()
        for call in self._transcript.calls:
            number = numbers[call.task] = numbers.get(call.task, 0) + 1
            fault: JsonObject = {"task": call.task, "call": number}
            if call.silent:
                found.append({**fault, "timeout": True})
            elif call.problem is not None:
                error = {name: value for name, value in call.problem.items() if name != "instance"}
                fault |= {"error": {**error, "type": short_type(error["type"])}, "outcome": call.outcome}
                found.append(fault | _takes("delay", call, timed=timed))
        return found

    def _happening(self, done: Done, *, timed: bool) -> JsonObject:
        if timed or (done.during is None and done.member not in ("event", "resolve")):
            point: JsonObject = {"at": {"milliseconds": done.at - self._instance.started_at}}
        elif done.member == "event":
            point = {}
        elif done.member == "resolve":
            point = {"stuck": done.value["task"]}
        else:
            point = {"while": done.during}
            if done.nth > 1:
                point["nth"] = done.nth
        return {**point, done.member: done.value}


def _answer(calls: list[Heard], *, timed: bool) -> JsonValue:
    outputs = [call.output for call in calls if call.problem is None and not call.silent]
    if not timed and all(json.dumps(each) == json.dumps(outputs[0]) for each in outputs):
        return {"output": outputs[0]}
    return {"each": [{"output": call.output} | _takes("takes", call, timed=timed) for call in calls]}


def _takes(member: str, call: Heard, *, timed: bool) -> JsonObject:
    lasted = (call.ended_at or call.at) - call.at
    return {member: {"milliseconds": lasted}} if timed and lasted else {}


def _played(scenario: JsonObject, plan: Plan, library: Library) -> Trace:
    """What comes of a scenario as it is written."""
    reading = read(json.dumps({"scenarios": [{**scenario, "expect": {}}]}), "<recording>")
    assert reading.file is not None, reading.diagnostics
    written = reading.file.scenarios[0]
    mocks = Mocks(written, Contracts(library))
    return Trial(World(library, secrets=written.secrets, now=written.now), mocks, written.actions).run(
        plan, written.input
    )


def _difference(instance: Instance, transcript: Transcript, trace: Trace) -> str:
    """In what the trial differs from the instance, in words; empty where it does not."""
    saga = None if instance.saga is None else instance.saga.value
    pairs: Mapping[str, tuple[Any, Any]] = {
        "status": (instance.status.value, trace.status),
        "saga": (saga, trace.saga),
        "error": (_type_of(instance.error), _type_of(trace.error)),
        "calls": (
            _by_instance(instance.id, ((call.instance, call.task) for call in transcript.calls if not call.undo)),
            _by_instance(TRIAL, ((call.instance, call.task) for call in trace.calls if call.undo_of is None)),
        ),
        "undos": (
            _by_instance(instance.id, transcript.undone),
            _by_instance(TRIAL, ((undo.instance, undo.task) for undo in trace.undos)),
        ),
    }
    if trace.halted is not None:
        return trace.halted
    return "; ".join(f"its {what} was {real}, now {now}" for what, (real, now) in pairs.items() if real != now)


def _by_instance(root: str, told: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The tasks of each instance in their order; across instances nothing tells the order within a millisecond.

    An instance is named by what its id adds to that of the first one, which is not the same when it is played.
    """
    found: dict[str, list[str]] = {}
    for id, task in told:
        found.setdefault(id[len(root) :], []).append(task)
    return found


def _expected(trace: Trace) -> JsonObject:
    expected: JsonObject = {"status": trace.status, "saga": trace.saga}
    if trace.status == "completed":
        expected["output"] = {"equals": trace.output}
    if trace.error is not None:
        expected["error"] = {"type": short_type(trace.error["type"]), "status": trace.error["status"]}
    expected |= {"calls": _forward(trace), "undos": [undo.task for undo in trace.undos]}
    left = [each.task for each in trace.left if not each.meant]
    return {**expected, "left": left} if left else expected


def _forward(trace: Trace) -> list[str]:
    return [call.task for call in trace.calls if call.undo_of is None]


def _type_of(error: JsonObject | None) -> tuple[str, Any] | None:
    return None if error is None else (short_type(str(error["type"])), error.get("status"))
