"""Drives a world from its start to its end: calls are answered, time jumps, a script says what else happens.

The order is fixed, so that one trial always gives one trace: what a world can do by itself comes first, then
new calls go out, then actions whose point has come; only then does time pass, to the next answer, action or
timer, in this order when several are due at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from counterpoint.kernel import commands as c
from counterpoint.kernel.effects import Invoke
from counterpoint.kernel.state import INVOKE
from counterpoint.plan import Plan
from counterpoint.trial import script
from counterpoint.trial.calls import Call, Completed, Crashed, Failed, Reply, Service, Silent, Unanswered
from counterpoint.trial.points import Points
from counterpoint.trial.remains import Cover, cover_of
from counterpoint.trial.telling import trace_of
from counterpoint.trial.trace import CallMade, Trace
from counterpoint.trial.world import TRIAL, Actor, World
from counterpoint.values.json import JsonValue
from counterpoint.values.problem import Outcome, Problem

TRANSITIONS_MAX: Final = 20_000
"""After how many transitions of all its instances a trial is given up."""
ANSWER_MS_MAX: Final = 3_600_000
"""How long the engine waits for an answer that never comes, as `effect_duration_ms_max` of the engine."""


class Flight:
    """A call that has been sent and is not answered yet."""

    __slots__ = ("actor", "call", "due", "effect", "made", "reply")

    def __init__(self, actor: Actor, effect: Invoke, call: Call, reply: Reply, due: int, made: CallMade) -> None:
        self.actor = actor
        self.effect = effect
        self.call = call
        self.reply = reply
        self.due = due
        self.made = made

    @property
    def owed(self) -> bool:
        """Whether anyone still waits for its answer."""
        return self.actor.instance.owed.get((self.effect.run, INVOKE)) is self.effect


class Trial:
    """One trial. `run` gives its trace; `world` then holds the histories that it is made of."""

    def __init__(
        self,
        world: World,
        service: Service,
        actions: Iterable[script.Action] = (),
        *,
        transitions_max: int = TRANSITIONS_MAX,
        answer_ms_max: int = ANSWER_MS_MAX,
        root: str = TRIAL,
    ) -> None:
        """`root` is the id of the instance that `run` starts."""
        self.world = world
        self.calls: list[tuple[Call, Cover, CallMade]] = []
        self.halted: str | None = None
        """Why it cannot go on: a call without an answer, or a limit."""
        self._service = service
        self._points = Points(world, actions)
        self._transitions_max = transitions_max
        self._answer_ms_max = answer_ms_max
        self._flights: list[Flight] = []
        self._dispatches: dict[tuple[str, int, str, int], int] = {}
        self._began = world.now
        self._root = root

    def run(self, plan: Plan, input: JsonValue = None) -> Trace:
        """Start a workflow and go on until it has ended, or nothing but something unforeseen could move it."""
        self.begin(plan, input)
        while self.advance():
            pass
        return self.trace()

    def begin(self, plan: Plan, input: JsonValue = None, hold: str | None = None) -> None:
        """Start a workflow; held at its first task for `hold` where that is given."""
        self.world.start(plan, input, self._root, hold)

    def advance(self) -> bool:
        """Let the next thing happen. False once nothing is left to happen, or something forbids to go on."""
        if self.halted is not None:
            return False
        try:
            if not self._step():
                return False
        except Unanswered as missing:
            self.halted = missing.message
            return False
        if len(self.world.journal) >= self._transitions_max:
            self.halted = f"it has not ended after {self._transitions_max:,} transitions"
        return self.halted is None

    def trace(self) -> Trace:
        """What has happened so far."""
        return trace_of(self.world, self._root, self._began, self.calls, self.halted, self._points.unmet())

    def _step(self) -> bool:
        """One round; False once nothing is left to happen."""
        self.world.settle()
        self._flights = [each for each in self._flights if each.owed]
        if self._dispatch():
            return True
        action = self._points.ready()
        if action is not None:
            self._do(action)
            return True
        return self._pass_time()

    def _dispatch(self) -> bool:
        """Send what is owed and not under way; True if that has changed anything but what is under way."""
        under_way = {(each.actor.id, each.effect.run) for each in self._flights}
        for actor, effect in list(self.world.owed_calls()):
            if (actor.id, effect.run) not in under_way and self._send(actor, effect):
                return True
        return False

    def _send(self, actor: Actor, effect: Invoke) -> bool:
        identity = (actor.id, effect.run, effect.key, effect.attempt)
        dispatch = self._dispatches[identity] = self._dispatches.get(identity, 0) + 1
        call = self.world.call(actor, effect, dispatch)
        reply = self._service.reply(call)
        if isinstance(reply, Crashed):
            if reply.sent:
                self._note(call, "crashed", happened=True)
            self._crash()
            return True
        match reply:
            case Completed():
                made, due = self._note(call, "completed", happened=True), self.world.now + reply.takes_ms
                made.output = reply.output
            case Failed():
                made, due = self._note(call, "failed", happened=reply.happened), self.world.now + reply.takes_ms
                made.error, made.outcome = reply.problem.to_json(), reply.outcome.value
            case Silent():
                made = self._note(call, "silent", happened=reply.happened)
                due = self.world.now + self._answer_ms_max
        self._flights.append(Flight(actor, effect, call, reply, due, made))
        return False

    def _pass_time(self) -> bool:
        """Let time pass to whatever comes next."""
        flight = min(self._flights, key=lambda each: each.due, default=None)
        timer = next(iter(self.world.timers()), None)
        moments = [each for each in (flight and flight.due, self._points.next_due(), timer and timer.due) if each]
        if not moments:
            return False
        now = max(self.world.now, min(moments))
        self.world.now = now
        if flight is not None and flight.due <= now:
            self._flights.remove(flight)
            self._answer(flight)
        elif self._points.next_due() == now or timer is None or timer.due > now:
            return True
        else:
            self.world.fire(timer)
        return True

    def _answer(self, flight: Flight) -> None:
        if not isinstance(flight.reply, Silent):
            flight.made.answered_at = self.world.now - self._began
        match flight.reply:
            case Completed():
                for _ in range(2 if flight.reply.twice else 1):
                    self.world.complete(flight.call, flight.reply.output)
            case Failed():
                self.world.fail(flight.call, flight.reply.problem, flight.reply.outcome)
            case Silent():
                detail = f"no answer after {self._answer_ms_max:,} ms"
                self.world.fail(flight.call, Problem.standard("timeout", detail), Outcome.UNKNOWN)
            case Crashed():
                raise AssertionError("a crash is never under way")

    def _do(self, action: script.Action) -> None:
        world, id, now, deed = self.world, self._root, self.world.now, action.deed
        match deed:
            case script.Deliver():
                world.deliver(deed.event)
            case script.Cancel():
                world.tell(id, c.Cancel(at=now, reason=deed.reason, abandon=deed.abandon))
            case script.Suspend():
                world.tell(id, c.Suspend(at=now, reason=deed.reason))
            case script.Resume():
                world.tell(id, c.Resume(at=now))
            case script.Resolve():
                self._resolve(deed)
            case script.Compensate():
                world.tell(id, c.Compensate(at=now, reason=deed.reason))
            case script.Crash():
                self._crash()

    def _resolve(self, deed: script.Resolve) -> None:
        for actor in list(self.world.actors.values()):
            for run, task in actor.incidents():
                if deed.task in (None, task.name, task.reference):
                    command = c.Resolve(
                        at=self.world.now, run=run, action=deed.how, reason=deed.reason, input=deed.input
                    )
                    self.world.tell(actor.id, command)

    def _crash(self) -> None:
        """What is under way is sent again by the engine that returns."""
        for flight in self._flights:
            flight.made.result = "crashed"
            flight.made.output = flight.made.error = flight.made.outcome = None
        self._flights.clear()
        self.world.crash()

    def _note(self, call: Call, result: str, *, happened: bool) -> CallMade:
        made = CallMade(
            number=len(self.calls) + 1,
            at=self.world.now - self._began,
            instance=call.instance,
            workflow=call.workflow,
            task=call.task,
            reference=call.reference,
            function=call.function,
            arguments=call.arguments,
            key=call.key,
            attempt=call.attempt,
            result=result,
            happened=happened,
            iteration=list(call.iteration),
            undo_of=call.undo_of,
        )
        self.calls.append((call, cover_of(self.world, call), made))
        return made
