"""listen: strategies, filters, correlation, until, foreach."""

from __future__ import annotations

import pytest
from story import Story

from counterpoint.kernel import commands as c
from counterpoint.kernel.effects import Invoke

LISTEN = "do: [{l: {listen: {to: %s}}}]"


def test_one_takes_the_first_event_that_matches() -> None:
    story = Story(LISTEN % "{one: {with: {type: a, data: '${ .n > 1 }'}}}").start()
    assert story.event(type="b", data={"n": 5}) == []
    assert story.event(type="a", data={"n": 1}) == []
    story.event(type="a", data={"n": 2})
    assert story.output == [{"n": 2}]


def test_all_waits_for_every_filter() -> None:
    story = Story(LISTEN % "{all: [{with: {type: a}}, {with: {type: b}}]}").start()
    story.event(type="a", id="1", data=1)
    story.event(type="a", id="2", data=2)
    assert story.status == "waiting"
    story.event(type="b", id="3", data=3)
    assert story.output == [1, 3]


def test_any_until_a_condition_holds_over_what_was_consumed() -> None:
    story = Story(LISTEN % "{any: [], until: '(. | length) == 2'}").start()
    story.event(type="x", id="1", data=1)
    story.event(type="y", id="2", data=2)
    assert story.output == [1, 2]


def test_the_event_that_ends_until_is_no_part_of_the_output() -> None:
    story = Story(LISTEN % "{any: [{with: {type: a}}], until: {one: {with: {type: stop}}}}").start()
    story.event(type="a", id="1", data=1)
    story.event(type="stop", id="2", data=2)
    assert story.output == [1]


def test_an_event_is_taken_once() -> None:
    story = Story(LISTEN % "{any: [], until: '(. | length) == 2'}").start()
    story.event(type="x", id="1", data=1)
    assert story.event(type="x", id="1", data=1) == []


def test_correlation_without_expectation_is_fixed_by_the_first_event() -> None:
    key = "correlate: {k: {from: .data.k}}"
    text = LISTEN % f"{{all: [{{with: {{type: a}}, {key}}}, {{with: {{type: b}}, {key}}}]}}"
    story = Story(text).start()
    story.event(type="a", id="1", data={"k": 1})
    assert story.event(type="b", id="2", data={"k": 2}) == []
    story.event(type="b", id="3", data={"k": 1})
    assert story.output == [{"k": 1}, {"k": 1}]


def test_correlation_compares_with_what_is_expected_of_the_input() -> None:
    story = Story(LISTEN % "{one: {with: {type: a}, correlate: {k: {from: .data.k, expect: .id}}}}").start({"id": 9})
    assert story.event(type="a", id="1", data={"k": 8}) == []
    story.event(type="a", id="2", data={"k": 9})
    assert story.output == [{"k": 9}]


def test_foreach_handles_events_one_after_the_other_as_they_come() -> None:
    text = """
do:
- l:
    listen: {to: {any: [{with: {type: a}}], until: '(. | length) == 2'}, read: envelope}
    foreach: {item: e, at: i, do: [{c: {call: f, with: {d: '${ $e.data }', i: '${ $i }'}}}], output: {as: '.got'}}
"""
    story = Story(text).start()
    story.event(type="a", id="1", data="x")
    story.event(type="a", id="2", data="y")
    assert [effect.arguments for effect in story.owed(type(story.effect_of("f")))] == [{"d": "x", "i": 0}]
    story.complete("f", {"got": "X"})
    story.complete("f", {"got": "Y"})
    assert story.output == ["X", "Y"]


def test_an_event_that_one_filter_takes_for_another_correlation_is_offered_to_the_next() -> None:
    filter = "{with: {type: a}, correlate: {k: {from: .data.k, expect: %s}}}"
    story = Story(LISTEN % f"{{any: [{filter % '.one'}, {filter % '.two'}]}}").start({"one": 1, "two": 2})
    assert story.event(type="a", id="1", data={"k": 3}) == []
    story.event(type="a", id="2", data={"k": 2})
    assert story.output == [{"k": 2}]


def test_the_events_of_until_are_correlated_too() -> None:
    stop = "{one: {with: {type: stop}, correlate: {k: {from: .data.k, expect: .id}}}}"
    story = Story(LISTEN % f"{{any: [{{with: {{type: a}}}}], until: {stop}}}").start({"id": 1})
    assert story.event(type="stop", id="1", data={"k": 2}) == []
    story.event(type="stop", id="2", data={"k": 1})
    assert story.output == []


def test_until_all_waits_for_each_of_its_filters() -> None:
    story = Story(LISTEN % "{any: [{with: {type: a}}], until: {all: [{with: {type: s}}, {with: {type: s}}]}}").start()
    story.event(type="s", id="1")
    assert story.status == "waiting"
    story.event(type="s", id="2")
    assert story.output == []


@pytest.mark.parametrize("filter", ["data: '${ .n.m > 1 }'", "source: '${ .data.n.m }'"])
def test_an_event_on_which_a_filter_fails_is_not_meant_and_ends_nothing(filter: str) -> None:
    story = Story(LISTEN % f"{{one: {{with: {{type: a, {filter}}}}}}}").start()
    assert story.event(type="a", data={"n": "text"}) == []
    assert story.status == "waiting"


def test_an_event_on_which_a_correlation_fails_is_not_meant() -> None:
    story = Story(LISTEN % "{one: {with: {type: a}, correlate: {k: {from: .data.k.l}}}}").start()
    assert story.event(type="a", data="text") == []


def test_an_attribute_that_is_no_regular_expression_is_a_constant() -> None:
    story = Story(LISTEN % "{one: {with: {source: '*', subject: 'a(b'}}}").start()
    assert story.event(source="x", subject="a(b") == []
    story.event(source="*", subject="a(b", data=1)
    assert story.output == [1]


@pytest.mark.parametrize("source", [None, {}, ["s"], 7])
def test_events_of_any_shape_are_told_apart(source: object) -> None:
    story = Story(LISTEN % "{any: [], until: '(. | length) == 2'}").start()
    story.event(source=source, id=["1"], data=1)
    assert story.event(source=source, id=["1"], data=1) == []
    story.event(source=source, id=["2"], data=2)
    assert story.output == [1, 2]


def test_until_may_look_at_what_the_iterations_have_done() -> None:
    text = """
do:
- l:
    listen: {to: {any: [{with: {type: a}}], until: '$context.n == 2'}}
    foreach: {do: [{c: {call: f}}], export: {as: '{n: (($context.n // 0) + 1)}'}}
"""
    story = Story(text).start()
    for number in range(2):
        story.event(type="a", id=str(number), data=number)
        story.complete("f", number)
    assert story.output == [0, 1]
    story.check_twin()


def test_events_that_come_while_suspended_are_taken_and_handled_later() -> None:
    body = "{item: e, do: [{c: {call: f, with: {d: '${ $e }'}}}]}"
    text = f"do: [{{l: {{listen: {{to: {{one: {{with: {{type: a}}}}}}}}, foreach: {body}}}}}]"
    story = Story(text).start()
    story.tell(c.Suspend(at=story.now))
    story.event(type="a", data=1)
    assert (story.status, story.owed(Invoke)) == ("suspended", [])
    story.tell(c.Resume(at=story.now))
    assert story.play().output == [{"d": 1}]


def test_a_listen_may_time_out() -> None:
    story = Story("do: [{l: {listen: {to: {one: {with: {type: a}}}}, timeout: {after: PT1S}}}]").start()
    story.advance(1_000)
    assert story.error["status"] == 408
