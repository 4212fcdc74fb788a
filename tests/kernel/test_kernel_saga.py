"""compensate in sequences: armed before dispatch, reverse order, snapshots, keys, retries."""

from __future__ import annotations

import pytest
from saga_documents import SAGA, nested, run_to_c, step
from story import Story, refused

from counterpoint.kernel import commands as c
from counterpoint.kernel.effects import Timer
from counterpoint.values.problem import Outcome


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


def test_a_workflow_may_decline_to_undo() -> None:
    text = SAGA
    story = Story(text)
    story.plan.saga.on_fault = False
    story.start({"n": 1})
    story.complete("a")
    story.fail("b")
    assert (story.status, story.calls) == ("faulted", ["a", "b"])


def test_an_undo_that_names_a_function_of_the_document_has_the_key_of_the_undo() -> None:
    story = Story("use: {functions: {back: {call: refund}}}\ndo: [{a: {call: a, compensate: back}}, {b: {call: b}}]")
    story.start()
    story.complete("a")
    story.fail("b")
    assert story.effect_of("refund").key == "i:/do/0/a:undo"
