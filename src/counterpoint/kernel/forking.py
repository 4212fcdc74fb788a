"""Forking: an instance goes on from a point of another one's history. What it may not begin with, and what changes."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoint.kernel import events as e
from counterpoint.kernel.effects import Timer
from counterpoint.kernel.log import Entry, EntryState
from counterpoint.kernel.pending import pending
from counterpoint.kernel.state import Instance
from counterpoint.plan.model import UNDO_WORKFLOW, CallTask


def forked(instance: Instance, event: e.InstanceForked) -> None:
    """The history so far was folded under the id of the fork: what its origin has done keeps the origin's keys.

    An undo names the effect that it undoes by its key, so that must be the key under which it was carried out.
    """
    for entry in instance.log.values():
        own = f"{instance.id}:{entry.task.reference}"
        if entry.path:
            own += f":{entry.path}"
        if entry.state is not EntryState.ARMED and entry.key == own:
            entry.key = event.origin + own[len(instance.id) :]
    for run in instance.runs.values():
        run.started_at += event.shift
    for key, effect in instance.owed.items():
        if type(effect) is Timer:
            instance.owed[key] = Timer(effect.run, effect.timer, effect.due + event.shift)
    instance.dropped.clear()
    instance.fresh = pending(instance)  # none of it is on its way yet


def unforkable(instance: Instance) -> str | None:
    """Why no other instance can go on from this state; None where one can."""
    if instance.over:
        return "it had ended there"
    if instance.unwindings or instance.settling:
        return "what it had done was being undone there, and a fork would undo the same once more"
    children = [entry.task.reference for entry in undoable(instance) if _is_child(entry)]
    if children:
        named = ", ".join(children)
        return f"the sub-workflows of {named} had ended there: they belong to the origin, which alone can undo them"
    return None


def undoable(instance: Instance) -> Iterator[Entry]:
    """Entries of the log that would be undone if the instance failed now."""
    return (entry for entry in instance.log.values() if entry.state is EntryState.DUE)


def _is_child(entry: Entry) -> bool:
    """Whether its undo is that of the sub-workflow, as one unit."""
    undo = entry.task.undo
    tasks = () if undo is None else undo.body.tasks
    return any(isinstance(each, CallTask) and each.function == UNDO_WORKFLOW for each in tasks)
