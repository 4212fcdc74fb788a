"""What a `try` block that is attempted again means for the undo of what it did before."""

from __future__ import annotations

from story import Story, refused

from counterpoint.values.problem import Outcome

TRY = """\
do:
- t:
    try:
    - a: {call: a, compensate: {do: [{u: {call: undo-a, with: {outcome: '${ $compensation.outcome }'}}}]}}
    - b: {call: b}
    catch: {betweenAttempts: %s, retry: {delay: PT1S, limit: {attempt: {count: 2}}}}
- c: {call: c}
"""


def attempted_twice(between: str, first: Outcome | None, second: Outcome | None) -> Story:
    """Both attempts of `a` end as told (None: well), then `b` succeeds where it is reached and `c` fails."""
    story = Story(TRY % between).start()
    end(story, first)
    if between == "compensate":
        story.complete("undo-a")
    story.advance(1_000)
    end(story, second, b_fails=False)
    return story


def end(story: Story, outcome: Outcome | None, b_fails: bool = True) -> None:
    if outcome is not None:
        story.fail("a", refused(outcome=outcome))
        return
    story.complete("a", "done")
    if b_fails:
        story.fail("b")
    else:
        story.complete("b")
        story.fail("c")


def undos(story: Story) -> list[tuple[str, str]]:
    """The undos of `a` from now to the end: key and the outcome that they are told."""
    before = len(story.invoked)
    story.play()
    return [(each.key, each.arguments["outcome"]) for each in story.invoked[before:] if each.function == "undo-a"]


def test_an_effect_that_was_repeated_is_undone_once() -> None:
    assert undos(attempted_twice("keep", None, None)) == [("i:/do/0/t/try/0/a:undo", "completed")]


def test_an_effect_in_doubt_that_completes_when_repeated_is_undone_as_completed() -> None:
    assert undos(attempted_twice("keep", Outcome.UNKNOWN, None)) == [("i:/do/0/t/try/0/a:undo", "completed")]


def test_an_effect_that_completed_stays_so_when_its_repetition_is_in_doubt() -> None:
    story = attempted_twice("keep", None, Outcome.UNKNOWN)
    story.advance(1_000)
    end(story, Outcome.UNKNOWN)
    assert undos(story) == [("i:/do/0/t/try/0/a:undo", "completed")]


def test_an_effect_in_doubt_stays_so_when_its_repetition_did_nothing() -> None:
    story = attempted_twice("keep", Outcome.UNKNOWN, Outcome.NONE)
    story.advance(1_000)
    end(story, Outcome.NONE)
    assert undos(story) == [("i:/do/0/t/try/0/a:undo", "unknown")]


def test_an_effect_that_was_undone_is_another_when_it_is_done_anew() -> None:
    story = attempted_twice("compensate", None, None)
    assert undos(story) == [("i:/do/0/t/try/0/a:^2:undo", "completed")]
    assert [each.key for each in story.invoked if each.function == "a"] == [
        "i:/do/0/t/try/0/a",
        "i:/do/0/t/try/0/a:^2",
    ]
