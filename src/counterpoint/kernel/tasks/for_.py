"""`for`: the block once for each item; the output of an iteration is the input of the next."""

from __future__ import annotations

from counterpoint.errors import LimitExceeded, WorkflowError
from counterpoint.kernel.events import IterationStarted
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour, Decider, expression_error
from counterpoint.plan.model import ForTask
from counterpoint.values.json import JsonValue, truthy
from counterpoint.values.problem import Problem


class ForBehaviour(Behaviour):
    """The facts are the items; `run.phase` counts the iterations begun."""

    def facts(self, scope: TaskScope, task: ForTask) -> JsonValue:
        items = task.items.evaluate(scope.input, scope)
        if items is None:
            return []
        if not isinstance(items, list):
            raise expression_error(f"for.in must give an array, {task.items.source} gave {_kind(items)}")
        maximum = scope.instance.plan.limits.iterations_max
        if len(items) > maximum:
            error = LimitExceeded("iterations_max", maximum, len(items))
            raise WorkflowError(Problem.standard("runtime", error.message))
        return items

    def started(self, instance: Instance, run: TaskRun) -> None:
        task = run.task
        assert isinstance(task, ForTask)
        run.block = task.body
        run.data = run.input

    def begin(self, decider: Decider, run: TaskRun) -> None:
        self._next(decider, run)

    def block_completed(self, decider: Decider, run: TaskRun, output: JsonValue, *, exited: bool) -> None:
        self._next(decider, run)

    def _next(self, decider: Decider, run: TaskRun) -> None:
        task, index = run.task, run.phase
        assert isinstance(task, ForTask)
        if index >= len(run.local) or not task.body.tasks:
            decider.complete(run, run.data)
            return
        if task.while_ is not None:
            scope = TaskScope(decider.instance, run, task, run)
            scope.extra = {task.each: run.local[index], task.at: index}
            try:
                goes_on = truthy(task.while_.evaluate(run.data, scope))
            except WorkflowError as error:
                decider.fault(run, error.problem)
                return
            if not goes_on:
                decider.complete(run, run.data)
                return
        decider.emit(IterationStarted(run.id, index))
        self.enter_block(decider, run)


def _kind(value: JsonValue) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", dict: "an object"}
    return names.get(type(value), "null")
