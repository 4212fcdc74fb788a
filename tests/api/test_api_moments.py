"""Time travel over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import HEARS, SET, Serving

pytestmark = pytest.mark.anyio


async def test_state_and_differences_at_any_point(serving: Serving) -> None:
    id = await serving.start(await serving.publish(SET), {"who": "ada"}, wait=5)
    state = (await serving.client.get(f"/v1/instances/{id}/state", params={"at": "1.1"})).json()
    assert (state["place"], state["status"], state["event"]["type"]) == ("1.1", "running", "InstanceStarted")
    last = (await serving.client.get(f"/v1/instances/{id}/state")).json()
    assert (last["status"], last["place"], last["output"]) == ("completed", last["last"], {"told": "ada"})
    assert last["tasks"][0]["output"] == {"told": "ada"}
    told = await serving.client.get(f"/v1/instances/{id}/diff", params={"from": "1.1", "to": last["last"]})
    assert {"pointer": "/status", "before": "running", "after": "completed"} in told.json()["items"]


async def test_a_place_or_an_instance_that_is_not_there(serving: Serving) -> None:
    id = await serving.start(await serving.publish(HEARS))
    answer = await serving.client.get(f"/v1/instances/{id}/state", params={"at": "77"})
    assert (answer.status_code, "no place 77" in answer.json()["detail"]) == (422, True)
    assert (await serving.client.get("/v1/instances/nobody/state")).status_code == 404
    assert (await serving.client.get(f"/v1/instances/{id}/diff")).status_code == 400


ORDERS = """
- keep: {set: {card: '${ .card }', order: '${ .order }'}, export: {as: '${ {order: .order} }'}}
- each:
    for: {each: article, in: '${ ["book", "pen"] }'}
    do: [ {note: {set: {what: '${ $article }', of: '${ $context.order }'}, output: {as: '${ .what }'}}} ]
- fall: {raise: {error: {type: 'https://example.com/no', status: 402}}}
- never: {set: {a: 1}}
input: {schema: {document: {properties: {card: {x-sensitive: true}}}}}
"""


async def seen(serving: Serving, id: str, task: str) -> dict[str, Any]:
    """What the expressions of a task have seen."""
    answer = await serving.client.get(f"/v1/instances/{id}/seen", params={"task": task})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_what_the_expressions_of_a_task_saw(serving: Serving) -> None:
    id = await serving.start(await serving.publish(ORDERS), {"order": "A-17", "card": "4111 1111"}, wait=5)
    keep = (await seen(serving, id, "/do/0/keep"))["stages"]
    assert keep["argument"]["data"] == {"order": "A-17", "card": "***"}
    assert keep["argument"]["variables"]["workflow"]["input"] == {"order": "A-17", "card": "***"}
    assert keep["output"]["data"] == {"order": "A-17", "card": "***"}
    assert "4111" not in json.dumps(keep)
    note = await seen(serving, id, "/do/1/each/do/0/note")
    assert set(note["stages"]) == {"condition", "input", "argument", "output", "export"}
    inner = note["stages"]["argument"]["variables"]
    assert (inner["article"], inner["context"]) == ("pen", {"order": "A-17"}), "it is the last run"
    assert (note["stages"]["output"]["data"]["what"], note["stages"]["export"]["data"]) == ("pen", "pen")
    assert note["stages"]["export"]["variables"]["output"] == "pen"
    fall = await seen(serving, id, "/do/2/fall")
    assert set(fall["stages"]) == {"condition", "input", "argument"}, "it has not completed"


async def test_a_task_that_was_not_come_to_has_seen_nothing(serving: Serving) -> None:
    id = await serving.start(await serving.publish(ORDERS), {"order": "A-17"}, wait=5)
    for task in ("/do/3/never", "/do/9/nowhere"):
        assert await seen(serving, id, task) == {"task": task, "run": None, "stages": {}}
    assert (await serving.client.get("/v1/instances/nobody/seen", params={"task": "/do/0/keep"})).status_code == 404
    assert (await serving.client.get(f"/v1/instances/{id}/seen")).status_code == 400
