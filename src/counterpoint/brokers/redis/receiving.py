"""Events from a stream of Redis, by a consumer group."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from counterpoint.brokers.redis.connecting import RedisConnector, faults, message_of
from counterpoint.brokers.settings import RedisSource
from counterpoint.brokers.source import BrokerSource, refuse_impatient
from counterpoint.brokers.transport import BrokerFault, Delivery
from counterpoint.ports.secrets import Secrets

_BLOCK_MS: Final = 1_000
"""For how long one request for entries stands."""
_REASON: Final = b"reason"


def redis_source(settings: RedisSource, secrets: Secrets) -> BrokerSource:
    """Raises InvalidInput."""
    refuse_impatient("claimIdleMs", settings.claim_idle_ms)
    connector = RedisConnector(settings, secrets)

    async def open_reception() -> _RedisReception:
        client = await connector.connect()
        try:
            with faults():
                await _make_group(client, settings)
        except BaseException:
            await client.aclose()
            raise
        return _RedisReception(settings, client)

    name = f"events from {settings.stream} of {connector}"
    return BrokerSource(name, open_reception, connector.credentials, settings.limits)


async def _make_group(client: Redis, settings: RedisSource) -> None:
    try:
        await client.xgroup_create(settings.stream, settings.group, id="0", mkstream=True)
    except ResponseError as error:
        if "BUSYGROUP" not in str(error):  # it is there already
            raise


class _RedisReception:
    """See `Reception`. Takes what this consumer had not acknowledged first, then new entries, and those of the dead."""

    def __init__(self, settings: RedisSource, client: Redis) -> None:
        self._settings = settings
        self._client = client
        self._consumer = settings.consumer or f"{socket.gethostname()}-{os.getpid()}"
        self._batch = settings.limits.batch_events_max
        self._begun = False
        self._claim_at = 0.0
        self._held: list[bytes] = []

    async def receive(self) -> Sequence[Delivery]:
        with faults():
            entries = await self._unfinished() or await self._claimed() or await self._new()
        self._held = [identifier for identifier, _ in entries]
        return [_delivery(*each) for each in entries]

    async def hold(self) -> None:
        if self._held:
            await self._claim(self._held)

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        identifiers = [each.handle[0] for each in deliveries]
        with faults():
            await self._client.xack(self._settings.stream, self._settings.group, *identifiers)
        self._held = [each for each in self._held if each not in identifiers]

    async def put_aside(self, delivery: Delivery, reason: str) -> None:
        if self._settings.dead_letter is not None:
            _, fields = delivery.handle
            with faults():
                await self._client.xadd(self._settings.dead_letter, {**fields, _REASON: reason.encode()})
        await self.acknowledge([delivery])

    async def close(self) -> None:
        try:
            with faults():
                await self._leave_group()
        except BrokerFault:
            pass  # an empty consumer does no harm
        finally:
            await self._client.aclose()

    async def _unfinished(self) -> list[_Entry]:
        """Entries that were handed to this consumer before it was connected."""
        if self._begun:
            return []
        entries = await self._read("0")
        trimmed = [identifier for identifier, fields in entries if not fields]
        if trimmed:  # nobody can have them any more
            await self._client.xack(self._settings.stream, self._settings.group, *trimmed)
        self._begun = not entries
        return [each for each in entries if each[1]]

    async def _claimed(self) -> list[_Entry]:
        """Entries of consumers that have not been heard of for a while."""
        if time.monotonic() < self._claim_at:
            return []
        settings = self._settings
        _, entries, *_ = await self._client.xautoclaim(
            settings.stream, settings.group, self._consumer, settings.claim_idle_ms, "0-0", count=self._batch
        )
        found = [each for each in entries if each[1]]
        if not found:
            self._claim_at = time.monotonic() + settings.claim_idle_ms / 2000
        return found

    async def _new(self) -> list[_Entry]:
        return await self._read(">", block=_BLOCK_MS)

    async def _read(self, after: str, block: int | None = None) -> list[_Entry]:
        settings = self._settings
        answer: Any = await self._client.xreadgroup(
            settings.group, self._consumer, {settings.stream: after}, count=self._batch, block=block
        )
        if not answer:
            return []
        found = answer.values() if isinstance(answer, dict) else [entries for _, entries in answer]
        return [entry for entries in found for entry in _flat(entries)]

    async def _claim(self, identifiers: list[bytes]) -> None:
        """Claiming what is ours says that we live."""
        settings = self._settings
        with faults():
            await self._client.xclaim(
                settings.stream, settings.group, self._consumer, 0, list(identifiers), justid=True
            )

    async def _leave_group(self) -> None:
        settings = self._settings
        if settings.consumer is not None:
            return
        pending = await self._client.xpending_range(
            settings.stream, settings.group, "-", "+", 1, consumername=self._consumer
        )
        if not pending:
            await self._client.xgroup_delconsumer(settings.stream, settings.group, self._consumer)


_Entry = tuple[bytes, dict[bytes, bytes]]


def _flat(entries: Any) -> list[_Entry]:
    """The newer protocol of Redis wraps the entries of a stream in one more list."""
    nested = entries and isinstance(entries[0], list) and entries[0] and isinstance(entries[0][0], (list, tuple))
    return [(each[0], each[1]) for each in (entries[0] if nested else entries)]


def _delivery(identifier: bytes, fields: dict[bytes, bytes]) -> Delivery:
    size = sum(map(len, fields.values()))
    return Delivery(lambda: message_of(fields), size, (identifier, fields))
