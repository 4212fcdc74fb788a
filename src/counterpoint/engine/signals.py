"""Signals: a CloudEvent for one instance alone, and whether it was taken."""

from __future__ import annotations

from counterpoint.engine.archive import Archive
from counterpoint.engine.cloudevents import checked, key_of
from counterpoint.engine.committer import Committer
from counterpoint.engine.operations import Operations, refuse_moved
from counterpoint.errors import InvalidInput
from counterpoint.kernel.events import EventConsumed
from counterpoint.values.json import JsonObject, JsonValue


class Signals:
    """Hands signals over. Nothing keeps one that the instance does not listen for when it comes."""

    def __init__(self, operations: Operations, archive: Archive, committer: Committer) -> None:
        self._operations = operations
        self._archive = archive
        self._committer = committer

    async def send(self, id: str, event: JsonObject, expected: int | None = None) -> bool:
        """Whether the instance took it; durable on return.

        `expected` as for `refuse_moved`. Raises NotFound, Conflict (it has ended), Outdated, InvalidInput.
        """
        event = checked(event)
        live, command = await self._operations.signal(id, event)
        refuse_moved(live, expected)
        before = live.instance.sequence
        await self._committer.request(live, command)
        key = key_of(event)
        return any(
            type(each) is EventConsumed and key_of(each.event) == key
            for _, events in await self._archive.journal(live.number, before)
            for each in events
        )

    async def handle(self, body: JsonValue) -> JsonValue:
        """The handler of the request `signal` {id, event, ifSequence?}; its answer is {id, taken}."""
        if not isinstance(body, dict) or not isinstance(body.get("id"), str) or not isinstance(body.get("event"), dict):
            raise InvalidInput("the request needs 'id', a string, and 'event', a CloudEvent")
        return {"id": body["id"], "taken": await self.send(body["id"], body["event"], body.get("ifSequence"))}
