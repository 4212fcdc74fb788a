"""`wait`: a timer."""

from __future__ import annotations

from counterpoint.kernel.effects import WAIT, Timer
from counterpoint.kernel.retrying import milliseconds
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour, Decider
from counterpoint.plan.model import WaitTask
from counterpoint.values.json import JsonValue


class WaitBehaviour(Behaviour):
    """The fact is the time at which it ends."""

    def facts(self, scope: TaskScope, task: WaitTask) -> JsonValue:
        return scope.instance.now + milliseconds(task.duration, scope.input, scope)

    def started(self, instance: Instance, run: TaskRun) -> None:
        instance.owe((run.id, WAIT), Timer(run.id, WAIT, run.local))

    def timer_fired(self, decider: Decider, run: TaskRun, timer: str) -> None:
        decider.complete(run, run.input)
