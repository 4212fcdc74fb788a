"""What nobody should write, and what nobody should send: errors inside of rules, odd data, commands out of place."""

from __future__ import annotations

import pytest
from story import Story, refused

from counterpoint.errors import InvalidDocument
from counterpoint.kernel import commands as c
from counterpoint.kernel.effects import Invoke, Timer
from counterpoint.plan.model import Limits
from counterpoint.values.problem import Outcome, Problem

UNDONE = "compensate: {do: [{u: {call: u}}]}"
PIVOT = "- p: {call: p, saga: pivot}"


def test_a_catch_that_cannot_tell_whether_it_catches_does_not_after_a_pivot() -> None:
    story = Story(f"do:\n{PIVOT}\n- t: {{try: [{{a: {{call: f}}}}], catch: {{when: error}}}}").start()
    story.complete("p")
    story.fail("f", refused(status=400))
    assert not story.instance.over
    story.check_twin()


def test_an_attempt_limit_that_cannot_be_evaluated_ends_the_retries() -> None:
    retry = "{delay: PT1S, limit: {attempt: {duration: '${ $context.limit }'}}}"
    text = f"""
do:
- c: {{set: {{limit: PT9S}}, export: {{as: .}}}}
- t: {{try: [{{a: {{set: {{limit: 1}}, export: {{as: .}}}}}}, {{b: {{call: f}}}}], catch: {{retry: {retry}}}}}
"""
    story = Story(text).start()
    story.fail("f")
    story.advance(1_000)
    assert (story.error["type"].rpartition("/")[2], story.error["instance"]) == ("expression", "/do/1/t")


def test_no_retry_is_made_that_the_undo_between_attempts_has_made_too_late() -> None:
    retry = "{delay: PT1S, limit: {duration: PT5S}}"
    catch = f"{{betweenAttempts: compensate, retry: {retry}}}"
    story = Story(f"do: [{{t: {{try: [{{a: {{call: f, {UNDONE}}}}}, {{b: {{call: g}}}}], catch: {catch}}}}}]").start()
    story.complete("f")
    story.fail("g")
    story.advance(10_000)
    story.complete("u")
    assert story.error["instance"] == "/do/0/t/try/1/b"


def test_an_attempt_does_not_time_out_while_it_is_undone() -> None:
    catch = "{betweenAttempts: compensate, retry: {delay: PT1S, limit: {attempt: {count: 3, duration: PT1S}}}}"
    story = Story(f"do: [{{t: {{try: [{{a: {{call: f, {UNDONE}}}}}, {{b: {{call: g}}}}], catch: {catch}}}}}]").start()
    story.complete("f")
    story.fail("g")
    for timer in story.owed(Timer):
        story.fire(timer)
    story.complete("u")
    story.advance(1_000)
    assert story.effect_of("f").attempt == 2


@pytest.mark.parametrize("task", ["{wait: {days: 999999999999}}", "{call: f, timeout: {after: {days: 99999999999}}}"])
def test_nothing_waits_longer_than_a_century(task: str) -> None:
    (timer,) = Story(f"do: [{{w: {task}}}]").start().owed(Timer)
    assert timer.due < 2**53


def test_the_descriptor_of_the_workflow_is_complete_when_its_input_is_transformed() -> None:
    text = "input: {from: '$workflow | {id, at: .startedAt.epoch.milliseconds}'}\ndo: [{a: {wait: PT1S}}]"
    assert Story(text).start().play().output == {"id": "i", "at": 1_000}


def test_the_context_is_validated_even_where_nothing_is_exported() -> None:
    text = "do: [{a: {set: {x: 1}, export: {schema: {document: {required: [x]}}}}}]"
    assert Story(text).start().error["type"].endswith("/validation")


def test_the_export_of_a_fork_sees_what_its_branches_have_exported() -> None:
    text = """
do:
- f: {fork: {branches: [{a: {set: {}, export: {as: {x: 1}}}}]}, export: {as: '$context + {y: 2}'}}
- g: {set: '${ $context }'}
""".replace("set: {}", "set: {v: 1}")
    assert Story(text).start().play().output == {"x": 1, "y": 2}


def test_a_branch_takes_nothing_back_that_it_has_only_copied() -> None:
    text = """
do:
- z: {set: {v: 1}, export: {as: {a: {q: 1}, t: 1}}}
- f:
    fork:
      branches:
      - a: {set: {v: 1}, export: {as: '$context + {a: {q: 2}}'}}
      - b: {set: {v: 1}, export: {as: '($context | tojson | fromjson) + {t: true}'}}
- g: {set: '${ $context }'}
"""
    assert Story(text).start().play().output == {"a": {"q": 2}, "t": True}


def test_a_variable_of_a_loop_hides_an_argument_of_the_same_name() -> None:
    text = "do: [{l: {for: {each: task, in: '[7]'}, do: [{a: {set: {seen: '${ $task }'}}}]}}]"
    assert Story(text).start().play().output == {"seen": 7}


def test_an_inner_loop_hides_the_variable_of_the_outer() -> None:
    inner = "{for: {each: x, in: '[$x + 1]'}, do: [{a: {set: {seen: '${ $x }'}}}]}"
    assert Story(f"do: [{{l: {{for: {{each: x, in: '[1]'}}, do: [{{m: {inner}}}]}}}}]").start().play().output == {
        "seen": 2
    }


def test_an_undo_in_a_listen_sees_the_event_that_its_task_was_for() -> None:
    undo = "{do: [{u: {call: u, with: {x: '${ $compensation.item }', k: '${ $compensation.index }'}}}]}"
    body = f"{{do: [{{a: {{call: f, compensate: {undo}}}}}]}}"
    story = Story(
        f"do: [{{l: {{listen: {{to: {{one: {{with: {{type: a}}}}}}}}, foreach: {body}}}}}, {{b: {{call: g}}}}]"
    )
    story.start().event(type="a", data="x")
    story.complete("f")
    story.fail("g")
    assert story.effect_of("u").arguments == {"x": "x", "k": 0}


def test_an_undo_that_reads_a_variable_of_the_loop_around_its_task_is_refused() -> None:
    undo = "{do: [{u: {call: u, with: {x: '${ $x }'}}}]}"
    with pytest.raises(InvalidDocument, match=r"\$x"):
        Story(f"do: [{{l: {{for: {{each: x, in: '[7]'}}, do: [{{a: {{call: f, compensate: {undo}}}}}]}}}}]")


def test_one_name_for_the_item_and_its_index_is_no_harm_to_an_undo() -> None:
    text = (
        f"do: [{{l: {{for: {{each: x, at: x, in: '[7]'}}, do: [{{a: {{call: f, {UNDONE}}}}}]}}}}, {{b: {{call: g}}}}]"
    )
    story = Story(text).start()
    story.complete("f")
    story.fail("g")
    assert story.play().calls == ["f", "g", "u"]


@pytest.mark.parametrize("directive", ["end", "compensate"])
def test_what_ends_a_workflow_ends_only_the_undo_when_an_undo_says_it(directive: str) -> None:
    text = f"""
use: {{functions: {{take-back: {{do: [{{x: {{call: u, then: {directive}}}}}, {{y: {{call: wrong}}}}]}}}}}}
do:
- a: {{call: f, compensate: {{do: [{{u: {{call: take-back}}}}, {{v: {{call: wrong}}}}]}}}}
- b: {{call: g}}
"""
    story = Story(text).start()
    story.complete("f")
    story.fail("g")
    assert story.play().calls == ["f", "g", "u"]
    assert story.error["instance"] == "/do/1/b"


def test_a_loop_that_was_stuck_starts_anew() -> None:
    rule = "if $index == 1 then error else true end"
    text = f"do:\n{PIVOT}\n- l: {{for: {{in: '[1, 2]'}}, while: '{rule}', do: [{{a: {{call: f}}}}]}}"
    story = Story(text).start()
    story.complete("p")
    story.complete("f")
    assert list(story.instance.stuck) == [2]
    story.tell(c.Retry(at=story.now))
    assert story.effect_of("f").key == "i:/do/1/l/do/0/a:0"
    story.check_twin()


def test_a_task_that_waits_for_its_retry_after_a_pivot_owes_nothing_once_it_is_cancelled() -> None:
    text = f"use: {{secrets: [s]}}\ndo:\n{PIVOT}\n- a: {{if: '$secrets.s == 1', set: {{x: 1}}}}"
    story = Story(text, secrets=None).start()
    story.complete("p")
    assert story.owed(Timer)
    story.tell(c.Cancel(at=story.now))
    assert story.status == "cancelled"
    story.check_twin()


@pytest.mark.parametrize("command", [c.Cancel(at=1), c.Suspend(at=1), c.Resume(at=1), c.Continue(at=1)])
def test_nothing_comes_before_the_start(command: object) -> None:
    story = Story("do: [{a: {call: f}}]")
    assert story.tell(command) == []
    assert story.start().status == "running"


@pytest.mark.parametrize(("run", "timer"), [(0, "proceed"), (1, "invoke"), (0, "timeout")])
def test_a_timer_that_was_never_set_cannot_fire(run: int, timer: str) -> None:
    story = Story("do: [{a: {call: f}}]", limits=Limits(transition_steps_max=0)).start()
    assert story.tell(c.TimerFired(at=story.now, run=run, timer=timer)) == []


def test_giving_up_while_a_block_is_undone_still_undoes_the_saga() -> None:
    block = f"{{try: [{{a: {{call: f, {UNDONE}}}}}, {{b: {{call: g}}}}], catch: {{compensate: true}}}}"
    story = Story(f"do: [{{z: {{call: z, compensate: {{do: [{{u: {{call: undo-z}}}}]}}}}}}, {{t: {block}}}]").start()
    story.complete("z")
    story.complete("f")
    story.fail("g")
    story.tell(c.Fail(at=story.now, problem=Problem.standard("runtime", "enough")))
    assert story.play().calls[3:] == ["u", "undo-z"]
    assert story.error["detail"] == "enough"


def test_a_raised_error_is_text_for_people_whatever_its_expressions_give() -> None:
    error = "{type: x, status: 400, title: '${ . }', detail: '${ .a }'}"
    found = Story(f"do: [{{r: {{raise: {{error: {error}}}}}}}]").start({"a": 1}).error
    assert (found["title"], found["detail"]) == ('{"a":1}', "1")


@pytest.mark.parametrize("branches", [500])
def test_many_branches_with_undos_cost_no_more_each_than_few(branches: int) -> None:
    """Counted in entries looked at, not in time: completing one branch looks at no other."""
    fork = ", ".join(f"{{b{n}: {{call: f, {UNDONE}}}}}" for n in range(branches))
    story = Story(f"do: [{{f: {{fork: {{branches: [{fork}]}}}}}}]", limits=Limits(transition_steps_max=branches + 1))
    story.start()
    story.tell(c.Suspend(at=story.now))
    story.instance.log = Counted(story.instance.log)
    for effect in story.owed(Invoke)[:20]:
        story.tell(c.EffectCompleted(at=story.now, run=effect.run))
    assert story.instance.log.walks == 0


class Counted(dict):  # type: ignore[type-arg]
    walks = 0

    def values(self):  # type: ignore[no-untyped-def]
        self.walks += 1
        return super().values()


def test_a_timeout_while_a_retry_is_waited_for_ends_the_try() -> None:
    text = "do: [{t: {timeout: {after: PT5S}, try: [{a: {call: f}}], catch: {retry: {delay: PT1M}}}}]"
    story = Story(text).start()
    story.fail("f", refused(outcome=Outcome.UNKNOWN))
    story.advance(5_000)
    assert (story.error["status"], story.error["instance"]) == (408, "/do/0/t")


def test_a_timeout_inside_of_a_try_is_caught_like_any_error() -> None:
    text = "do: [{t: {try: [{a: {call: f, timeout: {after: PT5S}}}], catch: {errors: {with: {status: 408}}}}}]"
    story = Story(text).start({"x": 1})
    story.advance(5_000)
    assert story.output == {"x": 1}


def test_branches_that_have_not_begun_when_another_has_won_never_begin() -> None:
    branches = f"[{{a: {{call: f, {UNDONE}}}}}, {{b: {{set: {{won: true}}}}}}, {{c: {{set: {{lost: true}}}}}}]"
    story = Story(f"do: [{{f: {{fork: {{compete: true, branches: {branches}}}}}}}]").start()
    story.complete("f")
    story.complete("u")
    assert story.output == {"won": True}


def test_an_effect_that_is_still_in_flight_when_its_composite_has_completed_is_waited_for_no_longer() -> None:
    race = f"{{fork: {{branches: [{{a: {{call: f, {UNDONE}}}}}, {{b: {{call: g}}}}]}}}}"
    whole = "compensate: {do: [{w: {call: undo-whole}}]}"
    story = Story(f"do: [{{d: {{do: [{{t: {{try: [{{r: {race}}}], catch: {{}}}}}}], {whole}}}}}, {{z: {{call: z}}}}]")
    late = story.start().effect_of("f")
    story.fail("g")
    assert story.tell(c.EffectCompleted(at=story.now, run=late.run)) == []
    story.fail("z")
    assert story.play().calls[-1] == "undo-whole"
