"""Extensions: tasks before and after the extended one (dsl-reference, Extension).

Their outputs are dropped; the extended task sees the raw input as if nothing stood before it, and leads
where it would lead alone, once the tasks after it are done. The directive `exit` in `before` leaves the
extended task out, and what was given then is its output. A task that is skipped is not extended.
"""

from __future__ import annotations

from typing import Final

from counterpoint.kernel.events import PhaseEntered
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.kernel.tasks.behaviour import Behaviour, Decider
from counterpoint.plan.model import ExtendedTask, Flow
from counterpoint.values.json import JsonValue, truthy

BEFORE: Final = 0
BODY: Final = 1
AFTER: Final = 2


class ExtensionBehaviour(Behaviour):
    """The fact is whether the extension applies."""

    def facts(self, scope: TaskScope, task: ExtendedTask) -> JsonValue:
        return all(rule is None or truthy(rule.evaluate(scope.raw, scope)) for rule in (task.extended_if, task.when))

    def started(self, instance: Instance, run: TaskRun) -> None:
        task = run.task
        assert isinstance(task, ExtendedTask)
        run.data = run.input
        run.phase, run.block = BODY, task.body
        if run.local and task.before is not None:
            run.phase, run.block = BEFORE, task.before

    def begin(self, decider: Decider, run: TaskRun) -> None:
        self.enter_block(decider, run)

    def child_completed(self, decider: Decider, parent: TaskRun, child: TaskRun, output: JsonValue, flow: Flow) -> None:
        task = parent.task
        assert isinstance(task, ExtendedTask)
        if parent.phase != BODY:
            super().child_completed(decider, parent, child, output, flow)
        elif parent.local and task.after is not None:
            decider.emit(PhaseEntered(parent.id, AFTER, (output,), (flow.directive.value, flow.target)))
            self.enter_block(decider, parent)
        else:
            decider.complete(parent, output, flow)

    def block_completed(self, decider: Decider, run: TaskRun, output: JsonValue, *, exited: bool) -> None:
        if run.phase == AFTER:
            assert run.kept is not None
            decider.complete(run, *run.kept)
        elif exited:
            decider.complete(run, output)
        else:
            decider.emit(PhaseEntered(run.id, BODY))
            self.enter_block(decider, run)
