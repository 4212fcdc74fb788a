"""`switch`: chooses what comes next; the data flows through unchanged."""

from __future__ import annotations

from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour, Decider
from counterpoint.plan.model import SwitchTask
from counterpoint.values.json import JsonValue, truthy


class SwitchBehaviour(Behaviour):
    """The fact is the index of the case taken, or null for none."""

    def facts(self, scope: TaskScope, task: SwitchTask) -> JsonValue:
        default = None
        for index, case in enumerate(task.cases):
            if case.when is None:
                default = index
            elif truthy(case.when.evaluate(scope.input, scope)):
                return index
        return default

    def begin(self, decider: Decider, run: TaskRun) -> None:
        task = run.task
        assert isinstance(task, SwitchTask)
        decider.complete(run, run.input, None if run.local is None else task.cases[run.local].then)
