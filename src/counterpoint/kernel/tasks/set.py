"""`set`: gives a value."""

from __future__ import annotations

from counterpoint.errors import WorkflowError
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour, Decider
from counterpoint.plan.model import SetTask


class SetBehaviour(Behaviour):
    """Ends as soon as it has started."""

    def begin(self, decider: Decider, run: TaskRun) -> None:
        task = run.task
        assert isinstance(task, SetTask)
        try:
            value = task.value.evaluate(run.input, TaskScope(decider.instance, run, task, run))
        except WorkflowError as error:
            decider.fault(run, error.problem)
            return
        decider.complete(run, value)
