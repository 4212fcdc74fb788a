"""What each transport brings: two ways of being connected to its broker. All else is the same for all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeAlias

import msgspec

from counterpoint.brokers.binding import Message
from counterpoint.values.json import JsonObject


class BrokerFault(Exception):
    """The broker cannot be reached, refuses us, or has broken off. It is worth another try."""


class Delivery(msgspec.Struct, frozen=True, eq=False):
    """A message that the broker has handed over and keeps until it hears of it."""

    read: Callable[[], Message]
    """What it says. Raises InvalidInput where its headers cannot be read."""
    size: int
    """Of its body, in bytes."""
    handle: Any
    """What the transport itself knows it by."""


class Reception(Protocol):
    """Connected to receive. Every method raises BrokerFault; then only `close` may follow."""

    async def receive(self) -> Sequence[Delivery]:
        """What is there, in order; waits for it, but may come back with nothing after a while."""

    async def hold(self) -> None:
        """Tell the broker that what was received is still being worked on. Called every few seconds meanwhile."""

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """The broker may forget these: the oldest that are not acknowledged, in order."""

    async def put_aside(self, delivery: Delivery, reason: str) -> None:
        """The broker may forget this one, which nobody can use; keep it where the settings say."""

    async def close(self) -> None:
        """Leave. The broker brings again what was not acknowledged. Never fails."""


class Outgoing(msgspec.Struct, frozen=True):
    """An event on its way out."""

    event: JsonObject
    message: Message


class Publication(Protocol):
    """Connected to publish."""

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Hand over events; the broker has them durably on return. Those of one key arrive in order.

        Raises BrokerFault, after which only `close` may follow, and SinkRefused.
        """

    async def close(self) -> None:
        """Leave. Never fails."""


OpenReception: TypeAlias = Callable[[], Awaitable[Reception]]
"""Connects. Raises BrokerFault."""
OpenPublication: TypeAlias = Callable[[], Awaitable[Publication]]
"""Connects. Raises BrokerFault."""
