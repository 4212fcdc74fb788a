"""Dead letters, asked for by other processes: `retry-letter` {number}, `discard-letter` {number}; answered {number}."""

from __future__ import annotations

from collections.abc import Mapping

from counterpoint.engine.inbox import Handler
from counterpoint.engine.outbox import Outbox
from counterpoint.errors import InvalidInput, NotFound
from counterpoint.ports.store import Outgoing, Store
from counterpoint.values.json import JsonValue


class Letters:
    """The handlers of requests about dead letters."""

    def __init__(self, store: Store, outbox: Outbox) -> None:
        self._store = store
        self._outbox = outbox
        self.handlers: Mapping[str, Handler] = {"retry-letter": self._retry, "discard-letter": self._discard}

    async def _retry(self, body: JsonValue) -> JsonValue:
        letter = await self._letter(body)
        await self._outbox.revive([letter])
        return {"number": letter.number}

    async def _discard(self, body: JsonValue) -> JsonValue:
        letter = await self._letter(body)
        await self._outbox.discard([letter.number])
        return {"number": letter.number}

    async def _letter(self, body: JsonValue) -> Outgoing:
        number = body.get("number") if isinstance(body, dict) else None
        if not isinstance(number, int) or isinstance(number, bool):
            raise InvalidInput("the request needs 'number', an integer")
        letter = await self._store.dead_letter(number)
        if letter is None:
            raise NotFound(f"there is no dead letter {number}")
        return letter
