"""A world for workflows: the real kernel, a virtual clock, and every instance's history. Nothing else is real.

The world moves only when it is told to, one step at a time, so that whoever drives it decides what happens
next: an answer, a timer, an event, a person, a crash. What needs no decision (`settle`) it does by itself:
starting what is ready, sub-workflows, emitted events.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from counterpoint.errors import NotFound
from counterpoint.history import fold
from counterpoint.kernel import Instance, decide, pending
from counterpoint.kernel import commands as c
from counterpoint.kernel.effects import Interrupt, Invoke, Listen, Proceed, Timer
from counterpoint.kernel.events import Event
from counterpoint.kernel.invariants import violations
from counterpoint.kernel.state import INVOKE, LISTEN, TaskRun
from counterpoint.kernel.tasks.undo import PROBE
from counterpoint.plan import Plan
from counterpoint.plan.model import UNDO_WORKFLOW, Task
from counterpoint.trial import children
from counterpoint.trial.calls import Call
from counterpoint.trial.library import Library
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Outcome, Problem

BEGINNING: Final = 1_767_225_600_000
"""When trials begin unless told otherwise: 2026-01-01T00:00:00Z, in milliseconds since the epoch."""
TRIAL: Final = "trial"
"""Id of the first instance, unless told otherwise."""
DEPTH_MAX: Final = 32
"""How deep sub-workflows may be nested."""
_INSIDE: Final = frozenset({"workflow", UNDO_WORKFLOW, "emit"})
"""Effects that the world carries out by itself."""
_GONE: Final = "its parent went on without it"
_INDEX: Final = re.compile(r"\d+")


class Actor:
    """One instance of the world, with its history."""

    __slots__ = ("history", "instance", "plan", "secrets")

    def __init__(self, plan: Plan, secrets: JsonObject | None) -> None:
        self.plan = plan
        self.secrets = secrets
        self.instance = Instance(plan, secrets)
        self.history: list[tuple[int, list[Event]]] = []
        """Transitions: time in ms since the epoch, events."""

    @property
    def id(self) -> str:
        """The instance's id."""
        return self.instance.id

    def incidents(self) -> list[tuple[int, Task]]:
        """What waits for a person: the run that an operator's command names, and its task."""
        instance = self.instance
        stuck = [(run, instance.runs[run].task) for run in instance.stuck]
        return stuck + [(run, instance.log[run].task) for run in instance.blocked]


class Moment(NamedTuple):
    """One transition in the order in which they happened in the whole world."""

    at: int
    instance: str
    events: list[Event]


class DueTimer(NamedTuple):
    """A timer that is owed."""

    due: int
    instance: str
    timer: Timer


class World:
    """Instances and a clock. Every step asserts the kernel's invariants."""

    def __init__(
        self, library: Library, *, secrets: JsonObject | None = None, now: int = BEGINNING, seed: int = 0
    ) -> None:
        """`secrets` gives the values of secrets that are objects; a declared secret without one is a token."""
        self.library = library
        self.now = now
        self.seed = seed
        self.secrets = secrets or {}
        self.actors: dict[str, Actor] = {}
        """Instances by id, in the order of their start."""
        self.journal: list[Moment] = []
        self.emitted: list[JsonObject] = []
        """CloudEvents that workflows have published, in order."""
        self._asked: set[tuple[str, int]] = set()
        """Effects that undo a sub-workflow which has been asked to do so: instance and run."""

    def start(self, plan: Plan, input: JsonValue = None, id: str = TRIAL, hold: str | None = None) -> Actor:
        """Start an instance, held at its first task for `hold` where that is given. `settle` afterwards."""
        return self._start(plan, id, input, None, 0, hold)

    def actor(self, id: str) -> Actor:
        """An instance. Raises NotFound."""
        found = self.actors.get(id)
        if found is None:
            raise NotFound(f"there is no instance {id!r} in this trial: {', '.join(self.actors)}")
        return found

    def tell(self, id: str, command: c.Command) -> list[Event]:
        """Have one instance decide a command; its events, none where it has no use for it."""
        actor = self.actors[id]
        events = decide(actor.instance, command)
        if events:
            actor.instance.sequence += 1
            actor.history.append((command.at, events))
            self.journal.append(Moment(command.at, id, events))
        broken = violations(actor.instance)
        assert not broken, f"{id}: {'; '.join(broken)}"
        return events

    def settle(self) -> None:
        """Do everything that needs no decision from outside."""
        while any(self._settle_one(actor) for actor in list(self.actors.values())):
            pass

    def calls(self) -> list[Call]:
        """Requests that are owed to the outside world. `settle` first."""
        return [self.call(actor, effect) for actor, effect in self.owed_calls()]

    def owed_calls(self) -> Iterator[tuple[Actor, Invoke]]:
        """As `calls`, in the kernel's terms."""
        for actor in self.actors.values():
            for effect in pending(actor.instance):
                if type(effect) is Invoke and effect.function not in _INSIDE:
                    yield actor, effect

    def timers(self) -> list[DueTimer]:
        """Timers that are owed, the next first."""
        found = [
            DueTimer(effect.due, actor.id, effect)
            for actor in self.actors.values()
            for effect in pending(actor.instance)
            if type(effect) is Timer
        ]
        return sorted(found, key=lambda each: each.due)

    def listens(self, event: JsonObject) -> bool:
        """Whether some task waits for events of this type."""
        kind = event.get("type")
        return any(
            type(effect) is Listen and ("*" in effect.types or kind in effect.types)
            for actor in self.actors.values()
            for effect in actor.instance.owed.values()
        )

    def call(self, actor: Actor, effect: Invoke, dispatch: int = 1) -> Call:
        """The request that an owed effect amounts to."""
        instance = actor.instance
        run = instance.settling[effect.run] if effect.run in instance.settling else instance.runs[effect.run]
        undone = instance.log[run.entry].task if run.entry else None
        return Call(
            instance=actor.id,
            workflow=actor.plan.workflow,
            run=effect.run,
            task=run.task.name,
            reference=effect.reference,
            function=effect.function,
            arguments=effect.arguments,
            input=effect.input,
            key=effect.key,
            attempt=effect.attempt,
            iteration=iteration_of(run.path),
            undo_of=None if undone is None else undone.name,
            undo_reference=None if undone is None else undone.reference,
            probe=undone is not None and _outermost(run).phase == PROBE,
            dispatch=dispatch,
        )

    def complete(self, call: Call, output: JsonValue) -> list[Event]:
        """The call is answered with its output."""
        return self.tell(call.instance, c.EffectCompleted(at=self.now, run=call.run, output=output))

    def fail(self, call: Call, problem: Problem, outcome: Outcome) -> list[Event]:
        """The call fails. `outcome` is what its caller can know of the effect."""
        problem = problem.at(call.reference)
        return self.tell(call.instance, c.EffectFailed(at=self.now, run=call.run, problem=problem, outcome=outcome))

    def fire(self, due: DueTimer) -> list[Event]:
        """Let the clock reach a timer, and fire it."""
        self.now = max(self.now, due.due)
        return self.tell(due.instance, c.TimerFired(at=self.now, run=due.timer.run, timer=due.timer.timer))

    def deliver(self, event: JsonObject) -> None:
        """A CloudEvent for whoever listens. `id`, `source` and `specversion` are made up where they are missing."""
        number = sum(len(actor.history) for actor in self.actors.values())
        event = {"specversion": "1.0", "id": f"event-{number}", "source": "/trial", **event}
        for actor in list(self.actors.values()):
            if any(key[1] == LISTEN for key in actor.instance.owed):
                self.tell(actor.id, c.EventArrived(at=self.now, event=event))

    def crash(self) -> None:
        """The engine loses its memory: every instance is folded anew from its history."""
        self._asked.clear()
        for actor in self.actors.values():
            actor.instance = fold(actor.plan, actor.history, actor.secrets)

    def copy(self, clone: Callable[[Instance], Instance] | None = None) -> World:
        """A world that stands where this one does and goes its own way; `clone` copies its instances."""
        twin = World(self.library, secrets=self.secrets, now=self.now, seed=self.seed)
        for id, actor in self.actors.items():
            other = twin.actors[id] = Actor(actor.plan, actor.secrets)
            other.history = list(actor.history)
            if clone is not None:
                other.instance = clone(actor.instance)
        twin.journal, twin.emitted = list(self.journal), list(self.emitted)
        if clone is None:
            twin.crash()
        twin._asked = set(self._asked)
        return twin

    def _start(
        self, plan: Plan, id: str, input: JsonValue, parent: str | None, depth: int, hold: str | None = None
    ) -> Actor:
        tokens = {name: _token(name, self.secrets.get(name)) for name in plan.secrets}
        actor = self.actors[id] = Actor(plan, tokens or None)
        start = c.Start(at=self.now, id=id, input=input, seed=self.seed, parent=parent, depth=depth, hold=hold)
        self.tell(id, start)
        return actor

    def _settle_one(self, actor: Actor) -> bool:
        """Whether anything was done for this instance."""
        for effect in pending(actor.instance):
            match effect:
                case Proceed():
                    self.tell(actor.id, c.Continue(at=self.now))
                    return True
                case Invoke(function="emit"):
                    self._emit(actor, effect)
                    return True
                case Invoke(function="workflow"):
                    if self._run_child(actor, effect):
                        return True
                case Invoke() if effect.function == UNDO_WORKFLOW:
                    if self._undo_child(actor, effect):
                        return True
                case Interrupt():
                    if self._cancel_child(f"{actor.id}.{effect.run}"):
                        return True
                case Invoke() | Timer() | Listen():
                    pass
                case _:
                    raise AssertionError(f"a trial knows no effect {type(effect).__name__}")
        return self._leave_parent(actor)

    def _emit(self, actor: Actor, effect: Invoke) -> None:
        event: JsonObject = effect.arguments
        self.emitted.append(event)
        self.tell(actor.id, c.EffectCompleted(at=self.now, run=effect.run, output=event))
        self.deliver(event)

    def _run_child(self, actor: Actor, effect: Invoke) -> bool:
        """Start the sub-workflow, or tell its parent how it ended; False while it runs."""
        arguments: JsonObject = effect.arguments
        id, run, now = f"{actor.id}.{effect.run}", effect.run, self.now
        awaits = arguments.get("await", True)
        child = self.actors.get(id)
        if child is None:
            depth = actor.instance.depth + 1
            try:
                if depth > DEPTH_MAX:
                    raise NotFound(f"sub-workflows are nested deeper than {DEPTH_MAX}")
                plan = self.library.find(arguments["namespace"], arguments["name"], arguments.get("version"))
            except NotFound as error:
                problem = Problem.standard("configuration", error.message, instance=effect.reference)
                self.tell(actor.id, c.EffectFailed(at=now, run=run, problem=problem, outcome=Outcome.NONE))
                return True
            parent = f"{actor.id}#{run}" if awaits else None
            hold = actor.instance.hold if awaits else None
            self._start(plan, id, arguments.get("input", effect.input), parent, depth, hold)
        elif awaits:
            if not child.instance.over:
                return False
            self.tell(actor.id, children.outcome(run, child.instance, now))
        else:
            self.tell(actor.id, c.EffectCompleted(at=now, run=run, output=effect.input))
        return True

    def _undo_child(self, actor: Actor, effect: Invoke) -> bool:
        """Have a sub-workflow undo itself, or tell its parent how that ended; False while it does."""
        arguments: JsonObject = effect.arguments
        id, asked = f"{actor.id}.{arguments['run']}", (actor.id, effect.run)
        child = self.actors.get(id)
        if child is not None and not child.instance.over:
            self._asked.add(asked)
            return self._cancel_child(id)
        if child is not None and asked in self._asked:
            self.tell(actor.id, children.undo_outcome(effect.run, child.instance, self.now))
            return True
        if child is None or not children.undoable(child.instance):
            self.tell(actor.id, c.EffectCompleted(at=self.now, run=effect.run))
            return True
        self._asked.add(asked)
        return bool(self.tell(id, c.Compensate(at=self.now, trigger=arguments["trigger"], by_parent=True)))

    def _leave_parent(self, actor: Actor) -> bool:
        """Cancel a child that its parent does not wait for any more."""
        if actor.instance.parent is None:
            return False
        id, _, run = actor.instance.parent.rpartition("#")
        return (int(run), INVOKE) not in self.actors[id].instance.owed and self._cancel_child(actor.id)

    def _cancel_child(self, id: str) -> bool:
        """Cancel an instance unless it has ended or is being undone already; whether that did anything."""
        instance = self.actors[id].instance
        if instance.over or 0 in instance.unwindings:
            return False
        return bool(self.tell(id, c.Cancel(at=self.now, reason=_GONE)))


def iteration_of(path: str) -> tuple[int, ...]:
    """The indexes in an iteration path of the kernel: `3.0~1` is (3, 0)."""
    found = (_INDEX.match(part) for part in path.split("."))
    return tuple(int(each[0]) for each in found if each is not None)


def _outermost(run: TaskRun) -> TaskRun:
    while run.parent is not None:
        run = run.parent
    return run


def _token(path: str, value: JsonValue) -> JsonValue:
    """The token that stands for a secret; for one that is an object, an object of tokens."""
    if isinstance(value, dict):
        return {name: _token(f"{path}.{name}", each) for name, each in value.items()}
    if isinstance(value, list):
        return [_token(f"{path}.{index}", each) for index, each in enumerate(value)]
    return f"\u27e6secret:{path}\u27e7"
