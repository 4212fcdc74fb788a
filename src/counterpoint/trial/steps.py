"""The steps of a trial, told from its journal: each event is folded afresh, so that data can be shown with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from counterpoint.kernel import Instance, evolve
from counterpoint.kernel import events as e
from counterpoint.kernel.tasks.undo import BODY
from counterpoint.plan.model import SwitchTask, Task
from counterpoint.trial.trace import Step, UndoMade
from counterpoint.trial.world import World, iteration_of


class Steps:
    """Tells what happened in a world, step by step; `undos` are all undos in the order in which they began."""

    def __init__(self, world: World, began: int) -> None:
        self.undos: list[UndoMade] = []
        self.acted: set[tuple[str, str]] = set()
        """Effects whose undo has gone beyond its probe: (instance, idempotency key)."""
        self._world = world
        self._began = began
        self._steps: list[Step] = []
        self._tasks: dict[tuple[str, int], tuple[Task, list[int], int, str | None]] = {}
        self._undo_of_entry: dict[tuple[str, int], UndoMade] = {}
        self._instance = Instance(next(iter(world.actors.values())).plan)
        self._at = 0

    def tell(self) -> list[Step]:
        """All steps in the order in which they happened."""
        twins = {id: Instance(actor.plan, actor.secrets) for id, actor in self._world.actors.items()}
        for at, id, events in self._world.journal:
            self._instance, self._at = twins[id], at
            self._instance.now = at
            for event in events:
                evolve(self._instance, event)
                _TELL[type(event)](self, event)
            self._instance.sequence += 1
        return self._steps

    def _add(self, what: str, **members: Any) -> Step:
        step = Step(
            number=len(self._steps) + 1, at=self._at - self._began, instance=self._instance.id, what=what, **members
        )
        self._steps.append(step)
        return step

    def _of_run(self, run: int, what: str, **members: Any) -> None:
        """A step of a task run; those of hidden tasks are told by the task that they share their name with."""
        known = self._tasks.get((self._instance.id, run))
        if known is None:
            return
        task, iteration, attempt, undo_of = known
        self._add(
            what,
            task=task.name,
            reference=task.reference,
            run=run,
            iteration=iteration,
            attempt=attempt,
            undo_of=undo_of,
            **members,
        )

    def begun(self, event: e.InstanceStarted) -> None:
        self._add("begun", input=event.input, note=event.workflow)

    def created(self, event: e.TaskCreated) -> None:
        self._know(event.run, event.task)

    def started(self, event: e.TaskStarted) -> None:
        self._know(event.run, event.task)
        run, task = self._instance.runs[event.run], self._instance.plan.tasks[event.task]
        self._of_run(event.run, "started", input=run.input)
        if isinstance(task, SwitchTask):
            case = None if event.data is None else task.cases[event.data].name
            self._of_run(event.run, "branched", branch=case)

    def skipped(self, event: e.TaskSkipped) -> None:
        task = self._instance.plan.tasks[event.task]
        if not task.hidden:
            self._add("skipped", task=task.name, reference=task.reference, run=event.run)

    def completed(self, event: e.TaskCompleted) -> None:
        self._of_run(event.run, "completed", output=event.output)

    def faulted(self, event: e.TaskFaulted) -> None:
        self._of_run(event.run, "faulted", error=event.problem, outcome=event.outcome)

    def cancelled(self, event: e.TaskCancelled) -> None:
        self._of_run(event.run, "cancelled", note="its effect is in flight" if event.settling else None)

    def retrying(self, event: e.RetryScheduled) -> None:
        self._of_run(event.run, "retrying", error=event.problem, note=f"in {event.due - self._at:,} ms")

    def retried(self, event: e.TaskRetried) -> None:
        self._of_run(event.run, "retried", note=f"attempt {event.attempt}")

    def caught(self, event: e.ErrorCaught) -> None:
        self._of_run(event.run, "caught", error=event.problem)

    def looped(self, event: e.IterationStarted) -> None:
        self._of_run(event.run, "looped", note=f"iteration {event.index}")

    def received(self, event: e.EventConsumed) -> None:
        self._of_run(event.run, "received", input=event.event)

    def phase_entered(self, event: e.PhaseEntered) -> None:
        run = self._instance.runs[event.run]
        if run.parent is None and run.entry and event.phase == BODY:
            self.acted.add((self._instance.id, self._instance.log[run.entry].key))

    def unseen(self, event: e.Event) -> None:
        """Nothing that people are told."""

    def suspended(self, event: e.InstanceSuspended) -> None:
        self._add("suspended", note=event.reason)

    def resumed(self, event: e.InstanceResumed) -> None:
        self._add("resumed")

    def ended(self, event: e.InstanceCompleted | e.InstanceFaulted | e.InstanceCancelled) -> None:
        instance = self._instance
        self._add("ended", output=instance.output, error=instance.error, note=instance.status.value)

    def compensating(self, event: e.CompensationStarted) -> None:
        self._add("compensating", note=event.trigger, error=event.problem)

    def undoing(self, event: e.UndoStarted) -> None:
        instance = self._instance
        entry = instance.log[event.entry]
        made = self._undo_of_entry.get((instance.id, event.entry))
        if made is None:
            made = UndoMade(
                order=len(self.undos) + 1,
                at=self._at - self._began,
                instance=instance.id,
                workflow=instance.plan.workflow,
                task=entry.task.name,
                reference=entry.task.reference,
                key=entry.key,
                result="unfinished",
                attempts=0,
                outcome=entry.outcome,
                iteration=list(iteration_of(entry.path)),
            )
            self.undos.append(made)
            self._undo_of_entry[instance.id, event.entry] = made
        made.attempts += 1
        run = instance.runs[event.run]
        if run.phase == BODY:
            self.acted.add((instance.id, entry.key))
        self._of_undo(event.entry, "undoing", attempt=event.attempt, input=run.input, outcome=entry.outcome)

    def undo_retrying(self, event: e.UndoRetryScheduled) -> None:
        self._of_undo(event.entry, "undo-retrying", error=event.problem, note=f"in {event.due - self._at:,} ms")

    def undone(self, event: e.UndoCompleted) -> None:
        made = self._undo_of_entry[self._instance.id, event.entry]
        made.result = "undone" if (made.instance, made.key) in self.acted else "nothing"
        self._of_undo(event.entry, "undone", note=None if made.result == "undone" else "nothing had happened")

    def undo_failed(self, event: e.UndoFailed) -> None:
        made = self._undo_of_entry[self._instance.id, event.entry]
        made.result, made.error = "failed", event.problem
        self._of_undo(event.entry, "undo-failed", error=event.problem, note="incident" if event.incident else None)

    def resolved(self, event: e.IncidentResolved) -> None:
        note = event.action if event.reason is None else f"{event.action}: {event.reason}"
        made = self._undo_of_entry.get((self._instance.id, event.run))
        if made is None:
            self._of_run(event.run, "resolved", note=note)
            return
        made.result = {"retry": "unfinished", "skip": "skipped", "done": "undone"}[event.action]
        self._of_undo(event.run, "resolved", note=note)

    def settled(self, event: e.EffectSettled) -> None:
        self._of_run(event.run, "settled", outcome=event.outcome, output=event.output)

    def compensated(self, event: e.CompensationCompleted) -> None:
        self._add("compensated")

    def sealed(self, event: e.SagaSealed) -> None:
        self._of_run(event.run, "sealed")

    def held(self, event: e.InstanceHeld) -> None:
        self._add("held", note=event.owner)

    def released(self, event: e.InstanceReleased) -> None:
        self._add("released", note=event.reason)

    def edited(self, event: e.DataEdited) -> None:
        self._of_run(event.run, "edited", input=event.value, note=event.what)

    def injected(self, event: e.OutputInjected | e.FaultInjected) -> None:
        self._of_run(event.run, "replaced")

    def stuck(self, event: e.TaskStuck) -> None:
        self._of_run(event.run, "stuck", error=event.problem)

    def _know(self, run: int, task_number: int) -> None:
        instance = self._instance
        task = instance.plan.tasks[task_number]
        if not task.hidden:
            live = instance.runs[run]
            undone = instance.log[live.entry].task.name if live.entry else None
            self._tasks[instance.id, run] = (task, list(iteration_of(live.path)), live.attempt, undone)

    def _of_undo(self, entry: int, what: str, **members: Any) -> None:
        made = self._undo_of_entry[self._instance.id, entry]
        self._add(
            what,
            task=made.task,
            reference=made.reference,
            run=entry,
            iteration=made.iteration,
            order=made.order,
            **members,
        )


_TELL: Final[dict[type, Callable[[Steps, Any], None]]] = {
    e.InstanceStarted: Steps.begun,
    e.TaskCreated: Steps.created,
    e.TaskStarted: Steps.started,
    e.TaskSkipped: Steps.skipped,
    e.TaskCompleted: Steps.completed,
    e.TaskFaulted: Steps.faulted,
    e.TaskCancelled: Steps.cancelled,
    e.RetryScheduled: Steps.retrying,
    e.TaskRetried: Steps.retried,
    e.ErrorCaught: Steps.caught,
    e.IterationStarted: Steps.looped,
    e.EventConsumed: Steps.received,
    e.PhaseEntered: Steps.phase_entered,
    e.IterationCompleted: Steps.unseen,
    e.EffectSettled: Steps.settled,
    e.InstanceFinishing: Steps.unseen,
    e.InstanceSuspended: Steps.suspended,
    e.InstanceResumed: Steps.resumed,
    e.InstanceCompleted: Steps.ended,
    e.InstanceFaulted: Steps.ended,
    e.InstanceCancelled: Steps.ended,
    e.CompensationStarted: Steps.compensating,
    e.UndoStarted: Steps.undoing,
    e.UndoRetryScheduled: Steps.undo_retrying,
    e.UndoCompleted: Steps.undone,
    e.UndoFailed: Steps.undo_failed,
    e.IncidentResolved: Steps.resolved,
    e.CompensationCompleted: Steps.compensated,
    e.SagaSealed: Steps.sealed,
    e.TaskStuck: Steps.stuck,
    e.InstanceHeld: Steps.held,
    e.InstanceReleased: Steps.released,
    e.TaskReady: Steps.unseen,
    e.FaultHeld: Steps.unseen,
    e.DataEdited: Steps.edited,
    e.OutputInjected: Steps.injected,
    e.FaultInjected: Steps.injected,
}
