"""Time travel: whatever point of a history one looks at, the state is the one that was live then."""

from __future__ import annotations

import asyncio
import copy
import random
from collections.abc import Iterator

import msgspec
import pytest
from composer import play
from story import Story, picture

from counterpoint import Engine, dsl, function
from counterpoint.application.travelling import Past, TaskLog, Travel, TravelLimits
from counterpoint.application.watching import Place
from counterpoint.errors import InvalidInput, NotFound
from counterpoint.expressions import Compiler
from counterpoint.history import Codec, fold
from counterpoint.history.timeline import Timeline, Transition
from counterpoint.kernel import Instance, evolve
from counterpoint.plan import Plan, compile_plan
from counterpoint.stores.memory import MemoryStore
from counterpoint.values.difference import changes
from tests.histories.histories import RECORDED, differences, read
from tests.histories.picture import picture as recorded_picture

HEAD = "document: {dsl: '1.0.3', namespace: travel, name: trip, version: '1.0.0'}\n"
BOOKED = HEAD + (
    "use: {secrets: [key]}\ndo:\n"
    "- car: {call: book, with: {what: car, key: '${ $secrets.key }'}, export: {as: '${ {car: .booked} }'},"
    " compensate: {do: [{giveBack: {call: book, with: {what: nothing}}}]}}\n"
    "- hear: {listen: {to: {one: {with: {type: go}}}}}\n"
    "- hotel: {call: book, with: {what: hotel}}\n"
)
FILES = sorted(path.stem for path in RECORDED.glob("*.jsonl"))


@function
async def book(what: str, key: str = "") -> dict[str, str]:
    """Answers with what it was asked, secret included."""
    return {"booked": what, "key": key}


def past_of(plan: Plan, transitions: list[Transition]) -> Past:
    tasks = TaskLog()
    timeline = Timeline(plan, None, tasks.observe)
    timeline.extend(transitions)
    return Past(timeline, tasks)


def prefixes(transitions: list[Transition]) -> Iterator[tuple[Place, list[Transition]]]:
    """Every place of a history, with the part of the history up to it."""
    for sequence, (at, events) in enumerate(transitions, 1):
        for ordinal in range(1, len(events) + 1):
            yield Place(sequence, ordinal), [*transitions[: sequence - 1], (at, events[:ordinal])]


@pytest.mark.parametrize("name", FILES)
def test_time_travel_to_every_transition_of_every_recorded_history_gives_the_state_that_was_live_then(
    name: str,
) -> None:
    for history in read(RECORDED / f"{name}.jsonl"):
        plan = compile_plan(dsl.load(history.document, source="history"), Compiler())
        transitions = [Codec().decode(body) for body in history.records]
        past = past_of(plan, transitions)
        order = [*range(len(transitions)), *reversed(range(len(transitions)))]
        for index in order:
            now = recorded_picture(past.instance(past.place(str(index + 1))))
            plain = msgspec.json.decode(msgspec.json.encode(now))
            assert list(differences(plain, history.pictures[index])) == []


@pytest.mark.parametrize("name", FILES)
def test_time_travel_to_every_event_of_every_recorded_history_gives_what_a_fold_up_to_it_gives(name: str) -> None:
    for history in read(RECORDED / f"{name}.jsonl"):
        plan = compile_plan(dsl.load(history.document, source="history"), Compiler())
        transitions = [Codec().decode(body) for body in history.records]
        past = past_of(plan, transitions)
        places = list(prefixes(transitions))
        random.Random(1).shuffle(places)
        for place, before in places:
            assert picture(past.instance(place)) == picture(fold(plan, before))
            assert past.moment(place, 100).place == str(place)


def live_states(story: Story) -> list[dict[str, object]]:
    """The state after each event, as it was while the story was lived."""
    twin, found = Instance(story.plan, story.secrets), []
    for sequence, (at, events) in enumerate(story.history, 1):
        twin.now, twin.sequence = at, sequence
        for event in events:
            evolve(twin, event)
            found.append(copy.deepcopy(picture(twin)))
    return found


def test_time_travel_through_random_runs_gives_the_state_that_was_live_then() -> None:
    visited = 0
    for seed in range(80):
        story = play(seed)
        if story is None:
            continue
        timeline = Timeline(story.plan, story.secrets)
        timeline.extend(story.history)
        states = live_states(story)
        numbers = [*range(1, len(states) + 1)]
        random.Random(seed).shuffle(numbers)
        for number in numbers[:60]:
            assert picture(timeline.state(number)) == states[number - 1]
            visited += 1
    assert visited > 1_000


def test_snapshots_change_nothing_about_the_states_of_a_long_history() -> None:
    story = Story("do:\n- loop:\n    for: {in: '${ [range(3000)] }'}\n    do:\n    - a: {call: a}\n").start({})
    while not story.instance.over:
        story.complete("a", {"n": 1})
    timeline = Timeline(story.plan)
    timeline.extend(story.history)
    drawn = random.Random(3).sample(range(1, timeline.events + 1), 40)
    for number in [timeline.events, *drawn]:
        sequence, ordinal = timeline.place(number)
        assert timeline.number(sequence, ordinal) == number
        at, events = story.history[sequence - 1]
        before = fold(story.plan, [*story.history[: sequence - 1], (at, events[:ordinal])])
        assert picture(timeline.state(number)) == picture(before)


async def until_waiting(engine: Engine) -> str:
    await engine.publish(BOOKED)
    id = await engine.start("trip", {})
    while (await engine.inspect(id)).status != "waiting":
        await asyncio.sleep(0)
    return id


async def finished(engine: Engine, id: str) -> None:
    await engine.deliver({"specversion": "1.0", "id": "1", "source": "/t", "type": "go"})
    await engine.result(id, 5)


@pytest.mark.anyio
async def test_a_moment_shows_what_was_known_then_and_secrets_stay_tokens() -> None:
    async with Engine.embedded(functions=[book], secrets={"key": "hunter2"}) as engine:
        id = await until_waiting(engine)
        travel = engine.service.travel
        first, now = await travel.moment(id, "1.1"), await travel.moment(id)
        assert (first.status, first.tasks, first.event["type"]) == ("running", [], "InstanceStarted")
        assert [(each.name, each.status) for each in now.tasks] == [("car", "completed"), ("hear", "waiting")]
        assert (now.context, [each.state for each in now.log]) == ({"car": "car"}, ["due"])
        assert [each["for"] for each in now.waits] == ["event"]
        assert b"hunter2" not in msgspec.json.encode(now)
        assert "\u27e6secret:key\u27e7" in msgspec.json.encode(now).decode()
        during = await travel.moment(id, "1")
        assert [(each.name, each.status, each.output) for each in during.tasks] == [("car", "running", msgspec.UNSET)]
        assert [each["for"] for each in during.waits] == ["effect"]


@pytest.mark.anyio
async def test_histories_that_grow_and_that_have_ended_can_be_travelled_and_compared() -> None:
    async with Engine.embedded(functions=[book], secrets={"key": "hunter2"}) as engine:
        id = await until_waiting(engine)
        travel = engine.service.travel
        waiting = await travel.moment(id)
        await finished(engine, id)
        ended = await travel.moment(id)
        assert ended.status == "completed"
        assert (await travel.moment(id, waiting.place)).status == "waiting"
        told = {each.pointer: each for each in await travel.difference(id, waiting.place)}
        assert (told["/status"].before, told["/status"].after) == ("waiting", "completed")
        assert told["/tasks/3"].before is msgspec.UNSET
        back = {each.pointer: each for each in await travel.difference(id, ended.place, waiting.place)}
        assert (back["/status"].before, back["/status"].after) == ("completed", "waiting")


@pytest.mark.anyio
@pytest.mark.parametrize("place", ["0", "99", "1.99", "1.0", "x", "-1", "1.1.1", "³"])
async def test_a_place_that_is_not_there_is_refused(place: str) -> None:
    async with Engine.embedded(functions=[book], secrets={"key": "hunter2"}) as engine:
        id = await until_waiting(engine)
        with pytest.raises(InvalidInput, match="place"):
            await engine.service.travel.moment(id, place)
        with pytest.raises(NotFound):
            await engine.service.travel.moment("nobody", "1")


@pytest.mark.anyio
async def test_no_more_histories_are_kept_than_is_allowed() -> None:
    store = MemoryStore()
    async with Engine.embedded(store=store, functions=[book], secrets={"key": "k"}) as engine:
        ids = [await until_waiting(engine)]
        for _ in range(3):
            ids.append(await engine.start("trip", {}))
        runtime = engine.runtime
        travel = Travel(store, runtime.archive, runtime.library, TravelLimits(histories_kept_max=2))
        pasts = [await travel.past(id) for id in ids]
        assert await travel.past(ids[-1]) is pasts[-1]
        assert await travel.past(ids[0]) is not pasts[0]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1, "b": 2}, {"a": 2, "c": 3}, [("/a", 1, 2), ("/b", 2, None), ("/c", None, 3)]),
        ([1, {"x": 1}], [1, {"x": True}, 3], [("/1/x", 1, True), ("/2", None, 3)]),
        ({"a/b": [1]}, {"a/b": {}}, [("/a~1b", [1], {})]),
        (1, 1.0, []),
        (None, {}, [("", None, {})]),
    ],
)
def test_two_values_differ_in_their_innermost_places(before: object, after: object, told: list[object]) -> None:
    found = [
        (each.pointer, *(None if side is msgspec.UNSET else side for side in (each.before, each.after)))
        for each in changes(before, after)
    ]
    assert found == told
