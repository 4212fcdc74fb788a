"""`run`: a container, a script, a shell command or another workflow, as an effect."""

from __future__ import annotations

from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import INVOKE, Instance, TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour
from counterpoint.kernel.tasks.keys import effect_key
from counterpoint.plan.model import RunTask
from counterpoint.values.json import JsonObject, JsonValue


class RunBehaviour(Behaviour):
    """The facts are the process's arguments, with `await` and `return`."""

    def facts(self, scope: TaskScope, task: RunTask) -> JsonValue:
        arguments: JsonObject = {**task.arguments.evaluate(scope.input, scope), "await": task.awaits}
        if task.function != "workflow":
            arguments["return"] = task.returns
        return arguments

    def started(self, instance: Instance, run: TaskRun) -> None:
        task = run.task
        assert isinstance(task, RunTask)
        key = effect_key(instance, run)
        effect = Invoke(run.id, task.function, run.local, run.input, task.reference, key, run.attempt)
        instance.owe((run.id, INVOKE), effect)
