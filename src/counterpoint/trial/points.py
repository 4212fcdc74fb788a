"""Knows when the points of a script have come, from what happens in the world."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from counterpoint.kernel import events as e
from counterpoint.plan.model import Task
from counterpoint.trial.script import Action, Deliver, On
from counterpoint.trial.world import Actor, World

_EVENTS: Final[dict[type, On]] = {
    e.TaskStarted: On.STARTED,
    e.TaskCompleted: On.COMPLETED,
    e.UndoStarted: On.UNDOING,
    e.UndoFailed: On.STUCK,
    e.TaskStuck: On.STUCK,
}


class Points:
    """The actions of a script that are still to come."""

    def __init__(self, world: World, actions: Iterable[Action]) -> None:
        self._world = world
        self._began = world.now
        self._waiting = list(actions)
        self._due: list[tuple[int, Action]] = []
        self._seen = 0
        self._counts: dict[int, int] = {}
        self._tasks: dict[tuple[str, int], Task] = {}
        for action in list(self._waiting):
            if action.point.on is On.TIME:
                self._schedule(action, self._began)

    def ready(self) -> Action | None:
        """The next action whose time has come; it is taken out."""
        self._look()
        now = self._world.now
        for index, (due, action) in enumerate(self._due):
            if due <= now:
                del self._due[index]
                return action
        for action in self._waiting:
            if action.point.on is On.LISTENING and self._heard(action):
                self._waiting.remove(action)
                return action
        return None

    def next_due(self) -> int | None:
        """When the next action is due, of those whose time is known."""
        return min((due for due, _ in self._due), default=None)

    def unmet(self) -> list[str]:
        """Labels of the actions that have not come about."""
        return [action.label for action in (*(each for _, each in self._due), *self._waiting)]

    def _look(self) -> None:
        """See what has happened since the last look."""
        journal = self._world.journal
        while self._seen < len(journal):
            moment = journal[self._seen]
            self._seen += 1
            actor = self._world.actors[moment.instance]
            for event in moment.events:
                task = self._task_of(actor, event)
                on = _EVENTS.get(type(event))
                if on is not None and task is not None and not (isinstance(event, e.UndoFailed) and not event.incident):
                    self._came(on, task, moment.at)

    def _came(self, on: On, task: Task, at: int) -> None:
        for action in list(self._waiting):
            point = action.point
            if point.on is not on or point.task not in (None, task.name, task.reference):
                continue
            count = self._counts[id(action)] = self._counts.get(id(action), 0) + 1
            if count == point.nth:
                self._schedule(action, at)

    def _schedule(self, action: Action, since: int) -> None:
        self._waiting.remove(action)
        self._due.append((since + action.point.delay_ms, action))
        self._due.sort(key=lambda each: each[0])

    def _heard(self, action: Action) -> bool:
        """Whether anything listens; an event without a point comes as soon as something does."""
        return isinstance(action.deed, Deliver) and self._world.listens(action.deed.event)

    def _task_of(self, actor: Actor, event: e.Event) -> Task | None:
        """The task that an event is about; None for hidden ones, which no one can name."""
        match event:
            case e.TaskCreated() | e.TaskStarted():
                task = actor.plan.tasks[event.task]
                self._tasks[actor.id, event.run] = task
            case e.TaskCompleted() | e.TaskStuck():
                task = self._tasks[actor.id, event.run]
            case e.UndoStarted() | e.UndoFailed():
                task = self._tasks[actor.id, event.entry]
            case _:
                return None
        return None if task.hidden else task
