"""compensate in sequences: armed before dispatch, reverse order, snapshots, keys, retries, incidents."""

from __future__ import annotations

import textwrap

import pytest
from story import Story, refused

from counterpoint.kernel import commands as c
from counterpoint.kernel.effects import Invoke, Timer
from counterpoint.values.problem import Outcome


def step(name: str, extra: str = "", undo: str = "") -> str:
    return f"""
- {name}:
    call: {name}
    with: {{n: '${{ .n }}'}}
    compensate:
      do:
      - undo:
          call: undo-{name}
          with: {{out: '${{ $compensation.output }}', key: '${{ $compensation.key }}'}}
      {undo}
    {extra}
"""


def nested(text: str) -> str:
    return textwrap.indent(text, "    ")


SAGA = "do:" + step("a") + step("b") + "- c: {call: c}\n"


def run_to_c(text: str = SAGA) -> Story:
    story = Story(text).start({"n": 1})
    story.complete("a", {"n": 2})
    story.complete("b", {"n": 3})
    return story


def test_a_happy_saga_undoes_nothing() -> None:
    story = run_to_c()
    story.complete("c", "fine")
    assert (story.output, story.saga, story.calls) == ("fine", None, ["a", "b", "c"])


def test_a_failure_undoes_what_completed_last_first_and_keeps_its_error() -> None:
    story = run_to_c()
    story.fail("c")
    assert (story.status, story.saga) == ("running", "compensating")
    story.play()
    assert story.calls[3:] == ["undo-b", "undo-a"]
    assert story.invoked[3].arguments == {"out": {"n": 3}, "key": "i:/do/1/b"}
    assert (story.error["status"], story.saga) == (422, "compensated")


@pytest.mark.parametrize(("outcome", "undone"), [(Outcome.NONE, []), (Outcome.UNKNOWN, ["undo-a"])])
def test_the_first_step_is_undone_only_if_it_may_have_happened(outcome: Outcome, undone: list[str]) -> None:
    story = Story(SAGA).start({"n": 1})
    story.fail("a", refused(outcome=outcome))
    story.play()
    assert story.calls[1:] == undone


def test_on_attempted_undoes_even_what_failed_for_certain() -> None:
    story = Story("do:" + step("a", undo="on: attempted")).start({"n": 1})
    story.fail("a")
    assert story.effect_of("undo-a")


@pytest.mark.parametrize(("answer", "undone"), [(True, True), (False, False), (None, True)])
def test_a_probe_decides_what_an_unknown_outcome_means(answer: object, undone: bool) -> None:
    story = Story("do:" + step("a", undo="probe: [{ask: {call: ask}}]")).start({"n": 1})
    story.fail("a", refused(outcome=Outcome.UNKNOWN))
    story.complete("ask", answer)
    story.play()
    assert ("undo-a" in story.calls) is undone
    assert story.saga == "compensated"


def test_an_undo_keeps_its_key_on_every_attempt() -> None:
    story = run_to_c()
    story.fail("c")
    story.fail("undo-b")
    (timer,) = story.owed(Timer)
    assert timer.due - story.now == 1_000
    story.fire(timer)
    assert [story.effect_of("undo-b").key, story.effect_of("undo-b").attempt] == ["i:/do/1/b:undo", 2]


def test_an_undo_that_fails_for_good_becomes_an_incident_and_can_be_retried() -> None:
    story = run_to_c()
    story.fail("c")
    for _ in range(9):
        story.fail("undo-b")
        story.fire(story.owed(Timer)[0])
    story.fail("undo-b")
    assert (story.status, story.saga, list(story.instance.blocked)) == ("suspended", "stuck", [2])
    story.tell(c.Retry(at=story.now))
    story.play()
    assert (story.error["status"], story.saga) == (422, "compensated")
    assert story.calls[-2:] == ["undo-b", "undo-a"]


def test_on_failure_continue_goes_on_and_reports_every_failure() -> None:
    text = (
        "do:"
        + step("a")
        + step("b", undo="onFailure: continue\n      retry: {limit: {attempt: {count: 0}}}")
        + "- c: {call: c}\n"
    )
    story = run_to_c(text)
    story.fail("c")
    story.fail("undo-b")
    story.play()
    assert [failure["task"] for failure in story.error["compensation"]] == ["/do/1/b"]
    assert story.calls[-1] == "undo-a"


def test_cancel_undoes_and_a_second_cancel_changes_nothing() -> None:
    story = run_to_c()
    story.tell(c.Cancel(at=story.now, reason="customer"))
    assert story.tell(c.Cancel(at=story.now)) == []
    story.play()
    assert (story.status, story.saga, story.instance.reason) == ("cancelled", "compensated", "customer")


def test_abandon_undoes_nothing() -> None:
    story = run_to_c()
    story.tell(c.Cancel(at=story.now, abandon=True))
    assert (story.status, story.saga, story.calls) == ("cancelled", None, ["a", "b"])


def test_cancel_reaches_a_suspended_instance() -> None:
    story = run_to_c()
    story.tell(c.Suspend(at=story.now))
    story.tell(c.Cancel(at=story.now))
    story.play()
    assert (story.status, story.calls[2:]) == ("cancelled", ["undo-b", "undo-a"])


def test_then_compensate_rolls_back_without_an_error() -> None:
    story = Story("do:" + step("a") + "- no: {set: {sorry: true}, then: compensate}\n").start({"n": 1})
    story.complete("a")
    story.play()
    assert (story.output, story.saga) == ({"sorry": True}, "compensated")


def test_an_undo_sees_snapshots_and_never_later_data() -> None:
    text = """
do:
- a:
    call: a
    export: {as: '{seen: 1}'}
    compensate:
      do:
      - u:
          call: undo
          with: {c: '${ $compensation.context }', i: '${ $compensation.input }', now: '${ $context }'}
          export: {as: '{changed: true}'}
- later: {set: {x: 2}, export: {as: '{seen: 2}'}}
- b: {call: b}
"""
    story = Story(text).start({"in": 1})
    story.complete("a")
    story.fail("b")
    assert story.effect_of("undo").arguments == {"c": {"seen": 1}, "i": {"in": 1}, "now": {"seen": 1}}
    story.play()
    assert story.instance.root.cell.context == {"seen": 2}


def test_each_iteration_is_undone_with_its_item() -> None:
    text = """
do:
- l:
    for: {each: x, at: k, in: '.xs'}
    do:
    - a:
        call: a
        compensate: {do: [{u: {call: undo, with: {x: '${ $compensation.item }', k: '${ $compensation.index }'}}}]}
- b: {call: b}
"""
    story = Story(text).start({"xs": ["p", "q"]})
    story.complete("a")
    story.complete("a")
    story.fail("b")
    story.play()
    assert [each.arguments for each in story.invoked[3:]] == [{"x": "q", "k": 1}, {"x": "p", "k": 0}]
    assert [each.key for each in story.invoked] == [
        "i:/do/0/l/do/0/a:0",
        "i:/do/0/l/do/0/a:1",
        "i:/do/1/b",
        "i:/do/0/l/do/0/a:1:undo",
        "i:/do/0/l/do/0/a:0:undo",
    ]


def test_a_composite_with_its_own_undo_replaces_its_childrens() -> None:
    undo = "    compensate: {do: [{u: {call: undo-whole}}]}\n"
    text = "do:\n- whole:\n    do:" + nested(step("a")) + undo + "- c: {call: c}\n"
    story = Story(text).start({"n": 1})
    story.complete("a")
    story.fail("c")
    story.play()
    assert story.calls[2:] == ["undo-whole"]


def test_a_caught_error_undoes_nothing_but_leaves_it_due() -> None:
    text = "do:\n- t:\n    try:" + nested(step("a")) + "    - bad: {call: bad}\n    catch: {}\n- c: {call: c}\n"
    story = Story(text).start({"n": 1})
    story.complete("a")
    story.fail("bad")
    assert story.calls == ["a", "bad"]
    story.fail("c")
    story.play()
    assert story.calls[3:] == ["undo-a"]


BLOCK = "do:\n- t:\n    try:" + nested(step("a")) + "    - bad: {call: bad}\n    catch: %s\n"


def test_catch_compensate_undoes_the_block_before_the_handler() -> None:
    story = Story(BLOCK % "{compensate: true, do: [{h: {call: handler}}]}").start({"n": 1})
    story.complete("a")
    story.fail("bad")
    assert story.effect_of("undo-a")
    story.complete("undo-a")
    story.complete("handler", "handled")
    assert story.output == "handled"


@pytest.mark.parametrize(("between", "calls"), [("compensate", ["undo-a", "a"]), ("keep", ["a"])])
def test_between_attempts(between: str, calls: list[str]) -> None:
    story = Story(BLOCK % f"{{betweenAttempts: {between}, retry: {{delay: PT1S, limit: {{attempt: {{count: 1}}}}}}}}")
    story.start({"n": 1})
    story.complete("a")
    story.fail("bad")
    if between == "compensate":
        story.complete("undo-a")
    story.fire(story.owed(Timer)[0])
    story.complete("a")
    assert story.calls[2:] == calls


PIVOT = "do:" + step("a") + "- p: {call: p, saga: pivot}\n- c: {call: c}\n"


def past_the_pivot() -> Story:
    story = Story(PIVOT).start({"n": 1})
    story.complete("a")
    story.complete("p")
    return story


def exhaust(story: Story, function: str) -> None:
    """Fail a call until nothing tries it again by itself."""
    story.fail(function)
    while story.owed(Timer):
        story.fire(story.owed(Timer)[0])
        story.fail(function)


def test_after_a_pivot_a_failure_is_retried_then_waits_for_a_person_and_undoes_nothing() -> None:
    story = past_the_pivot()
    exhaust(story, "c")
    assert (story.status, story.calls) == ("suspended", ["a", "p", *["c"] * 10])
    assert len({effect.key for effect in story.invoked[2:]}) == 1
    story.tell(c.Retry(at=story.now))
    story.complete("c", "done")
    assert story.output == "done"


def test_after_a_pivot_an_error_that_repetition_cannot_mend_waits_at_once() -> None:
    story = Story(PIVOT.replace("- c: {call: c}", "- c: {set: {x: '${ .a.b }'}}")).start({"n": 1})
    story.complete("a")
    story.complete("p", {"a": 1})
    assert story.status == "suspended"
    story.tell(c.Resolve(at=story.now, run=next(iter(story.instance.stuck)), action="done", input=({"x": 2},)))
    assert story.output == {"x": 2}


def test_a_stuck_task_may_be_retried_with_other_input() -> None:
    story = past_the_pivot()
    exhaust(story, "c")
    story.tell(c.Resolve(at=story.now, run=next(iter(story.instance.stuck)), action="retry", input=({"other": 1},)))
    assert story.effect_of("c").input == {"other": 1}


def test_before_the_pivot_completes_everything_is_undone() -> None:
    story = Story(PIVOT).start({"n": 1})
    story.complete("a")
    story.fail("p")
    story.play()
    assert story.calls[2:] == ["undo-a"]


def stuck_at_undo_b() -> Story:
    story = run_to_c()
    story.fail("c")
    exhaust(story, "undo-b")
    assert (story.status, story.saga) == ("suspended", "stuck")
    return story


@pytest.mark.parametrize(
    ("action", "calls", "left"),
    [("retry", ["undo-b", "undo-a"], []), ("done", ["undo-a"], []), ("skip", ["undo-a"], ["/do/1/b"])],
)
def test_what_a_person_may_do_about_a_stuck_undo(action: str, calls: list[str], left: list[str]) -> None:
    story = stuck_at_undo_b()
    before = len(story.invoked)
    story.tell(c.Resolve(at=story.now, run=2, action=action, reason="by hand"))
    story.play()
    assert (story.status, story.saga) == ("faulted", "compensated")
    assert story.calls[before:] == calls
    assert [each["task"] for each in story.instance.left] == left


def test_the_input_of_a_stuck_undo_may_be_edited() -> None:
    text = SAGA.replace("${ $compensation.output }", "${ . }")
    story = run_to_c(text)
    story.fail("c")
    exhaust(story, "undo-b")
    story.tell(c.Resolve(at=story.now, run=2, action="retry", input=("edited",)))
    assert story.effect_of("undo-b").arguments["out"] == "edited"


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


def in_flight(story: Story) -> set[str]:
    return {effect.function for effect in story.owed(Invoke)}


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
    story.tell(c.Compensate(at=story.now, trigger="fault"))
    story.play()
    assert story.calls[3:] == ["undo-b", "undo-a"]


def test_abandon_ends_even_an_undo() -> None:
    story = run_to_c()
    story.fail("c")
    story.tell(c.Cancel(at=story.now, abandon=True))
    assert (story.status, in_flight(story)) == ("cancelled", set())


def test_after_a_pivot_not_even_a_timeout_undoes() -> None:
    story = Story("timeout: {after: PT1H}\n" + PIVOT).start({"n": 1})
    story.complete("a")
    story.complete("p")
    story.advance(3_600_000)
    assert (story.status, story.calls) == ("faulted", ["a", "p"])


def test_a_workflow_may_decline_to_undo() -> None:
    text = SAGA
    story = Story(text)
    story.plan.saga.on_fault = False
    story.start({"n": 1})
    story.complete("a")
    story.fail("b")
    assert (story.status, story.calls) == ("faulted", ["a", "b"])
