"""The shared saga scenarios on both stores, with an engine that dies at every write, unheard.

A refusal after a restart does not tell that nothing happened: the attempt before the crash may have got
through. Such a step is undone as of unknown outcome; the services here, as real ones must, take the undo of
what never happened for nothing. A run that would have ended `failed` without any undo is then `compensated`.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import shutil
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from counterpoint import Engine, NetworkPolicy
from counterpoint.application import InstanceView
from counterpoint.errors import NotFound
from counterpoint.ports.store import Batch
from counterpoint.stores.memory import Contents, MemoryStore
from counterpoint.stores.sqlite import SqliteStore
from tests.conformance.adapter import Adapter
from tests.conformance.sagas import outcome_of, render
from tests.conformance.test_corpus import AT_ONCE, OPTIONS, _load

pytestmark = pytest.mark.xdist_group("corpus")

CURRENT = threading.local()
"""The case that this thread runs."""

LIVES_MAX = 200
TOLERATED = {"outcome compensated, expected failed"}
ID = "saga"


class DyingAdapter(Adapter):
    """Runs sagas on a store where the engine dies after each durable write, before it hears of it."""

    def __init__(self, store: str, directory: Path) -> None:
        self._store = store
        self._directory = directory

    def saga(self, saga: dict[str, Any], base_url: str, *, timeout: float) -> dict[str, Any]:
        view = asyncio.run(asyncio.wait_for(self._live(render(saga, base_url)), 6 * timeout))
        return {"outcome": outcome_of({"status": view.status, "saga": view.saga, "context": view.context})}

    async def _live(self, text: str) -> InstanceView:
        contents = Contents()
        for life in range(LIVES_MAX):
            store = MemoryStore(contents) if self._store == "memory" else SqliteStore(self._directory / f"{life}.db")
            view = await _one_life(store, text)
            if view is not None:
                return view
            if isinstance(store, MemoryStore):
                contents.holder = None
            else:
                for each in self._directory.glob(f"{life}.db*"):
                    if not each.name.endswith(".lock"):
                        shutil.copy(each, self._directory / each.name.replace(f"{life}.db", f"{life + 1}.db"))
        raise AssertionError(f"the saga has not ended after {LIVES_MAX} lives")


async def _one_life(store: MemoryStore | SqliteStore, text: str) -> InstanceView | None:
    """Take the saga up; its end, or None where the engine died on the way."""
    died, before, append = asyncio.Event(), asyncio.all_tasks(), store.append
    engine = Engine.embedded(store=store, network=NetworkPolicy.development())
    await engine.open()
    try:
        view = await engine.inspect(ID)
        if view.ended_at is not None or view.saga == "stuck":
            await engine.close()
            return view
    except NotFound:
        pass
    store.append = _dying(append, died)  # type: ignore[method-assign]
    asyncio.get_running_loop().create_task(_begin(engine, text))
    await died.wait()
    for task in asyncio.all_tasks() - before:
        task.cancel()
    await asyncio.sleep(0)
    return None


async def _begin(engine: Engine, text: str) -> None:
    try:
        await engine.inspect(ID)
    except NotFound:
        await engine.start(await engine.publish(text), id=ID)


def _dying(append: Callable[[Batch], Awaitable[None]], died: asyncio.Event) -> Callable[[Batch], Awaitable[None]]:
    async def write(batch: Batch) -> None:
        if not died.is_set():
            await append(batch)
            if batch.records:
                died.set()
        if died.is_set():
            await asyncio.Event().wait()

    return write


def _remembering(actions: type) -> type:
    """Services that remember what they did by its key, and take the undo of what never happened for nothing."""

    class Remembering(actions):  # type: ignore[misc]
        def __init__(self, saga: dict[str, Any]) -> None:
            super().__init__(saga)
            handler, given, lock, actions_log = self.s.RequestHandlerClass, {}, threading.Lock(), self.log
            act, steps = handler.do_POST, _undone_by(saga)
            done: set[str] = set()
            expected = CURRENT.case["expect"]
            wanted = {*expected.get("trace", ()), *expected.get("compensations_unordered", ())}

            def answer(self: Any) -> None:
                key, wire = self.headers.get("Idempotency-Key"), self.wfile
                with lock:
                    if key in given:
                        self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    else:
                        action = self.path.strip("/")
                        in_vain = action in steps and action not in wanted and not steps[action] & done
                        self.wfile = io.BytesIO()
                        act(self)
                        said, self.wfile = self.wfile.getvalue(), wire
                        if in_vain:
                            actions_log.remove(action)
                        if not said.startswith(b"HTTP/1.1 200"):
                            wire.write(said)
                            return
                        done.add(action)
                        given[key] = said
                    wire.write(given[key])

            handler.do_GET = handler.do_PUT = handler.do_DELETE = handler.do_POST = answer

    return Remembering


def _undone_by(saga: dict[str, Any]) -> dict[str, set[str]]:
    """The steps that each compensation is for."""
    found: dict[str, set[str]] = {}

    def walk(steps: list[dict[str, Any]]) -> None:
        for step in steps:
            walk(step.get("do") or [])
            given = step.get("compensation") or []
            for name in [given] if isinstance(given, str) else given:
                found.setdefault(name, set()).add(step.get("name", ""))

    for part in ("before", "steps", "after"):
        walk(saga.get(part) or [])
    return found


@pytest.fixture(scope="module")
def runner(conformance: Path) -> ModuleType:
    found = _load(conformance / "run_corpus.py")
    found.Actions = _remembering(found.Actions)
    return found


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_every_scenario_holds_although_the_engine_dies_at_every_write(
    runner: ModuleType, store: str, tmp_path: Path
) -> None:
    cases = [case for case in runner.load() if case["kind"] == "saga-scenario"]
    options = argparse.Namespace(**vars(OPTIONS))

    def run(numbered: tuple[int, dict[str, Any]]) -> tuple[str, list[str]]:
        number, case = numbered
        directory = tmp_path / str(number)
        directory.mkdir()
        CURRENT.case = case
        verdict: tuple[str, list[str]] = runner.run_one(DyingAdapter(store, directory), case, options)
        return verdict

    with ThreadPoolExecutor(AT_ONCE) as pool:
        verdicts = dict(zip((case["id"] for case in cases), pool.map(run, enumerate(cases)), strict=True))
    told = {id: set(messages) - TOLERATED for id, (_, messages) in verdicts.items()}
    assert {id: messages for id, messages in told.items() if messages} == {}
    assert len(verdicts) > 50
