"""Requesting: ask the engine of another process for something, through the inbox of the store that it holds."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from counterpoint import errors
from counterpoint.engine import cloudevents
from counterpoint.engine.emission import EVENT
from counterpoint.engine.limits import EngineLimits, EventLimits
from counterpoint.errors import CounterpointError, LimitExceeded
from counterpoint.ports.clock import Clock
from counterpoint.ports.store import Message, Store
from counterpoint.values.json import JsonObject

_POLL_SECONDS: Final = 0.02


class Requester:
    """Posts requests and waits for their answers. Without a running engine they wait for the next one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def request(self, kind: str, body: JsonObject, seconds_max: float | None = None) -> JsonObject:
        """`start`, `cancel`, `suspend`, `resume` or `retry`, with the body that `engine.requests` describes.

        Gives the answer once the engine has decided it. Raises what the engine refuses it with, TimeoutError where
        no engine answers in time (the request stays posted).
        """
        number = await self._store.post(self._message(kind, body))
        assert number is not None
        return await self._answer(number, seconds_max)

    async def deliver(self, event: JsonObject) -> bool:
        """Post a CloudEvent; durable on return. Whether it was new. Raises InvalidInput, LimitExceeded."""
        _refuse_unsound(event)
        await self._require_room()
        return await self._store.post(self._message(EVENT, event, cloudevents.key_of(event))) is not None

    async def offer(self, event: JsonObject, seconds_max: float | None = None) -> int | None:
        """As `deliver`, and wait for the engine: to how many waiting instances the event went; None for a duplicate.

        Raises InvalidInput, LimitExceeded, TimeoutError (the event stays posted).
        """
        _refuse_unsound(event)
        await self._require_room()
        number = await self._store.post(self._message(EVENT, event, cloudevents.key_of(event)))
        return None if number is None else int((await self._answer(number, seconds_max))["offered"])

    async def close(self) -> None:
        """Release the store."""
        await self._store.close()

    async def _require_room(self) -> None:
        maximum = EventLimits().inbox_events_max
        if await self._store.inbox_size() >= maximum:
            raise LimitExceeded("inbox_events_max", maximum, hint="try again once some are handled")

    def _message(self, kind: str, body: JsonObject, key: str | None = None) -> Message:
        return Message(kind=kind, body=msgspec.json.encode(body), key=key, posted_at=self._clock.now())

    async def _answer(self, number: int, seconds_max: float | None) -> JsonObject:
        async with asyncio.timeout(seconds_max):
            while (answer := await self._store.answer(number)) is None:  # noqa: ASYNC110 (another process answers)
                await asyncio.sleep(_POLL_SECONDS)
        body: JsonObject = msgspec.json.decode(answer.body)
        if answer.ok:
            return body
        kind_of_error = getattr(errors, str(body.get("error")), None)
        if isinstance(kind_of_error, type) and issubclass(kind_of_error, CounterpointError):
            raise kind_of_error(body["detail"])
        raise CounterpointError(str(body.get("detail")))


def _refuse_unsound(event: JsonObject) -> None:
    cloudevents.checked(event)
    cloudevents.refuse_large(event, EngineLimits().payload_bytes_max)
