"""The stage: plays a saga case on an engine, through its public API, and tells what became of it.

Time is virtual. The engine may be killed at any write of its store: in the place of the write, or after it and
before anybody heard of it. Another engine then opens what is durable and goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from counterpoint import Engine, InstanceView, NetworkPolicy
from counterpoint.dsl import load, read_data, to_portable
from counterpoint.errors import Conflict
from counterpoint.ports.store import Batch
from counterpoint.simulation.loop import LoopClock, VirtualLoop
from counterpoint.stores.memory import Contents, MemoryStore
from counterpoint.stores.sqlite import SqliteStore
from tests.conformance.saga.saga_services import Applied, Services

ID = "saga"
START_MS = 1_767_225_600_000
STEPS_MAX = 2_000
HEADER = {"dsl": "1.0.3", "namespace": "cases", "version": "1.0.0"}


class Crash(NamedTuple):
    """The engine is killed at this write of the store (1 is the first)."""

    write: int
    written: bool
    """After the write, unheard; or else in its place."""


class Told(NamedTuple):
    """What became of a case."""

    view: InstanceView
    ledger: list[Applied]
    asked: list[tuple[str, str, int]]
    writes: int
    """How often the store was written."""
    lifecycle: list[str]


class Disk:
    """What outlives an engine: stores on it hang for ever once their engine was killed."""

    def __init__(self, path: Path | None, crash: Crash | None) -> None:
        self._path = path
        self._contents = Contents()
        self._crash = crash
        self.writes = 0
        self.died = asyncio.Event()

    def open(self) -> MemoryStore | SqliteStore:
        """A store for a new engine."""
        self.died = asyncio.Event()
        self._contents.holder = None
        store = MemoryStore(self._contents) if self._path is None else SqliteStore(self._path, synchronous="NORMAL")
        append = store.append

        async def watched(batch: Batch) -> None:
            if self.died.is_set():
                await self.kill()
            self.writes += 1
            crash = self._crash if self._crash is not None and self._crash.write == self.writes else None
            if crash is None or crash.written:
                await append(batch)
            if crash is not None:
                await self.kill()

        store.append = watched  # type: ignore[method-assign]
        return store

    async def kill(self) -> None:
        """The engine dies here: whoever calls this never hears of anything again."""
        self.died.set()
        await asyncio.Event().wait()


class Stage:
    """One case, from its start to its end."""

    def __init__(self, case: dict[str, Any], portable: bool, path: Path | None, crash: Crash | None) -> None:
        self._case = case
        self._texts = [_text(each, portable) for each in [*case.get("others", []), case["document"]]]
        self._disk = Disk(path, crash)
        self.services = Services(case.get("services", {}))
        self.services.crash = case.get("crash")
        self.services.die = self._disk.kill
        self._functions = self.services.functions(_calls(case))
        self._next_step = 0
        self._asked = -1
        self.lifecycle: list[str] = []

    async def play(self) -> Told:
        """Play it, with as many engines as it needs."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        while True:
            before = asyncio.all_tasks()
            store = self._disk.open()
            acting = asyncio.create_task(self._act(loop, store))
            dying = asyncio.create_task(self._disk.died.wait())
            await asyncio.wait({acting, dying}, return_when=asyncio.FIRST_COMPLETED)
            if acting.done():
                dying.cancel()
                return acting.result()
            await _end(asyncio.all_tasks() - before)
            await store.close()

    async def _act(self, loop: VirtualLoop, store: Any) -> Told:
        clock = LoopClock(loop, START_MS)
        engine = Engine.embedded(
            store=store, clock=clock, functions=self._functions, network=NetworkPolicy.development()
        )
        await engine.open()
        engine.on_lifecycle(lambda event: self.lifecycle.append(event["type"]))
        refs = [await engine.publish(each) for each in self._texts]
        with contextlib.suppress(Conflict):  # it was started before the engine was killed
            await engine.start(refs[-1], self._case.get("input", {}), id=ID)
        steps = self._case.get("steps", [])
        while self._next_step < len(steps):
            step = steps[self._next_step]
            asked_before = self._asked == self._next_step  # and then the engine was killed: the moment may be past
            when = "quiet" if asked_before else step.get("when", "quiet")
            await self._until(loop, engine, _condition(when, self.services))
            self._asked = self._next_step
            await self._do(engine, step)
            self._next_step += 1
        await self._until(loop, engine, lambda view: view.ended_at is not None or view.status == "suspended")
        told = Told(
            await engine.inspect(ID), self.services.ledger, self.services.asked, self._disk.writes, self.lifecycle
        )
        await engine.close()
        return told

    async def _until(self, loop: VirtualLoop, engine: Engine, holds: Callable[[InstanceView], bool]) -> None:
        await loop.quiet()
        for _ in range(STEPS_MAX):
            view = await engine.inspect(ID)
            if holds(view):
                return
            if not await loop.step():
                break
        raise AssertionError(f"what is waited for never comes; it is {view.status}, saga {view.saga}")

    async def _do(self, engine: Engine, step: dict[str, Any]) -> None:
        [(action, given)] = [each for each in step.items() if each[0] != "when"]
        given = given or {}
        if action == "services":
            self.services.change(given)
        elif action == "pass":
            await asyncio.sleep(given)
        elif action == "event":
            await engine.deliver({"specversion": "1.0", "source": "/cases", "id": "1", **given})
        else:
            run = {}
            if "incident" in given:
                incidents = (await engine.inspect(ID)).incidents
                found = [each.run for each in incidents if each.reference == given["incident"]]
                if not found:
                    return  # decided already, before the engine was killed
                run = {"run": found[0]}
            options = {name: value for name, value in given.items() if name not in {"incident", "refused"}}
            if "input" in options:
                options["input"] = (options["input"],)
            try:
                await getattr(engine, action)(ID, **run, **options)
            except Conflict:
                return  # asked before the engine was killed; what the case expects tells whether it was done
            assert not given.get("refused"), f"{action} should have been refused"


def play(case: dict[str, Any], *, portable: bool = False, path: Path | None = None, crash: Crash | None = None) -> Told:
    """Play a case in a world of its own; `path` is the file of the store, in memory where there is none."""
    loop = VirtualLoop()

    async def main() -> Told:
        return await Stage(case, portable, path, crash).play()

    told: Told = loop.run(main())
    return told


async def _end(tasks: set[asyncio.Task[Any]]) -> None:
    """Have nothing of a killed engine run on."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _condition(when: Any, services: Services) -> Callable[[InstanceView], bool]:
    if when == "quiet":
        return lambda view: True
    [(what, given)] = when.items()
    if what == "asked":
        return lambda view: any(service == given for service, _, _ in services.asked)
    if what == "done":
        return lambda view: any(each.service == given for each in services.ledger)
    assert what in {"status", "saga"}, what
    return lambda view: getattr(view, what) == given


def _text(document: dict[str, Any], portable: bool) -> str:
    """The whole document, in author form or as `export` writes it for any runtime."""
    whole = {
        "document": {**HEADER, "name": "case", **document.get("document", {})},
        **{name: part for name, part in document.items() if name != "document"},
    }
    text = json.dumps(whole)
    return json.dumps(to_portable(load(text).data)) if portable else text


def _calls(case: dict[str, Any]) -> set[str]:
    """The names of all services that the documents call."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("call"), str):
                found.add(value["call"])
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk([case["document"], case.get("others", [])])
    return found


def load_cases(directory: Path) -> list[dict[str, Any]]:
    """All cases of a directory: what a file says of all its cases, with what each says of itself."""
    found = []
    for path in sorted(directory.glob("*.yaml")):
        whole = read_data(path.read_text(), source=path.name)
        for case in whole["cases"]:
            shared = {name: part for name, part in whole.items() if name != "cases"}
            services = {**shared.get("services", {}), **case.get("services", {})}
            found.append({**shared, **case, "services": services, "id": f"{path.stem}: {case['name']}"})
    return found


__all__ = ["Crash", "Stage", "Told", "load_cases", "play"]
