"""What a repeated attempt of a `try` block means for the compensation log.

A repeated effect has the key of the first attempt: it is the same effect, so it is undone once (`merge`).
An effect that was undone before its repetition is another one: it gets a key of its own (`renewed_path`),
or the service would answer it, and its undo, with what it remembers of the first. So it is where the undo was
tried in vain: nobody knows whether it took place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from counterpoint.kernel.log import Entry, EntryState
from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.plan.model import TryTask

_UNDONE: Final = frozenset(EntryState) - {EntryState.ARMED, EntryState.DUE, EntryState.SEALED}
"""Where an entry stands whose undo has begun, was tried, or was dealt with by a person."""


def is_repeated(run: TaskRun) -> bool:
    """Whether a run belongs to a further attempt of some block around it."""
    while run.attempt == 1:
        if run.parent is None:
            return False
        run = run.parent
    return True


def renewed_path(instance: Instance, run: TaskRun) -> str:
    """The path of a run whose task may have been undone before: `{path}^2` after the first undo, even one in vain."""
    path, again = run.path, f"{run.path}^"
    undone = sum(
        1
        for entry in _since(instance, run)
        if entry.task is run.task
        and (entry.path == path or entry.path.startswith(again))
        and (entry.state in _UNDONE or _is_to_be_undone(instance, entry))
    )
    return f"{again}{undone + 1}" if undone else path


def merge(instance: Instance, run: TaskRun, entry: Entry) -> None:
    """Of several entries of one effect keep the one that knows most: the latest that completed, or the latest."""
    same = [each for each in _since(instance, run) if each.key == entry.key and each.state is EntryState.DUE]
    known = [each for each in same if each.outcome == "completed"]
    kept = (known or same)[0]
    for each in same:
        if each is not kept:
            del instance.log[each.run]


def _is_to_be_undone(instance: Instance, entry: Entry) -> bool:
    """Whether the undoing of a block around it goes on in spite of the repetition, and has yet to come to it."""
    around = {*entry.ancestors, entry.run}
    return any(scope in around and each.keep not in around for scope, each in instance.unwindings.items())


def _since(instance: Instance, run: TaskRun) -> Iterator[Entry]:
    """Entries that were armed since the outermost task around a run began that repeats it, the latest first.

    Those are every `try`, and what is begun anew after a pivot.
    """
    first, parent = run.id, run.parent
    while parent is not None:
        if type(parent.task) is TryTask or parent.attempt > 1:
            first = parent.id
        parent = parent.parent
    for entry in reversed(instance.log.values()):
        if entry.newest < first:
            break
        yield entry
