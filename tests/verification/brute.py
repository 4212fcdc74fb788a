"""Brute force: small documents, and every way in which they can go, one trial for each. No state is ever merged."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from counterpoint import dsl
from counterpoint.expressions import Compiler
from counterpoint.plan import Plan, compile_plan
from counterpoint.trial import Call, Completed, Failed, Library, Reply, Silent, Trace, Trial, World
from counterpoint.trial import script as s
from counterpoint.values.problem import Outcome, Problem

REFUSED = Problem.standard("communication", "refused", status=422)
BROKEN = Problem.standard("communication", "broken", status=503)
FORWARD: list[Reply] = [
    Completed(output={}),
    Completed(output={}, takes_ms=5),
    Failed(problem=REFUSED, outcome=Outcome.NONE),
    Silent(happened=True),
    Silent(happened=False),
]
UNDO: list[Reply] = [Completed(output={}), Failed(problem=BROKEN)]


FORGOTTEN = ("it has no undo", "it was taken not to have happened")
"""Why an effect stands that no incident will ever mend."""


class Composer:
    """Writes small documents: calls with and without undos, in sequence, in forks, in try blocks, with pivots."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = 0

    def document(self) -> str:
        do = [self.task(1) for _ in range(self.random.randint(1, 2))]
        do.append(self.call(pivot=self.random.random() < 0.15))
        head = {"dsl": "1.0.3", "namespace": "brute", "name": "small", "version": "1.0.0"}
        return json.dumps({"document": head, "do": do})

    def task(self, depth: int) -> dict[str, Any]:
        kind = self.random.choice(["call", "call", "call", "fork", "try", "do"]) if depth else "call"
        if kind == "call":
            return self.call()
        self.names += 1
        name = f"{kind}{self.names}"
        if kind == "fork":
            branches = [self.call() for _ in range(2)]
            return {name: {"fork": {"branches": branches}}}
        body = [self.call() for _ in range(self.random.randint(1, 2))]
        if kind == "do":
            return {name: {"do": body, **self.undo(0.3)}}
        catch: dict[str, Any] = self.random.choice([{}, {"compensate": True}, {"errors": {"with": {"status": 422}}}])
        return {name: {"try": body, "catch": dict(catch)}}

    def call(self, *, pivot: bool = False) -> dict[str, Any]:
        self.names += 1
        call: dict[str, Any] = {"call": "http", "with": {"method": "post", "endpoint": f"http://s/{self.names}"}}
        call |= self.undo(0.6)
        if pivot:
            call["saga"] = "pivot"
        return {f"step{self.names}": call}

    def undo(self, chance: float) -> dict[str, Any]:
        if self.random.random() > chance:
            return {"compensate": {"none": "harmless"}} if self.random.random() < 0.3 * chance else {}
        step = {f"undo{self.names}": {"call": "http", "with": {"method": "post", "endpoint": f"http://u/{self.names}"}}}
        undo: dict[str, Any] = {"do": [step], "retry": {"delay": "PT1S", "limit": {"attempt": {"count": 1}}}}
        if self.random.random() < 0.15:
            undo["on"] = "attempted"
        return {"compensate": undo}


class Scripted:
    """Replies by a script of choices; where it ends, with the first. Notes how many there were."""

    def __init__(self, script: list[int], forward: list[Reply], undo: list[Reply]) -> None:
        self.script = script
        self.forward = forward
        self.undo = undo
        self.taken: list[tuple[int, int]] = []

    def reply(self, call: Call) -> Reply:
        options = self.forward if call.undo_of is None else self.undo
        if call.attempt > 2:
            return options[0]
        at = len(self.taken)
        choice = self.script[at] if at < len(self.script) else 0
        self.taken.append((choice, len(options)))
        return options[choice]


def trials(plan: Plan) -> Iterator[Trace]:
    """Every way in which a plan can go: every reply to every call, and a cancel while each task is under way."""
    calls = [task.reference for task in plan.tasks if task.kind == "call" and "/compensate/" not in task.reference]
    slow = any(task.kind == "fork" for task in plan.tasks)  # only side by side does it matter what takes longer
    forward = [each for each in FORWARD if slow or not getattr(each, "takes_ms", 0)]
    for cancelled in (None, *calls):
        script: list[int] | None = []
        while script is not None:
            service = Scripted(script, forward, UNDO if cancelled is None else UNDO[:1])
            actions = [] if cancelled is None else [_cancel(cancelled)]
            trace = Trial(World(Library([plan])), service, actions).run(plan, {})
            if not trace.unmet:
                yield trace
            script = _next(service.taken)


def left_behind(text: str) -> tuple[set[str], set[str]]:
    """Tasks whose effect is ever left behind by a failure, and tasks whose effect a catch ever swallows."""
    plan = compile_plan(dsl.load(text), Compiler())
    left: set[str] = set()
    swallowed: set[str] = set()
    for trace in trials(plan):
        if trace.status == "completed" and trace.saga is None:
            swallowed |= _swallowed(trace, plan)
        elif trace.status in ("faulted", "cancelled"):
            left |= {each.reference for each in trace.left if not each.meant}
        else:
            left |= {each.reference for each in trace.left if not each.meant and each.why in FORGOTTEN}
    return left, swallowed


def _swallowed(trace: Trace, plan: Plan) -> set[str]:
    answered = {each.key for each in trace.calls if each.result == "completed"}
    undone = {each.key for each in trace.undos if each.result == "undone"}
    harmless = {task.reference for task in plan.tasks if "none" in str(task.definition.get("compensate"))}
    return {
        each.reference
        for each in trace.calls
        if each.happened and each.undo_of is None and each.key not in answered | undone
        if each.reference not in harmless
    }


def _cancel(task: str) -> s.Action:
    return s.Action(point=s.Point(on=s.On.STARTED, task=task), deed=s.Cancel(), label="cancel")


def _next(taken: list[tuple[int, int]]) -> list[int] | None:
    """The next script in order, as an odometer counts; None after the last."""
    while taken:
        choice, options = taken.pop()
        if choice + 1 < options:
            return [each for each, _ in taken] + [choice + 1]
    return None
