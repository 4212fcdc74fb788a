"""try, retry, timeouts, waits, suspension, cancellation."""

from __future__ import annotations

import pytest
from story import Story, refused

from counterpoint.kernel import commands as c
from counterpoint.kernel.effects import Timer

TRY = "do: [{t: {try: [{a: {call: f}}], catch: %s}}]"


def attempts(story: Story) -> list[int]:
    return [effect.attempt for effect in story.invoked]


def test_a_caught_error_without_do_or_retry_is_swallowed() -> None:
    story = Story(TRY % "{}").start({"in": 1})
    story.fail("f")
    assert story.output == {"in": 1}


@pytest.mark.parametrize(
    ("filter", "caught"),
    [
        ("{status: 422}", True),
        ("{status: 500}", False),
        ("{type: 'https://serverlessworkflow.io/spec/1.0.0/errors/communication'}", True),
        ("{type: 'https://open-workflow-specification.org/dsl/errors/types/communication', status: 422}", True),
        ("{instance: /do/0/t/try/0/a}", True),
    ],
)
def test_errors_with_is_static_equality(filter: str, caught: bool) -> None:
    story = Story(TRY % f"{{errors: {{with: {filter}}}}}").start()
    story.fail("f")
    assert story.status == ("completed" if caught else "faulted")


@pytest.mark.parametrize(
    ("rule", "caught"),
    [
        ("when: '.status == 422'", True),
        ("when: '$error.status == 1'", False),
        ("exceptWhen: '$e.status == 422', as: e", False),
    ],
)
def test_when_and_except_when_see_the_error(rule: str, caught: bool) -> None:
    story = Story(TRY % f"{{{rule}}}").start()
    story.fail("f")
    assert story.status == ("completed" if caught else "faulted")


def test_count_is_the_number_of_retries_after_the_first_try() -> None:
    story = Story(TRY % "{retry: {delay: {seconds: 1}, limit: {attempt: {count: 2}}}}").start().play(_refuse)
    assert story.status == "faulted"
    assert attempts(story) == [1, 2, 3]


def _refuse(effect: object) -> None:
    raise refused()


@pytest.mark.parametrize(
    ("backoff", "waits"),
    [("constant", [1000, 1000, 1000]), ("linear", [1000, 2000, 3000]), ("exponential", [1000, 2000, 4000])],
)
def test_backoffs(backoff: str, waits: list[int]) -> None:
    story = Story(TRY % f"{{retry: {{delay: PT1S, backoff: {{{backoff}: {{}}}}, limit: {{attempt: {{count: 3}}}}}}}}")
    story.start()
    found = []
    for _ in waits:
        story.fail("f")
        (timer,) = story.owed(Timer)
        found.append(timer.due - story.now)
        story.fire(timer)
    assert found == waits


def test_jitter_comes_from_the_seed() -> None:
    text = TRY % "{retry: {delay: PT1S, jitter: {from: {milliseconds: 0}, to: {seconds: 10}}}}"

    def delay(seed: int) -> int:
        story = Story(text, seed=seed).start()
        story.fail("f")
        (timer,) = story.owed(Timer)
        return int(timer.due - story.now)

    assert delay(1) == delay(1)
    assert len({delay(seed) for seed in range(20)}) > 10
    assert all(1_000 <= delay(seed) <= 11_000 for seed in range(20))


def test_retries_keep_the_idempotency_key() -> None:
    story = Story(TRY % "{retry: {delay: PT1S, limit: {attempt: {count: 2}}}}").start().play(_refuse)
    assert len({effect.key for effect in story.invoked}) == 1


def test_when_retries_are_used_up_do_runs_once() -> None:
    text = TRY % "{retry: {limit: {attempt: {count: 1}}}, as: e, do: [{h: {set: {handled: '${ $e.status }'}}}]}"
    assert Story(text).start().play(_refuse).output == {"handled": 422}


def test_an_attempt_that_lasts_too_long_is_a_timeout_error_and_may_be_retried() -> None:
    text = TRY % "{errors: {with: {status: 408}}, retry: {limit: {attempt: {count: 1, duration: PT5S}}}}"
    story = Story(text).start()
    story.advance(5_000)
    assert story.effect_of("f").attempt == 2
    story.advance(5_000)
    assert story.error["status"] == 408


def test_retrying_stops_when_the_whole_would_last_too_long() -> None:
    story = Story(TRY % "{retry: {delay: PT10S, limit: {duration: PT25S}}}").start().play(_refuse)
    assert story.status == "faulted"
    assert attempts(story) == [1, 2, 3]


def test_an_error_in_the_handler_goes_on() -> None:
    text = TRY % "{do: [{h: {raise: {error: {type: handler, status: 500}}}}]}"
    story = Story(text).start()
    story.fail("f")
    assert story.error["type"] == "handler"


def test_a_wait_lasts_as_long_as_it_says() -> None:
    story = Story("do: [{w: {wait: {seconds: 3}}}]").start({"x": 1})
    story.advance(2_999)
    assert story.status == "waiting"
    story.advance(1)
    assert story.output == {"x": 1}


def test_a_task_that_times_out_has_an_unknown_outcome() -> None:
    undo = "{do: [{u: {call: u, with: {o: '${ $compensation.outcome }'}}}]}"
    text = f"do: [{{a: {{call: f, timeout: {{after: PT2S}}, compensate: {undo}}}}}]"
    story = Story(text).start()
    story.advance(2_000)
    assert story.effect_of("u").arguments == {"o": "unknown"}
    story.complete("u")
    assert story.error["status"] == 408


def test_the_workflow_times_out() -> None:
    story = Story("timeout: {after: PT1M}\ndo: [{w: {wait: PT1H}}]").start()
    story.advance(60_000)
    assert story.error["type"].endswith("/timeout")


def test_while_suspended_nothing_new_starts_and_no_timer_counts() -> None:
    story = Story("do: [{a: {call: f}}, {w: {wait: PT1S}}, {b: {call: g}}]").start()
    story.tell(c.Suspend(at=story.now))
    story.complete("f")
    assert (story.status, story.owed(Timer)) == ("suspended", [])
    story.tell(c.Resume(at=story.now))
    story.tell(c.Continue(at=story.now))
    story.tell(c.Suspend(at=story.now))
    story.advance(10_000)
    assert story.status == "suspended"
    story.tell(c.Resume(at=story.now))
    story.advance(0)
    assert story.effect_of("g")


def test_an_answer_that_comes_twice_or_too_late_changes_nothing() -> None:
    story = Story("do: [{a: {call: f}}, {b: {call: g}}]").start()
    effect = story.effect_of("f")
    story.complete("f")
    assert story.tell(c.EffectCompleted(at=story.now, run=effect.run, output="again")) == []
    assert story.tell(c.TimerFired(at=story.now, run=effect.run, timer="timeout")) == []
    story.complete("g")
    assert story.tell(c.Cancel(at=story.now)) == []
