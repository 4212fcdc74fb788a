# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations of `events`."""

from __future__ import annotations

from typing import Any

from counterpoint.client.calls import Call
from counterpoint.client.connection import Connection
from counterpoint.client.types.events import Accepted


class EventsOperations(Connection):
    """Events that come in."""

    async def send_events(self, events: list[dict[str, Any]]) -> Accepted:
        """Send one event or a batch. Durable when it is answered: all of a batch, or none.

        `events`: CloudEvents.
        """
        answer: Accepted = await self._call(
            Call(
                method="POST",
                path="/v1/events",
                body=events,
                content_type="application/cloudevents-batch+json",
                repeatable=True,
            ),
            Accepted,
        )
        return answer

    async def send_signed_events(self, endpoint: str, events: list[dict[str, Any]]) -> Accepted:
        """Send events to an endpoint of the server's configuration. A signature takes the place of the API
        token.

        `events`: CloudEvents.
        """
        answer: Accepted = await self._call(
            Call(
                method="POST",
                path="/v1/events/{endpoint}",
                arguments={"endpoint": endpoint},
                body=events,
                content_type="application/cloudevents-batch+json",
                repeatable=True,
            ),
            Accepted,
        )
        return answer
