"""Coverage counts tasks, branches, catches and undos, and says what was never reached."""

from __future__ import annotations

from counterpoint.scenarios import Coverage
from tests.scenarios.stories import outcomes
from tests.trial.trials import plan_of

TEXT = """
do:
- safe:
    try: [{a: {call: a, if: .go, compensate: {do: [{undoA: {call: u}}]}}}]
    catch: {retry: {limit: {attempt: {count: 1}}}, betweenAttempts: keep, do: [{mend: {set: {mended: true}}}]}
- choose:
    switch: [{big: {when: .n > 5, then: end}}, {small: {when: .n > 0, then: continue}}]
- last: {call: b}
"""


def missed(text: str) -> set[str]:
    coverage = Coverage()
    coverage.expect(plan_of(TEXT))
    for each in outcomes(TEXT, text):
        coverage.add(each.world)
    return {f"{part.kind} {part.task} {part.branch or ''}".strip() for part in coverage.missed()}


def test_without_a_scenario_nothing_is_reached():
    figures = {}
    coverage = Coverage()
    coverage.expect(plan_of(TEXT))
    for figure in coverage.figures():
        figures[figure.kind] = (figure.reached, figure.total)
    assert figures == {"task": (0, 6), "branch": (0, 5), "catch": (0, 2), "undo": (0, 1)}


def test_what_scenarios_reach_is_not_missed():
    head = "defaults: {unanswered: empty}\nscenarios: "
    one = "{name: one, input: {go: false, n: 9}, expect: {}}"
    assert missed(f"{head}[{one}]") == {
        "task a", "branch a if true", "catch safe", "catch safe retry", "undo a", "task undoA", "task mend",
        "branch choose small", "branch choose no case", "task last",
    }  # fmt: skip
    two = "{name: two, input: {go: true}, faults: [{task: last, timeout: true}], expect: {status: faulted}}"
    three = "{name: three, input: {go: true, n: 2}, faults: [{task: a, error: communication}], expect: {}}"
    four = "{name: four, input: {go: false, n: 2}, expect: {}}"
    assert missed(f"{head}[{one}, {two}, {three}, {four}]") == set()
