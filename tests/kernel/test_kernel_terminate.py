"""The forced end: nothing is undone, nothing stays owed, whatever state it comes in."""

from __future__ import annotations

import pytest
from saga_documents import exhaust, run_to_c
from story import Story

from counterpoint.kernel import commands as c
from counterpoint.kernel import events as e
from counterpoint.plan.model import Limits


def going_forward() -> Story:
    return run_to_c()


def suspended() -> Story:
    story = run_to_c()
    story.tell(c.Suspend(at=story.now))
    return story


def undoing() -> Story:
    story = run_to_c()
    story.fail("c")
    assert story.saga == "compensating"
    return story


def stuck() -> Story:
    story = undoing()
    exhaust(story, "undo-b")
    assert story.saga == "stuck"
    return story


def settling() -> Story:
    story = run_to_c()
    story.tell(c.Cancel(at=story.now))
    return story


@pytest.mark.parametrize("given", [going_forward, suspended, undoing, stuck, settling])
def test_whatever_it_is_at_it_ends_and_owes_nothing(given) -> None:
    story = given()
    before = len(story.invoked)
    events = story.tell(c.Terminate(at=story.now, reason="it loops"))
    assert events[-1] == e.InstanceCancelled("it loops", terminated=True)
    assert not any(isinstance(each, e.UndoStarted | e.CompensationStarted) for each in events)
    assert (story.status, story.instance.reason, story.instance.terminated) == ("cancelled", "it loops", True)
    story.play()
    assert len(story.invoked) == before
    assert story.tell(c.Terminate(at=story.now)) == []


def test_what_was_being_undone_is_told_as_left() -> None:
    story = stuck()
    story.tell(c.Terminate(at=story.now))
    assert [each["task"] for each in story.instance.left] == ["/do/1/b"]


def test_it_ends_one_whose_history_has_reached_its_limit_without_undoing() -> None:
    story = Story("do:\n- a: {call: a, compensate: {do: [{u: {call: undo-a}}]}}\n- b: {call: b}\n",
                  limits=Limits(transitions_max=2)).start()  # fmt: skip
    story.complete("a")
    story.tell(c.Terminate(at=story.now))
    assert (story.status, story.saga, story.calls) == ("cancelled", None, ["a"])


def test_reasons_stay_in_the_history() -> None:
    story = suspended()
    assert story.tell(c.Resume(at=story.now, reason="mended"))[0] == e.InstanceResumed("mended")
    stuck_one = stuck()
    (resolved, *_) = stuck_one.tell(c.Retry(at=stuck_one.now, reason="the bank is back"))
    assert isinstance(resolved, e.IncidentResolved)
    assert resolved.reason == "the bank is back"
