"""Flow: blocks, directives, loops, forks, switches, conditions, extensions, functions."""

from __future__ import annotations

import pytest
from story import Story

from counterpoint.plan.model import Limits


def test_a_task_whose_condition_is_false_is_skipped_and_passes_its_raw_input_on() -> None:
    story = Story("do: [{a: {if: '.go', set: {b: 1}}}, {c: {set: {d: '${ . }'}}}]").start({"go": False}).play()
    assert story.output == {"d": {"go": False}}


def test_a_directive_may_go_forwards_and_backwards() -> None:
    text = """
do:
- a: {set: {n: '${ (.n // 0) + 1 }'}}
- b: {switch: [{again: {when: '.n < 3', then: a}}, {enough: {then: d}}]}
- c: {set: {wrong: true}}
- d: {set: {n: '${ .n }'}, then: exit}
- e: {set: {wrong: true}}
"""
    assert Story(text).start().play().output == {"n": 3}


def test_a_second_visit_has_an_idempotency_key_of_its_own() -> None:
    text = """
do:
- a: {call: pay, with: {n: '${ .n }'}}
- b: {switch: [{again: {when: '.n < 2', then: a}}]}
"""
    story = Story(text).start({"n": 0}).play(lambda effect: {"n": effect.arguments["n"] + 1})
    assert [effect.key for effect in story.invoked] == ["i:/do/0/a", "i:/do/0/a:~1"]


def test_end_inside_a_branch_ends_the_workflow() -> None:
    text = """
do:
- f:
    fork:
      branches:
      - slow: {call: slow}
      - quick: {set: {done: true}, then: end}
- after: {set: {wrong: true}}
"""
    assert Story(text).start().output == {"done": True}


def test_exit_leaves_only_its_own_block() -> None:
    text = """
do:
- inner: {do: [{a: {set: {a: 1}, then: exit}}, {b: {set: {b: 1}}}]}
- after: {set: {seen: '${ . }'}}
"""
    assert Story(text).start().play().output == {"seen": {"a": 1}}


def test_the_output_of_an_iteration_is_the_input_of_the_next() -> None:
    text = (
        "do: [{l: {for: {each: x, in: '.xs'}, do: [{s: {set: {xs: '${ $input.xs }', sum: '${ (.sum // 0) + $x }'}}}]}}]"
    )
    assert Story(text).start({"xs": [1, 2, 3]}).play().output["sum"] == 6


@pytest.mark.parametrize("xs", [None, []])
def test_a_loop_over_nothing_gives_its_input(xs: object) -> None:
    text = "do: [{l: {for: {each: x, in: '.xs'}, do: [{s: {set: {wrong: true}}}]}}]"
    assert Story(text).start({"xs": xs}).play().output == {"xs": xs}


def test_a_loop_stops_when_while_no_longer_holds() -> None:
    text = "do: [{l: {for: {each: x, in: '.xs'}, while: '$x < 3', do: [{s: {set: {xs: [], last: '${ $x }'}}}]}}]"
    assert Story(text).start({"xs": [1, 2, 3, 4]}).play().output["last"] == 2


def test_a_loop_over_something_else_is_an_expression_error() -> None:
    story = Story("do: [{l: {for: {each: x, in: '.xs'}, do: [{s: {set: {a: 1}}}]}}]").start({"xs": "abc"})
    assert story.error["type"].endswith("/expression")
    assert story.error["instance"] == "/do/0/l"


def test_a_fork_gives_its_outputs_in_the_order_of_declaration_and_merges_contexts() -> None:
    text = """
do:
- f:
    fork:
      branches:
      - a: {call: a, export: {as: {x: 1}}}
      - b: {call: b, export: {as: {y: 2}}}
- g: {set: {both: '${ . }', context: '${ $context }'}}
"""
    story = Story(text).start()
    story.complete("b", "B")
    story.complete("a", "A")
    assert story.output == {"both": ["A", "B"], "context": {"x": 1, "y": 2}}


def test_branches_do_not_see_what_the_others_export() -> None:
    text = """
do:
- f:
    fork:
      branches:
      - a: {do: [{one: {call: a, export: {as: {x: 1}}}}, {two: {call: again}}]}
      - b: {do: [{one: {call: b}}, {see: {set: {x: '${ $context.x }'}}}]}
"""
    story = Story(text).start()
    story.complete("a")
    story.complete("b")
    story.complete("again", "A")
    assert story.output == ["A", {"x": None}]


def test_the_first_branch_to_complete_wins_and_the_others_are_cancelled() -> None:
    story = Story("do: [{f: {fork: {compete: true, branches: [{a: {call: a}}, {b: {call: b}}]}}}]").start()
    story.complete("b", "B")
    assert story.output == "B"


def test_a_competition_that_everyone_loses_raises_the_last_error() -> None:
    story = Story("do: [{f: {fork: {compete: true, branches: [{a: {call: a}}, {b: {call: b}}]}}}]").start()
    story.fail("a")
    assert story.status == "running"
    story.fail("b")
    assert story.error["instance"] == "/do/0/f/fork/branches/1/b"


def test_a_failing_branch_cancels_the_others() -> None:
    story = Story("do: [{f: {fork: {branches: [{a: {call: a}}, {b: {call: b}}]}}}]").start()
    story.fail("a")
    assert story.error["instance"] == "/do/0/f/fork/branches/0/a"


def test_a_switch_without_a_match_continues() -> None:
    assert Story("do: [{s: {switch: [{a: {when: 'false', then: exit}}]}}, {b: {set: {b: 1}}}]").start().output == {
        "b": 1
    }


def test_a_declared_function_gets_its_arguments_as_input() -> None:
    text = """
use: {functions: {double: {set: {n: '${ .x * 2 }'}}}}
do: [{a: {call: double, with: {x: '${ .v }'}}}]
"""
    assert Story(text).start({"v": 4}).play().output == {"n": 8}


EXTENDED = """
use:
  extensions:
  - mock:
      extend: call
      when: '$task.with.url == "mocked"'
      before: [{respond: {set: {mocked: '${ $task.name }'}, then: exit}}]
      after: [{note: {set: {ignored: true}}}]
do: [{a: {call: f, with: {url: '%s'}}}]
"""


def test_an_extension_may_take_the_place_of_its_task() -> None:
    assert Story(EXTENDED % "mocked").start().output == {"mocked": "a"}


def test_an_extension_that_does_not_apply_changes_nothing() -> None:
    story = Story(EXTENDED % "real").start()
    story.complete("f", {"real": True})
    assert story.output == {"real": True}


def test_what_stands_before_and_after_leaves_the_data_alone() -> None:
    text = """
use: {extensions: [{log: {extend: set, before: [{b: {call: log}}], after: [{a: {call: log}}]}}]}
do: [{s: {set: {seen: '${ . }'}}}]
"""
    story = Story(text).start({"x": 1}).play(lambda effect: "logged")
    assert story.output == {"seen": {"x": 1}}
    assert story.calls == ["log", "log"]


LOGGED = "use: {extensions: [{log: {extend: all, before: [{b: {call: log}}], after: [{a: {call: log}}]}}]}\n"


def test_an_extended_switch_leads_where_its_case_says_once_the_tasks_after_it_are_done() -> None:
    text = "do: [{s: {switch: [{c: {then: z}}]}}, {y: {set: {wrong: true}}}, {z: {set: {seen: '${ . }'}, then: exit}}]"
    story = Story(LOGGED + text).start({"x": 1}).play()
    assert story.output == {"seen": {"x": 1}}
    assert story.calls == ["log"] * 4


def test_an_extended_try_leads_where_its_catch_says() -> None:
    text = "do: [{t: {try: [{f: {call: f}}], catch: {then: exit}}}, {y: {set: {wrong: true}}}]"
    story = Story("use: {extensions: [{log: {extend: try, after: [{a: {call: log}}]}}]}\n" + text).start({"x": 1})
    story.fail("f")
    assert story.play().output == {"x": 1}


def test_a_task_that_is_skipped_is_not_extended_and_leads_nowhere_else() -> None:
    text = "do: [{a: {if: 'false', set: {a: 1}, then: exit}}, {b: {set: {seen: '${ . }'}}}]"
    story = Story(LOGGED + text).start({"x": 1}).play()
    assert story.output == {"seen": {"x": 1}}
    assert story.calls == ["log", "log"]


def test_what_an_extension_adds_is_extended_by_none_however_deep_it_lies() -> None:
    text = """
use:
  functions: {note: {do: [{n: {call: log}}]}}
  extensions: [{log: {extend: all, before: [{deep: {do: [{b: {call: note}}]}}]}}]
do: [{s: {set: {seen: '${ . }'}}}]
"""
    story = Story(text).start({"x": 1}).play()
    assert (story.output, story.calls) == ({"seen": {"x": 1}}, ["log"])


def test_effects_of_two_extensions_of_one_task_have_keys_of_their_own() -> None:
    part = "{extend: set, before: [{b: {call: log}}]}"
    text = f"use: {{extensions: [{{one: {part}}}, {{two: {part}}}]}}\ndo: [{{s: {{set: {{x: 1}}}}}}]"
    story = Story(text).start().play()
    assert [effect.key for effect in story.invoked] == ["i:/do/0/s/one/before/0/b", "i:/do/0/s/two/before/0/b"]


def test_the_tasks_after_see_the_output_of_the_task_that_they_extend() -> None:
    text = """
use:
  extensions:
  - log:
      extend: set
      after: [{a: {call: log}}, {b: {call: log, with: {o: '${ $task.output }', n: '${ $task.name }'}}}]
do: [{s: {set: {x: 1}}}]
"""
    story = Story(text).start().play()
    assert story.invoked[1].arguments == {"o": {"x": 1}, "n": "s"}


def test_long_transitions_are_cut_and_go_on() -> None:
    text = "do: [{l: {for: {each: x, in: '.xs'}, do: [{s: {set: {xs: [], n: '${ $x }'}}}]}}]"
    story = Story(text, limits=Limits(transition_steps_max=10)).start({"xs": list(range(95))}).play()
    assert story.output["n"] == 94
    assert len(story.history) == 10


def test_a_loop_without_end_meets_the_limit_of_steps() -> None:
    story = Story("do: [{a: {set: {n: 1}, then: a}}]", limits=Limits(steps_max=50)).start().play()
    assert "steps_max" in story.error["detail"]
