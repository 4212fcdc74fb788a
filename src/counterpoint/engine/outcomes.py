"""From an owed effect to its outcome: the connector is asked, and what it says becomes a command."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from traceback import format_exc

from counterpoint.engine.labels import UNDOING, context_of
from counterpoint.engine.limits import EngineLimits
from counterpoint.engine.live import Live
from counterpoint.errors import ConnectorError
from counterpoint.kernel import Instance
from counterpoint.kernel.commands import Command, EffectCompleted, EffectFailed
from counterpoint.kernel.effects import TIMEOUT, Invoke, Timer
from counterpoint.ports.clock import Clock
from counterpoint.ports.connector import Completion, Connector, Invocation
from counterpoint.ports.telemetry import AT_WORK, Observer, Work
from counterpoint.values.problem import Outcome, Problem
from counterpoint.values.trace_context import TraceContext

_log = logging.getLogger("counterpoint.engine")


class Answering:
    """Finds the connector of an effect, asks it, and turns secrets into tokens and back around it."""

    def __init__(
        self,
        connectors: Iterable[Connector],
        clock: Clock,
        limits: EngineLimits,
        observer: Observer | None = None,
    ) -> None:
        self._clock = clock
        self._observer = observer
        self._duration_ms_max = limits.effect_duration_ms_max
        self._invoke: dict[str, Callable[[Invocation], Awaitable[Completion]]] = {
            name: connector.invoke for connector in connectors for name in connector.functions
        }

    @property
    def functions(self) -> frozenset[str]:
        """All functions that some connector serves."""
        return frozenset(self._invoke)

    def answer(self, live: Live, effect: Invoke, now: int) -> Awaitable[Command]:
        """Carry the effect out. Never raises but on cancellation."""
        if self._observer is not None:
            return self._observed(live, effect, now, self._observer)
        labels = live.instance.labels
        return self._answer(live, effect, now, context_of(labels) if labels else None)

    async def _observed(self, live: Live, effect: Invoke, now: int, observer: Observer) -> Command:
        trace = observer.context(live, effect)
        at_work, entered = AT_WORK.set(Work(live, effect, trace)), observer.enter(trace)
        try:
            return await self._answer(live, effect, now, trace)
        finally:
            observer.leave(entered)
            AT_WORK.reset(at_work)

    async def _answer(self, live: Live, effect: Invoke, now: int, trace: TraceContext | None) -> Command:
        invoke = self._invoke.get(effect.function)
        if invoke is None:
            return self._failed(live, effect, _unknown_function(effect.function, self._invoke), Outcome.NONE)
        try:
            completion = await invoke(self._invocation(live, effect, now, trace))
        except ConnectorError as error:
            return self._failed(live, effect, _hidden(live, error.problem), error.outcome)
        except Exception as error:
            _tell_failure(live, effect)
            problem = Problem.standard("runtime", f"{effect.function}: {type(error).__name__}: {error}")
            return self._failed(live, effect, _hidden(live, problem), Outcome.UNKNOWN)
        output, authorization, veil = completion.output, completion.authorization, live.veil
        if veil is not None:
            # The parameter of Basic is what a workflow asks for by `$authorization`, whoever has encoded it.
            output, authorization = veil.hide(output), veil.hide(authorization, encoded=False)
        return EffectCompleted(at=self._clock.now(), run=effect.run, output=output, authorization=authorization)

    def overdue(self, live: Live, effect: Invoke, lasted_ms: int) -> Command:
        """The outcome of an effect that was cancelled because it lasted too long."""
        detail = f"no answer after {lasted_ms:,} ms (effect_duration_ms_max is {self._duration_ms_max:,})"
        return self._failed(live, effect, Problem.standard("timeout", detail), Outcome.UNKNOWN)

    def _invocation(self, live: Live, effect: Invoke, now: int, trace: TraceContext | None) -> Invocation:
        arguments, data, instance = effect.arguments, effect.input, live.instance
        if live.veil is not None:
            arguments, data = live.veil.reveal(arguments), live.veil.reveal(data)
        deadline = now + self._duration_ms_max
        timer = instance.owed.get((effect.run, TIMEOUT))
        if type(timer) is Timer and timer.due < deadline:
            deadline = timer.due
        return Invocation(
            key=effect.key,
            function=effect.function,
            arguments=arguments,
            input=data,
            reference=effect.reference,
            instance=instance.id,
            workflow=instance.workflow,
            attempt=effect.attempt,
            undo=undoes(instance, effect),
            deadline=deadline,
            trace=trace,
        )

    def _failed(self, live: Live, effect: Invoke, problem: Problem, outcome: Outcome) -> EffectFailed:
        if effect.run in live.repeated:
            # That nothing happened is said of this attempt; the one before the restart may have got through.
            outcome = Outcome.UNKNOWN
        problem = problem.at(effect.reference)
        return EffectFailed(at=self._clock.now(), run=effect.run, problem=problem, outcome=outcome)


def _tell_failure(live: Live, effect: Invoke) -> None:
    """Log the exception that is being handled: what it says may hold what nobody may see."""
    told = "the connector of %s failed at %s", effect.function, effect.reference
    if live.veil is None and live.redaction is None:
        _log.exception(*told)
    else:
        _log.error("%s\n%s", told[0] % told[1:], live.shown(format_exc()))


def undoes(instance: Instance, effect: Invoke) -> bool:
    """Whether an effect is of an undo or a probe, also one whose undo has called this instance as a sub-workflow."""
    run = instance.runs.get(effect.run)
    return (run is not None and bool(run.entry)) or UNDOING in instance.labels


def _hidden(live: Live, problem: Problem) -> Problem:
    return problem if live.veil is None else Problem.from_json(live.veil.hide(problem.to_json()))


def _unknown_function(name: str, known: Iterable[str]) -> Problem:
    listed = ", ".join(sorted(known)) or "none"
    detail = f"no connector serves the function {name!r}; register it with the engine (known here: {listed})"
    return Problem.standard("configuration", detail)


def trace_of(live: Live, effect: Invoke, observer: Observer | None) -> TraceContext | None:
    """The trace context that goes out with an effect: who records nothing hands on what came with the start."""
    return context_of(live.instance.labels) if observer is None else observer.context(live, effect)
