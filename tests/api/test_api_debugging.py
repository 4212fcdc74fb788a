"""Debug sessions and replays over HTTP: on real instances, and on documents in a simulated world."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import HEAD, Serving, read_events

pytestmark = pytest.mark.anyio

SAGA = (
    "- hold: { call: release, compensate: { do: [ { free: { call: release } } ] } }\n"
    "- pay: { call: charge, with: { order: '${ .order }' } }\n"
    "- tell: { set: { told: '${ . }', context: '${ $context }' } }\n"
)


async def opened(serving: Serving, **asked: Any) -> dict[str, Any]:
    answer = await serving.client.post("/v1/debug/sessions", json={"owner": "ada", **asked})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/debug/sessions/{answer.json()['id']}"
    return await settled(serving, answer.json()["id"])


async def settled(serving: Serving, id: str) -> dict[str, Any]:
    return (await serving.client.get(f"/v1/debug/sessions/{id}", params={"wait": 5})).json()


async def command(serving: Serving, id: str, name: str, **given: Any) -> dict[str, Any]:
    answer = await serving.client.post(f"/v1/debug/sessions/{id}/commands", json={"command": name, **given})
    assert answer.status_code == 200, answer.text
    return await settled(serving, id)


async def test_a_real_instance_is_stopped_stepped_edited_and_goes_on(serving: Serving) -> None:
    reference = await serving.publish(SAGA)
    session = await opened(
        serving, definition=reference, input={"order": "7"}, breakpoints=[{"task": "pay"}], stopOnEntry=False
    )
    stop = session["stop"]
    assert (stop["reason"], stop["at"]["task"], stop["at"]["line"]) == ("breakpoint", "pay", 4)
    id = session["id"]
    await command(serving, id, "edit", what="data", value={"order": "8"})
    await command(serving, id, "edit", what="context", value={"edited": True})
    moment = (await serving.client.get(f"/v1/debug/sessions/{id}/state", params={"at": "1.1"})).json()
    assert (moment["place"], moment["tasks"]) == ("1.1", [])
    session = await command(serving, id, "output", value={"paid": "by hand"})
    assert session["stop"]["at"]["task"] == "tell"
    texts = (await serving.client.get(f"/v1/debug/sessions/{id}/sources")).json()["texts"]
    assert "- pay: { call: charge" in texts[stop["at"]["workflow"]]
    session = await command(serving, id, "continue")
    assert (session["state"], "completed" in session["ended"]) == ("ended", True)
    view = (await serving.client.get(f"/v1/instances/{session['instance']}")).json()
    assert view["output"] == {"told": {"paid": "by hand"}, "context": {"edited": True}}


async def test_a_fault_is_stopped_at_and_replaced(serving: Serving) -> None:
    reference = await serving.publish(SAGA)
    session = await opened(serving, definition=reference, breakpoints=[{"on": "fault"}], stopOnEntry=False)
    assert (session["stop"]["reason"], session["stop"]["at"]["task"]) == ("fault", "pay")
    session = await command(serving, session["id"], "output", value={"paid": "after all"})
    session = await command(serving, session["id"], "continue")
    assert "completed" in session["ended"]


async def test_a_document_is_debugged_in_a_simulated_world(serving: Serving) -> None:
    document = HEAD.format(name="trial", version="1.0.0") + SAGA
    fault = {"task": "pay", "error": {"type": "communication", "status": 422}, "outcome": "none"}
    simulation = {"document": document, "answers": {"hold": {"output": {"held": 1}}}, "faults": [fault]}
    session = await opened(serving, simulation=simulation, breakpoints=[{"on": "undo", "task": "hold"}])
    assert (session["kind"], session["stop"]["at"]["task"]) == ("simulation", "hold")
    session = await command(serving, session["id"], "continue")
    assert (session["stop"]["reason"], session["stop"]["undoOf"]) == ("undo", "hold")
    session = await command(serving, session["id"], "continue")
    assert "faulted" in session["ended"]
    assert (await serving.client.get("/v1/instances")).json()["items"] == []
    state = (await serving.client.get(f"/v1/debug/sessions/{session['id']}/state")).json()
    assert (state["saga"], state["log"][0]["state"]) == ("compensated", "compensated")


async def test_every_change_of_a_session_is_streamed(serving: Serving) -> None:
    session = await opened(serving, simulation={"document": HEAD.format(name="trial", version="1.0.0") + SAGA})
    states = []
    async with serving.client.stream("GET", f"/v1/debug/sessions/{session['id']}/events") as answer:
        async for event in read_events(answer):
            states.append((event.type, event.data["stop"] and event.data["stop"]["at"]["task"]))
            if event.type == "stopped":
                path = f"/v1/debug/sessions/{session['id']}/commands"
                await serving.client.post(path, json={"command": "over"})
    assert [task for state, task in states if state == "stopped"] == ["hold", "pay", "tell"]
    assert states[-1][0] == "ended"


async def test_the_second_owner_is_told_who_the_first_is(serving: Serving) -> None:
    session = await opened(serving, definition=await serving.publish(SAGA))
    asked = {"owner": "bob", "instance": session["instance"]}
    answer = await serving.client.post("/v1/debug/sessions", json=asked)
    assert (answer.status_code, "ada" in answer.json()["detail"]) == (409, True)
    taken = await opened(serving, instance=session["instance"], takeover=True)
    assert taken["stop"]["at"]["task"] == "hold"
    assert (await settled(serving, session["id"]))["state"] == "ended"
    assert (await serving.client.delete(f"/v1/debug/sessions/{taken['id']}")).json()["state"] == "ended"
    listed = (await serving.client.get("/v1/debug/sessions")).json()["items"]
    assert [each["state"] for each in listed] == ["ended", "ended"]


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({}, 400, "one of"),
        ({"definition": "nothing"}, 404, "no definition"),
        ({"instance": "nobody"}, 404, "no instance"),
        ({"definition": "thing", "breakpoints": [{"task": "nothing"}]}, 422, "no task"),
        ({"definition": "thing", "leaseMs": 0}, 422, "lease_ms_max"),
        ({"simulation": {"document": "do: ["}}, 422, "fault"),
        ({"simulation": {"document": "x", "faults": [{}]}}, 422, "fault"),
    ],
)
async def test_a_session_that_cannot_be_is_refused_with_its_reason(serving, asked, status: int, told: str) -> None:
    await serving.publish(SAGA)
    answer = await serving.client.post("/v1/debug/sessions", json={"owner": "ada", **asked})
    assert (answer.status_code, told in answer.json()["detail"]) == (status, True), answer.text


async def test_a_command_at_the_wrong_time_or_of_the_wrong_form_is_refused(serving: Serving) -> None:
    session = await opened(serving, definition=await serving.publish(SAGA))
    path = f"/v1/debug/sessions/{session['id']}/commands"
    for body, status in [({"command": "jump"}, 400), ({"command": "output"}, 422), ({"command": "clear"}, 422)]:
        assert (await serving.client.post(path, json=body)).status_code == status
    await serving.client.delete(f"/v1/debug/sessions/{session['id']}")
    assert (await serving.client.post(path, json={"command": "over"})).status_code == 409


async def test_a_history_is_replayed_against_another_version(serving: Serving, mended) -> None:
    mended.set()
    await serving.publish(SAGA)
    id = await serving.start("thing", {"order": "7"}, wait=5)
    same = (await serving.client.post(f"/v1/instances/{id}/replay", json={})).json()
    assert (same["same"], same["effects"], same["unanswered"]) == (True, [], [])
    changed = HEAD.format(name="thing", version="2.0.0") + SAGA.replace(".order }'", '.order + "!" }\'').replace(
        "- tell:", "- more: { call: charge, with: { order: more } }\n- tell:"
    )
    body = {"document": changed, "unanswered": "empty"}
    told = (await serving.client.post(f"/v1/instances/{id}/replay", json=body)).json()
    assert [(each["kind"], each["task"]) for each in told["effects"]] == [("changed", "pay"), ("added", "more")]
    assert [each["task"] for each in told["unanswered"]] == ["more"]
    assert told["data"][0]["pointer"].startswith("/output/told")
    stopped = await serving.client.post(f"/v1/instances/{id}/replay", json={**body, "unanswered": "stop"})
    assert "no answer for call 1 of 'more'" in stopped.json()["halted"]
    fault = {"task": "pay", "error": {"type": "communication", "status": 422}, "outcome": "none"}
    undone = (await serving.client.post(f"/v1/instances/{id}/replay", json={"faults": [fault]})).json()
    assert (undone["undosBefore"], undone["undosAfter"]) == ([], ["hold"])
    assert {"pointer": "/status", "before": "completed", "after": "faulted"} in undone["data"]
