"""Trials of documents that are written without their header."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from counterpoint import dsl
from counterpoint.expressions import Compiler
from counterpoint.plan import Plan, compile_plan
from counterpoint.trial import Call, Completed, Failed, Library, Reply, Trace, Trial, World
from counterpoint.trial.script import Action
from counterpoint.values.problem import Outcome, Problem

COMPILER = Compiler()


def plan_of(text: str, name: str = "story", version: str = "1.0.0") -> Plan:
    """The plan of a document given without its `document` part."""
    head = f"document: {{dsl: '1.0.3', namespace: test, name: {name}, version: '{version}'}}\n"
    return compile_plan(dsl.load(head + text), COMPILER)


def refused(status: int = 422, *, happened: bool = False, takes_ms: int = 0) -> Failed:
    """An error; one of status 500 and more leaves open whether it happened."""
    outcome = Outcome.NONE if status < 500 else Outcome.UNKNOWN
    problem = Problem.standard("communication", "no", status=status)
    return Failed(problem=problem, outcome=outcome, happened=happened, takes_ms=takes_ms)


class Scripted:
    """A service that replies by task name; a list is used up call by call, a function is asked."""

    def __init__(self, replies: dict[str, Any]) -> None:
        self._replies = {name: list(each) if isinstance(each, list) else each for name, each in replies.items()}
        self.asked: list[Call] = []

    def reply(self, call: Call) -> Reply:
        self.asked.append(call)
        found = self._replies.get(call.task)
        if isinstance(found, list):
            found = found.pop(0) if found else None
        if isinstance(found, Callable):
            found = found(call)
        return Completed(output={"of": call.task}) if found is None else found


class Played:
    """A trial that has been run."""

    def __init__(
        self,
        text: str,
        input: Any = None,
        *,
        replies: dict[str, Any] | None = None,
        actions: Iterable[Action] = (),
        others: Iterable[Plan] = (),
        secrets: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self.plan = plan_of(text)
        self.service = Scripted(replies or {})
        self.trial = Trial(World(Library([*others, self.plan]), secrets=secrets), self.service, actions, **options)
        self.trace: Trace = self.trial.run(self.plan, input)

    @property
    def asked(self) -> list[str]:
        """Names of the tasks whose calls reached the outside, in order."""
        return [each.task for each in self.trace.calls]

    @property
    def undone(self) -> list[str]:
        return [each.task for each in self.trace.undos]

    @property
    def left(self) -> list[str]:
        return [each.task for each in self.trace.left if not each.meant]

    def steps(self, *what: str) -> list[str]:
        """Tasks of the steps of these kinds, in order."""
        return [each.task or each.instance for each in self.trace.steps if each.what in what]
