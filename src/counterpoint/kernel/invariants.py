"""What holds of an instance at every boundary between transitions. Tests assert it; production need not."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoint.kernel.effects import RETRY, WAIT, Interrupt, Invoke, Listen, Proceed, Timer
from counterpoint.kernel.log import EntryState
from counterpoint.kernel.state import INTERRUPT, INVOKE, LISTEN, PROCEED, Instance


def violations(instance: Instance) -> list[str]:
    """Every invariant that does not hold, in words; empty for a sound instance."""
    return [*_tree(instance), *_owed(instance), *_log(instance), *_progress(instance)]


def _tree(instance: Instance) -> Iterator[str]:
    for id, run in instance.runs.items():
        if run.id != id:
            yield f"run {run.id} is filed under {id}"
        if id > instance.last_run:
            yield f"run {id} is newer than the last run {instance.last_run}"
        if run.parent is None:
            if not run.entry:
                yield f"run {id} has no parent and undoes nothing"
        elif run.parent is not instance.root and instance.runs.get(run.parent.id) is not run.parent:
            yield f"run {id} has outlived its parent {run.parent.id}"
        elif run.parent.children.get(id) is not run:
            yield f"run {id} is unknown to its parent {run.parent.id}"
        waits = id in instance.stuck or id in instance.failing or (id, RETRY) in instance.owed
        if run.pending and id not in instance.ready and not waits:
            yield f"run {id} is pending but not ready"
        if id in instance.ready and not run.pending and not run.started_at:
            yield f"run {id} is ready but not pending, and has never begun"
        if id in instance.failing and (id in instance.ready or run.children):
            yield f"run {id} is failing but goes on"
    if instance.hold is None and instance.failing:
        yield "errors wait to be handled, but nobody holds the instance"
    if not instance.edited.keys() <= instance.ready.keys():
        yield "the input of a run was edited that is not ready"
    if instance.over and instance.runs:
        yield "the instance is over but has live runs"


def _owed(instance: Instance) -> Iterator[str]:
    counts = dict.fromkeys(instance.counts, 0)
    for (id, kind), effect in instance.owed.items():
        if kind in counts:
            counts[kind] += 1
        if not _fits(kind, effect):
            yield f"{effect!r} is filed under {kind}"
        if kind == "undo":
            if id not in instance.undoing:
                yield f"a timer is owed to the undo of {id}, which is not being undone"
        elif id and id not in instance.runs and id not in instance.settling:
            yield f"{kind} is owed to run {id}, which is gone"
    if counts != instance.counts:
        yield f"{counts} effects are owed, counted as {instance.counts}"
    if instance.over and instance.owed:
        yield "the instance is over but owes effects"
    goes_on = not instance.suspended and not instance.over and instance.hold is None
    if instance.ready and goes_on and (0, PROCEED) not in instance.owed:
        yield "tasks are ready but nothing is owed to start them"
    if instance.hold is not None and (0, PROCEED) in instance.owed:
        yield "the instance is held, but it is owed that tasks are started"


def _log(instance: Instance) -> Iterator[str]:
    for id, entry in instance.log.items():
        live = id in instance.runs or id in instance.settling
        if entry.state is EntryState.ARMED and not live and not instance.over:
            yield f"entry {id} is armed but its task is gone"
        if entry.state is not EntryState.ARMED and live:
            yield f"entry {id} is {entry.state.value} but its task still runs"
        if (entry.state in (EntryState.COMPENSATING, EntryState.RETRYING)) != (id in instance.undoing):
            yield f"entry {id} is {entry.state.value}, and the index of undos disagrees"
    for id, run in instance.runs.items():
        if run.task.undo is not None and not run.pending and not run.entry and id not in instance.log:
            yield f"run {id} has an effect to undo but was never armed"


def _progress(instance: Instance) -> Iterator[str]:
    """Something will always happen next: an instance that owes nothing has ended or waits for a person."""
    waits = bool(instance.suspended or instance.blocked or instance.stuck or instance.failing)
    waits = waits or (instance.hold is not None and bool(instance.ready))
    if instance.id and not instance.over and not instance.owed and not waits:
        yield "nothing is owed, and yet the instance has not ended"


def _fits(kind: str, effect: object) -> bool:
    expected = {INVOKE: Invoke, LISTEN: Listen, PROCEED: Proceed, INTERRUPT: Interrupt, WAIT: Timer}.get(kind, Timer)
    return type(effect) is expected
