"""Extensions: tasks before and after the extended one (dsl-reference, Extension).

Their outputs are dropped; the extended task sees the raw input as if nothing stood before it. The
directive `exit` in `before` leaves the extended task out, and what was given then is its output.
"""

from __future__ import annotations

from typing import Final

from counterpoint.kernel.events import PhaseEntered
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour, Decider
from counterpoint.plan.model import ExtendedTask
from counterpoint.values.json import JsonValue, truthy

BEFORE: Final = 0
BODY: Final = 1
AFTER: Final = 2


class ExtensionBehaviour(Behaviour):
    """The fact is whether the extension applies."""

    def facts(self, scope: TaskScope, task: ExtendedTask) -> JsonValue:
        return task.when is None or truthy(task.when.evaluate(scope.input, scope))

    def started(self, instance: Instance, run: TaskRun) -> None:
        task = run.task
        assert isinstance(task, ExtendedTask)
        run.data = run.input
        run.phase, run.block = BODY, task.body
        if run.local and task.before is not None:
            run.phase, run.block = BEFORE, task.before

    def begin(self, decider: Decider, run: TaskRun) -> None:
        self.enter_block(decider, run)

    def block_completed(self, decider: Decider, run: TaskRun, output: JsonValue, *, exited: bool) -> None:
        task = run.task
        assert isinstance(task, ExtendedTask)
        if run.phase == BEFORE:
            if exited:
                decider.complete(run, output)
                return
            decider.emit(PhaseEntered(run.id, BODY))
        elif run.phase == BODY and run.local and task.after is not None:
            decider.emit(PhaseEntered(run.id, AFTER, (output,)))
        else:
            decider.complete(run, run.kept if run.phase == AFTER else output)
            return
        self.enter_block(decider, run)
