"""Time travel over HTTP."""

from __future__ import annotations

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
