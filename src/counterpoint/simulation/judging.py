"""What must hold of a run: at every call, whenever nothing moves, and at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from counterpoint.engine.runtime import Runtime
from counterpoint.kernel import Instance, pending
from counterpoint.kernel.effects import Invoke, Proceed, Timer
from counterpoint.kernel.log import Entry, EntryState
from counterpoint.kernel.state import INVOKE, Status
from counterpoint.kernel.undoing import due
from counterpoint.plan.model import RunTask
from counterpoint.ports.connector import Invocation
from counterpoint.simulation.services import Services
from counterpoint.simulation.shadow import Shadow

_ACCOUNTED: Final = frozenset({EntryState.COMPENSATED, EntryState.SKIPPED, EntryState.FAILED, EntryState.SEALED})
_UNDO: Final = ":undo"
_PROBE: Final = ":probe"


class Judge:
    """Watches one run."""

    def __init__(self, shadow: Shadow, services: Services) -> None:
        self._shadow = shadow
        self._services = services
        self._asked: dict[str, tuple[str, str]] = {}
        """What each key was used for: reference and service."""
        self._undo_asked: set[str] = set()
        """Keys of effects whose undo was asked for."""
        self._undoable: dict[str, tuple[int, ...]] = {}
        """Keys of effects that have an undo of their own, with the runs around them."""
        self.done_by_hand: set[str] = set()
        """Keys of entries that a person says to have undone."""
        self.abandoned: set[str] = set()
        """Instances that somebody may have abandoned."""
        self.findings = shadow.findings

    def called(self, invocation: Invocation) -> None:
        """A service is called. The engine may only ask for what is durably owed, and only once at a time."""
        key, service = invocation.key, invocation.function
        instance = self._shadow.instances.get(invocation.instance)
        used_for = self._asked.setdefault(key, (invocation.reference, service))
        if used_for != (invocation.reference, service):
            self._find(f"the key {key} is used for {used_for} and for {(invocation.reference, service)}")
        if self._services.in_flight.get(key) and not _interrupted(instance, key):
            self._find(f"{key} is asked for while it is in flight")
        effect = None if instance is None else _owed(instance, key)
        if instance is None or effect is None:
            self._find(f"{key} is carried out, but it is not durably owed")
            return
        if _UNDO in key or _PROBE in key:
            forward = key.partition(_UNDO)[0].partition(_PROBE)[0]
            if self._services.in_flight.get(forward) and not _given_up(instance, effect):
                self._find(f"{key} is asked for while the effect that it undoes is in flight")
            if _UNDO in key:
                self._undo_asked.add(forward)
            return
        if key in self._undo_asked:
            self._find(f"{key} is asked for after its undo")
        run = instance.runs.get(effect.run) or instance.settling.get(effect.run)
        if run is not None and run.task.undo is not None:
            entry = instance.log.get(effect.run)
            if entry is None or entry.state is not EntryState.ARMED:
                self._find(f"{key} is carried out without an armed entry")
            else:
                self._undoable[key] = entry.ancestors

    def quiet(self, runtime: Runtime, now: int, next_at: int | None) -> None:
        """Nothing moves before `next_at` (ms since the epoch): all that is owed must be under way."""
        first: int | None = None
        for id, instance in self._shadow.instances.items():
            live = runtime.population.by_id(id)
            if instance.over or (live is not None and (live.instance.sequence != instance.sequence or live.pins)):
                continue
            for effect in pending(instance):
                if type(effect) is Timer:
                    first = effect.due if first is None else min(first, effect.due)
                elif live is None:
                    if type(effect) is Invoke or type(effect) is Proceed:
                        self._find(f"{id} is out of memory and owes {effect}")
                elif type(effect) is Proceed:
                    self._find(f"{id} does not go on")
                elif type(effect) is Invoke and self._is_idle(effect):
                    self._find(f"{effect.key} is owed, but nobody carries it out")
        if first is not None and (next_at is None or max(first, now) + 1 < next_at):
            self._find(f"a timer that is due in {first - now} ms is forgotten")

    def _is_idle(self, effect: Invoke) -> bool:
        return effect.function in self._services.functions and not self._services.in_flight.get(effect.key)

    def end(self) -> None:
        """Everything has ended: what is left, and what does the world say?"""
        for id, instance in self._shadow.instances.items():
            self.findings += (f"{id}: {each}" for each in self._wrong_at_the_end(id, instance))

    def _wrong_at_the_end(self, id: str, instance: Instance) -> Iterator[str]:
        by_key: dict[str, list[Entry]] = {}
        for entry in instance.log.values():
            by_key.setdefault(entry.key, []).append(entry)
        for key in self._services.applied:
            if key.rpartition(":/")[0].partition(":/")[0] == id and key in self._undoable:
                around = self._undoable[key]
                if key not in by_key and not any(run in instance.log for run in around):
                    yield f"{key} took place, and nothing remembers it"
        must = instance.status is Status.CANCELLED or (
            instance.status is Status.FAULTED and instance.plan.saga.on_fault and not instance.sealed
        )
        for entry in instance.log.values():
            if must and id not in self.abandoned and entry.state not in _ACCOUNTED:
                yield f"it is {instance.status.value}, but {entry.key} is {entry.state.value}"
            if (
                entry.state is EntryState.FAILED
                and id not in self.abandoned
                and entry.key not in {each["key"] for each in instance.left}
            ):
                yield f"the undo of {entry.key} has failed, and nobody is told"
            if entry.state is EntryState.COMPENSATED:
                yield from self._not_undone(id, entry)

    def _not_undone(self, id: str, entry: Entry) -> Iterator[str]:
        """Whether the world agrees that an entry was undone."""
        key = entry.key
        if key in self.done_by_hand or key in self._services.denied:
            return
        if isinstance(entry.task, RunTask):
            child = self._shadow.instances.get(f"{id}.{entry.run}")
            if child is not None and child.id not in self.abandoned and due(child, 0):
                yield f"{key} counts as undone, but {child.id} has something left to undo"
        elif not any(each.startswith(key + _UNDO) for each in self._services.applied):
            yield f"{key} counts as undone, but its undo never took place"

    def _find(self, what: str) -> None:
        self.findings.append(what)


def _owed(instance: Instance, key: str) -> Invoke | None:
    for (_, kind), effect in instance.owed.items():
        if kind == INVOKE and isinstance(effect, Invoke) and effect.key == key:
            return effect
    return None


def _given_up(instance: Instance, effect: Invoke) -> bool:
    """Whether nobody waits any more for the effect that this one undoes: its call is being cancelled."""
    run = instance.runs.get(effect.run)
    return run is not None and instance.log[run.entry].outcome == "unknown"


def _interrupted(instance: Instance | None, key: str) -> bool:
    """Whether an earlier attempt with this key lasted too long and is waited for no more than it must be."""
    return instance is not None and any(instance.log[run].key == key for run in instance.settling)
