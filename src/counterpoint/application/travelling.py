"""Time travel: what an instance was at any point of its history, and in what two points differ. Only looks.

It works for instances that run, wait outside memory, or have ended, and for those of another process: all that it
needs is the journal. A few histories are kept in memory, so that looking back and forth is cheap.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import msgspec

from counterpoint.application.moment_masking import masked_moment
from counterpoint.application.moments import Moment, TaskLog, entries_of, owed_of, tasks_of, waits_of
from counterpoint.application.sightings import Sighting, masked_sights, seen_at_end, seen_at_start
from counterpoint.application.views import history_of
from counterpoint.application.watching import Place
from counterpoint.engine.archive import Archive
from counterpoint.engine.library import Library
from counterpoint.errors import InvalidInput, NotFound, StoreCorrupt
from counterpoint.history.timeline import Timeline
from counterpoint.kernel import Instance
from counterpoint.kernel.events import InstanceStarted, TaskCompleted
from counterpoint.masking import Redaction, is_unmasked, redaction_of
from counterpoint.ports.store import Store
from counterpoint.values.difference import Change, changes
from counterpoint.values.json import JsonObject

_COMPARED: Final = ("status", "saga", "data", "context", "output", "error", "reason", "left")


class TravelLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much time travel remembers and shows."""

    histories_kept_max: int = 8
    """Histories kept in memory for whoever looks back and forth; the one that was looked at longest ago goes first."""
    events_kept_max: int = 200_000
    """Events of all of these together; one history alone may have more."""
    tasks_shown_max: int = 1_000
    """Runs of tasks, and entries of the compensation log, that one moment shows; the latest are shown."""


class Past:
    """One history, and where one can be in it."""

    def __init__(self, timeline: Timeline, tasks: TaskLog) -> None:
        self.timeline = timeline
        self._redaction = redaction_of(timeline.plan)
        self._tasks = tasks

    def last(self) -> Place:
        """The last place."""
        return Place(*self.timeline.place(self.timeline.events))

    def place(self, text: str | None) -> Place:
        """`3.1`, or `3` for all of transition 3; None is the last one. Raises InvalidInput."""
        last = self.last()
        if text is None:
            return last
        whole = text.isascii() and text.isdecimal() and len(text) < 20
        place = Place(int(text), 0) if whole else Place.of(text)
        transitions = self.timeline.transitions
        if 1 <= place.sequence <= len(transitions):
            count = len(transitions[place.sequence - 1][1])
            if whole:
                return Place(place.sequence, count)
            if 1 <= place.ordinal <= count:
                return place
        raise InvalidInput(f"the history has no place {text}: it goes from 1.1 to {last}")

    def instance(self, place: Place) -> Instance:
        """The state at a place, to be looked at at once."""
        return self.timeline.state(self.timeline.number(*place))

    def moment(self, place: Place, shown_max: int) -> Moment:
        """The moment at a place, as it may be shown."""
        moment = self._moment(place, shown_max)
        redaction = None if is_unmasked() else self.redaction()
        return moment if redaction is None else masked_moment(moment, redaction)

    def seen(self, task: str) -> Sighting:
        """What the expressions of a task (a JSON pointer) have seen in its last run, as it may be shown."""
        timeline = self.timeline
        timeline.state(timeline.events)
        run = self._tasks.last(task)
        if run is None:
            return Sighting(run=None, stages={})
        started = self._tasks.number(run.run, "running")
        assert started is not None
        instance = timeline.state(started)
        stages = seen_at_start(instance, instance.runs[run.run])
        completed = self._tasks.number(run.run, "completed")
        if completed is not None:
            sequence, ordinal = timeline.place(completed)
            event = timeline.transitions[sequence - 1][1][ordinal - 1]
            assert isinstance(event, TaskCompleted)
            stages |= seen_at_end(stages, event)
        redaction = None if is_unmasked() else self.redaction()
        return Sighting(run=run.run, stages=stages if redaction is None else masked_sights(stages, redaction, run.run))

    def redaction(self) -> Redaction | None:
        """What hides what schemas mark as sensitive, as far as the history goes; None where none does."""
        redaction = self._redaction
        if redaction is not None:
            for sequence, (at, events) in enumerate(self.timeline.transitions, 1):
                redaction.note(sequence, at, events)
        return redaction

    def _moment(self, place: Place, shown_max: int) -> Moment:
        instance = self.instance(place)
        at, events = self.timeline.transitions[place.sequence - 1]
        known = self._tasks.at(self.timeline.number(*place))
        tasks = tasks_of(instance, known)
        entries = entries_of(list(instance.log.values())[-shown_max:])
        return Moment(
            id=instance.id,
            workflow=instance.workflow,
            place=str(place),
            last=str(self.last()),
            at=at,
            event=history_of([(at, events[place.ordinal - 1 : place.ordinal])], place.sequence)[0],
            status=instance.status.value,
            saga=None if instance.saga is None else instance.saga.value,
            held_by=instance.hold,
            input=instance.input,
            data=instance.root.data,
            context=instance.root.cell.context,
            output=instance.output,
            error=instance.error,
            reason=instance.reason,
            tasks=tasks[-shown_max:],
            tasks_left_out=max(0, len(tasks) - shown_max),
            log=entries,
            waits=waits_of(instance),
            owed=owed_of(instance),
            left=list(instance.left),
        )


class Travel:
    """The use cases of time travel on a store."""

    def __init__(self, store: Store, archive: Archive, library: Library, limits: TravelLimits | None = None) -> None:
        self._store = store
        self._archive = archive
        self._library = library
        self._limits = limits or TravelLimits()
        self._kept: OrderedDict[str, Past] = OrderedDict()

    async def moment(self, id: str, at: str | None = None) -> Moment:
        """The instance as it was at a place (`3.1`, or `3` for all of transition 3), or as it stands.

        Raises NotFound, InvalidInput where there is no such place.
        """
        past = await self.past(id)
        return past.moment(past.place(at), self._limits.tasks_shown_max)

    async def seen(self, id: str, task: str) -> Sighting:
        """What the expressions of a task (a JSON pointer) have seen in its last run. Raises NotFound."""
        return (await self.past(id)).seen(task)

    async def difference(self, id: str, before: str, after: str | None = None) -> list[Change]:
        """In what two places differ. Tasks (`/tasks/7/output`) and the log are named by run. As `moment`."""
        past = await self.past(id)
        shown_max = self._limits.tasks_shown_max
        # One after the other: the state behind a moment stands only until the next is looked at.
        earlier = _comparable(past.moment(past.place(before), shown_max))
        return list(changes(earlier, _comparable(past.moment(past.place(after), shown_max))))

    async def past(self, id: str) -> Past:
        """The history as far as it is durable now. Raises NotFound, StoreError."""
        row = await self._store.find(id)
        if row is None:
            raise NotFound(f"there is no instance {id!r}")
        past = self._kept.get(id)
        known = 0 if past is None else len(past.timeline.transitions)
        records = await self._store.read(row.number, known)
        if past is None or records:
            transitions = await self._archive.transitions(row.number, records, known)
            if past is None:
                started = transitions[0][1][0]
                if not isinstance(started, InstanceStarted):
                    raise StoreCorrupt(f"instance number {row.number} does not begin with its start")
                plan = await self._library.plan(started.workflow)
                veil = self._archive.veil(plan)
                tasks = TaskLog()
                past = Past(Timeline(plan, None if veil is None else veil.tokens, tasks.observe), tasks)
            # While this one was reading, another may have read the same.
            past.timeline.extend(transitions[len(past.timeline.transitions) - known :])
        self._keep(id, past)
        return past

    def _keep(self, id: str, past: Past) -> None:
        kept = self._kept
        kept[id] = past
        kept.move_to_end(id)
        while len(kept) > 1 and (
            len(kept) > self._limits.histories_kept_max
            or sum(each.timeline.events for each in kept.values()) > self._limits.events_kept_max
        ):
            kept.popitem(last=False)


def _comparable(moment: Moment) -> JsonObject:
    whole = msgspec.to_builtins(moment)
    found: JsonObject = {name: whole[name] for name in _COMPARED}
    for name in ("tasks", "log"):
        found[name] = {str(each["run"]): each for each in whole[name]}
    return found
