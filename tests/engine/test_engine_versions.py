"""The life of a version: deprecated, refused from its date on, retired; and who keeps to it."""

from __future__ import annotations

import asyncio
import warnings
from datetime import UTC, datetime

import msgspec
import pytest

from counterpoint import function
from counterpoint.engine.registry import may_mean
from counterpoint.errors import Conflict, DeprecatedVersion, InvalidInput, NotFound, Outdated, Withdrawn
from counterpoint.ports.store import Message
from tests.engine.documents import SAGA, document, rung

pytestmark = pytest.mark.anyio
HOUR_MS = 3_600_000
NOTE = "- note: {set: {version: '%s'}}"
LISTEN = "- hear: {listen: {to: {one: {with: {type: org.example.rung}}}}}"
PARENT = """
- child:
    run: {workflow: {namespace: test, name: flow, version: '%s'}}
"""


async def publish(engine, *versions, tasks=NOTE, head=""):
    for version in versions:
        await engine.publish(document(tasks % version if "%s" in tasks else tasks, version=version, head=head))


def at(clock, ms):
    return datetime.fromtimestamp((clock.now() + ms) / 1000, UTC)


async def version_of(engine, reference):
    return (await engine.result(await engine.start(reference), timeout=5)).output["version"]


async def test_a_deprecated_version_warns_until_its_date_and_is_refused_from_then_on(engine_on, store, still_clock):
    async with engine_on(store, clock=still_clock) as engine:
        await publish(engine, "1.0.0", "2.0.0")
        await engine.deprecate(
            "flow:1.0.0", sunset=at(still_clock, HOUR_MS), replacement="flow:^2", reason="it pays twice"
        )
        told = r"test/flow:1.0.0 is deprecated and can be started until .*\(it pays twice\); use test/flow:\^2"
        for _ in range(2):
            with pytest.warns(DeprecatedVersion, match=told):
                assert await version_of(engine, "flow:^1") == "1.0.0"
            still_clock.advance(HOUR_MS // 2 - 1)
        still_clock.advance(2)
        for reference in ("flow:1.0.0", "flow:^1"):
            with pytest.raises(Withdrawn, match=r"start test/flow:\^2 instead") as refused:
                await engine.start(reference)
            assert refused.value.replacement == "test/flow:^2"
        assert await version_of(engine, refused.value.replacement) == "2.0.0"
        await engine.undeprecate("flow:1.0.0")
        assert await version_of(engine, "flow:1.0.0") == "1.0.0"


async def test_without_a_date_it_warns_and_goes_on(engine_on, store, still_clock):
    async with engine_on(store, clock=still_clock) as engine:
        await publish(engine, "1.0.0")
        await engine.deprecate("flow")
        still_clock.advance(10_000 * HOUR_MS)
        with pytest.warns(DeprecatedVersion, match=r"test/flow:1\.0\.0 is deprecated$"):
            assert await version_of(engine, "flow") == "1.0.0"


async def test_the_state_of_a_version_survives_a_crash_with_who_when_and_why(engine_on, store, still_clock):
    async with engine_on(store, clock=still_clock) as engine:
        await publish(engine, "1.0.0", "2.0.0")
        life = engine.service.definitions.life
        deprecated = await life.deprecate("flow:1.0.0", replacement="test/flow", reason="old", by="ada")
        retired = await life.retire("flow:1.0.0", reason="gone", by="bob")
    async with engine_on(store.after_a_crash(), clock=still_clock) as engine:
        definitions = engine.service.definitions
        kept = definitions.history(definitions.find("flow:1.0.0"))
        assert list(kept) == [deprecated, retired]
        assert [(each.state, each.reason, each.changed_by, each.changed_at) for each in kept] == [
            ("deprecated", "old", "ada", still_clock.now()),
            ("retired", "gone", "bob", still_clock.now()),
        ]
        with pytest.raises(Withdrawn, match=r"is retired \(gone\); start test/flow instead"):
            await engine.start("flow:1.0.0")


async def test_a_retired_version_is_found_by_its_number_alone_and_stays_readable(engine_on, store):
    async with engine_on(store) as engine:
        await publish(engine, "1.0.0", "1.1.0")
        id = await engine.start("flow:^1")
        await engine.result(id)
        await engine.retire("flow:1.1.0")
        for reference in ("flow", "flow:latest", "flow:^1", "flow:1.x"):
            assert await version_of(engine, reference) == "1.0.0"
        found = engine.service.definitions.find("test/flow:1.1.0")
        assert "1.1.0" in found.text
        assert (await engine.inspect(id)).workflow == "test/flow:1.1.0"
        await engine.retire("flow:1.0.0")
        with pytest.raises(NotFound, match=r"versions of test/flow: 1\.1\.0 \(retired\), 1\.0\.0 \(retired\)"):
            engine.service.definitions.find("flow")


async def test_a_name_whose_versions_are_all_retired_is_withdrawn_as_each_of_them_is(engine_on, store):
    async with engine_on(store) as engine:
        await publish(engine, "1.0.0", "1.1.0")
        await engine.publish(document(PARENT % "^1", name="parent"))
        await engine.deprecate("flow:1.1.0", replacement="parent:^1", reason="too slow")
        for version in ("1.0.0", "1.1.0"):
            await engine.retire(f"flow:{version}")
        for reference in ("flow", "test/flow", "flow:latest", "flow:^1", "flow:1.1.0"):
            with pytest.raises(Withdrawn, match=r"test/flow:1\.1\.0 is retired") as refused:
                await engine.start(reference)
            assert refused.value.replacement == "test/parent:^1", reference
        for reference in ("flow:^2", "flow:1.2.0", "other/flow", "other"):
            with pytest.raises(NotFound):
                await engine.start(reference)
        view = await engine.result(await engine.start("parent"))
        assert view.status == "faulted" and "test/flow:1.1.0 is retired" in view.error["detail"]
        await publish(engine, "1.2.0")
        assert await version_of(engine, "flow") == "1.2.0"


async def test_what_a_retired_version_has_done_can_still_be_undone(engine_on, store):
    undone = []

    @function
    async def step(name: str) -> None:
        undone.append(name)

    async with engine_on(store, functions=[step]) as engine:
        text = document(SAGA.partition("- ship")[0])
        await engine.publish(text.replace("'1.0.0'}", "'1.0.0', metadata: {saga: {compensableFor: P1D}}}"))
        id = await engine.start("flow")
        await engine.result(id)
        await engine.retire("flow:1.0.0")
        await engine.compensate(id)
        while (view := await engine.inspect(id)).saga != "compensated":
            await asyncio.sleep(0)
        assert (view.status, undone) == ("completed", ["reserve", "release"])


async def test_versions_are_listed_with_their_states_the_highest_first(engine_on, store):
    async with engine_on(store) as engine:
        await publish(engine, "1.9.0", "1.10.0", "2.0.0-rc.1")
        await engine.retire("flow:1.9.0")
        found = [(str(reference), state.state) for reference, state in await engine.versions("test/flow")]
        assert found == [
            ("test/flow:2.0.0-rc.1", "active"),
            ("test/flow:1.10.0", "active"),
            ("test/flow:1.9.0", "retired"),
        ]
        with pytest.raises(NotFound):
            await engine.versions("test/other")


async def test_a_version_with_running_instances_is_not_retired_and_says_how_many(engine_on, store):
    async with engine_on(store) as engine:
        await publish(engine, "1.0.0", tasks=LISTEN)
        ids = [await engine.start("flow") for _ in range(3)]
        with pytest.raises(Conflict, match=r"test/flow:1\.0\.0 cannot be retired: 3 instances of it have not ended"):
            await engine.retire("flow:1.0.0")
        for id in ids[:2]:
            await engine.cancel(id)
            await engine.result(id)
        await engine.suspend(ids[2])
        with pytest.raises(Conflict, match=r"1 instance of it has not ended"):
            await engine.retire("flow:1.0.0")
        await engine.cancel(ids[2])
        await engine.result(ids[2])
        await engine.retire("flow:1.0.0")


@pytest.mark.parametrize("first", ["start", "retire"])
@pytest.mark.parametrize("turns", range(8))
async def test_no_start_slips_in_while_a_version_is_being_retired(engine_on, store, first, turns):
    """Whichever comes first and however many turns of the loop later the other one."""
    async with engine_on(store) as engine:
        await publish(engine, "1.0.0", tasks=LISTEN)
        work = {"start": engine.start("test/flow:1.0.0"), "retire": engine.retire("test/flow:1.0.0")}
        earlier = asyncio.ensure_future(work.pop(first))
        for _ in range(turns):
            await asyncio.sleep(0)
        [later] = work.values()
        outcomes = await asyncio.gather(earlier, later, return_exceptions=True)
        assert [isinstance(each, Conflict) for each in outcomes].count(True) == 1, outcomes
        retired = (await store.states()) != []
        assert len(await engine.list()) == (0 if retired else 1)


async def test_what_runs_stays_on_its_version(engine_on, store):
    tasks = LISTEN + "\n" + NOTE
    async with engine_on(store) as engine:
        await publish(engine, "1.0.0", tasks=tasks)
        id = await engine.start("flow:^1")
        await publish(engine, "1.1.0", "1.2.0", tasks=tasks)
        await engine.deprecate("flow:1.0.0", sunset="2000-01-01")
    async with engine_on(store.after_a_crash()) as engine:
        await engine.deliver(rung("1"))
        view = await engine.result(id, timeout=5)
        assert (view.workflow, view.output) == ("test/flow:1.0.0", {"version": "1.0.0"})


async def test_a_sub_workflow_is_chosen_by_range_and_refused_by_the_same_rules(engine_on, store):
    async with engine_on(store) as engine:
        await publish(engine, "1.0.0", "1.1.0", "2.0.0")
        await engine.publish(document(PARENT % "^1", name="parent"))
        assert (await engine.result(await engine.start("parent"))).output == {"version": "1.1.0"}
        await engine.retire("flow:1.1.0")
        assert (await engine.result(await engine.start("parent"))).output == {"version": "1.0.0"}
        await engine.deprecate("flow:1.0.0", sunset="2000-01-01", replacement="flow:2.0.0")
        view = await engine.result(await engine.start("parent"))
        assert view.status == "faulted"
        assert view.error["type"].endswith("/configuration")
        assert "start test/flow:2.0.0 instead" in view.error["detail"]


async def test_the_schedule_of_a_retired_version_stops_and_that_of_the_one_below_goes_on(
    engine_on, store, still_clock, caplog
):
    async def hours(count):
        for _ in range(count):
            still_clock.advance(HOUR_MS)
            for _ in range(60):
                await asyncio.sleep(0)
        return [row.definition for row in reversed(await engine.list())]

    async with engine_on(store, clock=still_clock) as engine:
        await engine.run_schedules()
        await publish(engine, "1.0.0", head="schedule: {every: {hours: 1}}")
        assert await hours(2) == [1, 1]
        await publish(engine, "2.0.0", head="schedule: {every: {hours: 1}}")
        assert await hours(2) == [1, 1, 2, 2]
        await engine.retire("flow:2.0.0")
        assert await hours(2) == [1, 1, 2, 2, 1, 1]  # and what 1.0.0 missed meanwhile is not made up for
        await engine.deprecate("flow:1.0.0", sunset=at(still_clock, HOUR_MS))
        assert await hours(3) == [1, 1, 2, 2, 1, 1]
        warned, stopped = [each.message for each in caplog.records]  # once, not every hour
        assert warned.startswith("test/flow:1.0.0 is deprecated and can be started until")
        assert warned.endswith("and still starts by its schedule")
        told = "the schedule of test/flow:1.0.0 has stopped: test/flow:1.0.0 is deprecated and could be started until"
        assert stopped.startswith(told)
        await engine.undeprecate("flow:1.0.0")
        assert await hours(1) == [1, 1, 2, 2, 1, 1, 1]


async def test_events_start_the_version_that_is_meant_and_none_that_is_withdrawn(engine_on, store, still_clock, caplog):
    hears = "schedule: {on: {one: {with: {type: org.example.rung}}}}"

    async def rings(id):
        await engine.deliver(rung(id))
        for _ in range(60):
            await asyncio.sleep(0)
        return [row.definition for row in reversed(await engine.list())]

    async with engine_on(store, clock=still_clock) as engine:
        await engine.run_schedules()
        await publish(engine, "1.0.0", "2.0.0", head=hears)
        assert await rings("1") == [2]
        await engine.retire("flow:2.0.0")
        assert await rings("2") == [2, 1]
        await engine.deprecate("flow:1.0.0", sunset=at(still_clock, HOUR_MS))
        assert await rings("3") == [2, 1, 1]
        still_clock.advance(HOUR_MS)
        assert await rings("4") == await rings("5") == [2, 1, 1]
        assert ["has stopped" in each.message for each in caplog.records] == [False, True]
        await engine.undeprecate("flow:1.0.0")
        assert await rings("6") == [2, 1, 1, 1]  # 4 and 5 came to nobody, and are not kept
        await engine.retire("flow:1.0.0")
        assert await rings("7") == [2, 1, 1, 1]
    async with engine_on(store.after_a_crash(), clock=still_clock) as engine:
        await engine.run_schedules()
        assert await rings("8") == [2, 1, 1, 1]


async def test_a_withdrawn_schedule_stays_still_after_a_restart(engine_on, store, still_clock):
    async with engine_on(store, clock=still_clock) as engine:
        await engine.run_schedules()
        await publish(engine, "1.0.0", head="schedule: {every: {hours: 1}}")
        await engine.retire("flow:1.0.0")
    async with engine_on(store.after_a_crash(), clock=still_clock) as engine:
        await engine.run_schedules()
        still_clock.advance(5 * HOUR_MS)
        for _ in range(60):
            await asyncio.sleep(0)
        assert await engine.list() == []


async def test_who_has_seen_an_older_state_changes_nothing(engine_on, store):
    async with engine_on(store) as engine:
        await publish(engine, "1.0.0")
        life = engine.service.definitions.life
        asked = [life.deprecate("flow:1.0.0", reason=each, revision=0) for each in ("ada", "bob")]
        first, second = await asyncio.gather(*asked, return_exceptions=True)
        assert (first.revision, first.reason) == (1, "ada")
        assert isinstance(second, Outdated)
        with pytest.raises(Outdated, match="it is deprecated now, with revision 1, not 0"):
            await life.retire("flow:1.0.0", revision=0)


async def test_what_is_so_already_changes_nothing(engine_on, store):
    async with engine_on(store) as engine:
        await publish(engine, "1.0.0", "2.0.0")
        life = engine.service.definitions.life
        assert (await life.undeprecate("flow:1.0.0")).revision == 0
        for _ in range(2):
            state = await life.deprecate("flow:1.0.0", sunset="2099-01-01", replacement="flow:2.0.0")
        assert state.revision == 1
        for _ in range(2):
            assert (await life.retire("flow:1.0.0")).revision == 2
        for change in (life.deprecate, life.undeprecate):
            with pytest.raises(Conflict, match="is retired"):
                await change("flow:1.0.0")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"replacement": "flow:3.0.0"}, "the replacement cannot be used"),
        ({"replacement": "flow:1.0.0"}, "is the version itself"),
        ({"replacement": "flow:1.1.0"}, "is retired itself"),
        ({"replacement": "flow:^^"}, "neither a version nor a range"),
        ({"sunset": "soon"}, "sunset: 'soon' is no ISO 8601"),
        ({"sunset": "0001-01-01T00:00:00+14:00"}, "sunset: "),
        ({"sunset": "9999-12-31T23:59:59-14:00"}, "sunset: "),
        ({"reason": "x" * 2_001}, "at most 2,000 characters"),
    ],
)
async def test_a_deprecation_that_helps_nobody_is_refused(engine_on, store, changes, reason):
    async with engine_on(store) as engine:
        await publish(engine, "1.0.0", "1.1.0")
        await engine.retire("flow:1.1.0")
        with pytest.raises(InvalidInput, match=reason):
            await engine.deprecate("flow:1.0.0", **changes)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert await version_of(engine, "flow:1.0.0") == "1.0.0"


async def test_a_full_disk_leaves_the_state_as_it_was(engine_on, store):
    async with engine_on(store) as engine:
        await publish(engine, "1.0.0")
        store.broken = True
        with pytest.raises(Exception, match="the disk is full"):
            await engine.retire("flow:1.0.0")
        store.broken = False
        assert await store.states() == []
        while engine.runtime.committer.failure is not None:
            await asyncio.sleep(0)
        assert await version_of(engine, "flow") == "1.0.0"


async def test_other_processes_ask_through_the_inbox(engine_on, store):
    async with engine_on(store) as engine:
        await publish(engine, "1.0.0", "2.0.0")

        async def ask(kind, **body):
            number = await store.post(Message(kind=kind, body=msgspec.json.encode(body)))
            engine.runtime.inbox.wake()
            while (answer := await store.answer(number)) is None:
                await asyncio.sleep(0)
            return answer.ok, msgspec.json.decode(answer.body)

        asked = {"definition": "flow:1.0.0", "sunset": "2099-01-01T00:00:00Z", "replacement": "flow:^2", "by": "ada"}
        assert await ask("deprecate", **asked) == (
            True,
            {"definition": "test/flow:1.0.0", "state": "deprecated", "revision": 1},
        )
        ok, started = await ask("start", definition="flow:1.0.0")
        assert (ok, "test/flow:^2" in started["warnings"][0]) == (True, True)
        await engine.result(started["id"])
        assert (await ask("undeprecate", definition="flow:1.0.0"))[1]["state"] == "active"
        assert (await ask("retire", definition="flow:1.0.0", revision=1))[1]["error"] == "Outdated"
        assert (await ask("retire", definition="flow:1.0.0"))[1]["state"] == "retired"
        assert (await ask("start", definition="flow:1.0.0"))[1]["error"] == "Withdrawn"
        assert (await ask("retire", definition=["x"]))[1]["error"] == "InvalidInput"


def test_a_reference_may_mean_what_its_range_takes():
    for reference in ("flow", "test/flow", "flow:latest", "flow:^1", "test/flow:1.2.0", "flow:>=1 <2"):
        assert may_mean(reference, "test/flow:1.2.0")
    for reference in ("other", "a/flow", "flow:2", "flow:1.2.1", "flow:^^"):
        assert not may_mean(reference, "test/flow:1.2.0")
