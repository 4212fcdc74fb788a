"""Which effects of a saga nothing undoes, and how many are covered."""

from __future__ import annotations

from typing import Any

import pytest
from checks_documents import HEAD

from counterpoint.dsl import load
from counterpoint.expressions import Compiler
from counterpoint.plan.checks import check, compensability

UNDO = "compensate: { do: [ { u: { set: { a: 1 } } } ] }"
POST = "call: http, with: { method: post, endpoint: http://x }"
PIVOT = "{ set: { a: 1 }, saga: pivot }"
SAGA = "- first: { set: { a: 1 }, compensate: { none: a test } }\n"


def uncovered(tasks: str, head: str = "", **options: Any) -> list[str]:
    found = compensability(load(f"{HEAD}{head}do:\n{SAGA}{tasks}"), **options)
    assert found.total == found.covered + len(found.uncovered)
    return [each.name for each in found.uncovered]


@pytest.mark.parametrize(
    ("task", "changes"),
    [
        ("call: http, with: { method: GET, endpoint: http://x }", False),
        ("call: http, with: { method: head, endpoint: http://x }", False),
        ("call: http, with: { method: options, endpoint: http://x }", False),
        ("call: http, with: { method: trace, endpoint: http://x }", False),
        (POST, True),
        ("call: http, with: { method: delete, endpoint: http://x }", True),
        ("call: http, with: { method: '${ .method }', endpoint: http://x }", True),
        ("call: openapi, with: { operationId: find, document: { endpoint: http://y } }", True),
        ("call: openapi, with: { operationId: find, document: { endpoint: http://x } }", False),
        ("call: openapi, with: { operationId: make, document: { endpoint: http://x } }", True),
        ("call: charge", True),
        ("call: look", False),
        ("call: reads", False),
        ("call: writes", True),
        ("call: writesAndUndoes", False),
        ("call: 'sum:1.0.0@default'", True),
        ("run: { shell: { command: ls } }", True),
        ("run: { script: { language: python, code: pass } }", True),
        ("run: { workflow: { namespace: a, name: b, version: 1.0.0 } }", False),
        ("run: { await: false, workflow: { namespace: a, name: b, version: 1.0.0 } }", True),
        ("emit: { event: { with: { type: told } } }", False),
        ("set: { a: 1 }", False),
        ("wait: PT1S", False),
    ],
)
def test_what_may_change_something(task: str, changes: bool) -> None:
    functions = (
        "use: { functions: { reads: { call: http, with: { method: get, endpoint: http://x } }, "
        f"writes: {{ {POST} }}, writesAndUndoes: {{ {POST}, {UNDO} }} }} }}\n"
    )
    api = {"paths": {"/a": {"get": {"operationId": "find"}, "post": {"operationId": "make"}}}}
    found = uncovered(f"- it: {{ {task} }}\n", functions, read_only={"look"}, resources={"http://x": api})
    assert found == (["it"] if changes else [])


@pytest.mark.parametrize(
    "tasks",
    [
        f"- it: {{ {POST}, {UNDO} }}\n",
        f"- it: {{ {POST}, compensate: {{ none: a counter }} }}\n",
        f"- it: {{ {POST}, saga: pivot }}\n",
        f"- all: {{ do: [ {{ it: {{ {POST} }} }} ], {UNDO} }}\n",
        f"- all: {{ for: {{ in: .a }}, do: [ {{ it: {{ {POST} }} }} ], {UNDO} }}\n",
        f"- all: {{ fork: {{ branches: [ {{ it: {{ {POST} }} }} ] }}, saga: pivot }}\n",
        f"- p: {PIVOT}\n- it: {{ {POST} }}\n",
        f"- p: {{ do: [ {{ q: {PIVOT} }} ] }}\n- all: {{ do: [ {{ it: {{ {POST} }} }} ] }}\n",
        (
            f"- p: {PIVOT}\n- s: {{ switch: [ {{ x: {{ when: .a, then: it }} }} ] }}\n"
            f"- o: {{ set: {{ a: 1 }} }}\n- it: {{ {POST} }}\n"
        ),
        f"- s: {{ set: {{ a: 1 }}, compensate: {{ do: [ {{ it: {{ {POST} }} }} ] }} }}\n",
    ],
)
def test_what_covers_an_effect(tasks: str) -> None:
    assert uncovered(tasks) == []


@pytest.mark.parametrize(
    "tasks",
    [
        f"- it: {{ {POST} }}\n- p: {PIVOT}\n",
        f"- p: {{ set: {{ a: 1 }}, saga: pivot, if: .a }}\n- it: {{ {POST} }}\n",
        (f"- s: {{ switch: [ {{ x: {{ when: .a, then: it }} }} ] }}\n- p: {PIVOT}\n- it: {{ {POST} }}\n"),
        f"- t: {{ try: [ {{ p: {PIVOT} }} ], catch: {{}} }}\n- it: {{ {POST} }}\n",
        f"- f: {{ for: {{ in: .a }}, do: [ {{ p: {PIVOT} }} ] }}\n- it: {{ {POST} }}\n",
        (
            f"- d: {{ do: [ {{ q: {{ set: {{ a: 1 }}, then: exit, if: .a }} }}, "
            f"{{ r: {{ set: {{ a: 1 }}, then: exit }} }}, {{ p: {PIVOT} }} ] }}\n- it: {{ {POST} }}\n"
        ),
        f"- other: {{ {POST}, {UNDO} }}\n- it: {{ {POST} }}\n",
    ],
)
def test_what_does_not(tasks: str) -> None:
    assert uncovered(tasks) == ["it"]


def test_the_warning_stands_at_the_task_and_says_what_to_add(expressions: Compiler) -> None:
    text = f"{HEAD}do:\n{SAGA}- ship: {{ {POST} }}\n"
    (found,) = check(load(text, source="pay.yaml"), expressions)
    assert str(found) == (
        "pay.yaml:4:3: warning CP210: `ship` sends a POST, and nothing undoes it (add `compensate: { do: [ { undoShip: "
        "{ call: http, with: { method: …, endpoint: …, body: … } } } ] }`, or `compensate: { none: <the reason> }`)"
    )


def test_a_document_that_is_no_saga_has_figures_but_no_warning(expressions: Compiler) -> None:
    definition = load(f"{HEAD}do:\n- ship: {{ {POST} }}\n")
    assert check(definition, expressions) == []
    found = compensability(definition)
    assert (found.saga, found.covered, found.total) == (False, 0, 1)
    assert [(each.name, each.pointer) for each in found.uncovered] == [("ship", "/do/0/ship")]


def test_portable_form_counts_as_well(expressions: Compiler) -> None:
    text = f"{HEAD}do:\n- pay: {{ {POST}, metadata: {{ {UNDO} }} }}\n- ship: {{ {POST} }}\n"
    definition = load(text)
    assert str(compensability(definition)) == "1/2 undoable"
    assert [each.code for each in check(definition, expressions)] == ["CP210"]
