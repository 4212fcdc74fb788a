"""`listen`: takes CloudEvents until its strategy is satisfied; with `foreach`, runs a block for each.

The output is always an array: the events read, or the outputs of the iterations.
"""

from __future__ import annotations

from typing import Any

from counterpoint.errors import LimitExceeded, WorkflowError
from counterpoint.kernel.effects import Listen
from counterpoint.kernel.events import EventConsumed, IterationCompleted, IterationStarted
from counterpoint.kernel.matching import identity, taken_by
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.stages import check_schema
from counterpoint.kernel.state import LISTEN, Instance, TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour, Decider
from counterpoint.plan.model import ListenTask
from counterpoint.values.json import JsonObject, JsonValue, truthy
from counterpoint.values.problem import Problem


class ListenBehaviour(Behaviour):
    """`run.local` holds what was consumed; `run.phase` counts the iterations begun."""

    def started(self, instance: Instance, run: TaskRun) -> None:
        task = run.task
        assert isinstance(task, ListenTask)
        run.block = task.body
        run.data = run.input
        run.local = {
            "consumed": [],
            "matched": set(),
            "until": set(),
            "keys": {},
            "seen": set(),
            "outputs": [],
            "done": False,
        }
        instance.owe((run.id, LISTEN), Listen(run.id, task.strategy.types))

    def event_arrived(self, decider: Decider, run: TaskRun, event: JsonObject) -> None:
        task = run.task
        assert isinstance(task, ListenTask)
        local = run.local
        if identity(event) in local["seen"]:
            return
        scope = TaskScope(decider.instance, run, task, run)
        try:
            consumed = self._consume(task, run, event, scope)
        except WorkflowError as error:
            decider.fault(run, error.problem)
            return
        if consumed is None:
            return
        maximum = decider.instance.plan.limits.events_consumed_max
        if len(local["seen"]) >= maximum:
            message = LimitExceeded("events_consumed_max", maximum).message
            decider.fault(run, Problem.standard("runtime", message))
            return
        decider.emit(consumed)
        if run.children:
            return
        if task.body is not None and run.phase < len(local["consumed"]):
            self._iterate(decider, run)
        elif local["done"]:
            decider.complete(run, _output(run))

    def block_completed(self, decider: Decider, run: TaskRun, output: JsonValue, *, exited: bool) -> None:
        task = run.task
        assert isinstance(task, ListenTask)
        scope = TaskScope(decider.instance, run, task, run)
        scope.raw_output = output
        context: tuple[JsonValue] | None = None
        try:
            if task.each_output is not None:
                output = task.each_output.evaluate(output, scope)
            check_schema(task.each_output_schema, output, "the output of an iteration")
            scope.output = output
            if task.each_export is not None:
                context = (task.each_export.evaluate(output, scope),)
                check_schema(task.each_export_schema, context[0], "the exported context")
                scope.extra = {"context": context[0]}
            last = _condition_holds(task, run, run.local["consumed"], scope)
        except WorkflowError as error:
            decider.fault(run, error.problem)
            return
        decider.emit(IterationCompleted(run.id, output, context, last))
        if run.phase < len(run.local["consumed"]):
            self._iterate(decider, run)
        elif run.local["done"]:
            decider.complete(run, _output(run))

    def _iterate(self, decider: Decider, run: TaskRun) -> None:
        decider.emit(IterationStarted(run.id, run.phase))
        self.enter_block(decider, run)

    def _consume(self, task: ListenTask, run: TaskRun, event: JsonObject, scope: TaskScope) -> EventConsumed | None:
        """What becomes of an event: None where it is not for this task."""
        strategy, local = task.strategy, run.local
        if local["done"]:
            return None
        until = strategy.until_strategy
        if until is not None:
            taken = taken_by(until, event, scope, local["keys"], skip=local["until"])
            if taken is not None:
                index, keys = taken
                done = until.mode != "all" or len(local["until"] | {index}) >= len(until.filters)
                return EventConsumed(run.id, index, event, None, keys or None, until=True, last=done)
        taken = taken_by(strategy, event, scope, local["keys"], skip=local["matched"] if strategy.mode == "all" else ())
        if taken is None:
            return None
        index, keys = taken
        value = _read(event, task.read)
        if strategy.mode == "all":
            done = len(local["matched"] | {index}) >= len(strategy.filters)
        elif strategy.until is None:
            done = until is None
        else:
            done = _condition_holds(task, run, [*local["consumed"], value], scope)
        return EventConsumed(run.id, index, event, value, keys or None, last=done)


def _condition_holds(task: ListenTask, run: TaskRun, consumed: list[JsonValue], scope: TaskScope) -> bool:
    """`until` as an expression, over what has been consumed: after each event, and after each iteration."""
    until = task.strategy.until
    return until is not None and not run.local["done"] and truthy(until.evaluate(consumed, scope))


def _read(event: JsonObject, read: str) -> Any:
    if read == "envelope":
        return event
    if read == "raw" and "data_base64" in event:
        return event["data_base64"]
    return event.get("data")


def _output(run: TaskRun) -> list[JsonValue]:
    task = run.task
    assert isinstance(task, ListenTask)
    found: list[JsonValue] = run.local["consumed" if task.body is None else "outputs"]
    return list(found)
