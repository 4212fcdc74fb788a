"""The functions of a server over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from counterpoint import Engine
from counterpoint.application.registered import registered_functions
from counterpoint.application.workflows import Undoing
from counterpoint.connectors.functions import FunctionConnector, function
from counterpoint.ports.connector import Completion, Invocation

pytestmark = pytest.mark.anyio


@function(read_only=True)
async def look_up(order: str, invocation: Invocation, language: str = "en") -> str:
    """Find an order.

    This line is not told.
    """
    return order + language


@function(name="log")
def write(**members: Any) -> None:
    pass


class Printer:
    """A connector of somebody's own, which serves a name that one of ours has too."""

    functions = frozenset(("print", "log"))

    async def invoke(self, invocation: Invocation) -> Completion:
        return Completion(output=None)

    async def close(self) -> None:
        pass


async def test_functions_are_listed_with_what_they_take(serving):
    answer = await serving.client.get("/v1/functions")
    assert answer.status_code == 200, answer.text
    listed = {each["name"]: each for each in answer.json()["items"]}
    names = list(listed)
    assert names == sorted(names)
    assert {"charge", "release"} <= set(names)
    assert listed["charge"]["readOnly"] is False


async def test_what_is_told_of_a_function_is_what_its_code_says():
    connector = FunctionConnector([look_up, write])
    found = {each.name: each for each in registered_functions(connector, [Printer()])}
    assert list(found) == ["log", "look_up", "print"]
    told = found["look_up"]
    assert (told.summary, told.read_only, told.further_arguments) == ("Find an order.", True, False)
    assert [(each.name, each.required) for each in told.arguments or ()] == [("order", True), ("language", False)]
    assert (found["log"].arguments, found["print"].arguments) == (None, None), "the other connector has it"
    [alone] = [each for each in registered_functions(connector, []) if each.name == "log"]
    assert (alone.summary, alone.arguments, alone.further_arguments) == (None, [], True)
    await connector.close()


LOOKS = """
document: {dsl: '1.0.3', namespace: api, name: looks, version: '1.0.0'}
do:
- note: {set: {a: 1}, compensate: {do: [{forget: {set: {a: 0}}}]}}
- find: {call: look_up, with: {order: '1'}}
"""


async def test_a_call_of_what_changes_nothing_needs_no_undo():
    async with Engine.embedded(None, functions=[look_up]) as engine:
        assert engine.service.definitions.validate(LOOKS) == []
        await engine.publish(LOOKS)
        [seen] = await engine.service.workflows.all()
        assert seen.undoing == Undoing(undoable=0, effectful=0, undoes=True)


async def test_a_call_of_any_other_function_needs_one():
    @function(name="look_up")
    def change(order: str) -> None:
        pass

    async with Engine.embedded(None, functions=[change]) as engine:
        assert [each.code for each in engine.service.definitions.validate(LOOKS)] == ["CP210"]
        await engine.publish(LOOKS)
        [seen] = await engine.service.workflows.all()
        assert seen.undoing == Undoing(undoable=0, effectful=1, undoes=True)
