"""What is left behind: effects that took place and stand, although their workflow did not complete.

This is the truth of the trial's world, not what the workflow believes: a call counts where it happened, and is
gone where an undo that covers it has done its work (its own, that of a composite around it, or that of the
task that ran its sub-workflow). Published events are no such effects: nothing can take them back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from counterpoint.kernel.log import EntryState
from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.plan.methods import is_safe
from counterpoint.plan.model import UNDO_WORKFLOW, CallTask, Undo
from counterpoint.trial.calls import Call
from counterpoint.trial.trace import CallMade, Left
from counterpoint.trial.world import World
from counterpoint.values.json import JsonObject

_WHY: Final = {
    EntryState.ARMED: "its task still runs",
    EntryState.DUE: "it was not undone",
    EntryState.COMPENSATING: "its undo has not ended",
    EntryState.RETRYING: "its undo failed and waits to be tried again",
    EntryState.COMPENSATED: "its probe said that it had not happened",
    EntryState.FAILED: "its undo failed",
    EntryState.SKIPPED: "someone decided to leave it",
    EntryState.SEALED: "a pivot completed after it",
}


class Cover(NamedTuple):
    """What may undo the effect of a call, as it stood when the call was made."""

    instance: str
    keys: list[tuple[str, str]]
    """Instance and idempotency key of the log entries that cover it, the nearest first."""
    excuse: str | None
    """Why it may stand, where the document says so."""


def cover_of(world: World, call: Call) -> Cover:
    """Look up what covers a call that is being made."""
    keys: list[tuple[str, str]] = []
    excuse = "a read-only call" if _reads(call) else None
    id, run_id = call.instance, call.run
    while True:
        instance = world.actors[id].instance
        run: TaskRun | None = instance.runs.get(run_id) or instance.settling.get(run_id)
        while run is not None:
            entry = instance.log.get(run.id)
            if entry is not None and not _delegates(entry.task.undo):
                keys.append((id, entry.key))
            if excuse is None:
                excuse = _declared(run.task.definition)
            run = run.parent
        parent = instance.parent
        if parent is None:
            return Cover(call.instance, keys, excuse)
        id, _, number = parent.rpartition("#")
        run_id = int(number)


def remains_of(world: World, calls: Iterable[tuple[Call, Cover, CallMade]], acted: set[tuple[str, str]]) -> list[Left]:
    """Effects that stand, in the order in which they were asked for; `acted`: undos that went beyond their probe."""
    found: dict[tuple[str, str], Left] = {}
    for call, cover, made in calls:
        if not made.happened or call.undo_of is not None:
            continue
        why, meant = _verdict(world, cover, acted)
        if why is not None:
            found.setdefault(
                (call.instance, call.key),
                Left(
                    instance=call.instance,
                    task=call.task,
                    reference=call.reference,
                    key=call.key,
                    why=why,
                    meant=meant,
                    iteration=list(call.iteration),
                ),
            )
    return list(found.values())


def _verdict(world: World, cover: Cover, acted: set[tuple[str, str]]) -> tuple[str | None, bool]:
    """Why an effect stands (None where it does not), and whether it may."""
    why, sealed = None, world.actors[cover.instance].instance.sealed
    for id, key in cover.keys:
        instance = world.actors[id].instance
        state = _state(instance, key)
        if state is EntryState.COMPENSATED and (id, key) in acted:
            return None, False
        sealed = sealed or instance.sealed
        if state is not None and why is None:
            why = _WHY[state]
    if why is None:
        why = "it was taken not to have happened" if cover.keys else "it has no undo"
    if sealed:
        return "the saga is past its point of no return", True
    if cover.excuse is not None and not cover.keys:
        return cover.excuse, True
    return why, False


def _state(instance: Instance, key: str) -> EntryState | None:
    states = [entry.state for entry in instance.log.values() if entry.key == key]
    return EntryState.COMPENSATED if EntryState.COMPENSATED in states else states[-1] if states else None


def _reads(call: Call) -> bool:
    arguments = call.arguments
    return call.function == "http" and isinstance(arguments, dict) and is_safe(arguments.get("method"))


def _declared(definition: JsonObject) -> str | None:
    undo = definition.get("compensate")
    reason = undo.get("none") if isinstance(undo, dict) else None
    return None if reason is None else f"declared to need no undo: {reason}"


def _delegates(undo: Undo | None) -> bool:
    """Whether an undo leaves the work to the sub-workflow, whose own entries tell what became of it."""
    tasks = () if undo is None else undo.body.tasks
    return any(isinstance(task, CallTask) and task.function == UNDO_WORKFLOW for task in tasks)
