"""The services of a scenario: each call gets the fault that fits it, or its answer."""

from __future__ import annotations

from counterpoint.errors import InvalidInput
from counterpoint.scenarios.contracts import Contracts
from counterpoint.scenarios.model import EMPTY, GENERATE, Each, Fault, Given, Scenario
from counterpoint.trial import Call, Completed, Crashed, Failed, Reply, Silent, Unanswered
from counterpoint.values.json import JsonValue


class Mocks:
    """A `Service` made from a scenario."""

    def __init__(self, scenario: Scenario, contracts: Contracts) -> None:
        self._scenario = scenario
        self._contracts = contracts
        self._numbers: dict[tuple[str, int, str, int], dict[str, int]] = {}
        self._made: dict[str, int] = {}
        self._met: set[str] = set()

    def reply(self, call: Call) -> Reply:
        """See `Service.reply`."""
        numbers = self._numbers_of(call)
        fault = next((each for each in self._scenario.faults if _fits(each, call, numbers)), None)
        if fault is None:
            return self._answer(call, numbers)
        self._met.add(fault.label)
        if fault.crash is not None:
            return Crashed(sent=fault.crash == "after")
        if fault.silent:
            return Silent(happened=fault.happened)
        if fault.problem is not None:
            return Failed(
                problem=fault.problem, outcome=fault.outcome, happened=fault.happened, takes_ms=fault.delay_ms
            )
        answer = self._answer(call, numbers)
        return Completed(output=answer.output, takes_ms=answer.takes_ms + fault.delay_ms, twice=fault.twice)

    def unmet(self) -> list[str]:
        """Pointers of the faults that no call has met."""
        return [each.label for each in self._scenario.faults if each.label not in self._met]

    def _numbers_of(self, call: Call) -> dict[str, int]:
        """Which call it is, from 1, of all that its name and its reference stand for.

        A call that is sent again after a crash is the same one.
        """
        identity = (call.instance, call.run, call.key, call.attempt)
        if identity not in self._numbers or call.dispatch == 1:
            for name in (call.task, call.reference):
                self._made[name] = self._made.get(name, 0) + 1
            self._numbers[identity] = {name: self._made[name] for name in (call.task, call.reference)}
        return self._numbers[identity]

    def _answer(self, call: Call, numbers: dict[str, int]) -> Completed:
        name = call.reference if call.reference in self._scenario.answers else call.task
        answer, number = self._scenario.answers.get(name), numbers[name]
        if isinstance(answer, Each):
            if number > len(answer.answers):
                raise Unanswered(
                    f"{len(answer.answers)} answers are given for {call.task!r}, and this is its call number {number}"
                )
            answer = answer.answers[number - 1]
        if answer is None:
            return Completed(output=self._default(call))
        if isinstance(answer, Given):
            return Completed(output=answer.output, takes_ms=answer.takes_ms)
        try:
            return Completed(output=self._contracts.sample(call, answer.schema), takes_ms=answer.takes_ms)
        except InvalidInput as error:
            raise Unanswered(f"no answer can be generated for {call.task!r} ({call.reference}): {error}") from error

    def _default(self, call: Call) -> JsonValue:
        if self._scenario.unanswered == GENERATE:
            try:
                return self._contracts.sample(call)
            except InvalidInput:
                return {}  # nothing is known of it: as for `empty`
        if self._scenario.unanswered == EMPTY or (call.undo_of is not None and not call.probe):
            return {}
        kind = "the probe" if call.probe else "the call"
        raise Unanswered(f"no answer is given for {kind} {call.task!r} ({call.reference})")


def _fits(fault: Fault, call: Call, numbers: dict[str, int]) -> bool:
    names = (call.undo_of, call.undo_reference) if fault.undo else (call.task, call.reference)
    return (
        fault.task in names
        and (call.undo_of is not None or not fault.undo)
        and fault.attempt in (None, call.attempt)
        and fault.iteration in (None, call.iteration)
        and fault.call in (None, numbers.get(fault.task, numbers[call.task]))
        and (fault.crash is None or call.dispatch == 1)
    )
