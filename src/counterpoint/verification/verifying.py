"""Verification of one workflow: explore it, judge what is found, tell the stories."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from counterpoint.dsl import Definition
from counterpoint.plan import Plan
from counterpoint.plan.model import Task
from counterpoint.values.json import JsonValue
from counterpoint.verification import findings as f
from counterpoint.verification import statics
from counterpoint.verification.explorer import Budget, Coverage, Explorer
from counterpoint.verification.judge import Judge
from counterpoint.verification.model import Modeller
from counterpoint.verification.teller import Replay, Teller, described
from counterpoint.verification.unknown import given, sample


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What is known beforehand, and how far to go."""

    input: tuple[JsonValue] | None = None
    """The workflow's input; None: whatever its schema allows."""
    answers: Mapping[str, JsonValue] = {}
    """What calls give when they succeed, by name or reference of the task; others: whatever their schema allows."""
    budget: Budget = Budget()


def verify(
    definition: Definition,
    others: Iterable[Definition] = (),
    options: Options | None = None,
    *,
    replay: Replay | None = None,
    go_on: Callable[[Coverage], bool] = lambda coverage: True,
) -> f.Verdict:
    """Explore every way in which a workflow can go, and say what is wrong with it.

    `others` are the workflows that it runs. With `replay`, each story is tried out with concrete values, and keeps
    its scenario only where that tells the same story. `go_on` is told now and then what was covered; it all ends
    where it gives False. Raises InvalidDocument where a document does not compile.
    """
    options = options or Options()
    modeller = Modeller()
    try:
        plan, *rest = (modeller.compile(each) for each in (definition, *others))
        judge = Judge([plan, *rest])
        explorer = Explorer(modeller, plan, rest, answers=options.answers, budget=options.budget, go_on=go_on)
        input = _input(plan, options)
        coverage = explorer.run(input, judge)
        teller = Teller(definition, input, modeller.knowledge, replay)
        found = [teller.finding(each) for each in judge.suspicions.values()]
        found += [described(definition, *each) for each in _statics(plan, judge, coverage)]
    finally:
        modeller.close()
    found.sort(key=lambda each: (each.severity is not f.LEFT_BEHIND.severity, each.code, each.pointer))
    return f.Verdict(
        workflow=plan.workflow,
        source=definition.source,
        states=coverage.states,
        steps=coverage.steps,
        ends=coverage.ends,
        unexplored=coverage.left,
        findings=found,
    )


def _input(plan: Plan, options: Options) -> JsonValue:
    if options.input is not None:
        return options.input[0]
    schema = None if plan.input_schema is None else plan.input_schema.schema
    return sample(schema, given("input", schema))


def _statics(plan: Plan, judge: Judge, coverage: Coverage) -> Iterator[tuple[f.Rule, Task, str]]:
    yield from statics.endless(plan)
    yield from statics.unordered(plan)
    if coverage.complete:
        yield from statics.dead(plan, judge.seen)
