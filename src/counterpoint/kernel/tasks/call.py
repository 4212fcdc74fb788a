"""`call`: an effect, or a function declared in the document."""

from __future__ import annotations

from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import INVOKE, Instance, TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour, Decider
from counterpoint.kernel.tasks.keys import effect_key
from counterpoint.plan.model import CallTask, FunctionTask
from counterpoint.values.json import JsonValue


class CallBehaviour(Behaviour):
    """The call of a connector."""

    def facts(self, scope: TaskScope, task: CallTask) -> JsonValue:
        return task.arguments.evaluate(scope.input, scope)

    def started(self, instance: Instance, run: TaskRun) -> None:
        task = run.task
        assert isinstance(task, CallTask)
        key = effect_key(instance, run)
        effect = Invoke(run.id, task.function, run.local, run.input, task.reference, key, run.attempt)
        instance.owe((run.id, INVOKE), effect)


class FunctionBehaviour(Behaviour):
    """The call of a function of `use.functions`: its arguments are the raw input of its task."""

    def facts(self, scope: TaskScope, task: FunctionTask) -> JsonValue:
        return None if task.arguments is None else [task.arguments.evaluate(scope.input, scope)]

    def started(self, instance: Instance, run: TaskRun) -> None:
        task = run.task
        assert isinstance(task, FunctionTask)
        run.block = task.body
        run.data = run.input if run.local is None else run.local[0]

    def begin(self, decider: Decider, run: TaskRun) -> None:
        self.enter_block(decider, run)
