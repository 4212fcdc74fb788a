"""What clients of Kafka share: configuration, a thread, faults, and how CloudEvents stand in messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from confluent_kafka import KafkaError, KafkaException

from counterpoint.brokers.addresses import Servers
from counterpoint.brokers.binding import Message, canonical
from counterpoint.brokers.credentials import credentials_of
from counterpoint.brokers.settings import KafkaSink, KafkaSource
from counterpoint.brokers.tls import context_of
from counterpoint.brokers.transport import BrokerFault
from counterpoint.errors import InvalidInput
from counterpoint.ports.secrets import Secrets

T = TypeVar("T")
_PORT: Final = 9092
_PREFIX: Final = "ce_"
_CONTENT_TYPE: Final = "content-type"
_MECHANISMS: Final = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
_OWN_LOG: Final = "counterpoint.brokers.kafka"


class KafkaConnector:
    """Makes the configuration of clients, which connect by themselves, again and again."""

    def __init__(self, settings: KafkaSource | KafkaSink, secrets: Secrets) -> None:
        """Raises InvalidInput."""
        self._servers = Servers(settings.servers, _PORT)
        self._limits = settings.limits
        self.credentials = credentials_of(settings, secrets).only("username", "password", of="Kafka")
        self._security = self._secured(settings)

    def __str__(self) -> str:
        return f"Kafka at {self._servers}"

    def configuration(self, state: KafkaState, **further: Any) -> dict[str, Any]:
        """For a client whose troubles `state` hears of. Dots of names are written as underscores in `further`."""
        return {
            "bootstrap.servers": ",".join(self._servers.joined()),
            "socket.connection.setup.timeout.ms": max(1000, self._limits.connect_ms_max),
            "reconnect.backoff.max.ms": min(1000, self._limits.reconnect_ms_max),
            "error_cb": state.note,
            "logger": logging.getLogger(_OWN_LOG),
            **self._security,
            **{name.replace("_", "."): value for name, value in further.items()},
        }

    def _secured(self, settings: KafkaSource | KafkaSink) -> dict[str, str]:
        context_of(settings.tls)  # files that cannot be used are told of now
        tls, username = settings.tls, self.credentials.username
        secured = {"security.protocol": ("SASL_" if username else "") + ("SSL" if tls else "PLAINTEXT")}
        if username:
            if settings.mechanism not in _MECHANISMS:
                raise InvalidInput(f"{settings.mechanism!r} is no mechanism of Kafka: {', '.join(_MECHANISMS)}")
            secured |= {
                "sasl.mechanism": settings.mechanism,
                "sasl.username": username,
                "sasl.password": self.credentials.password or "",
            }
        if tls is not None:
            files = {
                "ssl.ca.location": tls.ca_file,
                "ssl.certificate.location": tls.certificate_file,
                "ssl.key.location": tls.key_file or tls.certificate_file,
            }
            secured |= {name: file for name, file in files.items() if file is not None}
        return secured


class KafkaState:
    """What a client has told of its troubles; it mends most of them itself."""

    def __init__(self) -> None:
        self._fatal: KafkaError | None = None
        self._last: KafkaError | None = None
        self.unreachable = False

    def note(self, error: KafkaError) -> None:
        """A callback of the library, on the client's thread."""
        self._last = error
        self.unreachable = error.code() == KafkaError._ALL_BROKERS_DOWN
        if error.fatal() or error.code() in (KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED):
            self._fatal = error

    def refuse(self) -> None:
        """Raises BrokerFault where the client cannot go on by itself."""
        if self._fatal is not None:
            raise BrokerFault(meant(self._fatal))

    def why(self, otherwise: str) -> str:
        """The last that was heard."""
        return otherwise if self._last is None else f"{otherwise}: {meant(self._last)}"


class KafkaThread:
    """The one thread that uses a client."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="counterpoint-kafka")

    async def call(self, work: Callable[[], T]) -> T:
        """Do it there. Raises BrokerFault."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        except KafkaException as error:
            raise BrokerFault(meant(error.args[0])) from error

    def end(self) -> None:
        """After what is still to be done."""
        self._executor.shutdown(wait=False)


def meant(error: KafkaError) -> str:
    """`LEADER_NOT_AVAILABLE: Broker: Leader not available`."""
    return f"{error.name()}: {error.str()}"


def headers_of(message: Message) -> list[tuple[str, str | bytes | None]]:
    """Section 3.2.3."""
    headers: list[tuple[str, str | bytes | None]] = [
        (f"{_PREFIX}{name}", canonical(value).encode()) for name, value in message.attributes.items()
    ]
    if message.content_type is not None:
        headers.append((_CONTENT_TYPE, message.content_type.encode()))
    return headers


def message_of(headers: Sequence[tuple[str, bytes | None]] | None, body: bytes | None) -> Message:
    """The message. Raises InvalidInput for headers that are not UTF-8."""
    content_type, attributes = None, {}
    for name, value in headers or ():
        try:
            text = (value or b"").decode()
        except UnicodeDecodeError as error:
            raise InvalidInput(f"the header {name} is not UTF-8") from error
        if name.lower() == _CONTENT_TYPE:
            content_type = text
        elif name.startswith(_PREFIX):
            attributes[name.removeprefix(_PREFIX)] = text
    return Message(body=body or b"", content_type=content_type, attributes=attributes)
