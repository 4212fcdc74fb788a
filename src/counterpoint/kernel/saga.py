"""Decisions about undoing: when it starts, what is next, how it ends (saga.md, sections 3 to 5).

Entries are undone one after the other, the last completed first.
"""

from __future__ import annotations

from counterpoint.errors import WorkflowError
from counterpoint.kernel import events as e
from counterpoint.kernel import undoing
from counterpoint.kernel.log import Entry, Unwinding
from counterpoint.kernel.retrying import retry_delay
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.kernel.tasks import BEHAVIOURS
from counterpoint.kernel.tasks.try_ import TryBehaviour
from counterpoint.plan.model import Undo
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Problem


class SagaDecisions:
    """The part of a decision that undoes."""

    __slots__ = ()

    instance: Instance

    def emit(self, event: e.Event) -> None:
        """Decide a fact."""
        raise AssertionError("given by Decision")

    def cancel_children(self, run: TaskRun) -> None:
        """Interrupt everything below a run."""
        raise AssertionError("given by Decision")

    def uncaught(self, problem: Problem, trigger: str = "fault") -> None:
        """An error has left the workflow: undo, then end with it."""
        instance = self.instance
        self.cancel_children(instance.root)
        error = problem.to_json()
        if instance.plan.saga.on_fault and undoing.due(instance, 0):
            self.emit(e.CompensationStarted(trigger, "faulted", error))
            self.unwind_next(0)
        else:
            self.emit(e.InstanceFaulted(error))

    def time_out(self) -> None:
        """The workflow's timeout."""
        problem = Problem.standard("timeout", "the workflow lasted longer than its timeout allows", instance="")
        self.uncaught(problem, "timeout")

    def cancel(self, reason: str | None, *, abandon: bool) -> None:
        """An operator's cancel. One that comes while the saga is being undone changes nothing."""
        instance = self.instance
        if 0 in instance.unwindings and not abandon:
            return
        if instance.suspended:
            self.emit(e.InstanceResumed())
        self.cancel_children(instance.root)
        if not abandon and undoing.due(instance, 0):
            self.emit(e.CompensationStarted("cancel", "cancelled", reason=reason))
            self.unwind_next(0)
        else:
            self.emit(e.InstanceCancelled(reason))

    def compensate(self, output: JsonValue) -> None:
        """The directive `compensate`: a business rollback without an error."""
        instance = self.instance
        self.cancel_children(instance.root)
        if undoing.due(instance, 0):
            self.emit(e.CompensationStarted("directive", "completed", output=output))
            self.unwind_next(0)
        else:
            self.emit(e.InstanceCompleted(output))

    def unwind(self, scope: TaskRun, ending: str, problem: Problem) -> bool:
        """Undo what the block of a `try` did; False where there is nothing to undo."""
        if not undoing.due(self.instance, scope.id):
            return False
        self.emit(e.CompensationStarted("fault", ending, problem.to_json(), scope=scope.id))
        self.unwind_next(scope.id)
        return True

    def unwind_next(self, scope: int) -> None:
        """Undo the next entry, or end the unwinding where none is left."""
        instance = self.instance
        unwinding = instance.unwindings[scope]
        if any(entry.scope == scope for entry in instance.undoing.values()):
            return
        if any(instance.log[entry].scope == scope for entry in instance.blocked):
            return
        if unwinding.todo:
            self.start_undo(instance.log[unwinding.todo[-1]])
        else:
            self.emit(e.CompensationCompleted(scope))
            self._unwound(unwinding)

    def start_undo(self, entry: Entry) -> None:
        """An attempt of the undo of an entry."""
        instance = self.instance
        run = instance.last_run + 1
        self.emit(e.UndoStarted(entry.run, run, entry.attempt + 1))
        BEHAVIOURS[Undo].begin(self, instance.runs[run])  # type: ignore[arg-type]  # self is a Decision

    def undo_ended(self, run: TaskRun, problem: Problem | None) -> None:
        """The run of an undo has ended: well, or with a problem."""
        instance = self.instance
        entry = instance.log[run.entry]
        if problem is None:
            self.emit(e.UndoCompleted(entry.run))
            self.unwind_next(entry.scope)
            return
        undo = run.task
        assert isinstance(undo, Undo)
        error = problem.to_json()
        delay = self._undo_delay(undo, entry, run, error)
        if delay is not None:
            self.emit(e.UndoRetryScheduled(entry.run, error, instance.now + delay))
            return
        incident = undo.on_failure == "suspend"
        self.emit(e.UndoFailed(entry.run, error, incident))
        if not incident:
            self.unwind_next(entry.scope)

    def _undo_delay(self, undo: Undo, entry: Entry, run: TaskRun, error: JsonObject) -> int | None:
        policy = undo.retry
        if policy.count is not None and entry.attempt > policy.count:
            return None
        scope = TaskScope(self.instance, run, undo, run)
        scope.extra = {"error": error}
        try:
            if policy.when is not None and policy.when.evaluate(error, scope) in (None, False):
                return None
            if policy.except_when is not None and policy.except_when.evaluate(error, scope) not in (None, False):
                return None
            return retry_delay(policy, entry.attempt, entry.run, run.input, scope)
        except WorkflowError:
            # A policy that cannot be evaluated allows no retry; the undo's own error is what is reported.
            return None

    def _unwound(self, unwinding: Unwinding) -> None:
        instance = self.instance
        if unwinding.scope:
            run = instance.runs[unwinding.scope]
            problem = Problem.from_json(unwinding.problem or {})
            behaviour = BEHAVIOURS[type(run.task)]
            assert isinstance(behaviour, TryBehaviour)
            behaviour.unwound(self, run, unwinding.ending, problem)  # type: ignore[arg-type]
        elif unwinding.ending == "faulted":
            self.emit(e.InstanceFaulted(_with_failures(unwinding.problem or {}, unwinding)))
        elif unwinding.ending == "cancelled":
            self.emit(e.InstanceCancelled(unwinding.reason))
        else:
            self.emit(e.InstanceCompleted(unwinding.output))


def _with_failures(problem: JsonObject, unwinding: Unwinding) -> JsonObject:
    """The original error, with the undos that failed in its `compensation` member."""
    return {**problem, "compensation": unwinding.failures} if unwinding.failures else problem
