"""Operations over HTTP that are bound to a state: entity tags, termination, signals, reasons."""

from __future__ import annotations

import pytest

from tests.api.conftest import HEARS

pytestmark = pytest.mark.anyio
GO = {"specversion": "1.0", "id": "1", "source": "/desk", "type": "api.go", "data": 7}


async def waiting(serving):
    id = await serving.start(await serving.publish(HEARS), wait=0.05)
    answer = await serving.client.get(f"/v1/instances/{id}")
    return f"/v1/instances/{id}", answer.headers["ETag"]


async def test_a_state_that_the_client_has_is_not_sent_again(serving):
    path, tag = await waiting(serving)
    same = await serving.client.get(path, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    suspended = await serving.client.post(f"{path}/suspend")
    assert suspended.headers["ETag"] != tag
    other = await serving.client.get(path, headers={"If-None-Match": tag})
    assert (other.status_code, other.headers["ETag"]) == (200, suspended.headers["ETag"])


async def test_an_operation_is_carried_out_in_the_state_that_was_seen_only(serving):
    path, tag = await waiting(serving)
    assert (await serving.client.post(f"{path}/suspend", headers={"If-Match": tag})).status_code == 202
    for operation in ("resume", "cancel", "terminate", "compensate"):
        for given in (tag, '"abc"'):
            late = await serving.client.post(f"{path}/{operation}", headers={"If-Match": given})
            assert (late.status_code, late.json()["type"]) == (412, "urn:counterpoint:problem:precondition-failed")
    assert (await serving.client.post(f"{path}/resume", headers={"If-Match": "seven"})).status_code == 400
    assert (await serving.client.post(f"{path}/resume", headers={"If-Match": "*"})).status_code == 202


async def test_an_instance_is_terminated_with_a_reason(serving):
    path, _ = await waiting(serving)
    ended = await serving.client.post(f"{path}/terminate", json={"reason": "it loops"})
    assert (ended.status_code, ended.json()["status"], ended.json()["reason"]) == (202, "cancelled", "it loops")
    assert (await serving.client.post(f"{path}/terminate")).status_code == 409


async def test_a_signal_is_taken_or_not(serving):
    path, _ = await waiting(serving)
    for event, taken in (({**GO, "type": "api.other"}, False), (GO, True)):
        answer = await serving.client.post(f"{path}/signal", json=event)
        assert (answer.status_code, answer.json()) == (200, {"taken": taken})
    ended = (await serving.client.get(path, params={"wait": 5})).json()
    assert (ended["status"], ended["output"]) == ("completed", {"got": 7})
    assert (await serving.client.post(f"{path}/signal", json=GO)).status_code == 409
    assert (await serving.client.post("/v1/instances/none/signal", json=GO)).status_code == 404
