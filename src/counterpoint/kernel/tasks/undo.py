"""The undo of a log entry: an optional probe (did it happen?), then its block (saga.md, section 2)."""

from __future__ import annotations

from counterpoint.kernel.events import PhaseEntered
from counterpoint.kernel.state import TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour, Decider
from counterpoint.plan.model import Undo
from counterpoint.values.json import JsonValue
from counterpoint.values.problem import Problem

PROBE = 0
BODY = 1


class UndoBehaviour(Behaviour):
    """`run.phase` tells the probe from the undo proper."""

    def begin(self, decider: Decider, run: TaskRun) -> None:
        self.enter_block(decider, run)

    def block_completed(self, decider: Decider, run: TaskRun, output: JsonValue, *, exited: bool) -> None:
        if run.phase == BODY or output is False:
            decider.undo_ended(run, None)
            return
        decider.emit(PhaseEntered(run.id, BODY))
        self.enter_block(decider, run)

    def child_faulted(self, decider: Decider, parent: TaskRun, child: TaskRun, problem: Problem) -> None:
        assert isinstance(parent.task, Undo)
        decider.undo_ended(parent, problem)
