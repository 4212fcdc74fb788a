"""The fold of the events by which a saga is undone."""

from __future__ import annotations

from counterpoint.kernel import events as e
from counterpoint.kernel import repeats
from counterpoint.kernel.effects import ATTEMPT, SETTLE, TIMEOUT, UNDO, Timer
from counterpoint.kernel.log import Entry, EntryState
from counterpoint.kernel.order import UndoTree
from counterpoint.kernel.state import INTERRUPT, INVOKE, Cell, Instance, Saga, TaskRun
from counterpoint.kernel.unwinding import Unwinding
from counterpoint.values.json import JsonObject


def inside(instance: Instance, run: int) -> list[Entry]:
    """Entries that were armed below a task run, latest first."""
    found = []
    for entry in reversed(instance.log.values()):
        if entry.newest < run:
            break
        if run in entry.ancestors:
            found.append(entry)
    return found


def due(instance: Instance, scope: int, keep: int = 0) -> list[Entry]:
    """What an unwinding of `scope` has to undo, by completion; nothing of what lies in or below `keep`."""
    entries = instance.log.values() if scope == 0 else inside(instance, scope)
    found = [
        entry
        for entry in entries
        if entry.state is EntryState.DUE and not (keep and (keep == entry.run or keep in entry.ancestors))
    ]
    found.sort(key=lambda entry: entry.order)
    return found


def unsettled(instance: Instance, scope: int) -> bool:
    """Whether an interrupted effect in `scope` is still in flight."""
    if scope == 0:
        return bool(instance.settling)
    return any(scope in instance.log[run].ancestors for run in instance.settling)


def make_due(instance: Instance, entry: Entry, outcome: str) -> None:
    """The effect happened, or may have: it is to be undone should the saga fail."""
    instance.order += 1
    entry.order = instance.order
    entry.state = EntryState.DUE
    entry.outcome = outcome


def settle_without_effect(instance: Instance, entry: Entry, *, attempted: bool) -> None:
    """Nothing happened: the entry goes, unless its undo wants even that undone."""
    undo = entry.task.undo
    assert undo is not None
    if entry.uncertain or (attempted and undo.on_attempted):
        make_due(instance, entry, "unknown")
    else:
        del instance.log[entry.run]


def leave_unfinished(instance: Instance, entry: Entry) -> None:
    """The instance ends while this entry is being undone, or waits for a person: that is told, not swallowed."""
    failure: JsonObject = {"task": entry.task.reference, "key": entry.key}
    if entry.problem is not None:
        failure["error"] = entry.problem
    instance.left.append({**failure, "reason": "the workflow ended before it was undone"})


def effect_settled(instance: Instance, event: e.EffectSettled) -> None:
    """An interrupted effect has come to an end."""
    run = instance.settling.pop(event.run)
    for kind in (INVOKE, INTERRUPT, SETTLE):
        instance.settle((event.run, kind))
    entry = instance.log[event.run]
    if event.outcome == "none":
        settle_without_effect(instance, entry, attempted=True)
    else:
        entry.output = event.output
        make_due(instance, entry, event.outcome)
        repeats.merge(instance, run, entry)  # the block around it may have been repeated in the meantime
    for unwinding in instance.unwindings.values():
        _prepare(instance, unwinding)


def compensation_started(instance: Instance, event: e.CompensationStarted) -> None:
    """From now on what was done in `scope` is undone."""
    scope = instance.runs.get(event.scope)
    around = () if scope is None else scope.above()
    unwinding = Unwinding(event.scope, event.trigger, event.ending, around)
    unwinding.keep = event.keep
    unwinding.problem, unwinding.reason, unwinding.output = event.problem, event.reason, event.output
    if event.scope == 0:
        instance.ended = instance.ended_at = None
        instance.error = instance.finishing = None
        instance.saga = Saga.STUCK if instance.blocked else Saga.COMPENSATING
        instance.settle((0, TIMEOUT))
    else:
        instance.settle((event.scope, ATTEMPT))
    _adopt(instance, unwinding)
    instance.unwindings[event.scope] = unwinding
    _prepare(instance, unwinding)


def _adopt(instance: Instance, unwinding: Unwinding) -> None:
    """Take over from unwindings further in, which have been interrupted: what they held is undone here."""
    inner = {
        each.scope for each in instance.unwindings.values() if unwinding.scope == 0 or unwinding.scope in each.ancestors
    }
    for scope in inner:
        del instance.unwindings[scope]
    for entry in (*instance.undoing.values(), *(instance.log[run] for run in instance.blocked)):
        if entry.scope in inner:
            entry.scope = unwinding.scope


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
    unwinding.ready.pop(entry.run, None)
    entry.began = instance.steps
    run = TaskRun(event.run, undo, None, 0)
    run.pending = False
    run.entry = entry.run
    run.path = run.inner = entry.path
    run.attempt = run.tries = event.attempt
    run.started_at = instance.now
    run.cell = Cell(entry.context)
    run.raw = run.input = run.data = entry.output if entry.edited is None else entry.edited[0]
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
    entry.problem = None
    instance.undoing.pop(entry.run, None)
    _consume(instance, entry, EntryState.COMPENSATED)


def undo_failed(instance: Instance, event: e.UndoFailed) -> None:
    """The undo failed for good."""
    entry = instance.log[event.entry]
    _end_run(instance, entry)
    entry.problem = event.problem
    instance.undoing.pop(entry.run, None)
    if event.incident:
        entry.state = EntryState.FAILED
        instance.blocked[entry.run] = event.problem
        if entry.scope == 0:
            instance.saga = Saga.STUCK
        return
    _leave_behind(instance, entry, {"error": event.problem})
    _consume(instance, entry, EntryState.FAILED)


def incident_resolved(instance: Instance, event: e.IncidentResolved) -> None:
    """A person has decided; a stuck task is dealt with by the event that follows."""
    if event.run not in instance.blocked:
        return
    entry = instance.log[event.run]
    del instance.blocked[event.run]
    if instance.saga is Saga.STUCK and not instance.blocked:
        instance.saga = Saga.COMPENSATING
    if event.action == "retry":
        entry.state, entry.attempt, entry.edited = EntryState.DUE, 0, event.input
        unwinding = instance.unwindings[entry.scope]
        # It may have been put behind what has been done since: then its turn comes.
        if unwinding.tree is not None and entry.run in unwinding.tree.ready():
            unwinding.ready[entry.run] = None
    elif event.action == "skip":
        _leave_behind(instance, entry, {"error": entry.problem, "reason": event.reason})
        _consume(instance, entry, EntryState.SKIPPED)
    else:
        _consume(instance, entry, EntryState.COMPENSATED)


def compensation_completed(instance: Instance, event: e.CompensationCompleted) -> None:
    """The scope is unwound."""
    unwinding = instance.unwindings.pop(event.scope)
    if event.scope == 0:
        instance.saga = Saga.COMPENSATED
        instance.unwindings[0] = unwinding


def _prepare(instance: Instance, unwinding: Unwinding) -> None:
    """Put what is to be undone in order, once nothing in the scope is in flight any more."""
    if unwinding.tree is not None or unsettled(instance, unwinding.scope):
        return
    entries = due(instance, unwinding.scope, unwinding.keep)
    held = [*instance.undoing.values(), *(instance.log[run] for run in instance.blocked)]
    active = [entry for entry in held if entry.scope == unwinding.scope]
    for entry in entries:
        entry.scope = unwinding.scope
    entries = sorted([*entries, *active], key=lambda entry: entry.order)
    unwinding.tree = UndoTree(entries, instance.plan.saga.order)
    _make_ready(instance, unwinding, unwinding.tree.ready())


def _consume(instance: Instance, entry: Entry, state: EntryState) -> None:
    entry.state = state
    unwinding = instance.unwindings[entry.scope]
    if unwinding.tree is not None:
        _make_ready(instance, unwinding, unwinding.tree.done(entry.run))


def _make_ready(instance: Instance, unwinding: Unwinding, entries: list[int]) -> None:
    unwinding.ready.update((run, None) for run in entries if instance.log[run].state is EntryState.DUE)


def _leave_behind(instance: Instance, entry: Entry, why: JsonObject) -> None:
    failure: JsonObject = {"task": entry.task.reference, "key": entry.key, **why}
    instance.unwindings[entry.scope].failures.append(failure)
    instance.left.append(failure)


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
        "run": entry.run,
        "tries": entry.tries,
    }
    if entry.vars:
        item, index = entry.vars.values()
        snapshot |= {"item": item, "index": index}
    return snapshot


def _end_run(instance: Instance, entry: Entry) -> None:
    run = next((run for run in instance.runs.values() if run.parent is None and run.entry == entry.run), None)
    if run is not None:
        del instance.runs[run.id]
