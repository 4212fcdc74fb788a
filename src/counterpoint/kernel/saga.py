"""Decisions about undoing: when it starts, what is next, how it ends (saga.md, sections 3 to 6).

The order is the tree's (`order.py`); here every entry that is ready is begun at once. Nothing is undone
while an interrupted effect in the same scope is still in flight.
"""

from __future__ import annotations

from typing import Final

from counterpoint.errors import WorkflowError
from counterpoint.kernel import events as e
from counterpoint.kernel import undoing
from counterpoint.kernel.log import Entry
from counterpoint.kernel.retrying import retry_delay
from counterpoint.kernel.scope import TaskScope
from counterpoint.kernel.state import Instance, Status, TaskRun
from counterpoint.kernel.tasks import BEHAVIOURS
from counterpoint.kernel.unwinding import OVER, Unwinding
from counterpoint.plan.model import Undo
from counterpoint.plan.policies import UNDO_RETRY
from counterpoint.values.json import JsonObject, JsonValue, truthy
from counterpoint.values.problem import Problem, short_type

HOPELESS: Final = frozenset({"expression", "validation", "configuration"})
"""Types of error that a repetition cannot mend."""


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
        undoes = instance.plan.saga.on_fault and not instance.sealed
        if not (undoes and self._unwind_all(trigger, "faulted", problem.to_json())):
            self.settle_all()
            self.emit(e.InstanceFaulted(problem.to_json()))

    def time_out(self) -> None:
        """The workflow's timeout."""
        problem = Problem.standard("timeout", "the workflow lasted longer than its timeout allows", instance="")
        self.uncaught(problem, "timeout")

    def cancel(self, reason: str | None, *, abandon: bool, trigger: str = "cancel") -> None:
        """An operator's cancel. One that comes while the saga is being undone changes nothing."""
        instance = self.instance
        if 0 in instance.unwindings and not abandon:
            return
        if instance.suspended:
            self.emit(e.InstanceResumed())
        self.cancel_children(instance.root)
        if abandon or not self._unwind_all(trigger, "cancelled", reason=reason):
            self.settle_all()
            self.emit(e.InstanceCancelled(reason))

    def terminate(self, reason: str | None) -> None:
        """The forced end: never undoes (saga.md, section 3)."""
        self.cancel_children(self.instance.root)
        self.settle_all()
        self.emit(e.InstanceCancelled(reason, terminated=True))

    def compensate(self, output: JsonValue) -> None:
        """The directive `compensate`: a business rollback without an error."""
        self.cancel_children(self.instance.root)
        if not self._unwind_all("directive", "completed", output=output):
            self.emit(e.InstanceCompleted(output))

    def compensate_late(self, trigger: str, reason: str | None, *, by_parent: bool = False) -> None:
        """Undo what has completed: within `compensableFor`, or because the parent is undone."""
        instance = self.instance
        window = instance.plan.saga.compensable_for
        in_time = window is not None and instance.now <= (instance.ended_at or 0) + window
        if instance.ended is Status.COMPLETED and (in_time or by_parent):
            self._unwind_all(trigger, "completed", reason=reason, output=instance.output)
        elif instance.ended is Status.FAULTED and by_parent:
            self._unwind_all(trigger, "faulted", instance.error, reason=reason)

    def unwind(self, scope: TaskRun, ending: str, problem: Problem | None, keep: int = 0) -> bool:
        """Undo what a composite has done, but for what lies below `keep`; False where there is nothing to undo."""
        if not (undoing.due(self.instance, scope.id, keep) or undoing.unsettled(self.instance, scope.id)):
            return False
        error = None if problem is None else problem.to_json()
        self.emit(e.CompensationStarted("fault", ending, error, scope=scope.id, keep=keep))
        self.unwind_next(scope.id)
        return True

    def unwind_next(self, scope: int) -> None:
        """Begin with every entry that is ready, or end the unwinding where none is left."""
        instance = self.instance
        unwinding = instance.unwindings.get(scope)
        if unwinding is None or unwinding.tree is None or instance.ended is not None:
            return
        for entry in list(unwinding.ready):
            if entry in unwinding.ready:
                self.start_undo(instance.log[entry])
        if not unwinding.tree and instance.unwindings.get(scope) is unwinding:
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
        self.emit(e.UndoFailed(entry.run, error, undo.on_failure == "suspend"))
        self.unwind_next(entry.scope)

    def effect_settled(self, run: int, outcome: str, output: JsonValue = None) -> None:
        """An interrupted effect has come to an end: what waited for it may be undone now."""
        self.emit(e.EffectSettled(run, outcome, output))
        for scope in list(self.instance.unwindings):
            self.unwind_next(scope)

    def settle_all(self) -> None:
        """The workflow ends all the same: what is still in flight counts as unknown."""
        for run in list(self.instance.settling):
            self.emit(e.EffectSettled(run, "unknown"))

    def resolve_undo(self, entry: int, action: str, reason: str | None, input: tuple[JsonValue] | None) -> None:
        """A person's decision about an undo that is stuck."""
        self.emit(e.IncidentResolved(entry, action, reason, input))
        self.unwind_next(self.instance.log[entry].scope)

    def delay_after_pivot(self, run: TaskRun, problem: Problem) -> int | None:
        """Milliseconds before a task after the point of no return is tried again; None: it waits for a person."""
        limit = UNDO_RETRY.count
        if short_type(problem.type) in HOPELESS or (limit is not None and run.again >= limit):
            return None
        scope = TaskScope(self.instance, run, run.task, run)
        return retry_delay(UNDO_RETRY, run.again + 1, run.id, run.input, scope)

    def _unwind_all(
        self,
        trigger: str,
        ending: str,
        problem: JsonObject | None = None,
        *,
        reason: str | None = None,
        output: JsonValue = None,
    ) -> bool:
        """Undo the whole saga; False where there is nothing to undo."""
        instance = self.instance
        if not (undoing.due(instance, 0) or instance.settling or instance.undoing or instance.blocked):
            return False
        self.emit(e.CompensationStarted(trigger, ending, problem, reason, output))
        self.unwind_next(0)
        return True

    def _undo_delay(self, undo: Undo, entry: Entry, run: TaskRun, error: JsonObject) -> int | None:
        policy = undo.retry
        if policy.count is not None and entry.attempt > policy.count:
            return None
        scope = TaskScope(self.instance, run, undo, run)
        scope.extra = {"error": error}
        try:
            if policy.when is not None and not truthy(policy.when.evaluate(error, scope)):
                return None
            if policy.except_when is not None and truthy(policy.except_when.evaluate(error, scope)):
                return None
            return retry_delay(policy, entry.attempt, entry.run, run.input, scope)
        except WorkflowError:
            # A policy that cannot be evaluated allows no retry; the undo's own error is what is reported.
            return None

    def _unwound(self, unwinding: Unwinding) -> None:
        instance = self.instance
        error = unwinding.problem
        if error is not None and unwinding.failures:
            error = {**error, "compensation": unwinding.failures}
        if unwinding.scope:
            run = instance.runs.get(unwinding.scope)
            if run is None or unwinding.ending == OVER:  # what it was undone for has been interrupted
                self._finish_at_last()
                return
            problem = None if error is None else Problem.from_json(error)
            BEHAVIOURS[type(run.task)].unwound(self, run, unwinding.ending, problem)  # type: ignore[arg-type]
        elif unwinding.ending == "faulted":
            self.emit(e.InstanceFaulted(error or {}))
        elif unwinding.ending == "cancelled":
            self.emit(e.InstanceCancelled(unwinding.reason))
        else:
            self.emit(e.InstanceCompleted(unwinding.output))

    def _finish_at_last(self) -> None:
        instance = self.instance
        if instance.finishing is not None and not instance.unwindings:
            self.settle_all()
            self.emit(e.InstanceCompleted(instance.finishing[0]))
