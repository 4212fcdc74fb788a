"""Events to streams of Redis.

Not in a transaction: Redis 7.0 cannot read one back from its file where the user `default` is off.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from counterpoint.brokers.addresses import Place
from counterpoint.brokers.redis.connecting import FIELD, RedisConnector, faults
from counterpoint.brokers.settings import RedisSink
from counterpoint.brokers.sink import BrokerSink
from counterpoint.brokers.transport import BrokerFault, Outgoing
from counterpoint.ports.secrets import Secrets

_FORBIDDEN: Final = r"\s"
_WANTED: Final = {"appendonly": "yes", "appendfsync": "always"}
_log = logging.getLogger("counterpoint.brokers")


def redis_sink(settings: RedisSink, secrets: Secrets) -> BrokerSink:
    """Raises InvalidInput."""
    connector, place = RedisConnector(settings, secrets), Place(settings.stream, _FORBIDDEN)
    name = f"events to {settings.stream} of {connector}"

    async def open_publication() -> _RedisPublication:
        client = await connector.connect()
        await _warn(client, name)
        return _RedisPublication(settings, client, place)

    return BrokerSink(name, open_publication, "structured", connector.credentials, settings.limits)


async def _warn(client: Redis, name: str) -> None:
    """A Redis that does not write before it answers cannot keep what we take its answer for."""
    try:
        found = {**await client.config_get("appendonly"), **await client.config_get("appendfsync")}
    except RedisError:
        return  # we may not ask
    wrong = [f"{option} {found.get(option)}" for option, value in _WANTED.items() if found.get(option) != value]
    if wrong:
        _log.warning("%s: an event that is acknowledged may be lost when Redis dies: %s", name, ", ".join(wrong))


class _RedisPublication:
    """See `Publication`."""

    def __init__(self, settings: RedisSink, client: Redis, place: Place) -> None:
        self._settings = settings
        self._client = client
        self._place = place

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        with faults():
            async with self._client.pipeline(transaction=False) as pipeline:
                for each in outgoing:
                    pipeline.xadd(self._place.of(each.event), {FIELD: each.message.body})
                await pipeline.execute()
            await self._replicated()

    async def close(self) -> None:
        with suppress(RedisError, OSError):  # it may be broken already
            await self._client.aclose()

    async def _replicated(self) -> None:
        wanted, timeout = self._settings.replicas, self._settings.limits.send_ms_max
        if wanted:
            reached = await self._client.wait(wanted, timeout)
            if reached < wanted:
                raise BrokerFault(f"{reached} of {wanted} replicas have the events within {timeout} ms")
