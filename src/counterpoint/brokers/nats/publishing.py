"""Events to JetStream, each acknowledged by its stream."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

import nats.errors
import nats.js.errors
from nats.aio.client import Client

from counterpoint.brokers.addresses import Place
from counterpoint.brokers.nats.connecting import NatsConnector, context, faults, headers_of, leave
from counterpoint.brokers.order import in_order
from counterpoint.brokers.settings import NatsSink
from counterpoint.brokers.sink import BrokerSink
from counterpoint.brokers.transport import BrokerFault, Outgoing
from counterpoint.errors import SinkRefused
from counterpoint.ports.secrets import Secrets

_FORBIDDEN: Final = r"[\s*>]"
_MESSAGE_ID: Final = "Nats-Msg-Id"
_TOO_LARGE: Final = 10054
"""JetStream: message size exceeds maximum allowed."""


def nats_sink(settings: NatsSink, secrets: Secrets) -> BrokerSink:
    """Raises InvalidInput."""
    connector, place = NatsConnector(settings, secrets), Place(settings.subject, _FORBIDDEN)

    async def open_publication() -> _NatsPublication:
        broken = asyncio.Event()
        return _NatsPublication(settings, await connector.connect(broken), place, broken)

    name = f"events to {settings.subject} of {connector}"
    return BrokerSink(name, open_publication, settings.mode, connector.credentials, settings.limits)


class _NatsPublication:
    """See `Publication`."""

    def __init__(self, settings: NatsSink, client: Client, place: Place, broken: asyncio.Event) -> None:
        self._client = client
        self._broken = broken
        self._stream = context(client, settings.limits.send_ms_max)
        self._place = place

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """The library would wait for answers over a broken connection until their time is up."""
        publishing = asyncio.create_task(in_order(outgoing, self._publish))
        breaking = asyncio.create_task(self._broken.wait())
        try:
            await asyncio.wait({publishing, breaking}, return_when=asyncio.FIRST_COMPLETED)
            if not publishing.done():
                raise BrokerFault("the connection is broken")
            publishing.result()
        finally:
            publishing.cancel()
            breaking.cancel()
            await asyncio.wait({publishing, breaking})

    async def close(self) -> None:
        await leave(self._client)

    async def _publish(self, each: Outgoing) -> None:
        subject = self._place.of(each.event)
        headers = {**headers_of(each.message), _MESSAGE_ID: _message_id(each)}
        try:
            with faults():
                await self._stream.publish(subject, each.message.body, headers=headers)
        except BrokerFault as fault:
            raise _meant(fault, subject, each) from fault


def _message_id(each: Outgoing) -> str:
    """The stream drops what comes again with the same one, within its duplicate window."""
    return f"{quote(each.event['source'])} {quote(each.event['id'])}"


def _meant(fault: BrokerFault, subject: str, each: Outgoing) -> Exception:
    match fault.__cause__:
        case nats.errors.MaxPayloadError():
            return SinkRefused(f"the event {each.event['id']} is larger than the server's max_payload")
        case nats.js.errors.APIError(err_code=code) if code == _TOO_LARGE:
            return SinkRefused(f"the event {each.event['id']} is larger than the stream's max_msg_size")
        case nats.js.errors.NoStreamResponseError():
            return BrokerFault(f"no stream takes the subject {subject}: make one")
    return fault
