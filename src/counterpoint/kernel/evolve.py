"""evolve: the fold. One small function for each event; nothing else changes the state of an instance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from counterpoint.kernel import events as e
from counterpoint.kernel import forking, holding, repeats, undoing
from counterpoint.kernel.effects import AGAIN, ATTEMPT, RETRY, SETTLE, TIMEOUT, Effect, Interrupt, Timer
from counterpoint.kernel.holding import KINDS, proceed, unready
from counterpoint.kernel.log import Entry, EntryState
from counterpoint.kernel.matching import identity
from counterpoint.kernel.state import INTERRUPT, INVOKE, LISTEN, PROCEED, Cell, Instance, Status, TaskRun
from counterpoint.kernel.tasks import BEHAVIOURS
from counterpoint.kernel.tasks.keys import effect_key
from counterpoint.kernel.unwinding import OVER
from counterpoint.plan.model import (
    Directive,
    ExtendedTask,
    Flow,
    ForkTask,
    ForTask,
    ListenTask,
    RunTask,
    TryTask,
    Undo,
)

_NONE: Final[frozenset[int]] = frozenset()


def evolve(instance: Instance, event: e.Event) -> None:
    """Apply one event to the working copy."""
    APPLY[type(event)](instance, event)


def _instance_started(instance: Instance, event: e.InstanceStarted) -> None:
    instance.id, instance.workflow, instance.digest = event.id, event.workflow, event.digest
    instance.seed, instance.parent, instance.depth = event.seed, event.parent, event.depth
    instance.input, instance.labels = event.input, event.labels or {}
    instance.started_at = instance.now
    root = instance.root
    root.pending = False
    root.started_at = instance.now
    root.block = instance.plan.block
    root.raw = root.input = root.data = event.input if event.data is None else event.data[0]
    root.cell = Cell({})
    if event.timeout is not None:
        instance.owe((0, TIMEOUT), Timer(0, TIMEOUT, event.timeout))


def _new_run(instance: Instance, event: e.TaskCreated | e.TaskStarted | e.TaskSkipped) -> TaskRun:
    parent = _run(instance, event.parent)
    task = instance.plan.tasks[event.task]
    run = TaskRun(event.run, task, parent, event.slot)
    if type(parent.task) is ForkTask:
        run.cell = Cell(parent.cell.context)
    instance.last_run = event.run
    return run


def _attach(instance: Instance, run: TaskRun, visit: int) -> None:
    parent = run.parent
    assert parent is not None
    instance.runs[run.id] = run
    parent.children[run.id] = run
    block = parent.block
    if block is not None and block.jumps:
        if parent.visits is None:
            parent.visits = {}
        parent.visits[run.slot] = visit
        if visit:
            run.visit = visit
            run.path = run.inner = f"{run.path}~{visit}"


def _task_created(instance: Instance, event: e.TaskCreated) -> None:
    run = _new_run(instance, event)
    _attach(instance, run, event.visit)
    instance.ready[run.id] = run
    proceed(instance)


def _task_started(instance: Instance, event: e.TaskStarted) -> None:
    run = instance.runs.get(event.run)
    if run is None:
        run = _new_run(instance, event)
        _attach(instance, run, event.visit)
    else:
        instance.stuck.pop(run.id, None)
        instance.settle((run.id, RETRY))
        instance.settle((run.id, AGAIN))
        unready(instance, run)
        _renew(run)
    parent = run.parent
    assert parent is not None
    run.pending = False
    run.started_at = instance.now
    run.raw = parent.data
    run.input = parent.data if event.input is None else event.input[0]
    run.local = event.data
    instance.steps += 1
    task = run.task
    if event.timeout is not None:
        instance.owe((run.id, TIMEOUT), Timer(run.id, TIMEOUT, event.timeout))
    entry = instance.log.get(run.id) if instance.log else None
    if entry is None and task.undo is not None and not run.entry:
        entry = _arm(instance, run)
    if entry is not None:
        entry.tries = run.attempt
    BEHAVIOURS[type(task)].started(instance, run)


def _arm(instance: Instance, run: TaskRun) -> Entry:
    """Its effect is about to happen: it gets an entry in the compensation log."""
    if repeats.is_repeated(run):
        run.path = run.inner = repeats.renewed_path(instance, run)
    above = run.above()
    key, forks, newest = effect_key(instance, run), _forks(instance, above), instance.last_run
    entry = Entry(run.id, run.task, run.path, key, above, forks, newest, run.input, _loop_vars(run))
    instance.log[run.id] = entry
    return entry


def _task_skipped(instance: Instance, event: e.TaskSkipped) -> None:
    run = instance.runs.get(event.run)
    if run is None:
        run = _new_run(instance, event)
    else:
        _remove(instance, run)
    parent = run.parent
    assert parent is not None
    BEHAVIOURS[type(parent.task)].absorb(parent, run, parent.data)


def _task_completed(instance: Instance, event: e.TaskCompleted) -> None:
    run = instance.runs[event.run]
    _remove(instance, run)
    if event.context is not None:
        run.cell.context = event.context[0]
    entry = instance.log.get(run.id)
    if entry is not None and not event.undoable:
        del instance.log[run.id]
    elif entry is not None:
        undoing.make_due(instance, entry, "completed")
        entry.output = event.output
        entry.context = run.cell.context
        if run.task.blocks:
            _replace_inner(instance, run)
        if repeats.is_repeated(run):
            repeats.merge(instance, run, entry)
    parent = run.parent
    assert parent is not None
    BEHAVIOURS[type(parent.task)].absorb(parent, run, event.output)


def _replace_inner(instance: Instance, run: TaskRun) -> None:
    """The entry of a composite counts for those inside of it, but for what is being undone already."""
    for entry in undoing.inside(instance, run.id):
        if entry.scope in instance.unwindings:
            continue
        del instance.log[entry.run]
        if instance.settling.pop(entry.run, None) is not None:
            for kind in (INVOKE, INTERRUPT, SETTLE):
                instance.settle((entry.run, kind))


def _task_faulted(instance: Instance, event: e.TaskFaulted) -> None:
    run = instance.runs[event.run]
    _remove(instance, run)
    if run.parent is not None and type(run.parent.task) is ForkTask:
        run.parent.local["failed"].add(run.slot)
    entry = instance.log.get(run.id)
    if entry is None:
        return
    entry.error = event.problem
    entry.context = run.cell.context
    if event.outcome == "none":
        undoing.settle_without_effect(instance, entry, attempted=True)
    else:
        undoing.make_due(instance, entry, event.outcome)
        if repeats.is_repeated(run):
            repeats.merge(instance, run, entry)


def _task_cancelled(instance: Instance, event: e.TaskCancelled) -> None:
    run = instance.runs[event.run]
    in_flight = instance.owed.get((run.id, INVOKE))
    _remove(instance, run)
    entry = instance.log.get(run.id)
    if entry is None or entry.state is not EntryState.ARMED:
        return
    entry.context = run.cell.context
    if event.settling and in_flight is not None:
        _settle_later(instance, run, in_flight)
    elif in_flight is not None:
        undoing.make_due(instance, entry, "unknown")
    else:
        undoing.settle_without_effect(instance, entry, attempted=not run.pending)
        entry = instance.log.get(run.id)
    if entry is not None and entry.state is EntryState.DUE and repeats.is_repeated(run):
        repeats.merge(instance, run, entry)


def _settle_later(instance: Instance, run: TaskRun, invoke: Effect) -> None:
    """The effect stays owed: its outcome decides whether there is anything to undo."""
    instance.settling[run.id] = run
    instance.reinstate((run.id, INVOKE), invoke)
    if type(run.task) is RunTask:
        instance.owe((run.id, INTERRUPT), Interrupt(run.id))
    else:
        due = instance.now + instance.plan.limits.settle_ms_max
        instance.owe((run.id, SETTLE), Timer(run.id, SETTLE, due))


def _retry_scheduled(instance: Instance, event: e.RetryScheduled) -> None:
    run = instance.runs[event.run]
    is_try = type(run.task) is TryTask
    timer = AGAIN if is_try and event.outcome is not None else RETRY
    if not is_try or timer == AGAIN:  # after a pivot a task is tried again by itself
        run.again += 1
        run.attempt = run.tries = run.attempt + 1
        for kind in KINDS:
            instance.settle((run.id, kind))
        unready(instance, run)
        _note_outcome(instance, run, event.outcome)
    instance.settle((run.id, ATTEMPT))
    instance.owe((run.id, timer), Timer(run.id, timer, event.due))


def _task_retried(instance: Instance, event: e.TaskRetried) -> None:
    run = instance.runs[event.run]
    instance.settle((run.id, RETRY))
    run.tries = event.attempt
    run.data = run.input
    run.visits = None
    if event.limit is not None:
        instance.owe((run.id, ATTEMPT), Timer(run.id, ATTEMPT, event.limit))


def _error_caught(instance: Instance, event: e.ErrorCaught) -> None:
    run = instance.runs[event.run]
    instance.settle((run.id, ATTEMPT))
    task = run.task
    assert isinstance(task, TryTask)
    run.phase = 1
    run.block = task.catch.body
    run.vars = {"error": event.problem, task.catch.as_: event.problem}
    run.data = run.input
    run.visits = None


def _iteration_started(instance: Instance, event: e.IterationStarted) -> None:
    run = instance.runs[event.run]
    task = run.task
    if isinstance(task, ForTask):
        run.vars = {task.each: run.local[event.index], task.at: event.index}
    else:
        assert isinstance(task, ListenTask)
        value = run.local["consumed"][event.index]
        run.vars = {task.item: value, task.at: event.index}
        run.data = value
    run.phase = event.index + 1
    run.inner = f"{run.path}.{event.index}" if run.path else str(event.index)
    run.visits = None


def _event_consumed(instance: Instance, event: e.EventConsumed) -> None:
    run = instance.runs[event.run]
    local = run.local
    local["seen"].add(identity(event.event))
    if event.keys:
        local["keys"].update(event.keys)
    if event.until:
        local["until"].add(event.filter)
    else:
        local["matched"].add(event.filter)
        local["consumed"].append(event.value)
    if event.last:
        local["done"] = True
        instance.settle((run.id, LISTEN))


def _iteration_completed(instance: Instance, event: e.IterationCompleted) -> None:
    run = instance.runs[event.run]
    run.local["outputs"].append(event.output)
    if event.context is not None:
        run.cell.context = event.context[0]
    if event.last:
        run.local["done"] = True
        instance.settle((run.id, LISTEN))


def _phase_entered(instance: Instance, event: e.PhaseEntered) -> None:
    run = instance.runs[event.run]
    task = run.task
    run.phase = event.phase
    run.visits = None
    run.data = run.input if event.data is None else event.data[0]
    if isinstance(task, Undo):
        run.block = task.body
        return
    assert isinstance(task, ExtendedTask)
    run.block = (task.before, task.body, task.after)[event.phase]
    if event.data is not None:
        flow = task.then if event.then is None else Flow(Directive(event.then[0]), event.then[1])
        run.kept = (run.data, flow)


def _suspended(instance: Instance, event: e.InstanceSuspended) -> None:
    instance.suspended = True
    instance.reason = event.reason
    instance.settle((0, PROCEED))
    instance.dropped.extend(key for key, effect in instance.owed.items() if type(effect) is Timer)


def _resumed(instance: Instance, event: e.InstanceResumed) -> None:
    instance.suspended = False
    instance.reason = None
    proceed(instance)
    instance.fresh.extend(effect for effect in instance.owed.values() if type(effect) is Timer)


def _finishing(instance: Instance, event: e.InstanceFinishing) -> None:
    instance.finishing = (event.output,)


def _completed(instance: Instance, event: e.InstanceCompleted) -> None:
    _end(instance, Status.COMPLETED)
    instance.output = event.output


def _faulted(instance: Instance, event: e.InstanceFaulted) -> None:
    _end(instance, Status.FAULTED)
    instance.error = event.problem


def _cancelled(instance: Instance, event: e.InstanceCancelled) -> None:
    instance.terminated = event.terminated
    _end(instance, Status.CANCELLED)
    instance.reason = event.reason


def _task_stuck(instance: Instance, event: e.TaskStuck) -> None:
    run = instance.runs[event.run]
    for kind in KINDS:
        instance.settle((run.id, kind))
    unready(instance, run)
    _note_outcome(instance, run, event.outcome)
    instance.stuck[run.id] = event.problem


def _sealed(instance: Instance, event: e.SagaSealed) -> None:
    instance.sealed = True
    for entry in instance.log.values():
        if entry.state is EntryState.DUE:
            entry.state = EntryState.SEALED


def _end(instance: Instance, status: Status) -> None:
    instance.ended = status
    instance.ended_at = instance.now
    for entry in (*instance.undoing.values(), *(instance.log[run] for run in instance.blocked)):
        undoing.leave_unfinished(instance, entry)
    instance.suspended = False
    for key in list(instance.owed):
        instance.settle(key)
    instance.runs.clear()
    instance.settling.clear()
    instance.ready.clear()
    instance.stuck.clear()
    instance.edited.clear()
    instance.failing.clear()
    instance.hold = None


def _run(instance: Instance, id: int) -> TaskRun:
    return instance.runs[id] if id else instance.root


def _remove(instance: Instance, run: TaskRun) -> None:
    del instance.runs[run.id]
    if run.parent is not None:
        run.parent.children.pop(run.id, None)
    if run.id in instance.ready:
        unready(instance, run)
    if instance.stuck:
        instance.stuck.pop(run.id, None)
    if instance.failing:
        instance.failing.pop(run.id, None)
    id = run.id
    instance.settle((id, INVOKE))
    if instance.owed:  # most tasks owe nothing else
        for kind in KINDS:
            instance.settle((id, kind))


def _renew(run: TaskRun) -> None:
    """A task that was stuck starts anew."""
    run.phase = 0
    run.inner = run.path
    run.visits = run.vars = run.kept = None


def _forks(instance: Instance, ancestors: tuple[int, ...]) -> frozenset[int]:
    """Which of these runs are forks."""
    if len(ancestors) == 1:  # the workflow itself
        return _NONE
    runs = instance.runs
    return frozenset(id for id in ancestors if id in runs and type(runs[id].task) is ForkTask)


def _note_outcome(instance: Instance, run: TaskRun, outcome: str | None) -> None:
    """An attempt has failed, and the task goes on: what the attempt may have done must not be forgotten.

    What is being undone inside of it is undone, but nothing follows from that any more: the task begins anew.
    """
    instance.failing.pop(run.id, None)
    entry = instance.log.get(run.id)
    if entry is not None and outcome not in (None, "none"):
        entry.uncertain = True
    if outcome is not None and run.id in instance.unwindings:
        instance.unwindings[run.id].ending = OVER


def _loop_vars(run: TaskRun) -> dict[str, Any] | None:
    parent = run.parent
    while parent is not None:
        task = parent.task
        if parent.vars is not None and isinstance(task, ForTask | ListenTask):
            item = task.each if isinstance(task, ForTask) else task.item
            return {"item": parent.vars[item], "index": parent.vars[task.at]}
        parent = parent.parent
    return None


APPLY: Final[dict[type, Callable[[Instance, Any], None]]] = {
    e.InstanceStarted: _instance_started,
    e.TaskCreated: _task_created,
    e.TaskStarted: _task_started,
    e.TaskSkipped: _task_skipped,
    e.TaskCompleted: _task_completed,
    e.TaskFaulted: _task_faulted,
    e.TaskCancelled: _task_cancelled,
    e.RetryScheduled: _retry_scheduled,
    e.TaskRetried: _task_retried,
    e.ErrorCaught: _error_caught,
    e.IterationStarted: _iteration_started,
    e.EventConsumed: _event_consumed,
    e.PhaseEntered: _phase_entered,
    e.IterationCompleted: _iteration_completed,
    e.InstanceSuspended: _suspended,
    e.InstanceResumed: _resumed,
    e.InstanceFinishing: _finishing,
    e.InstanceCompleted: _completed,
    e.InstanceFaulted: _faulted,
    e.InstanceCancelled: _cancelled,
    e.TaskStuck: _task_stuck,
    e.InstanceForked: forking.forked,
    e.InstanceHeld: holding.held,
    e.InstanceReleased: holding.released,
    e.TaskReady: holding.task_ready,
    e.FaultHeld: holding.fault_held,
    e.DataEdited: holding.data_edited,
    e.OutputInjected: holding.output_injected,
    e.FaultInjected: holding.fault_injected,
    e.SagaSealed: _sealed,
    e.CompensationStarted: undoing.compensation_started,
    e.UndoStarted: undoing.undo_started,
    e.UndoRetryScheduled: undoing.undo_retry_scheduled,
    e.UndoCompleted: undoing.undo_completed,
    e.UndoFailed: undoing.undo_failed,
    e.IncidentResolved: undoing.incident_resolved,
    e.EffectSettled: undoing.effect_settled,
    e.CompensationCompleted: undoing.compensation_completed,
}
"""What applies an event, by its type."""
