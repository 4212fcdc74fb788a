"""Two thousand simulated worlds, the same each time, and every one in which something was wrong once, for ever."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from pathlib import Path

import pytest

from counterpoint.cli.main import main
from counterpoint.kernel import events, invariants, undoing
from counterpoint.simulation.campaign import Progress, run_seeds
from counterpoint.simulation.loop import Livelock, Standstill, VirtualLoop
from counterpoint.simulation.run import simulate
from counterpoint.simulation.scenario import CallFault, Scenario, Stop, decode, encode, generate
from counterpoint.simulation.shrinking import kind_of, shrink

SEEDS = 2_000
REGRESSIONS = sorted((Path(__file__).parent / "regressions").glob("*.json"))
SHIP = {
    "document": {"dsl": "1.0.3", "namespace": "simulation", "name": "main", "version": "1.0.0"},
    "do": [
        {"t1": {"call": "f1", "compensate": {"do": [{"u": {"call": "undo1"}}]}}},
        {"t2": {"set": {"a": 1}}},
        {"t3": {"call": "f3"}},
    ],
}


@pytest.fixture(scope="module")
def campaign() -> Progress:
    whole = Progress()
    jobs = 1 if os.environ.get("PYTEST_XDIST_WORKER") else 2  # the other worker has tests of its own
    for part in run_seeds(0, SEEDS, jobs):
        whole.add(part)
    return whole


@pytest.mark.slow
def test_nothing_is_ever_wrong(campaign: Progress) -> None:
    assert campaign.seeds == SEEDS
    assert campaign.findings == {}


@pytest.mark.slow
def test_the_worlds_go_everywhere(campaign: Progress) -> None:
    assert set(campaign.statuses) == {"completed", "faulted", "cancelled"}
    assert campaign.crashes > SEEDS / 10
    assert campaign.transitions > SEEDS * 4


@pytest.mark.parametrize("seed", range(0, 200, 8))
def test_one_seed_reproduces_one_run_exactly(seed: int) -> None:
    assert simulate(generate(seed)) == simulate(generate(seed))


@pytest.mark.parametrize("path", REGRESSIONS, ids=[path.stem for path in REGRESSIONS])
def test_what_was_wrong_once_is_right(path: Path) -> None:
    assert simulate(decode(path.read_bytes())).findings == []


def test_a_scenario_survives_its_encoding() -> None:
    for seed in range(50):
        scenario = generate(seed)
        assert decode(encode(scenario)) == scenario


def test_a_log_that_forgets_is_found_and_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a kernel that drops entries of unknown outcome, the simulator finds it and tells the smallest story."""

    def forgetful(instance, entry, outcome):
        if outcome == "unknown":
            del instance.log[entry.run]
        else:
            original(instance, entry, outcome)

    original = undoing.make_due
    monkeypatch.setattr(undoing, "make_due", forgetful)
    scenario = Scenario(seed=1, documents=[SHIP], faults=[CallFault("f1", 1, 1, "lose"), Stop(20)])
    found = simulate(scenario).findings
    assert [kind_of(each) for each in found] == [kind_of("i0: i0:/do/0/t1 took place, and nothing remembers it")]
    smallest = shrink(scenario)
    assert smallest.faults == [CallFault("f1", 1, 1, "lose")]
    assert [list(task) for task in smallest.documents[0]["do"]] == [["t1"]]


def test_an_undo_in_the_wrong_order_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    document = {
        **SHIP,
        "do": [*SHIP["do"][:1], {"t2": {"call": "f2", "compensate": SHIP["do"][0]["t1"]["compensate"]}}],
    }
    document["do"] = [*document["do"], {"t3": {"call": "f3"}}]
    scenario = Scenario(seed=1, documents=[document], faults=[CallFault("f3", 1, 1, "refuse")])
    assert simulate(scenario).findings == []
    tree = undoing.UndoTree
    monkeypatch.setattr(undoing, "UndoTree", lambda entries, order: tree(entries, "parallel"))
    assert any("before" in each for each in simulate(scenario).findings)


def test_an_effect_without_an_armed_entry_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    evolving = sys.modules["counterpoint.kernel.evolve"]
    started = evolving.APPLY[events.TaskStarted]

    def careless(instance, event):
        started(instance, event)
        instance.log.clear()

    monkeypatch.setitem(evolving.APPLY, events.TaskStarted, careless)
    monkeypatch.setattr(invariants, "_log", lambda instance: ())
    found = simulate(Scenario(seed=1, documents=[SHIP], ordered=True)).findings
    assert any("without an armed entry" in each for each in found)


def test_the_command_tells_what_it_did(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["simulate", "--seeds", "20", "--from", "100", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["seeds"], told["findings"]) == (20, {})
    path = tmp_path / "scenario.json"
    path.write_bytes(encode(generate(7)))
    assert main(["simulate", "--replay", str(path)]) == 0
    path.write_text("{}")
    assert main(["simulate", "--replay", str(path)]) == 2


def test_the_command_saves_what_it_finds(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "make_due", lambda instance, entry, outcome: instance.log.pop(entry.run))
    assert main(["simulate", "--seeds", "10", "--save", str(tmp_path)]) == 1
    saved = sorted(tmp_path.glob("seed-*.json"))
    assert saved
    assert simulate(decode(saved[0].read_bytes())).findings


def test_time_on_a_virtual_loop_jumps() -> None:
    async def main() -> float:
        await asyncio.sleep(86_400)
        return asyncio.get_running_loop().time()

    assert VirtualLoop().run(main()) == 86_400


def test_a_virtual_loop_notices_when_nothing_will_ever_happen() -> None:
    with pytest.raises(Standstill):
        VirtualLoop().run(asyncio.Event().wait())


def test_a_virtual_loop_notices_when_time_stands_still() -> None:
    async def spin() -> None:
        while True:
            await asyncio.sleep(0)

    with pytest.raises(Livelock):
        VirtualLoop().run(spin())


def test_a_virtual_loop_draws_the_order_of_what_is_ready_at_once() -> None:
    def order(seed: int) -> list[int]:
        ran: list[int] = []

        async def main() -> None:
            await asyncio.gather(*(mark(number) for number in range(8)))

        async def mark(number: int) -> None:
            ran.append(number)

        VirtualLoop(random.Random(seed)).run(main())
        return ran

    assert order(1) == order(1) != order(2)
    assert sorted(order(1)) == list(range(8))
