"""Scenarios are played as they are written, and what does not come out is told."""

from __future__ import annotations

import pytest

from tests.scenarios.stories import TRIP, outcome, told

ANSWERS = "answers: {flight: {f: 1}, hotel: {h: 1}, car: {c: 1}}\n"


def test_what_holds_is_silent():
    assert told(outcome(TRIP, ANSWERS + "expect: {output: {c: 1}, calls: [flight, hotel, car], saga: null}")) == []


def test_completed_and_nothing_left_is_expected_unless_stated():
    found = outcome(TRIP, "answers: {flight: 1}\nfaults: [{task: hotel, error: communication}]\nexpect: {}")
    assert [each.what for each in found.mismatches] == ["status"]
    assert "expected completed, got faulted: communication (500) at /do/1/hotel" in told(found)[0]


def test_a_call_without_an_answer_fails_the_scenario():
    assert told(outcome(TRIP, "expect: {}")) == ["answers: no answer is given for the call 'flight' (/do/0/flight)"]
    assert told(outcome(TRIP, "unanswered: empty\nexpect: {output: {}}")) == []


def test_calls_inside_undos_need_no_answer_but_probes_do():
    text = "do: [{a: {call: a, compensate: {probe: [{ask: {call: p}}], do: [{u: {call: u}}]}}}]"
    story = "faults: [{task: a, timeout: true}]\nexpect: {status: faulted, saga: compensated}"
    assert told(outcome(text, story)) == [
        "answers: no answer is given for the probe 'ask' (/do/0/a/compensate/probe/0/ask)"
    ]
    assert told(outcome(text, "answers: {ask: true}\n" + story)) == []


def test_lists_are_shown_side_by_side():
    found = outcome(TRIP, ANSWERS + "expect: {calls: [flight, car, {task: hotel, attempt: 2}]}")
    (mismatch,) = found.mismatches
    assert [(row.expected, row.actual, row.same) for row in mismatch.rows] == [
        ("flight", "flight", True),
        ("car", "hotel", False),
        ('hotel {"attempt":2}', "car", False),
    ]
    shorter = outcome(TRIP, ANSWERS + "expect: {calls: [flight, car]}").mismatches[0]
    assert [(row.expected, row.actual, row.same) for row in shorter.rows] == [
        ("flight", "flight", True),
        (None, "hotel", False),
        ("car", "car", True),
    ]


def test_differences_within_a_value_are_told_by_their_place():
    text = "do: [{a: {set: {order: {id: 1, paid: true}, items: [1, 2]}}}]"
    found = outcome(text, "expect: {output: {order: {id: 2, paid: 1}, items: [1, 2], more: 3}}").mismatches[0]
    assert found.details == [
        "/order/id: expected 2, got 1",
        "/order/paid: expected 1, got true",
        "/more: expected 3, got nothing",
    ]
    assert told(outcome(text, "expect: {output: {contains: {order: {id: 1.0}}}}")) == []
    assert told(outcome(text, "expect: {output: {equals: {order: {id: 1}}}}")) != []


def test_a_fault_that_no_call_meets_and_an_action_that_never_comes_fail():
    story = ANSWERS + "faults: [{task: car, call: 2, timeout: true}]\nactions: [{stuck: car, resolve: {}}]\nexpect: {}"
    assert told(outcome(TRIP, story)) == [
        "faults: no call has met this fault",
        "actions: the point at which this was to happen has not come",
    ]


LOOP = """
do:
- rooms:
    for: {in: '${ [0, 1] }', each: outer}
    do:
    - beds:
        for: {in: '${ [0, 1] }', each: inner}
        do: [{bed: {call: bed, compensate: {do: [{unbed: {call: u}}]}}}]
"""


@pytest.mark.parametrize(
    ("which", "undone"),
    [("iteration: [1, 0]", [[0, 1], [0, 0]]), ("call: 2", [[0, 0]]), ("attempt: 1, call: 1", [])],
)
def test_faults_choose_their_calls(which, undone):
    story = f"unanswered: empty\nfaults: [{{task: bed, {which}, error: {{type: communication, status: 400}}}}]\n"
    found = outcome(LOOP, story + "expect: {status: faulted}")
    assert told(found) == []
    assert [each.iteration for each in found.trace.undos] == undone


@pytest.mark.parametrize(
    ("fault", "outcome_told", "happened"),
    [
        ("error: {type: communication, status: 422}", "none", False),
        ("error: {type: communication, status: 409}", "unknown", True),
        ("error: communication", "unknown", True),
        ("error: timeout", "unknown", True),
        ("error: {type: communication, status: 503}, outcome: none", "none", False),
        ("error: communication, happened: false", "unknown", False),
    ],
)
def test_what_is_known_of_a_fault_follows_its_status_unless_stated(fault, outcome_told, happened):
    found = outcome(TRIP, f"faults: [{{task: flight, {fault}}}]\nexpect: {{status: faulted}}")
    (call,) = [each for each in found.trace.calls if each.task == "flight"]
    assert (call.outcome, call.happened) == (outcome_told, happened)


def test_each_gives_one_answer_for_each_call():
    text = "do: [{l: {for: {in: '${ [1, 2] }'}, do: [{a: {call: a}}], output: {as: .}}}]"
    assert (
        told(
            outcome(
                text,
                "answers: {a: {each: [{v: 1}, {output: {v: 2}, takes: PT3S}]}}\n"
                "expect: {output: {v: 2}, duration: PT3S}",
            )
        )
        == []
    )
    short = outcome(text, "answers: {a: {each: [1]}}\nexpect: {}")
    assert told(short) == ["answers: 1 answers are given for 'a', and this is its call number 2"]


def test_secrets_are_tokens():
    text = """
use: {secrets: [key, db]}
do: [{a: {call: a, with: {key: '${ $secrets.key }', password: '${ $secrets.db.password }'}}}]
"""
    story = (
        "secrets: {db: {password: x}}\nanswers: {a: 1}\n"
        "expect: {calls: [{task: a, with: {key: '⟦secret:key⟧', password: '⟦secret:db.password⟧'}}]}"
    )
    assert told(outcome(text, story)) == []


SCHEMA = """
do:
- a:
    call: a
    output:
      schema:
        document:
          type: object
          required: [id, state, items, at, total]
          properties:
            id: {type: string, minLength: 6}
            state: {enum: [open, closed]}
            items: {type: array, minItems: 1, items: {type: integer, minimum: 3}}
            at: {type: string, format: date-time}
            total: {type: number, exclusiveMinimum: 0}
            note: {type: string}
"""


def test_answers_can_be_generated_from_the_schema_of_the_task():
    output = "{id: textxx, state: open, items: [3], at: '2026-01-01T00:00:00Z', total: 1}"
    assert told(outcome(SCHEMA, f"answers: {{a: {{generate: true}}}}\nexpect: {{output: {output}}}")) == []
    plain = outcome(TRIP, "answers: {flight: {generate: true}}\nexpect: {}")
    assert told(plain)[0].startswith("answers: no answer can be generated for 'flight'")


CONTRACT = {
    "openapi": "3.0.3",
    "paths": {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "responses": {"200": {"$ref": "#/components/responses/Pets"}},
            }
        }
    },
    "components": {
        "responses": {"Pets": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pets"}}}}},
        "schemas": {
            "Pets": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Pet"}},
            "Pet": {"required": ["name"], "properties": {"name": {"type": "string", "example": "Rex"}}},
        }
    },
}  # fmt: skip


def test_answers_can_be_generated_from_an_openapi_contract():
    text = (
        "do: [{a: {call: openapi, with: {document: {endpoint: 'https://x.example/pets.yaml'}, operationId: listPets}}}]"
    )
    story = "unanswered: generate\nexpect: {output: [{name: Rex}]}"
    assert told(outcome(text, story, {"pets.yaml": CONTRACT})) == []
