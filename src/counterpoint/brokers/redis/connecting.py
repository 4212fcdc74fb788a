"""A connection to Redis, and how CloudEvents stand in the entries of a stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError

from counterpoint.brokers.addresses import Servers
from counterpoint.brokers.binding import Message
from counterpoint.brokers.credentials import Credentials, credentials_of
from counterpoint.brokers.settings import RedisSink, RedisSource
from counterpoint.brokers.tls import Tls, context_of
from counterpoint.brokers.transport import BrokerFault
from counterpoint.errors import InvalidInput
from counterpoint.ports.secrets import Secrets
from counterpoint.values.event_content import STRUCTURED

_PORT: Final = 6379
FIELD: Final = b"event"
"""The field of an entry that holds the event."""


class RedisConnector:
    """Connects to one of the servers."""

    def __init__(self, settings: RedisSource | RedisSink, secrets: Secrets) -> None:
        """Raises InvalidInput."""
        self._settings = settings
        self._servers = Servers(settings.servers, _PORT)
        self._tls = _tls(settings.tls)
        self.credentials = credentials_of(settings, secrets)
        self._login = _login(self.credentials)

    def __str__(self) -> str:
        return f"Redis at {self._servers}"

    async def connect(self) -> Redis:
        """A client that has reached the server, and does not repeat what failed."""
        limits, (host, port) = self._settings.limits, self._servers.next()
        client = Redis(
            host=host,
            port=port,
            db=self._settings.database,
            socket_connect_timeout=limits.connect_ms_max / 1000,
            socket_timeout=limits.send_ms_max / 1000,
            retry=Retry(NoBackoff(), 0),
            **self._tls,
            **self._login,
        )
        with faults():
            try:
                await client.ping()
            except BaseException:
                await client.aclose()
                raise
        return client


@contextmanager
def faults() -> Iterator[None]:
    """What the library raises is a BrokerFault."""
    try:
        yield
    except AuthenticationError as error:
        raise BrokerFault(f"it refuses our credentials: {error}") from error
    except (RedisError, OSError, TimeoutError) as error:
        raise BrokerFault(str(error) or type(error).__name__) from error


def message_of(fields: Mapping[bytes, bytes]) -> Message:
    """The message in an entry. Raises InvalidInput."""
    if FIELD not in fields:
        raise InvalidInput(f"this is no CloudEvent: the entry has no field {FIELD.decode()}")
    return Message(body=fields[FIELD], content_type=STRUCTURED)


def _tls(tls: Tls | None) -> dict[str, Any]:
    context_of(tls)  # files that cannot be used are told of now
    if tls is None:
        return {}
    return {
        "ssl": True,
        "ssl_check_hostname": True,
        "ssl_ca_certs": tls.ca_file,
        "ssl_certfile": tls.certificate_file,
        "ssl_keyfile": tls.key_file,
    }


def _login(credentials: Credentials) -> dict[str, Any]:
    credentials.only("username", "password", of="Redis")
    return {"username": credentials.username, "password": credentials.password}
