"""A connection to NATS, and how CloudEvents stand in its messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final
from urllib.parse import quote, unquote

import nats
import nats.errors
import nats.js.errors
from nats.aio.client import Client, RawCredentials
from nats.js import JetStreamContext

from counterpoint.brokers.addresses import Servers
from counterpoint.brokers.binding import Message, canonical
from counterpoint.brokers.credentials import Credentials, credentials_of
from counterpoint.brokers.settings import NatsSink, NatsSource
from counterpoint.brokers.tls import context_of
from counterpoint.brokers.transport import BrokerFault
from counterpoint.errors import InvalidInput
from counterpoint.ports.secrets import Secrets

_PORT: Final = 4222
_PREFIX: Final = "ce-"
_CONTENT_TYPE: Final = "content-type"
_DECLARED: Final = "datacontenttype"
_PRINTABLE: Final = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')
_PING_SECONDS: Final = 5
_CLOSE_SECONDS: Final = 0.5
_log = logging.getLogger("counterpoint.brokers")


class NatsConnector:
    """Connects to one of the servers."""

    def __init__(self, settings: NatsSource | NatsSink, secrets: Secrets) -> None:
        """Raises InvalidInput."""
        self._settings = settings
        self._servers = Servers(settings.servers, _PORT)
        self._tls = context_of(settings.tls)
        self.credentials = credentials_of(settings, secrets)
        self._login = _login(self.credentials)

    def __str__(self) -> str:
        return f"NATS at {self._servers}"

    async def connect(self, broken: asyncio.Event | None = None) -> Client:
        """A connection that is not made again by itself when it breaks, which `broken` then says."""

        async def note_end() -> None:
            if broken is not None:
                broken.set()

        seconds = self._settings.limits.connect_ms_max / 1000
        scheme = "nats://" if self._tls is None else "tls://"
        client = Client()
        with faults():
            try:
                async with asyncio.timeout(seconds):
                    await client.connect(
                        self._servers.joined(scheme),
                        allow_reconnect=False,
                        max_reconnect_attempts=1,
                        reconnect_time_wait=0,
                        connect_timeout=max(1, int(seconds)),
                        error_cb=_note,
                        disconnected_cb=note_end,
                        ping_interval=_PING_SECONDS,
                        tls=self._tls,
                        **self._login,
                    )
            except BaseException:
                await leave(client)
                raise
        return client


async def leave(client: Client) -> None:
    """Close, whatever state the connection is in; the library may wait for ever where it was never made."""
    with suppress(nats.errors.Error, OSError, TimeoutError):
        async with asyncio.timeout(_CLOSE_SECONDS):
            await client.close()


def context(client: Client, send_ms_max: int) -> JetStreamContext:
    """JetStream over a connection."""
    return client.jetstream(timeout=send_ms_max / 1000)


@contextmanager
def faults() -> Iterator[None]:
    """What the library raises is a BrokerFault."""
    try:
        yield
    except nats.errors.NoServersError as error:
        raise BrokerFault("no server can be reached") from error
    except nats.errors.AuthorizationError as error:
        raise BrokerFault("it refuses our credentials") from error
    except nats.js.errors.NotFoundError as error:
        raise BrokerFault(f"{error.description or 'not found'}: make the stream first") from error
    except (nats.errors.Error, OSError, TimeoutError, EOFError) as error:
        raise BrokerFault(str(error) or type(error).__name__) from error


def headers_of(message: Message) -> dict[str, str]:
    """Section 3.1.3: the content type of data is an attribute like any other."""
    if not message.attributes:
        return {_CONTENT_TYPE: message.content_type or ""}
    attributes = dict(message.attributes)
    if message.content_type is not None:
        attributes[_DECLARED] = message.content_type
    return {f"{_PREFIX}{name}": quote(canonical(value), safe=_PRINTABLE) for name, value in attributes.items()}


def message_of(headers: Mapping[str, str] | None, body: bytes) -> Message:
    """A message with no header of CloudEvents is structured, as binding 1.0.2 has it. Raises InvalidInput."""
    content_type, attributes = None, {}
    for name, value in (headers or {}).items():
        lower = name.lower()
        if lower == _CONTENT_TYPE:
            content_type = value
        elif lower.startswith(_PREFIX):
            attributes[lower.removeprefix(_PREFIX)] = _decoded(value)
    if not attributes and content_type is None:
        content_type = "application/cloudevents+json"
    return Message(body=body, content_type=attributes.pop(_DECLARED, content_type), attributes=attributes)


def _decoded(value: str) -> str:
    """Section 3.1.3.2."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"the header value {value[:50]!r} is not percent-encoded UTF-8") from error


def _login(credentials: Credentials) -> dict[str, Any]:
    credentials.only("username", "password", "token", "creds", of="NATS")
    if credentials.creds is not None:
        return {"user_credentials": RawCredentials(credentials.creds)}
    if credentials.token is not None:
        return {"token": credentials.token}
    return {"user": credentials.username, "password": credentials.password}


async def _note(error: Exception) -> None:
    _log.debug("NATS: %s", type(error).__name__)
