"""Idempotency keys beyond starts: whatever changes something is done once for its key."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from counterpoint import Engine, EngineLimits
from counterpoint.api import Access, Address, listen
from counterpoint.application.once import Durable
from counterpoint.errors import StoreUnavailable
from counterpoint.ports.store import Receipt
from tests.api.conftest import HEARS, SET, Serving

pytestmark = pytest.mark.anyio
HEARS_TWICE = "".join(f"- hear{n}: {{ listen: {{ to: {{ one: {{ with: {{ type: api.go }} }} }} }} }}\n" for n in (1, 2))
STUCK = """\
- take:
    set: { taken: '${ .order }' }
    compensate: { do: [ { release: { call: charge } } ], retry: { limit: { attempt: { count: 1 } } } }
- stop: { raise: { error: { type: 'https://example.org/no', status: 500, title: No } } }
"""
GO = {"specversion": "1.0", "id": "1", "source": "s", "type": "api.go", "data": 5}


async def post(serving, path, body, key=None):
    headers = {} if key is None else {"Idempotency-Key": key}
    return await serving.client.post(path, json=body, headers=headers)


def told(answer):
    return answer.status_code, answer.json().get("type", "").rpartition(":")[2]


async def test_a_fork_is_made_once_for_its_key(serving):
    origin = await serving.start(await serving.publish(HEARS), wait=0.02)
    path, body = f"/v1/instances/{origin}/fork", {"at": 1, "reason": "what if"}
    made, again = [await post(serving, path, body, "k") for _ in range(2)]
    assert (made.status_code, again.status_code, again.json()) == (201, 200, made.json())
    assert again.headers["location"] == f"/v1/instances/{made.json()['id']}"
    assert told(await post(serving, path, {**body, "reason": "another"}, "k")) == (422, "key-reused")
    assert told(await post(serving, path, {**body, "id": "f"}, "k2")) == (400, "invalid-request")
    assert len((await serving.client.get("/v1/instances")).json()["items"]) == 2


async def test_a_key_of_a_start_is_none_for_a_fork(serving):
    reference = await serving.publish(HEARS)
    start = {"definition": reference, "input": {}}
    origin = (await post(serving, "/v1/instances", start, "k")).json()["id"]
    fork = await post(serving, f"/v1/instances/{origin}/fork", {"at": 1, "reason": "r"}, "k")
    assert told(fork) == (422, "key-reused")


async def test_many_forks_with_one_key_at_the_same_time_are_one(serving):
    origin = await serving.start(await serving.publish(HEARS), wait=0.02)
    path, body = f"/v1/instances/{origin}/fork", {"at": 1, "reason": "what if"}
    answers = await asyncio.gather(*(post(serving, path, body, "k") for _ in range(10)))
    assert sorted(each.status_code for each in answers) == [200] * 9 + [201]
    assert len({each.json()["id"] for each in answers}) == 1


async def test_a_signal_that_is_repeated_is_not_taken_by_the_next_task(serving):
    id = await serving.start(await serving.publish(HEARS_TWICE), wait=0.02)
    path = f"/v1/instances/{id}/signal"
    assert [(await post(serving, path, GO, "k")).json() for _ in range(3)] == [{"taken": True}] * 3
    assert (await serving.client.get(f"/v1/instances/{id}")).json()["status"] == "waiting"
    assert told(await post(serving, path, {**GO, "data": 6}, "k")) == (422, "key-reused")
    assert (await post(serving, path, GO)).json() == {"taken": True}
    assert (await serving.client.get(f"/v1/instances/{id}", params={"wait": 5})).json()["status"] == "completed"


async def test_what_was_refused_leaves_its_key_free(serving):
    reference = await serving.publish(HEARS)
    path = "/v1/instances/later/signal"
    assert told(await post(serving, path, GO, "k")) == (404, "not-found")
    await serving.start(reference, wait=0)
    started = await post(serving, "/v1/instances", {"definition": reference, "input": {}, "id": "later"})
    assert started.status_code == 201
    assert (await post(serving, path, GO, "k")).json() == {"taken": True}


async def test_an_action_on_many_is_carried_out_once_for_its_key(serving):
    reference = await serving.publish(HEARS)
    first = [await serving.start(reference) for _ in range(3)]
    body = {"action": "terminate", "filter": {"status": ["waiting"]}, "dryRun": False, "reason": "enough"}
    done = await post(serving, "/v1/bulk/actions", body, "k")
    assert sorted(each["id"] for each in done.json()["items"]) == sorted(first)
    left = await serving.start(reference)
    again = await post(serving, "/v1/bulk/actions", body, "k")
    assert (again.status_code, again.json()) == (200, done.json())
    assert (await serving.client.get(f"/v1/instances/{left}")).json()["status"] == "waiting"
    assert told(await post(serving, "/v1/bulk/actions", {**body, "reason": "other"}, "k")) == (422, "key-reused")
    dry = {**body, "dryRun": True}
    assert (await post(serving, "/v1/bulk/actions", dry, "k")).json()["count"] == 1


async def test_a_debug_session_is_opened_once_for_its_key(serving):
    body = {"owner": "me", "definition": await serving.publish(SET), "input": {"who": "you"}}
    opened, again = [await post(serving, "/v1/debug/sessions", body, "k") for _ in range(2)]
    assert (opened.status_code, again.status_code) == (201, 201)
    assert (opened.json()["id"], opened.json()["instance"]) == (again.json()["id"], again.json()["instance"])
    assert told(await post(serving, "/v1/debug/sessions", {**body, "owner": "you"}, "k")) == (422, "key-reused")
    assert len((await serving.client.get("/v1/debug/sessions")).json()["items"]) == 1


async def settled(serving, id):
    """The instance once it has ended or needs a person."""
    return (await serving.client.get(f"/v1/instances/{id}", params={"wait": 5})).json()


async def stuck(serving):
    """An instance that cannot be undone, its id and the run of its incident."""
    id = await serving.start(await serving.publish(STUCK, "stuck"), {"order": "A-1"}, wait=5)
    [incident] = (await settled(serving, id))["incidents"]
    return id, incident["run"]


async def test_what_is_done_to_an_instance_is_done_once_for_its_key(serving):
    """Each twice: the repetition is no second transition, although many of them would be refused by now."""
    id = await serving.start(await serving.publish(HEARS), wait=0.02)
    for operation, body in {"suspend": {"reason": "r"}, "resume": {}, "cancel": {"abandon": True}}.items():
        path = f"/v1/instances/{id}/{operation}"
        first, again = [await post(serving, path, body, operation) for _ in range(2)]
        assert (first.status_code, again.status_code) == (202, 202), operation
        assert first.headers["etag"] == again.headers["etag"]
        assert told(await post(serving, path, {"reason": "another"}, operation)) == (422, "key-reused")
        assert told(await post(serving, path, body)) == (409, "conflict") or operation == "cancel"
    other = f"/v1/instances/{await serving.start('thing')}/suspend"
    assert told(await post(serving, other, {"reason": "r"}, "suspend")) == (422, "key-reused")


@pytest.mark.parametrize("operation", ["retry", "resolve"])
async def test_an_incident_is_decided_upon_once_for_its_key(serving, mended, operation):
    """What is stuck again after a retry is another matter: the key of the first one does not stir it."""
    id, run = await stuck(serving)
    body = {} if operation == "retry" else {"run": run, "action": "retry", "reason": "the bank is back"}
    path = f"/v1/instances/{id}/{operation}"
    answers = await asyncio.gather(*(post(serving, path, body, "k") for _ in range(5)))
    assert {each.status_code for each in answers} == {202}
    stuck_again = await settled(serving, id)
    assert (await post(serving, path, body, "k")).json()["sequence"] == stuck_again["sequence"]
    mended.set()
    assert (await post(serving, path, body, "k")).json()["status"] == "suspended"
    assert (await post(serving, path, body, "k2")).status_code == 202
    assert (await settled(serving, id))["saga"] == "compensated"


async def test_a_key_holds_although_the_state_that_was_named_has_gone(serving):
    id = await serving.start(await serving.publish(HEARS), wait=0.02)
    tag = (await serving.client.get(f"/v1/instances/{id}")).headers["etag"]
    headers = {"If-Match": tag, "Idempotency-Key": "k"}
    path = f"/v1/instances/{id}/suspend"
    first, again = [await serving.client.post(path, json={}, headers=headers) for _ in range(2)]
    assert (first.status_code, again.status_code) == (202, 202)
    late = await serving.client.post(
        f"/v1/instances/{id}/cancel", json={}, headers={**headers, "Idempotency-Key": "k2"}
    )
    assert told(late) == (412, "precondition-failed")


async def test_a_version_changes_its_state_once_for_its_key(serving):
    path = "/v1/definitions/" + (await serving.publish(SET)).replace(":", "/")
    for operation in ("deprecate", "undeprecate", "retire"):
        first, again = [await post(serving, f"{path}/{operation}", {"reason": "r"}, operation) for _ in range(2)]
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json() == again.json()
        assert told(await post(serving, f"{path}/{operation}", {"by": "me"}, operation)) == (422, "key-reused")


async def test_a_step_of_a_debugger_is_taken_once_for_its_key(serving):
    body = {
        "owner": "me",
        "definition": await serving.publish(SET + "- again: { set: { b: 1 } }\n- last: { set: { c: 1 } }\n"),
        "stopOnEntry": True,
    }
    opened = (await post(serving, "/v1/debug/sessions", {**body, "input": {"who": "you"}})).json()
    path = f"/v1/debug/sessions/{opened['id']}"
    for _ in range(3):
        assert (await post(serving, f"{path}/commands", {"command": "over"}, "k")).status_code == 200
    stopped = (await serving.client.get(path, params={"wait": 5})).json()
    assert stopped["stop"]["at"]["task"] == "again"


@pytest.mark.parametrize("path", ["/v1/bulk/actions", "/v1/instances/x/signal", "/v1/instances/x/fork"])
async def test_a_key_that_is_none_is_refused(serving, path):
    bodies = {
        "/v1/bulk/actions": {"action": "suspend", "filter": {}, "dryRun": False},
        "/v1/instances/x/signal": GO,
        "/v1/instances/x/fork": {"at": 1, "reason": "r"},
    }
    assert told(await post(serving, path, bodies[path], "k" * 256)) == (400, "invalid-request")


@asynccontextmanager
async def served(path: Path) -> AsyncIterator[Serving]:
    """A server on a file."""
    async with Engine.embedded(path) as engine, AsyncExitStack() as server:
        address = await server.enter_async_context(listen(engine.service, Address.of("127.0.0.1:0"), Access(None)))
        async with httpx2.AsyncClient(base_url=f"http://{address}", trust_env=False, timeout=10) as client:
            yield Serving(client, engine, address, server)


async def test_receipts_outlive_the_engine_and_what_was_cut_off_is_not_begun_again(tmp_path):
    """The same keys after a restart: what was answered is answered alike, what was only begun is refused."""
    path = tmp_path / "store.db"
    async with served(path) as serving:
        id = await serving.start(await serving.publish(HEARS_TWICE), wait=0.02)
        assert (await post(serving, f"/v1/instances/{id}/signal", GO, "done")).json() == {"taken": True}
        made = await post(serving, f"/v1/instances/{id}/fork", {"at": 1, "reason": "r"}, "forked")
        # As a crash leaves them that comes between what is done and its answer.
        receipts = Durable(serving.engine.runtime)
        for key in ("forked", "done"):
            kept = await receipts.find(key)
            await receipts.write(Receipt(key=f"{key}-cut", request=kept.request, written_at=kept.written_at))
        forked = await receipts.find("forked")
        await receipts.write(Receipt(key="forked", request=forked.request, written_at=forked.written_at))
    async with served(path) as serving:
        assert (await post(serving, f"/v1/instances/{id}/signal", GO, "done")).json() == {"taken": True}
        assert (await serving.client.get(f"/v1/instances/{id}")).json()["status"] == "waiting"
        cut = await post(serving, f"/v1/instances/{id}/signal", GO, "done-cut")
        assert told(cut) == (409, "conflict") and "cut off" in cut.json()["detail"]
        again = await post(serving, f"/v1/instances/{id}/fork", {"at": 1, "reason": "r"}, "forked")
        assert again.json()["id"] == made.json()["id"]
        assert len((await serving.client.get("/v1/instances")).json()["items"]) == 2


async def test_a_key_is_written_in_the_transaction_of_what_was_done(tmp_path, monkeypatch):
    """Whatever a crash leaves of the store, there is no transition without its key, and no key without it."""
    path = tmp_path / "store.db"
    async with served(path) as serving:
        id = await serving.start(await serving.publish(HEARS), wait=0.02)
        store, batches = serving.engine.runtime.store, []
        append = store.append

        async def noted(batch):
            batches.append((len(batch.records), [each.key for each in batch.receipts]))
            await append(batch)

        monkeypatch.setattr(store, "append", noted)
        answers = await asyncio.gather(*(post(serving, f"/v1/instances/{id}/suspend", {}, "k") for _ in range(5)))
        assert {each.status_code for each in answers} == {202}
        assert batches == [(1, ["k"])]
        assert told(await post(serving, f"/v1/instances/{id}/suspend", {}, "k2")) == (409, "conflict")
    async with served(path) as serving:
        assert (await post(serving, f"/v1/instances/{id}/suspend", {}, "k")).status_code == 202
        assert (await post(serving, f"/v1/instances/{id}/resume", {}, "k2")).status_code == 202
        assert (await post(serving, f"/v1/instances/{id}/suspend", {}, "k")).json()["status"] == "waiting"


async def test_what_the_store_refuses_leaves_its_key_free(serving, monkeypatch):
    id = await serving.start(await serving.publish(HEARS), wait=0.02)
    store, path = serving.engine.runtime.store, f"/v1/instances/{id}/suspend"

    async def refuse(batch):
        raise StoreUnavailable("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(store, "append", refuse)
        assert told(await post(serving, path, {}, "k")) == (503, "unavailable")
    assert await store.receipt("k") is None
    async with asyncio.timeout(20):
        while (answer := await post(serving, path, {}, "k")).status_code == 503:
            pass
    assert (answer.status_code, (await store.receipt("k")).key) == (202, "k")


async def test_keys_are_forgotten_when_they_are_as_old_as_the_limit(serve):
    async with serve(engine_limits=EngineLimits(receipt_age_ms_max=1)) as serving:
        id = await serving.start(await serving.publish(HEARS), wait=0.02)
        store, last = serving.engine.runtime.store, "k-0"
        async with asyncio.timeout(20):
            for turn in itertools.count():
                operation, last = ("resume", "suspend")[turn % 2 == 0], f"k-{turn}"
                assert (await post(serving, f"/v1/instances/{id}/{operation}", {}, last)).status_code == 202
                if await store.receipt("k-0") is None:
                    break
        assert (await store.receipt(last)).key == last
