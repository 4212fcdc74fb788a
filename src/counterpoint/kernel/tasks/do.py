"""`do`: tasks in sequence. The workflow itself is the outermost one."""

from __future__ import annotations

from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour, Decider
from counterpoint.plan.model import DoTask
from counterpoint.values.json import JsonValue
from counterpoint.values.problem import Problem


class DoBehaviour(Behaviour):
    """A block, and nothing else."""

    def started(self, instance: Instance, run: TaskRun) -> None:
        task = run.task
        assert isinstance(task, DoTask)
        run.block = task.body
        run.data = run.input

    def begin(self, decider: Decider, run: TaskRun) -> None:
        self.enter_block(decider, run)

    def block_completed(self, decider: Decider, run: TaskRun, output: JsonValue, *, exited: bool) -> None:
        if run.id == 0:
            decider.finish(output)
        else:
            decider.complete(run, output)

    def child_faulted(self, decider: Decider, parent: TaskRun, child: TaskRun, problem: Problem) -> None:
        if parent.id == 0:
            decider.uncaught(problem)
        else:
            decider.fault(parent, problem)
