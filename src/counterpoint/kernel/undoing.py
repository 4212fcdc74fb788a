"""The fold of the events by which a saga is undone."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoint.kernel import events as e
from counterpoint.kernel.effects import TIMEOUT, UNDO, Timer
from counterpoint.kernel.log import Entry, EntryState, Unwinding
from counterpoint.kernel.state import Cell, Instance, Saga, TaskRun
from counterpoint.values.json import JsonObject


def inside(instance: Instance, run: int) -> Iterator[Entry]:
    """Entries that were armed below a task run, latest first."""
    found = []
    for entry in reversed(instance.log.values()):
        if entry.run < run:
            break
        if run in entry.ancestors:
            found.append(entry)
    return iter(found)


def due(instance: Instance, scope: int) -> list[int]:
    """What an unwinding of `scope` has to undo, in the order of completion."""
    entries = instance.log.values() if scope == 0 else list(inside(instance, scope))
    found = [entry for entry in entries if entry.state is EntryState.DUE]
    found.sort(key=lambda entry: entry.order)
    return [entry.run for entry in found]


def compensation_started(instance: Instance, event: e.CompensationStarted) -> None:
    """From now on the entries of `scope` are undone, last first."""
    unwinding = Unwinding(event.scope, event.trigger, event.ending, due(instance, event.scope))
    unwinding.problem, unwinding.reason, unwinding.output = event.problem, event.reason, event.output
    if event.scope == 0:
        for entry in (*instance.undoing.values(), *(instance.log[run] for run in instance.blocked)):
            entry.scope = 0
        instance.unwindings.clear()
        instance.saga = Saga.COMPENSATING
        instance.settle((0, TIMEOUT))
    instance.unwindings[event.scope] = unwinding
    for run in unwinding.todo:
        instance.log[run].scope = event.scope


def undo_started(instance: Instance, event: e.UndoStarted) -> None:
    """An attempt of an undo: a run of its own, with snapshots instead of the forward data."""
    entry = instance.log[event.entry]
    undo = entry.task.undo
    assert undo is not None
    instance.settle((event.entry, UNDO))
    entry.state = EntryState.COMPENSATING
    entry.attempt = event.attempt
    instance.undoing[entry.run] = entry
    unwinding = instance.unwindings[entry.scope]
    if unwinding.todo and unwinding.todo[-1] == entry.run:
        unwinding.todo.pop()
    run = TaskRun(event.run, undo, None, 0)
    run.pending = False
    run.entry = entry.run
    run.path = run.inner = entry.path
    run.attempt = run.tries = event.attempt
    run.started_at = instance.now
    run.cell = Cell(entry.context)
    run.raw = run.input = run.data = entry.output
    run.vars = {"compensation": _snapshot(entry, unwinding, event.attempt)}
    run.block = undo.body
    if undo.probe is not None and entry.outcome == "unknown":
        run.block = undo.probe
    else:
        run.phase = 1
    instance.runs[event.run] = run
    instance.last_run = event.run


def undo_retry_scheduled(instance: Instance, event: e.UndoRetryScheduled) -> None:
    """The attempt failed; the next is due later."""
    entry = instance.log[event.entry]
    _end_run(instance, entry)
    entry.state, entry.problem = EntryState.RETRYING, event.problem
    instance.owe((entry.run, UNDO), Timer(entry.run, UNDO, event.due))


def undo_completed(instance: Instance, event: e.UndoCompleted) -> None:
    """The entry is consumed."""
    entry = instance.log[event.entry]
    _end_run(instance, entry)
    entry.state, entry.problem = EntryState.COMPENSATED, None
    instance.undoing.pop(entry.run, None)


def undo_failed(instance: Instance, event: e.UndoFailed) -> None:
    """The undo failed for good."""
    entry = instance.log[event.entry]
    _end_run(instance, entry)
    entry.state, entry.problem = EntryState.FAILED, event.problem
    instance.undoing.pop(entry.run, None)
    if event.incident:
        instance.blocked[entry.run] = event.problem
        if entry.scope == 0:
            instance.saga = Saga.STUCK
    else:
        failure: JsonObject = {"task": entry.task.reference, "key": entry.key, "error": event.problem}
        instance.unwindings[entry.scope].failures.append(failure)


def undo_retried(instance: Instance, event: e.UndoRetried) -> None:
    """A person wants it tried again."""
    entry = instance.log[event.entry]
    instance.blocked.pop(entry.run, None)
    entry.state, entry.attempt = EntryState.DUE, 0
    instance.unwindings[entry.scope].todo.append(entry.run)
    if instance.saga is Saga.STUCK:
        instance.saga = Saga.COMPENSATING


def compensation_completed(instance: Instance, event: e.CompensationCompleted) -> None:
    """The scope is unwound."""
    unwinding = instance.unwindings.pop(event.scope)
    if event.scope == 0:
        instance.saga = Saga.COMPENSATED
        instance.unwindings[0] = unwinding


def _snapshot(entry: Entry, unwinding: Unwinding, attempt: int) -> JsonObject:
    snapshot: JsonObject = {
        "input": entry.input,
        "output": entry.output,
        "context": entry.context,
        "error": entry.error if entry.error is not None else unwinding.problem,
        "trigger": unwinding.trigger,
        "outcome": entry.outcome,
        "key": entry.key,
        "attempt": attempt,
    }
    if entry.vars:
        item, index = entry.vars.values()
        snapshot |= {"item": item, "index": index}
    return snapshot


def _end_run(instance: Instance, entry: Entry) -> None:
    run = next((run for run in instance.runs.values() if run.parent is None and run.entry == entry.run), None)
    if run is not None:
        del instance.runs[run.id]
