"""The shape of a task kind.

Each kind answers the same questions. On the way of a decision:

    facts            what must be decided before the task starts (arguments, items, a time to wake)
    begin            what happens at once when it has started
    child_completed  a child ended well
    child_faulted    a child ended with an error
    timer_fired      a timer of its own is due
    event_arrived    a CloudEvent came in while it listens

and when state is folded:

    started          apply TaskStarted
    absorb           take the output of a child that completed

A kind changes state only in `started` and `absorb`; everything else goes through events.
"""

from __future__ import annotations

from typing import Any, Protocol

from counterpoint.errors import WorkflowError
from counterpoint.kernel.events import Event
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.plan.model import CONTINUE, Directive, Flow, Task
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Problem


class Decider(Protocol):
    """What a decision offers to the task kinds."""

    @property
    def instance(self) -> Instance: ...

    def emit(self, event: Event) -> None:
        """Decide a fact: apply it and keep it."""

    def enter(self, parent: TaskRun, task: Task, slot: int) -> None:
        """Have a task started as child of `parent`."""

    def complete(
        self,
        run: TaskRun,
        raw: JsonValue,
        flow: Flow | None = None,
        context: tuple[JsonValue] | None = None,
        *,
        undoable: bool = True,
    ) -> None:
        """End a task well: output and export stages, then on to what follows."""

    def fault(self, run: TaskRun, problem: Problem, outcome: str = "none") -> None:
        """End a task with an error, and tell its parent."""

    def cancel_children(self, run: TaskRun) -> None:
        """Interrupt everything below a run."""

    def leave(self, parent: TaskRun, output: JsonValue, directive: Directive) -> None:
        """The directives `end` and `compensate`."""

    def finish(self, output: JsonValue) -> None:
        """The workflow's own block is done."""

    def uncaught(self, problem: Problem) -> None:
        """An error has left the workflow."""

    def unwind(self, scope: TaskRun, ending: str, problem: Problem | None, keep: int = 0) -> bool:
        """Undo what a composite has done, but for what lies below `keep`; False where there is nothing."""

    def undo_ended(self, run: TaskRun, problem: Problem | None) -> None:
        """The run of an undo has ended."""


class Behaviour:
    """The defaults: a task without children, timers or events."""

    def facts(self, scope: TaskScope, task: Any) -> JsonValue:
        """What the task needs to start, evaluated on its transformed input. Raises WorkflowError."""
        return None

    def started(self, instance: Instance, run: TaskRun) -> None:
        """Apply TaskStarted; `run.local` holds the facts."""

    def begin(self, decider: Decider, run: TaskRun) -> None:
        """Go on after TaskStarted."""

    def absorb(self, parent: TaskRun, run: TaskRun, output: JsonValue) -> None:
        """Take over the output of a child that has completed or was skipped."""
        parent.data = output

    def child_completed(self, decider: Decider, parent: TaskRun, child: TaskRun, output: JsonValue, flow: Flow) -> None:
        """Follow a flow directive within the block that `parent` executes."""
        directive = flow.directive
        if directive is Directive.CONTINUE:
            slot = child.slot + 1
        elif directive is Directive.GOTO:
            slot = flow.target
        elif directive is not Directive.EXIT:
            decider.leave(parent, output, directive)
            return
        else:
            self.block_completed(decider, parent, output, exited=True)
            return
        block = parent.block
        assert block is not None, parent.task.reference
        if slot < len(block.tasks):
            decider.enter(parent, block.tasks[slot], slot)
        else:
            self.block_completed(decider, parent, output, exited=False)

    def block_completed(self, decider: Decider, run: TaskRun, output: JsonValue, *, exited: bool) -> None:
        """The block that `run` executes is done; `exited`: by the directive `exit`."""
        decider.complete(run, output)

    def child_faulted(self, decider: Decider, parent: TaskRun, child: TaskRun, problem: Problem) -> None:
        """By default an error goes on upwards."""
        decider.fault(parent, problem)

    def catches(self, instance: Instance, run: TaskRun, problem: Problem) -> bool:
        """Whether an error of a child would be handled here."""
        return False

    def unwound(self, decider: Decider, run: TaskRun, ending: str, problem: Problem | None) -> None:
        """What `Decider.unwind` began is done."""

    def timer_fired(self, decider: Decider, run: TaskRun, timer: str) -> None:
        """A timer other than the task's timeout is due."""

    def event_arrived(self, decider: Decider, run: TaskRun, event: JsonObject) -> None:
        """A CloudEvent has come in."""

    def enter_block(self, decider: Decider, run: TaskRun) -> None:
        """Start the first task of the block that `run` executes, or be done with an empty one."""
        block = run.block
        assert block is not None, run.task.reference
        if block.tasks:
            decider.enter(run, block.tasks[0], 0)
        else:
            self.block_completed(decider, run, run.data, exited=False)


def expression_error(detail: str) -> WorkflowError:
    """An error of type `expression`."""
    return WorkflowError(Problem.standard("expression", detail))


__all__ = ["CONTINUE", "Behaviour", "Decider", "expression_error"]
