"""Given a document, when commands come, then events follow: a kernel driven by hand on a clock of its own.

After every command the invariants are asserted, and the recorded events are folded into a twin that must
come out equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from counterpoint import dsl
from counterpoint.errors import ConnectorError
from counterpoint.expressions import Compiler
from counterpoint.kernel import Instance, decide, evolve, pending
from counterpoint.kernel import commands as c
from counterpoint.kernel.effects import Effect, Invoke, Listen, Proceed, Timer
from counterpoint.kernel.events import Event
from counterpoint.kernel.invariants import violations
from counterpoint.plan import Plan, compile_plan
from counterpoint.plan.model import Limits
from counterpoint.values.problem import Outcome, Problem

COMPILER = Compiler()
HEAD = "document: {dsl: '1.0.3', namespace: test, name: story, version: '1.0.0'}\n"

Answer = Callable[[Invoke], Any]


def plan_of(text: str, limits: Limits | None = None) -> Plan:
    """The plan of a document given without its `document` part."""
    return compile_plan(dsl.load(HEAD + text), COMPILER, limits=limits)


def refused(detail: str = "no", status: int = 422, outcome: Outcome = Outcome.NONE) -> ConnectorError:
    """What a service that refuses raises."""
    return ConnectorError(Problem.standard("communication", detail, status=status), outcome)


class Story:
    """One instance, its history, and what has been invoked."""

    def __init__(self, text: str, *, limits: Limits | None = None, secrets: Any = None, seed: int = 7) -> None:
        self.plan = plan_of(text, limits)
        self.instance = Instance(self.plan, secrets)
        self.secrets = secrets
        self.seed = seed
        self.now = 1_000
        self.history: list[tuple[int, list[Event]]] = []
        self.invoked: list[Invoke] = []

    def start(self, input: Any = None) -> Story:
        self.tell(c.Start(at=self.now, id="i", input=input, seed=self.seed))
        return self

    def tell(self, command: Any) -> list[Event]:
        events = decide(self.instance, command)
        if events:
            self.instance.sequence += 1
            self.history.append((command.at, events))
        broken = violations(self.instance)
        assert not broken, broken
        return events

    def owed(self, kind: type) -> list[Any]:
        return [effect for effect in pending(self.instance) if type(effect) is kind]

    def effect_of(self, function: str) -> Invoke:
        return next(effect for effect in self.owed(Invoke) if effect.function == function)

    def complete(self, function: str, output: Any = None) -> list[Event]:
        effect = self.effect_of(function)
        self.invoked.append(effect)
        return self.tell(c.EffectCompleted(at=self.now, run=effect.run, output=output))

    def fail(self, function: str, error: ConnectorError | None = None) -> list[Event]:
        effect, error = self.effect_of(function), error or refused()
        self.invoked.append(effect)
        return self.tell(c.EffectFailed(at=self.now, run=effect.run, problem=error.problem, outcome=error.outcome))

    def event(self, **attributes: Any) -> list[Event]:
        return self.tell(c.EventArrived(at=self.now, event={"source": "s", "id": "1", **attributes}))

    def advance(self, milliseconds: int) -> None:
        """Let time pass, firing what comes due on the way."""
        until = self.now + milliseconds
        while True:
            timers = [timer for timer in self.owed(Timer) if timer.due <= until]
            if not timers:
                break
            self.fire(min(timers, key=lambda timer: timer.due))
        self.now = until

    def fire(self, timer: Timer) -> None:
        self.now = max(self.now, timer.due)
        self.tell(c.TimerFired(at=self.now, run=timer.run, timer=timer.timer))

    def play(self, answer: Answer | None = None, choose: Callable[[list[Effect]], Effect] | None = None) -> Story:
        """Go on until nothing but events from outside can move it: calls first, then time."""
        answer = answer or (lambda effect: effect.arguments)
        for _ in range(100_000):
            effect = self._next(choose)
            if effect is None:
                break
            if isinstance(effect, Proceed):
                self.tell(c.Continue(at=self.now))
            elif isinstance(effect, Timer):
                self.fire(effect)
            elif isinstance(effect, Invoke):
                self._answer(effect, answer)
        self.check_twin()
        return self

    def _next(self, choose: Callable[[list[Effect]], Effect] | None) -> Effect | None:
        effects = [effect for effect in pending(self.instance) if not isinstance(effect, Listen)]
        if not effects:
            return None
        if choose is not None:
            return choose(effects)
        work = [effect for effect in effects if not isinstance(effect, Timer)]
        if work:
            return work[0]
        return min((each for each in effects if isinstance(each, Timer)), key=lambda timer: timer.due)

    def _answer(self, effect: Invoke, answer: Answer) -> None:
        self.invoked.append(effect)
        try:
            output = answer(effect)
        except ConnectorError as error:
            self.tell(c.EffectFailed(at=self.now, run=effect.run, problem=error.problem, outcome=error.outcome))
        else:
            self.tell(c.EffectCompleted(at=self.now, run=effect.run, output=output))

    def twin(self) -> Instance:
        """The same history, folded afresh."""
        twin = Instance(self.plan, self.secrets)
        for sequence, (at, events) in enumerate(self.history, 1):
            twin.now = at
            for event in events:
                evolve(twin, event)
            twin.sequence = sequence
        return twin

    def check_twin(self) -> None:
        assert picture(self.twin()) == picture(self.instance)

    @property
    def calls(self) -> list[str]:
        """Names of the functions invoked so far."""
        return [effect.function for effect in self.invoked]

    @property
    def status(self) -> str:
        return self.instance.status.value

    @property
    def saga(self) -> str | None:
        return self.instance.saga.value if self.instance.saga else None

    @property
    def output(self) -> Any:
        assert self.status == "completed", self.instance.error
        return self.instance.output

    @property
    def error(self) -> Any:
        assert self.status == "faulted", self.status
        return self.instance.error


def picture(instance: Instance) -> dict[str, Any]:
    """Everything that makes up the state, comparable."""
    found: dict[str, Any] = {}
    for slot in Instance.__slots__:
        if slot in ("plan", "secrets", "fresh", "dropped"):
            continue
        found[slot] = _plain(getattr(instance, slot))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    slots = getattr(type(value), "__slots__", None)
    if slots is None or isinstance(value, str | int) or not type(value).__module__.startswith("counterpoint.kernel"):
        return value
    return dict(_members(value, slots))


def _members(value: Any, slots: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for slot in slots:
        each = getattr(value, slot)
        if slot == "parent":
            yield slot, each and each.id
        elif slot in ("task", "block"):
            yield slot, id(each)
        elif slot in ("authorization", "above"):
            continue
        else:
            yield slot, _plain(each)
