"""The inbox: messages from outside and from the engine itself, handled once and in order.

A message whose handler cannot take it yet is kept, and the others go on: it may be one of them that makes room.

A handler submits commands and returns the answer; the message is settled behind those commands, in the same
batch or a later one, never before them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

import msgspec

from counterpoint.engine.committer import Committer
from counterpoint.engine.limits import EngineLimits
from counterpoint.engine.population import Population
from counterpoint.errors import CounterpointError, NotFound, StoreError, StoreUnavailable
from counterpoint.ports.store import Answer, Batch, Message, Store
from counterpoint.values.json import JsonValue

Handler: TypeAlias = Callable[[JsonValue], Awaitable[JsonValue]]
"""Takes a message's body (JSON), gives the body of its answer; what it raises of ours is answered as a refusal."""

POLL_SECONDS: Final = 0.05
_RETRY_SECONDS: Final = 0.5
_log = logging.getLogger("counterpoint.engine")


class Later(Exception):
    """There is no room for what a message may start. It stays unsettled, and goes to `handler` when there is."""

    def __init__(self, handler: Handler) -> None:
        super().__init__()
        self.handler = handler


class Inbox:
    """Pumps the store's inbox. `handlers` are by the kind of message."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        population: Population,
        limits: EngineLimits,
        handlers: Mapping[str, Handler],
        shared: bool,
    ) -> None:
        """`shared`: other processes post too, so look for their messages every 50 ms."""
        self._store = store
        self._committer = committer
        self._population = population
        self._messages_max = limits.inbox_messages_max
        self._handlers = dict(handlers)
        self._shared = shared
        self._seen = 0
        self._kept: deque[tuple[int, Handler]] = deque()
        """Messages that wait for room, by their numbers, with who is to handle them."""
        self._awaiting_room = False
        self._woken = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.idle = True
        """No message is known that has not been handed on."""

    def handle(self, kind: str, handler: Handler) -> None:
        """Before `run`: messages of a further kind are handled too."""
        self._handlers[kind] = handler

    def serve(self, kind: str, handler: Handler) -> None:
        """Have one more kind of message handled."""
        self._handlers = {**self._handlers, kind: handler}

    def run(self) -> None:
        """Begin with what is unsettled."""
        self.wake()
        self._tasks.append(asyncio.create_task(self._pump(), name="counterpoint-inbox"))
        if self._shared:
            self._tasks.append(asyncio.create_task(self._poll(), name="counterpoint-inbox-poll"))

    def wake(self) -> None:
        """There are new messages."""
        self.idle = False
        self._woken.set()

    async def close(self) -> None:
        """Stop. What is not settled is handled after a restart."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                if await self._store.changed():
                    self.wake()
            except StoreError as error:
                _log.error("the inbox cannot be looked at: %s", error)

    async def _pump(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self._handle_kept()
                while messages := await self._store.inbox(self._seen, self._messages_max):
                    for message in messages:
                        await self._handle_kept()
                        await self._handle(message, self._handlers.get(message.kind))
                        self._seen = message.number
                    await self._decided()
            except StoreError as error:
                _log.error("the inbox cannot be read: %s", error)
                await asyncio.sleep(_RETRY_SECONDS)
                self._woken.set()
            self.idle = not self._woken.is_set()

    async def _decided(self) -> None:
        """Wait until what was handed on is decided: an inbox however full must not fill the committer's queue."""
        decided = asyncio.get_running_loop().create_future()
        self._committer.write(lambda _: None if decided.done() else decided.set_result(None))
        self.idle = True  # what there is to wait for is the committer's now
        await decided
        self.idle = False

    async def _handle_kept(self) -> None:
        """In their order, as far as there is room: what came later must not overtake them."""
        while self._kept and not self._population.full:
            number, handler = self._kept[0]
            for message in await self._store.inbox(number - 1, 1):
                if message.number == number:
                    await self._handle(message, handler)
            self._kept.popleft()
        self._await_room()

    def _await_room(self) -> None:
        if self._kept and not self._awaiting_room:
            self._awaiting_room = True
            self._population.when_room(self._has_room)

    def _has_room(self) -> None:
        self._awaiting_room = False
        self.wake()

    async def _handle(self, message: Message, handler: Handler | None) -> None:
        try:
            if handler is None:
                raise NotFound(f"there is no request {message.kind!r}")
            body, ok = await handler(msgspec.json.decode(message.body)), True
        except Later as later:
            self._kept.append((message.number, later.handler))
            self._await_room()
            return
        except StoreUnavailable:
            raise
        except CounterpointError as error:
            body, ok = {"error": type(error).__name__, "detail": error.message}, False
        except Exception as error:
            _log.exception("message %d (%s) cannot be handled", message.number, message.kind)
            body, ok = {"error": "CounterpointError", "detail": f"{type(error).__name__}: {error}"}, False
        answer = Answer(message=message.number, ok=ok, body=msgspec.json.encode(body))

        def settle(batch: Batch) -> None:
            batch.settled.append(answer)

        self._committer.write(settle)
