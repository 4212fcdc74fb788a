"""What is left behind is the truth of the world, not what the workflow believes."""

from __future__ import annotations

import pytest

from counterpoint.trial import Completed, Silent
from tests.trial.trials import Played, plan_of, refused


def test_an_effect_without_an_undo_is_left():
    played = Played("do: [{a: {call: a}}, {b: {call: b}}]", replies={"b": refused()})
    assert [(each.task, each.why) for each in played.trace.left] == [("a", "it has no undo")]


def test_what_needs_no_undo_may_stand():
    text = "do: [{a: {call: a, compensate: {none: only a log line}}}, {b: {call: b}}]"
    played = Played(text, replies={"b": refused()})
    assert played.left == []
    assert [each.why for each in played.trace.left] == ["declared to need no undo: only a log line"]


@pytest.mark.parametrize(("method", "left"), [("get", []), ("TRACE", []), ("post", ["a"])])
def test_reading_leaves_nothing(method, left):
    text = f"do: [{{a: {{call: http, with: {{method: {method}, endpoint: 'http://a.example'}}}}}}, {{b: {{call: b}}}}]"
    assert Played(text, replies={"b": refused()}).left == left


def test_the_undo_of_a_composite_covers_what_is_inside():
    text = """
do:
- both:
    do: [{a: {call: a}}, {b: {call: b, compensate: {do: [{undoB: {call: u}}]}}}]
    compensate: {do: [{undoBoth: {call: u}}]}
- c: {call: c}
"""
    played = Played(text, replies={"c": refused()})
    assert (played.undone, played.left) == (["both"], [])
    inside = Played(text, replies={"b": refused()})
    assert (inside.undone, inside.left) == ([], ["a"])


PROBED = """
do:
- a:
    call: a
    compensate: {probe: [{ask: {call: ask}}], do: [{undoA: {call: u}}]}
"""


def test_a_probe_that_is_wrong_leaves_the_effect():
    for answer, left, result in ((False, ["a"], "nothing"), (True, [], "undone"), (None, [], "undone")):
        played = Played(PROBED, replies={"a": Silent(happened=True), "ask": Completed(output=answer)})
        assert played.left == left
        assert [each.result for each in played.trace.undos] == [result]
    asked = Played(PROBED, replies={"a": Silent(happened=False), "ask": Completed(output=False)})
    assert asked.left == []
    assert [each.probe for each in asked.service.asked] == [False, True]


def test_an_effect_that_was_said_not_to_have_happened_is_left_if_it_did():
    text = "do: [{a: {call: a, compensate: {do: [{undoA: {call: u}}]}}}]"
    played = Played(text, replies={"a": refused(happened=True)})
    assert [each.why for each in played.trace.left] == ["it was taken not to have happened"]


def test_a_pivot_lets_everything_before_it_stand():
    text = """
do:
- a: {call: a, compensate: {do: [{undoA: {call: u}}]}}
- b: {call: b, saga: pivot}
- c: {call: c}
"""
    played = Played(text, replies={"c": refused()})
    assert played.trace.status == "suspended"
    assert played.left == []
    assert {each.task for each in played.trace.left} == {"a", "b"}


CHILD = "do: [{a: {call: a, compensate: {do: [{undoA: {call: u}}]}}}, {plain: {call: p}}]"
PARENT = "do: [{sub: {run: {workflow: {namespace: test, name: child, version: '1.0.0'}}}}, {last: {call: l}}]"


def test_a_sub_workflow_is_undone_with_its_parent_and_what_it_cannot_undo_is_left():
    played = Played(PARENT, replies={"last": refused()}, others=[plan_of(CHILD, "child")])
    assert (played.trace.status, played.trace.saga) == ("faulted", "compensated")
    assert played.undone == ["sub", "a"]
    assert played.left == ["plain"]


def test_a_sub_workflow_that_fails_undoes_itself():
    played = Played(PARENT, replies={"plain": refused()}, others=[plan_of(CHILD, "child")])
    assert (played.undone, played.left) == (["a"], [])
    assert played.trace.error["instance"] == "/do/1/plain"


def test_each_iteration_counts():
    text = """
do:
- loop:
    for: {in: '${ [1, 2, 3] }'}
    do: [{a: {call: a, compensate: {do: [{undoA: {call: u}}]}}}]
- b: {call: b}
"""
    played = Played(text, replies={"b": refused()})
    assert [each.iteration for each in played.trace.undos] == [[2], [1], [0]]
    failed = Played(text, replies={"a": [None, None, refused()]})
    assert [each.iteration for each in failed.trace.undos] == [[1], [0]]


def test_a_repeated_effect_is_undone_once():
    text = """
do:
- safe:
    try: [{a: {call: a, compensate: {do: [{undoA: {call: u}}]}}}, {b: {call: b}}]
    catch: {retry: {limit: {attempt: {count: 1}}}, betweenAttempts: BETWEEN}
"""
    kept = Played(text.replace("BETWEEN", "keep"), replies={"b": refused()})
    assert (kept.undone, kept.left) == (["a"], [])
    between = Played(text.replace("BETWEEN", "compensate"), replies={"b": refused()})
    assert (between.undone, between.left) == (["a", "a"], [])
    assert len({each.key for each in between.trace.undos}) == 2
