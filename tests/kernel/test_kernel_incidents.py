"""Points of no return and undos that are stuck: what waits for a person, and what a person may do."""

from __future__ import annotations

import pytest
from saga_documents import SAGA, exhaust, run_to_c, step
from story import Story

from counterpoint.kernel import commands as c

PIVOT = "do:" + step("a") + "- p: {call: p, saga: pivot}\n- c: {call: c}\n"


def past_the_pivot() -> Story:
    story = Story(PIVOT).start({"n": 1})
    story.complete("a")
    story.complete("p")
    return story


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


def test_after_a_pivot_not_even_a_timeout_undoes() -> None:
    story = Story("timeout: {after: PT1H}\n" + PIVOT).start({"n": 1})
    story.complete("a")
    story.complete("p")
    story.advance(3_600_000)
    assert (story.status, story.calls) == ("faulted", ["a", "p"])
