"""What is begun anew: keys, the log, and what earlier attempts may have done. Each was found by the simulator."""

from __future__ import annotations

from story import Story, refused

from counterpoint.kernel import commands as c
from counterpoint.values.problem import Outcome

UNKNOWN = refused(outcome=Outcome.UNKNOWN)
BUSY = refused("busy", 503)

IN_VAIN = """
do:
- t:
    try:
    - a:
        call: a
        compensate: {do: [{u: {call: undo-a}}], onFailure: continue, retry: {limit: {attempt: {count: 0}}}}
    - b: {call: b}
    catch: {retry: {delay: PT1S, limit: {attempt: {count: 1}}}, betweenAttempts: compensate}
"""
NESTED = """
do:
- outer:
    try:
    - inner:
        try:
        - a: {call: a, compensate: {do: [{u: {call: undo-a}}]}}
        - b: {call: b}
        catch: {retry: {delay: PT1S, limit: {attempt: {count: 1}}}, betweenAttempts: keep}
    catch: {retry: {delay: PT1S, limit: {attempt: {count: 1}}}, betweenAttempts: compensate}
"""
PIVOT = """
do:
- p: {call: p, saga: pivot}
- a: {call: a, compensate: {do: [{u: {call: undo-a}}]}}
"""
TRY_AFTER_PIVOT = """
do:
- p: {call: p, saga: pivot}
- t:
    try: [{a: {call: a}}]
    catch: {retry: {delay: PT1S, limit: {attempt: {count: 1}}}}
"""


def key_of(story: Story, function: str) -> str:
    return str(story.effect_of(function).key)


def test_an_effect_whose_undo_was_tried_in_vain_is_done_anew_with_a_key_of_its_own() -> None:
    story = Story(IN_VAIN).start()
    story.complete("a")
    story.fail("b")
    story.fail("undo-a", UNKNOWN)
    story.advance(1_000)
    assert key_of(story, "a") == "i:/do/0/t/try/0/a:^2"


def test_an_effect_is_done_anew_in_a_block_inside_of_the_block_that_is_repeated() -> None:
    story = Story(NESTED).start()
    story.complete("a")
    story.fail("b")
    story.advance(1_000)
    assert key_of(story, "a") == "i:/do/0/outer/try/0/inner/try/0/a"
    story.complete("a")
    story.fail("b")
    story.complete("undo-a")
    story.advance(1_000)
    assert key_of(story, "a") == "i:/do/0/outer/try/0/inner/try/0/a:^2"


def test_after_a_pivot_an_attempt_of_unknown_outcome_is_not_forgotten_by_the_next() -> None:
    story = Story(PIVOT).start()
    story.complete("p")
    story.fail("a", UNKNOWN)
    story.tell(c.Cancel(at=story.now))
    assert key_of(story, "undo-a") == "i:/do/1/a:undo"


def test_after_a_pivot_an_attempt_that_did_nothing_leaves_nothing_to_undo() -> None:
    story = Story(PIVOT).start()
    story.complete("p")
    story.fail("a")
    story.tell(c.Cancel(at=story.now))
    assert (story.status, story.instance.log) == ("cancelled", {})


def test_after_a_pivot_a_try_whose_retries_are_used_up_waits_for_a_person_in_the_end() -> None:
    story = Story(TRY_AFTER_PIVOT).start()
    story.complete("p")
    for _ in range(100):
        if story.instance.stuck:
            break
        story.fail("a", BUSY)
        story.advance(60_000)
    assert list(story.instance.stuck) == [2]
    story.tell(c.Retry(at=story.now))
    story.complete("a")
    assert story.status == "completed"
