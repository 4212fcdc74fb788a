"""The eleven stages of data flow, and what expressions can see."""

from __future__ import annotations

import pytest
from story import Story

from counterpoint.kernel import commands as c

STAGES = {
    "input.schema": "do: [{t: {input: {schema: {document: {type: string}}}, set: {a: 1}}}]",
    "output.schema": "do: [{t: {output: {schema: {document: {type: string}}}, set: {a: 1}}}]",
    "export.schema": "do: [{t: {export: {as: '.', schema: {document: {type: string}}}, set: {a: 1}}}]",
    "workflow output.schema": "output: {schema: {document: {type: string}}}\ndo: [{t: {set: {a: 1}}}]",
    "workflow input.schema": "input: {schema: {document: {type: string}}}\ndo: [{t: {set: {a: 1}}}]",
}


@pytest.mark.parametrize("text", STAGES.values(), ids=STAGES.keys())
def test_every_schema_is_checked(text: str) -> None:
    story = Story(text).start({})
    assert story.error["type"].endswith("/validation")
    assert story.error["status"] == 400


def test_data_passes_all_stages_in_order() -> None:
    text = """
input: {from: '{v: .value}'}
output: {as: '{workflow: .}'}
do:
- t:
    input: {from: '{w: .v}'}
    call: f
    with: {x: '${ .w }', raw: '${ $task.input.v }', whole: '${ $workflow.input.value }'}
    output: {as: '{y: .result, i: $input.w, raw: $task.output.result}'}
    export: {as: '{z: .y, o: $output.y}'}
- u: {set: {last: '${ . }', context: '${ $context }'}}
"""
    story = Story(text).start({"value": 5})
    assert story.effect_of("f").arguments == {"x": 5, "raw": 5, "whole": 5}
    story.complete("f", {"result": 6})
    assert story.output == {"workflow": {"last": {"y": 6, "i": 5, "raw": 6}, "context": {"z": 6, "o": 6}}}


def test_an_expression_that_fails_is_an_error_at_its_task() -> None:
    story = Story("do: [{a: {set: {x: '${ .a.b }'}}}]").start({"a": 1})
    assert story.error["type"].endswith("/expression")
    assert story.error["instance"] == "/do/0/a"


def test_a_call_whose_output_cannot_be_transformed_counts_as_done() -> None:
    text = """
do:
- a: {call: f, output: {as: '.x.y'}, compensate: {do: [{u: {call: undo, with: {o: '${ $compensation.outcome }'}}}]}}
"""
    story = Story(text).start()
    story.complete("f", {"x": 1})
    assert story.effect_of("undo").arguments == {"o": "completed"}


def test_a_missing_secret_is_an_authorization_error() -> None:
    text = "use: {secrets: [key]}\ndo: [{a: {set: {k: '${ $secrets.key }'}}}]"
    assert Story(text, secrets={"key": "token"}).start().output == {"k": "token"}
    error = Story(text, secrets=None).start().error
    assert (error["status"], error["type"].rpartition("/")[2]) == (403, "authorization")


def test_an_emitted_event_has_what_cloudevents_requires_and_is_the_output() -> None:
    story = Story("do: [{e: {emit: {event: {with: {type: t, data: {n: 1}}}}}}]").start()
    event = story.effect_of("emit").arguments
    assert event == {
        "specversion": "1.0",
        "id": "i:/do/0/e",
        "source": "/test/story/1.0.0",
        "time": "1970-01-01T00:00:01.000Z",
        "type": "t",
        "data": {"n": 1},
    }


def test_a_raised_error_keeps_its_members_and_gets_its_place() -> None:
    story = Story("do: [{r: {raise: {error: {type: 'https://x/y', status: 409, title: T, detail: '${ .d }'}}}}]")
    assert story.start({"d": "D"}).error == {
        "type": "https://x/y",
        "status": 409,
        "title": "T",
        "detail": "D",
        "instance": "/do/0/r",
    }


def test_authorization_is_seen_by_the_last_stages() -> None:
    story = Story(
        "do: [{a: {call: f, export: {as: '{who: $authorization.scheme}'}}}, {b: {set: {c: '${ $context }'}}}]"
    )
    story.start()
    effect = story.effect_of("f")
    story.tell(c.EffectCompleted(at=1_000, run=effect.run, authorization={"scheme": "Basic", "parameter": "x"}))
    assert story.output == {"c": {"who": "Basic"}}
