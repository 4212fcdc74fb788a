"""Stores called without `await`, and an engine in a process of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from counterpoint.ports.store import Store
from counterpoint.stores.sqlite import SqliteStore

T = TypeVar("T")


def at_once(method: Awaitable[T]) -> T:
    """The result of a method that must not suspend: a store that yields would lose the engine its fast path."""
    try:
        method.__await__().send(None)  # type: ignore[attr-defined]
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    raise AssertionError(f"{method} suspended")


class Opened:
    """A store whose methods are called without `await`; `run` gives a method's result."""

    def __init__(self, store: Store, run: Callable[[Any], Any] = at_once) -> None:
        self.store = store
        self._run = run

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.store, name)
        return lambda *args, **named: self._run(method(*args, **named))


class Appender:
    """`stores_appender.py` in a process of its own."""

    def __init__(self, path: Path, body_bytes: int = 200, threaded: bool = False, **environment: str) -> None:
        script = Path(__file__).with_name("stores_appender.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script), str(path), str(body_bytes), *(["threaded"] if threaded else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        self.acked = int(self.expect("ready"))

    def tell(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def hear(self) -> tuple[str, str]:
        """The next line: its first word and the rest."""
        assert self.process.stdout is not None
        word, _, rest = self.process.stdout.readline().strip().partition(" ")
        if word == "acked":
            self.acked = int(rest)
        return word, rest

    def ask(self, command: str) -> tuple[str, str]:
        self.tell(command)
        return self.hear()

    def expect(self, word: str) -> str:
        heard, rest = self.hear()
        assert heard == word, (heard, rest)
        return rest

    def append(self) -> None:
        """Append one batch, which must be acknowledged."""
        heard = self.ask("append")
        assert heard[0] == "acked", heard

    def refused(self) -> str:
        """Append one batch, which must be refused because the store is unavailable; the message."""
        word, rest = self.ask("append")
        assert word == "refused", (word, rest)
        assert rest.startswith("StoreUnavailable "), rest
        return rest

    def kill(self) -> None:
        """kill -9; what it had said before still counts."""
        self.process.kill()
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("acked ") and line.endswith("\n"):
                self.acked = int(line.split()[1])
        self.process.wait()
        self.process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()  # type: ignore[union-attr]


def batches(path: Path) -> int:
    """How many batches of an appender a store holds. Each must be there whole, in order and without a gap."""
    reader = Opened(SqliteStore(path, mode="reader"))
    journal = reader.read_many(range(1, 11))
    reader.close()
    for records in journal.values():
        assert [each.sequence for each in records] == list(range(1, len(records) + 1))
        assert all(each.body.startswith(each.sequence.to_bytes(4, "big")) for each in records)
    counts = {len(records) for records in journal.values()}
    assert len(counts) == 1, "a batch is there in part"
    return counts.pop()
