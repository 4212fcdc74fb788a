"""Undo order, effects in flight, competitions, late compensation."""

from __future__ import annotations

import pytest
from saga_documents import SAGA, exhaust, in_flight, nested, run_to_c
from story import Story, refused

from counterpoint.kernel import commands as c
from counterpoint.plan.model import Limits
from counterpoint.values.problem import Outcome

FORK = """
do:
- first: {call: first, compensate: {do: [{u: {call: undo-first}}]}}
- f:
    fork:
      branches:
      - left:
          do:
          - l1: {call: l1, compensate: {do: [{u: {call: undo-l1}}]}}
          - l2: {call: l2, compensate: {do: [{u: {call: undo-l2}}]}}
      - right: {call: r1, compensate: {do: [{u: {call: undo-r1}}]}}
- last: {call: last}
"""


def through_the_fork(order: str = "causal") -> Story:
    story = Story(FORK)
    story.plan.saga.order = order
    story.start({})
    for call in ("first", "l1", "r1", "l2"):
        story.complete(call)
    story.fail("last")
    return story


def test_causal_order_undoes_branches_side_by_side_and_before_what_preceded_them() -> None:
    story = through_the_fork()
    assert in_flight(story) == {"undo-l2", "undo-r1"}
    story.complete("undo-l2")
    assert in_flight(story) == {"undo-l1", "undo-r1"}
    story.complete("undo-l1")
    story.complete("undo-r1")
    assert in_flight(story) == {"undo-first"}
    story.play()
    assert story.saga == "compensated"


def test_sequential_order_is_strictly_the_reverse_of_completion() -> None:
    story = through_the_fork("sequential").play()
    assert story.calls[5:] == ["undo-l2", "undo-r1", "undo-l1", "undo-first"]


def test_parallel_order_undoes_all_at_once() -> None:
    assert in_flight(through_the_fork("parallel")) == {"undo-first", "undo-l1", "undo-l2", "undo-r1"}


def test_a_stuck_undo_blocks_only_what_must_follow_it() -> None:
    story = through_the_fork()
    exhaust(story, "undo-r1")
    assert (story.saga, in_flight(story)) == ("stuck", {"undo-l2"})
    story.complete("undo-l2")
    story.complete("undo-l1")
    assert (story.status, in_flight(story)) == ("suspended", set())
    story.tell(c.Resolve(at=story.now, run=next(iter(story.instance.blocked)), action="skip", reason="gone"))
    assert in_flight(story) == {"undo-first"}


@pytest.mark.parametrize(
    ("settle", "undone"),
    [("complete", ["undo-r1", "undo-first"]), ("none", ["undo-first"]), ("unknown", ["undo-r1", "undo-first"])],
)
def test_nothing_is_undone_before_what_is_in_flight_has_settled(settle: str, undone: list[str]) -> None:
    story = Story(FORK).start({})
    story.complete("first")
    story.fail("l1")
    assert (story.saga, in_flight(story)) == ("compensating", {"r1"})
    if settle == "complete":
        story.complete("r1")
    else:
        story.fail("r1", refused(outcome=Outcome(settle)))
    story.play()
    assert story.calls[3:] == undone
    assert story.saga == "compensated"


def test_what_does_not_settle_in_time_is_of_unknown_outcome() -> None:
    story = Story(FORK).start({})
    story.complete("first")
    story.fail("l1")
    story.advance(story.plan.limits.settle_ms_max)
    assert in_flight(story) == {"undo-r1"}


COMPETE = """
do:
- f:
    fork:
      compete: true
      branches:
      - slow: {do: [{s1: {call: s1, compensate: {do: [{u: {call: undo-s1}}]}}}, {s2: {call: s2}}]}
      - quick: {call: quick, compensate: {do: [{u: {call: undo-quick}}]}}
- after: {call: after}
"""


def test_the_losers_of_a_competition_are_undone_when_the_winner_is_known() -> None:
    story = Story(COMPETE).start({})
    story.complete("s1")
    story.complete("quick", "won")
    assert in_flight(story) == {"undo-s1"}
    story.complete("undo-s1")
    assert story.effect_of("after").input == "won"
    story.fail("after")
    assert in_flight(story) == {"undo-quick"}


def test_a_competition_that_times_out_while_its_losers_are_undone_leaves_nothing_half_undone() -> None:
    text = COMPETE.replace("- f:\n", "- f:\n    timeout: {after: PT1S}\n").replace(
        "- after: {call: after}", "- after: {set: {done: true}}"
    )
    story = Story("do:\n- t:\n    try:" + nested(text.partition("do:")[2]) + "    catch: {}\n").start({})
    story.complete("s1")
    story.complete("quick")
    story.advance(1_000)
    assert (story.status, in_flight(story)) == ("running", {"undo-s1"})
    story.complete("undo-s1")
    assert story.status == "completed"


def test_a_duplicate_trigger_undoes_once() -> None:
    story = through_the_fork()
    for command in (c.Cancel(at=story.now), c.Compensate(at=story.now), c.Cancel(at=story.now)):
        assert story.tell(command) == []
    story.play()
    assert sorted(story.calls[5:]) == ["undo-first", "undo-l1", "undo-l2", "undo-r1"]


def completed(window: int | None, parent: str | None = None) -> Story:
    story = Story(SAGA)
    story.plan.saga.compensable_for = window
    story.tell(c.Start(at=story.now, id="i", input={"n": 1}, parent=parent))
    for call in ("a", "b", "c"):
        story.complete(call, {"n": call})
    assert story.status == "completed"
    return story


def test_a_late_compensation_within_its_window_undoes_and_keeps_the_output() -> None:
    story = completed(10_000)
    story.tell(c.Compensate(at=story.now + 9_000, reason="customer"))
    assert (story.status, story.saga) == ("running", "compensating")
    story.play()
    assert (story.output, story.saga, story.calls[3:]) == ({"n": "c"}, "compensated", ["undo-b", "undo-a"])
    assert story.tell(c.Compensate(at=story.now)) == []


@pytest.mark.parametrize(("window", "after"), [(None, 0), (10_000, 10_001)])
def test_a_late_compensation_outside_its_window_changes_nothing(window: int | None, after: int) -> None:
    story = completed(window)
    assert story.tell(c.Compensate(at=story.now + after)) == []


def test_a_parent_may_have_its_child_undone_at_any_time() -> None:
    story = completed(None, parent="p#1")
    story.tell(c.Compensate(at=story.now, trigger="fault", by_parent=True))
    story.play()
    assert story.calls[3:] == ["undo-b", "undo-a"]


def test_abandon_ends_even_an_undo() -> None:
    story = run_to_c()
    story.fail("c")
    story.tell(c.Cancel(at=story.now, abandon=True))
    assert (story.status, in_flight(story)) == ("cancelled", set())


def test_a_competition_inside_a_losing_branch_hands_its_undo_over() -> None:
    text = """
do:
- outer:
    fork:
      compete: true
      branches:
      - inner:
          fork:
            compete: true
            branches:
            - a: {call: a, compensate: {do: [{u: {call: undo-a}}]}}
            - b: {call: b}
      - c: {call: c}
- z: {call: z}
"""
    story = Story(text).start({})
    for call in ("b", "c", "a", "undo-a", "z"):
        story.complete(call)
    assert (story.status, story.calls.count("undo-a")) == ("completed", 1)


def test_an_undo_that_runs_in_circles_fails_and_waits_for_a_person() -> None:
    text = (
        "do:\n- a: {call: a, compensate: {do: [{u: {set: {x: 1}, then: u}}],"
        " retry: {limit: {attempt: {count: 1}}}}}\n- b: {call: b}\n"
    )
    story = Story(text, limits=Limits(undo_steps_max=30, transition_steps_max=10)).start({})
    story.complete("a")
    story.fail("b")
    story.play()
    assert (story.status, story.saga) == ("suspended", "stuck")
    assert "undo_steps_max" in next(iter(story.instance.blocked.values()))["detail"]
