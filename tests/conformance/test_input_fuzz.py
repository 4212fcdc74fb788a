"""Any input, and any answer of a function: refused, or run to an end; never a traceback, never a wrong verdict."""

from __future__ import annotations

import asyncio
import copy
import json
import math
import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import jsonschema
import pytest

from counterpoint import Engine, errors, function

CASES = 1000
ONE_SECOND = 1.0

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["order", "items"],
    "additionalProperties": False,
    "properties": {
        "order": {"type": "string", "pattern": "^[a-z]+-[0-9]+$", "maxLength": 20},
        "note": {"type": ["string", "null"]},
        "express": {"type": "boolean"},
        "items": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["sku", "quantity"],
                "properties": {
                    "sku": {"enum": ["tea", "cup"]},
                    "quantity": {"type": "integer", "minimum": 1, "maximum": 99},
                },
            },
        },
    },
}
VALID = {"order": "o-1", "express": True, "items": [{"sku": "tea", "quantity": 2}, {"sku": "cup", "quantity": 1}]}
DOCUMENT = f"""
document: {{dsl: '1.0.3', namespace: fuzz, name: input, version: '1.0.0'}}
input: {{schema: {{format: json, document: {json.dumps(SCHEMA)}}}}}
do:
- count:
    set: {{order: '${{ .order }}', pieces: '${{ [.items[].quantity] | add }}'}}
"""
LAX = """
document: {dsl: '1.0.3', namespace: fuzz, name: lax, version: '1.0.0'}
do:
- count:
    set: {order: '${ .order }', pieces: '${ [.items[].quantity] | add }', note: '${ .note | ascii_upcase }'}
"""

CALL = """
document: {{dsl: '1.0.3', namespace: fuzz, name: {0}, version: '1.0.0'}}
do:
- call: {{call: {0}, with: {{number: '${{ .number }}'}}}}
- show: {{set: {{given: '${{ . }}'}}}}
"""

Mutation = Callable[[random.Random, dict[str, Any]], Any]


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


STRANGE: list[Any] = [
    None, True, False, 0, -1, 1.5, 100, 2**53 + 1, 2**70, -(2**64), 1e308, "", "o-1", "\x00", "é" * 50, "o-1\n",
    "${ .order }", "x" * 100_000, list, dict, lambda: [[]], lambda: {"": ""}, lambda: {"sku": "tea"},
    lambda: _nested(50), lambda: _nested(5000),
]  # fmt: skip
NO_JSON = [
    math.nan, math.inf, "\ud800", b"bytes", {1: "number as key"}, {None: 1}, {"a", "b"}, date(2026, 1, 1), object(),
    (1, 2), 1j, Exception("no"),
]  # fmt: skip


def _strange(chance: random.Random) -> Any:
    """A strange value, made anew where it can be changed."""
    value = chance.choice(STRANGE)
    return value() if callable(value) else value


def _replace(chance: random.Random, value: dict[str, Any]) -> Any:
    holder, key = chance.choice(_places(value))
    holder[key] = _strange(chance)
    return value


def _remove(chance: random.Random, value: dict[str, Any]) -> Any:
    holder, key = chance.choice(_places(value))
    del holder[key]
    return value


def _add(chance: random.Random, value: dict[str, Any]) -> Any:
    targets = [value, *(holder for holder, _ in _places(value) if isinstance(holder, dict))]
    chance.choice(targets)[chance.choice(["note", "extra", "", "$ref", "quantity"])] = _strange(chance)
    return value


def _whole(chance: random.Random, value: dict[str, Any]) -> Any:
    return _strange(chance)


def _foreign(chance: random.Random, value: dict[str, Any]) -> Any:
    holder, key = chance.choice(_places(value))
    holder[key] = chance.choice(NO_JSON)
    return chance.choice([value, value, chance.choice(NO_JSON)])


MUTATIONS: list[Mutation] = [_replace, _replace, _remove, _add, _whole, _foreign]


@pytest.mark.parametrize("document", [DOCUMENT, LAX], ids=["with a schema", "without"])
def test_any_input_is_refused_or_runs_to_an_end(document: str) -> None:
    seen = asyncio.run(_feed(document))
    assert seen["refused"] and seen["completed"]


@function
async def answer(number: int) -> Any:
    """Gives what functions should not give."""
    return NO_JSON[number]


@function
async def fail(number: int) -> None:
    """Fails in words that cannot be written down."""
    raise RuntimeError(NO_JSON[number])


@pytest.mark.parametrize("called", [answer, fail], ids=lambda spec: spec.name)
def test_whatever_a_function_gives_is_json_or_an_error(called: Any) -> None:
    asyncio.run(_call(called.name))


async def _call(name: str) -> None:
    async with Engine.embedded(None, functions=[answer, fail]) as engine:
        ref = await engine.publish(CALL.format(name))
        for number in range(len(NO_JSON)):
            view = await engine.result(await engine.start(ref, input={"number": number}), timeout=ONE_SECOND)
            assert view.status in {"completed", "faulted"}
            assert "internal" not in (view.error or {}).get("detail", "")
            assert json.loads(json.dumps(view.output, allow_nan=False, ensure_ascii=False).encode()) == view.output


async def _feed(document: str) -> Counter[str]:
    chance = random.Random(20261122)
    seen: Counter[str] = Counter()
    async with Engine.embedded(None) as engine:
        ref = await engine.publish(document)
        for number in range(CASES):
            input, plain = _mutated(chance)
            async with asyncio.timeout(ONE_SECOND):
                verdict = await _try(engine, ref, input)
            seen[verdict] += 1
            if document is DOCUMENT and plain and not _too_deep(input):
                valid = jsonschema.Draft202012Validator(SCHEMA).is_valid(input)
                assert valid == (verdict == "completed"), (number, input)
    return seen


async def _try(engine: Engine, ref: Any, input: Any) -> str:
    try:
        id = await engine.start(ref, input=input)
    except (errors.InvalidInput, errors.LimitExceeded):
        return "refused"
    view = await engine.result(id, timeout=ONE_SECOND)
    assert view.status in {"completed", "faulted"}, view
    assert (view.error is not None) == (view.status == "faulted")
    return view.status


def _mutated(chance: random.Random) -> tuple[Any, bool]:
    """An input, and whether it is plain JSON."""
    value: Any = copy.deepcopy(VALID)
    for _ in range(chance.randint(0, 3)):
        mutation = chance.choice(MUTATIONS)
        value = mutation(chance, value)
        if mutation is _foreign:
            return value, False
        if not isinstance(value, dict) or not _places(value):
            break
    return value, True


def _places(value: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Every member and item, as its holder and its key."""
    places: list[tuple[Any, Any]] = []
    todo: list[Any] = [value]
    while todo and len(places) < 100:
        holder = todo.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        places += [(holder, key) for key in keys]
        todo += [holder[key] for key in keys if isinstance(holder[key], dict | list)]
    return places


def _too_deep(value: Any) -> bool:
    try:
        json.dumps(value)
    except RecursionError:
        return True
    return False
