"""What is begun anew: keys, the log, and what earlier attempts may have done. Each was found by the simulator."""

from __future__ import annotations

from story import Story, refused

from counterpoint.kernel import commands as c
from counterpoint.kernel.effects import Invoke, Proceed
from counterpoint.plan.model import Limits
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


INTERRUPTED = """
do:
- careful:
    try:
    - side:
        fork:
          branches:
          - a: {call: a, compensate: {do: [{u: {call: undo-a}}]}}
          - b: {call: b}
    catch: {do: [{note: {set: {n: 1}}}]}
- later:
    fork:
      branches:
      - c: {call: c, compensate: {do: [{u: {call: undo-c}}]}}
      - d: {call: d, compensate: {do: [{u: {call: undo-d}}]}}
- last: {call: last}
"""


def test_what_was_interrupted_is_undone_where_its_task_stood_however_late_it_completed() -> None:
    story = Story(INTERRUPTED).start()
    story.fail("b")
    story.complete("c")
    story.complete("a")  # it was interrupted when b failed, and is answered only now
    story.complete("d")
    story.fail("last")
    assert {each.function for each in story.owed(Invoke)} == {"undo-c", "undo-d"}


def test_a_fault_that_undoes_nothing_forgets_no_effect_in_flight() -> None:
    text = "do: [{f: {fork: {branches: [{a: {call: a, compensate: {do: [{u: {call: ua}}]}}}, {b: {call: b}}]}}}]"
    story = Story(text)
    story.plan.saga.on_fault = False
    story.start()
    story.fail("b")
    assert story.status == "faulted"
    assert [(entry.state.value, entry.outcome) for entry in story.instance.log.values()] == [("due", "unknown")]


def test_what_waited_longest_to_start_hides_nothing_from_the_block_that_is_undone() -> None:
    """Tasks that one transition leaves to the next are armed later than others whose runs are newer."""
    text = """
do:
- f:
    fork:
      branches:
      - t:
          try:
          - a: {call: a, compensate: {do: [{u: {call: undo-a}}]}}
          - b: {call: b}
          catch: {compensate: true}
      - g: {do: [{x: {call: x, compensate: {do: [{u: {call: undo-x}}]}}}]}
"""
    story = Story(text, limits=Limits(transition_steps_max=2)).start()
    while story.owed(Proceed):
        story.tell(c.Continue(at=story.now))
    story.complete("a")
    story.complete("x")
    while story.owed(Proceed):
        story.tell(c.Continue(at=story.now))
    story.fail("b")
    assert [each.function for each in story.owed(Invoke)] == ["undo-a"]
