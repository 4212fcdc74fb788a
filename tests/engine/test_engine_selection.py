"""What the rows of instances say: their business key, and what they wait for, in memory or not."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from counterpoint import Engine, EngineLimits, function
from counterpoint.errors import InvalidInput
from counterpoint.stores.sqlite.schema import APPLICATION_ID
from counterpoint.stores.sqlite.statements import migrations
from tests.engine.documents import LISTEN, SAGA, STEPS, WAIT_A_DAY, document, rung

pytestmark = pytest.mark.anyio
EITHER = """
- either:
    fork:
      branches:
      - hear: {listen: {to: {one: {with: {type: org.example.rung}}}}}
      - rest: {wait: {seconds: 2}}
"""
KEYED = "metadata: {businessKey: '${ .order }'}"


@function
async def step(name: str) -> str:
    return name


@function
async def refuse() -> None:
    raise RuntimeError("no")


async def test_what_an_instance_waits_for_is_in_its_row_also_while_it_is_in_memory(engine_on, store, still_clock):
    async with engine_on(store, clock=still_clock) as engine:
        await engine.start(await engine.publish(document(EITHER)), id="one")
        await engine.service.instances.suspend("one")
        (row,) = await engine.list(waits_for="event:org.example.rung")
        assert (row.active, row.waits) == (False, ("event:org.example.rung", "resume"))
        await engine.resume("one")
        (row,) = await engine.list(waits_for="timer")
        assert row.active, "its time is too near to leave memory"
        assert row.waits == ("event:org.example.rung", "timer")
        assert row.due_at == row.created_at + 2_000
        await engine.deliver(rung())
        still_clock.advance(2_000)
        assert (await engine.result("one")).status == "completed"
        assert await engine.list(waits_for="event") == []
        assert (await engine.count(waits_for="timer")).total == 0


async def test_a_retry_and_an_incident_are_waited_for(engine_on, store, clock):
    async with engine_on(store, functions=[step, refuse]) as engine:
        stuck = SAGA.replace("call: step, with: {name: release}", "call: refuse, with: {}")
        id = await engine.start(await engine.publish(document(stuck)))
        view = await engine.result(id)
        assert view.saga == "stuck"
        (row,) = await engine.list(waits_for="incident")
        assert (row.id, row.waits, row.saga) == (id, ("incident",), "stuck")
        assert any("retry" in each.waits for batch in store.batches for each in batch.summaries)


async def test_instances_are_found_by_the_key_that_people_call_them(engine_on, store):
    async with engine_on(store, functions=[step]) as engine:
        plain = await engine.publish(document(STEPS))
        keyed = await engine.publish(document(STEPS, "keyed").replace("version: '1.0.0'", f"version: '1.0.0', {KEYED}"))
        given = await engine.start(plain, id="given", business_key="order 7")
        own = await engine.start(keyed, {"order": 7}, id="own")
        over = await engine.start(keyed, {"order": 7}, id="over", business_key="order 7")
        none = await engine.start(keyed, {"order": None}, id="none")
        assert [row.id for row in await engine.list(business_key="order 7")] == [over, given]
        assert [row.id for row in await engine.list(business_key="7")] == [own]
        assert [row.business_key for row in await engine.list(workflow="test/keyed")] == [None, "order 7", "7"]
        assert (await engine.inspect(own)).labels == {"businessKey": "7"}
        assert (await engine.inspect(none)).labels == {}
        with pytest.raises(InvalidInput, match="cannot be a business key"):
            await engine.start(plain, business_key="a\nb")


@pytest.mark.parametrize(("order", "kind"), [({"a": 1}, "validation"), ("x" * 201, "validation"), (True, "validation")])
async def test_what_cannot_be_a_key_fails_the_start_and_says_where(engine_on, store, order, kind):
    keyed = document(STEPS).replace("version: '1.0.0'", f"version: '1.0.0', {KEYED}")
    async with engine_on(store, functions=[step]) as engine:
        view = await engine.result(await engine.start(await engine.publish(keyed), {"order": order}))
        assert (view.status, view.error["instance"]) == ("faulted", "/document/metadata/businessKey")
        assert view.error["type"].endswith(kind)
        assert view.tasks == []


async def test_workflows_are_named_with_and_without_a_version(engine_on, store):
    async with engine_on(store, functions=[step]) as engine:
        for version in ("1.0.0", "1.1.0"):
            reference = await engine.publish(document(STEPS, version=version))
            await engine.result(await engine.start(reference, id=version))
        assert [row.id for row in await engine.list(workflow="flow")] == ["1.1.0", "1.0.0"]
        for one in ({"workflow": "test/flow:1.0.0"}, {"workflow": "flow", "version": "<1.1"}):
            assert [row.id for row in await engine.list(**one)] == ["1.0.0"]
        assert [row.id for row in await engine.list(workflow="flow", version="latest")] == ["1.1.0"]
        count = await engine.count(status=["completed", "faulted"])
        assert (count.total, count.at_least, count.by_status) == (2, False, {"completed": 2})
        assert count.by_workflow == {"test/flow:1.0.0": 1, "test/flow:1.1.0": 1}
        for wrong in ({"version": "1.0.0"}, {"saga": "sung"}, {"waits_for": "rain"}):
            with pytest.raises(InvalidInput):
                await engine.list(**wrong)


async def test_a_store_written_before_tells_what_its_instances_wait_for(tmp_path):
    path = tmp_path / "old.db"
    limits = EngineLimits(evict_after_ms=60_000)  # so that a wait of some seconds counts as active
    async with Engine.embedded(path, limits=limits) as engine:
        for name, tasks in {"hears": LISTEN, "rests": WAIT_A_DAY, "held": LISTEN, "either": EITHER}.items():
            await engine.start(await engine.publish(document(tasks, name)), id=name)
        await engine.suspend("held")
    _as_before(path)
    async with Engine.embedded(path) as engine:
        for _ in range(2):  # what start-up has to say of a row is written in the first batches
            await engine.service.instances.deliver(rung("other", x=1) | {"type": "org.example.other"})
        found = {row.id: row.waits for row in await engine.list()}
        bell = "event:org.example.rung"
        assert found == {"hears": (bell,), "rests": ("timer",), "held": (bell, "resume"), "either": (bell, "timer")}
        assert {row.id for row in await engine.list(waits_for="event")} == {"hears", "held", "either"}
        assert (await engine.count()).by_status == {"waiting": 3, "suspended": 1}


def _as_before(path):
    """Bring the store back to the first schema, with what that has room for."""
    new = path.rename(path.with_suffix(".new"))
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(migrations()[0])
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        connection.execute("ATTACH ? AS new", (str(new),))
        for table in ("journal", "instance", "definition", "message", "seen_key", "value"):
            assert table in tables
            columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
            connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")
        connection.execute("INSERT INTO migration VALUES (1, '0.0.1')")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
