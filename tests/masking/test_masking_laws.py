"""The law of masking: no rendering of an instance holds a sensitive value, while the instance itself has it."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint import Engine, NetworkPolicy, Refused, function
from counterpoint.application.reading import Reader
from counterpoint.application.recording import record_scenario
from counterpoint.application.travelling import Travel
from counterpoint.application.watching import Place
from counterpoint.bootstrap.secrets import secrets_of
from counterpoint.engine.clock import VirtualClock
from counterpoint.engine.limits import EngineLimits
from counterpoint.errors import InvalidInput
from counterpoint.expressions import Compiler
from counterpoint.masking import MASKED, unmasked
from counterpoint.stores.memory import MemoryStore
from counterpoint.telemetry.folding import SpanFold
from tests.engine.documents import document

MARKED = "hush-"
"""What every sensitive text has within, so that it can be found wherever it has got to."""
NUMBER = 987654

FLOW = """
- keep:
    set: {copy: '${ . }', told: '${ "we know " + tojson }', uri: '${ @uri "https://x/\\(tojson)" }'}
    export: {as: '${ . }'}
- send:
    call: echo
    with: {given: '${ . }'}
    compensate: {do: [{back: {call: echo, with: {given: '${ $compensation.output }'}}}]}
- hear: {set: '${ {(.copy | tojson): .} }'}
- fall: {call: fail, with: {given: '${ . }'}}
"""


@function
async def echo(given: Any) -> Any:
    return given


@function
async def fail(given: Any) -> None:
    raise Refused(f"cannot do {json.dumps(given)}")


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(lambda text: MARKED + text)
secrets = st.one_of(texts, st.just(NUMBER), st.lists(texts, max_size=2), st.dictionaries(st.just("inner"), texts))
harmless = st.one_of(st.booleans(), st.none(), st.integers(0, 99), st.text("abcdefgh", max_size=5))


@st.composite
def marked(draw: Any) -> tuple[Any, Any]:
    """A schema and a value that meets it, somewhere in which something is marked."""
    schema: Any = {"x-sensitive": True}
    inner: dict[str, Any] = {}
    value = draw(secrets)
    for wrap in draw(
        st.lists(st.sampled_from(("member", "item", "allOf", "ref", "anyOf", "then", "rest")), max_size=5)
    ):
        match wrap:
            case "member":
                schema = {"type": "object", "properties": {"held": schema, "open": {}}}
                value = {"held": value, "open": draw(harmless)}
            case "item":
                schema, value = {"type": "array", "items": schema}, [value]
            case "rest":
                schema, value = {"additionalProperties": schema}, {"any": value}
            case "ref":
                inner[f"d{len(inner)}"] = schema
                schema = {"$ref": f"#/$defs/d{len(inner) - 1}"}
            case "then":
                schema = {"if": True, "then": schema}
            case _:
                schema = {wrap: [{}, schema]}
    return {**schema, "$defs": inner}, value


async def everything_shown(schema: Any, value: Any, place: str) -> tuple[list[str], Any]:
    """All that can be seen of an instance, as text, and what it ended with in truth."""
    store, logs = MemoryStore(), []
    contract = {"input": {"schema": {"document": schema}}}
    head, flow = (json.dumps(contract)[1:-1], FLOW) if place == "workflow" else ("", _first_task(contract, FLOW))
    shown: list[Any] = []
    handler = logging.Handler()
    handler.emit = lambda record: logs.append(record.getMessage())
    logging.getLogger("counterpoint").addHandler(handler)
    engine = Engine.embedded(
        store=store, clock=VirtualClock(), functions=[echo, fail], network=NetworkPolicy.development()
    )
    async with engine:
        engine.on_lifecycle(shown.append)
        text = document(flow, head="" if not head else f"input: {json.dumps(contract['input'])}")
        id = await engine.start(await engine.publish(text), value)
        view = await engine.result(id, timeout=20)
        truth = await engine.result(id, timeout=20, unmask=True)
        shown += [msgspec.to_builtins(view), await engine.history(id)]
        with await engine.service.watch(id, Place()) as watching:
            news = await watching.news()
        with await engine.service.watch(id, news[len(news) // 2][0]) as watching:
            shown += [event for _, event in [*news, *await watching.news()]]
        travel = Travel(engine.runtime.store, engine.runtime.archive, engine.runtime.library)
        with await engine.service.feed.read(None, from_start=True) as reader:
            shown += [json.loads(told.body) for told in (await reader.news()).told]
        places = [str(place) for place, _ in news]
        shown += [msgspec.to_builtins(await travel.moment(id, each)) for each in places]
        shown += [msgspec.to_builtins(await travel.difference(id, places[0], each)) for each in places[1:]]
        following = await engine.follow(id)
        shown.append([msgspec.to_builtins(event) for _, events in await following.news() for event in events])
        live, plan = await engine.runtime.archive.fold(await store.find(id)), following.plan
        redaction = await engine.runtime.archive.redaction(live.transitions)
        spans = [
            span
            for fold in [SpanFold(plan, redaction.value)]
            for at, events in live.transitions
            for span in fold.apply(at, events)
        ]
        shown.append(msgspec.to_builtins(spans))
    reader = Reader(MemoryStore(store.contents), secrets_of({}), Compiler(), EngineLimits())
    shown += [msgspec.to_builtins(await reader.inspect(id)), await reader.history(id)]
    try:
        shown.append(await record_scenario(reader, id))
    except InvalidInput as error:
        shown.append(error.message)
    logging.getLogger("counterpoint").removeHandler(handler)
    return [*(json.dumps(each, ensure_ascii=False) for each in shown), *logs], truth


def _first_task(contract: Any, flow: str) -> str:
    return flow.replace("- keep:\n", f"- keep:\n    input: {json.dumps(contract['input'])}\n", 1)


@pytest.mark.parametrize("place", ["workflow", "task"])
@given(marked())
@settings(max_examples=40, deadline=None)
def test_no_rendering_of_an_instance_holds_a_sensitive_value(place, given):
    schema, value = given
    shown, truth = asyncio.run(everything_shown(schema, value, place))
    for text in shown:
        assert MARKED not in text
        assert str(NUMBER) not in text
    assert truth.input == value, "the journal has the true data"
    assert truth.status == "faulted"
    assert all(each in json.dumps(truth.error) for each in ([str(NUMBER)] if value == NUMBER else []))


def test_what_is_not_marked_is_shown_as_it_is():
    schema = {"properties": {"card": {"x-sensitive": True}}}
    shown, truth = asyncio.run(everything_shown(schema, {"card": "4111 1111", "name": "Ada"}, "workflow"))
    view = json.loads(shown[[MASKED in each and '"input"' in each for each in shown].index(True)])
    assert truth.input == {"card": "4111 1111", "name": "Ada"}
    assert "Ada" in json.dumps(view)


async def _started_twice() -> tuple[Any, Any]:
    text = document("- done: {set: '${ . }'}", head='input: {schema: {document: {"x-sensitive": true}}}')
    async with Engine.embedded() as engine:
        name = str(await engine.publish(text))
        starting = engine.service.starting
        first = await starting.start_once("a key", name, {"card": "4111 1111"})
        return first, await starting.start_once("a key", name, {"card": "4111 1111"})


def test_a_key_is_compared_with_the_true_input():
    first, again = asyncio.run(_started_twice())
    assert (first.replayed, again.replayed, first.id) == (False, True, again.id)


def test_the_permission_lasts_as_long_as_it_is_held():
    from counterpoint.masking import is_unmasked

    with unmasked():
        assert is_unmasked()
    assert not is_unmasked()
