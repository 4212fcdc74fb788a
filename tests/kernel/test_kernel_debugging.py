"""Instances that are held: what is stepped happens, nothing else does, and they end as they would have ended."""

from __future__ import annotations

from typing import Any

import pytest
from composer import Chaos, Composer
from saga_documents import SAGA, run_to_c
from saga_documents import step as undoable
from stepping import OWNER, at, go, happened, held, points, step
from story import Story, picture

from counterpoint.errors import InvalidDocument
from counterpoint.kernel import commands as c
from counterpoint.kernel import events as e
from counterpoint.kernel.cloning import clone
from counterpoint.kernel.effects import Invoke, Timer
from counterpoint.plan.model import Limits
from counterpoint.values.problem import Outcome, Problem

SEEDS = range(90)
TWO = "do:\n- a: {call: a, with: {n: '${ .n }'}}\n- b: {call: b, with: {n: '${ .n }'}}\n"
CAUGHT = "do:\n- guard:\n    try:\n    - a: {call: a}\n    catch: {do: [{mend: {set: {mended: true}}}]}\n"
PIVOT = "do:" + undoable("a") + "- p: {call: p, saga: pivot}\n- c: {call: c}\n"


def released(story: Story) -> Story:
    story.tell(c.Release(at=story.now))
    return story


def problem(detail: str = "injected") -> Problem:
    return Problem.standard("communication", detail)


def names(story: Story) -> list[str]:
    return [type(event).__name__ for _, events in story.history for event in events]


def test_an_instance_that_starts_held_has_started_nothing() -> None:
    story = held(TWO, {"n": 1})
    assert (at(story), story.owed(Invoke), story.status) == (["a"], [], "running")


def test_a_step_starts_one_task_and_what_follows_it_waits() -> None:
    story = held(TWO, {"n": 1})
    step(story)
    assert [each.function for each in story.owed(Invoke)] == ["a"]
    story.complete("a", {"n": 2})
    assert (at(story), story.owed(Invoke)) == (["b"], [])


def test_released_it_goes_on_as_if_nothing_had_been() -> None:
    story = released(held(TWO, {"n": 1})).play()
    assert story.calls == ["a", "b"]
    assert story.output == {"n": 1}


def test_an_instance_at_work_may_be_held_and_what_is_in_flight_comes_back() -> None:
    story = Story(TWO).start({"n": 1})
    story.tell(c.Hold(at=story.now, owner=OWNER))
    story.complete("a", {"n": 2})
    assert (at(story), story.instance.hold) == (["b"], OWNER)


def test_another_owner_takes_over_and_the_same_one_changes_nothing() -> None:
    story = held(TWO)
    assert story.tell(c.Hold(at=story.now, owner=OWNER)) == []
    story.tell(c.Hold(at=story.now, owner="bob"))
    assert story.instance.hold == "bob"


@pytest.mark.parametrize(
    "command",
    [c.Step(at=1_000, run=99), c.Continue(at=1_000), c.Edit(at=1_000, run=99, what="data", value=1)],
    ids=["no such run", "continue", "edit of no run"],
)
def test_what_is_not_ready_cannot_be_stepped(command: Any) -> None:
    assert held(TWO).tell(command) == []


def test_nobody_steps_what_nobody_holds_or_what_is_suspended() -> None:
    story = Story(TWO, limits=Limits(transition_steps_max=1)).start({"n": 1})
    assert story.tell(c.Step(at=story.now, run=1)) == []
    assert story.tell(c.Release(at=story.now)) == []
    suspended = held(TWO, {"n": 1})
    suspended.tell(c.Suspend(at=suspended.now))
    assert step(suspended) == []
    suspended.tell(c.Resume(at=suspended.now))
    assert (at(suspended), suspended.owed(Invoke)) == (["a"], [])


def test_an_error_waits_before_it_is_handled() -> None:
    story = held(CAUGHT)
    step(story)
    step(story)
    story.fail("a")
    assert at(story) == ["a"]
    assert "ErrorCaught" not in names(story)
    step(story)
    assert at(story) == ["mend"]
    step(story)
    assert story.output == {"mended": True}


def test_an_error_within_a_decision_waits_too() -> None:
    story = held("do:\n- bad: {set: {x: '${ .a.b.c }'}}\n", {"a": 1})
    step(story)
    assert (at(story), names(story)[-1]) == (["bad"], "FaultHeld")
    step(story)
    assert story.error["instance"] == "/do/0/bad"


def test_a_task_may_be_failed_without_acting() -> None:
    story = held(CAUGHT)
    step(story)
    step(story, problem=problem())
    assert (story.calls, story.owed(Invoke), at(story)) == ([], [], ["mend"])
    assert "FaultInjected" in names(story)


def test_a_failed_saga_is_undone_stepwise_but_for_what_never_acted() -> None:
    story = held(SAGA, {"n": 1})
    step(story)
    story.complete("a", {"n": 2})
    step(story, problem=problem())
    assert (story.saga, at(story), story.owed(Invoke)) == ("compensating", ["undo"], [])
    step(story)
    story.complete("undo-a")
    assert (story.status, story.saga) == ("faulted", "compensated")


def test_a_task_may_be_given_its_output_without_acting_and_leaves_nothing_to_undo() -> None:
    story = held(SAGA, {"n": 1})
    step(story, output=({"n": 7},))
    step(story)
    assert story.effect_of("b").arguments == {"n": 7}
    story.complete("b")
    step(story)
    story.fail("c")
    step(story)
    assert list(story.instance.log) == [2]
    assert "OutputInjected" in names(story)


def test_an_error_may_be_replaced_by_an_output_and_what_may_have_happened_can_be_undone() -> None:
    story = held(SAGA, {"n": 1})
    step(story)
    effect = story.effect_of("a")
    story.tell(c.EffectFailed(at=story.now, run=effect.run, problem=problem(), outcome=Outcome.UNKNOWN))
    step(story, output=({"n": 3},))
    assert (at(story), [entry.state.value for entry in story.instance.log.values()]) == (["b"], ["due"])


def test_an_interrupted_error_is_not_forgotten_where_its_effect_may_have_happened() -> None:
    story = held(SAGA, {"n": 1})
    step(story)
    effect = story.effect_of("a")
    story.tell(c.EffectFailed(at=story.now, run=effect.run, problem=problem(), outcome=Outcome.UNKNOWN))
    story.tell(c.Cancel(at=story.now))
    assert (story.saga, at(story)) == ("compensating", ["undo"])


def test_data_and_context_may_be_edited_before_they_flow_on() -> None:
    text = "do:\n- a: {call: a, with: {n: '${ .n }', c: '${ $context.k }'}}\n"
    story = held(text, {"n": 1})
    run = points(story.instance)[0]
    story.tell(c.Edit(at=story.now, run=run, what="data", value={"n": 5}))
    story.tell(c.Edit(at=story.now, run=run, what="context", value={"k": 6}))
    step(story)
    assert story.effect_of("a").arguments == {"n": 5, "c": 6}
    story.check_twin()


def test_a_retry_after_a_pivot_waits_to_be_stepped() -> None:
    story = held(PIVOT, {"n": 1})
    for name in ("a", "p", "c"):
        step(story)
        if name != "c":
            story.complete(name)
    story.fail("c")
    step(story)  # its error is handled: it is tried again later
    story.fire(story.owed(Timer)[0])
    assert (at(story), story.owed(Invoke)) == (["c"], [])
    step(story)
    story.complete("c", "done")
    assert story.output == "done"


def test_a_person_may_retry_what_is_stuck_with_other_input_and_step_it() -> None:
    story = held(PIVOT, {"n": 1})
    for name in ("a", "p"):
        step(story)
        story.complete(name)
    step(story)
    for _ in range(40):
        if story.instance.stuck:
            break
        if points(story.instance):
            step(story)
        elif story.owed(Timer):
            story.fire(story.owed(Timer)[0])
        else:
            story.fail("c")
    story.tell(c.Resolve(at=story.now, run=next(iter(story.instance.stuck)), action="retry", input=({"other": 1},)))
    assert (at(story), story.owed(Invoke)) == (["c"], [])
    released(story)
    story.tell(c.Continue(at=story.now))
    assert story.effect_of("c").input == {"other": 1}


def test_undoing_that_is_under_way_may_be_stepped() -> None:
    story = run_to_c()
    story.tell(c.Hold(at=story.now, owner=OWNER))
    story.fail("c")
    assert at(story) == ["c"]
    step(story)
    assert (at(story), story.owed(Invoke)) == (["undo"], [])


def test_what_ends_is_held_no_longer() -> None:
    story = held(TWO)
    story.tell(c.Cancel(at=story.now, abandon=True))
    assert (story.status, story.instance.hold) == ("cancelled", None)


def stories() -> list[tuple[Story, Story]]:
    """Each random document run, and stepped to its end."""
    pairs = []
    for seed in SEEDS:
        text = Composer(seed).document()
        ran = go(Story(text).start({"seed": seed}))
        if ran.instance.over:
            pairs.append((ran, go(held(text, {"seed": seed}), moves=2_000)))
    assert len(pairs) > len(SEEDS) * 0.8
    return pairs


def test_stepping_to_the_end_gives_the_same_history_as_running_but_for_time() -> None:
    seen: set[str] = set()
    for ran, stepped in stories():
        assert happened(stepped) == happened(ran)
        stepped.check_twin()
        seen.update(names(stepped))
    assert {"FaultHeld", "UndoStarted", "RetryScheduled", "ErrorCaught", "InstanceFaulted"} <= seen


class Meddler(Chaos):
    """Chaos, and somebody who debugs."""

    def step(self, story: Story) -> bool:
        instance, at = story.instance, story.now
        chosen = [*points(instance), instance.last_run]
        run = self.random.choice(chosen)
        odds = self.random.random()
        if odds < 0.03:
            story.tell(c.Hold(at=at, owner=self.random.choice(["ada", "bob"])))
        elif odds < 0.05:
            story.tell(c.Release(at=at))
        elif instance.hold is not None and odds < 0.5:
            output = ({"given": run},) if self.random.random() < 0.1 else None
            failed = problem() if self.random.random() < 0.1 else None
            story.tell(c.Step(at=at, run=run, output=output, problem=failed))
        elif instance.hold is not None and odds < 0.53:
            what = self.random.choice(["data", "context"])
            story.tell(c.Edit(at=at, run=run, what=what, value=self.data({"edited": run})))
        elif not super().step(story):
            if instance.over or not points(instance):
                return False
            story.tell(c.Release(at=at))
        return True


def meddled(seed: int) -> Story | None:
    try:
        story = Story(Composer(seed, wild=0.1 if seed % 3 == 0 else 0.0).document(), limits=Limits(steps_max=2_000))
    except InvalidDocument:
        return None
    chaos = Meddler(seed, hostile=seed % 3 == 0)
    story.tell(c.Start(at=story.now, id="i", input={}, seed=1, hold=None if seed % 2 else OWNER))
    for _ in range(500):
        if story.instance.over or not chaos.step(story):
            break
    return story


def test_whatever_is_debugged_however_its_state_is_sound_and_is_what_its_history_says() -> None:
    """Invariants are asserted at each command."""
    ended = 0
    for seed in SEEDS:
        story = meddled(seed)
        if story is None:
            continue
        story.check_twin()
        assert picture(clone(story.instance)) == picture(story.instance)
        ended += story.instance.over
    assert ended > len(SEEDS) * 0.5


def test_while_an_instance_is_held_no_effect_comes_to_be_owed_but_by_a_step() -> None:
    for seed in SEEDS:
        story = meddled(seed)
        if story is None:
            continue
        hold, stepping = False, False
        for _, events in story.history:
            for event in events:
                if isinstance(event, e.InstanceHeld):
                    hold = True
                elif isinstance(event, e.InstanceReleased):
                    hold = False
            started = [event for event in events if isinstance(event, e.TaskStarted)]
            stepping = len(started) <= 1
            assert not hold or stepping or any(isinstance(each, e.InstanceHeld) for each in events)
