# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations of `events`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from counterpoint.client.blocking.connection import Connection
from counterpoint.client.calls import Call
from counterpoint.client.types.events import Accepted, Letter, LetterPage, Revived, SinkList


class EventsOperations(Connection):
    """Events that come in."""

    def list_dead_letters(
        self, *, sink: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> LetterPage:
        """Events that were refused for good, the oldest first.

        `sink`: Those of one sink alone.

        `limit`: Items of a page; the server may give fewer than asked for.

        `cursor`: `next` of the page before; the other parameters stay the same.
        """
        answer: LetterPage = self._call(
            Call(
                method="GET",
                path="/v1/dead-letters",
                query={"sink": sink, "limit": limit, "cursor": cursor},
                repeatable=True,
            ),
            LetterPage,
        )
        return answer

    def iterate_dead_letters(self, *, sink: str | None = None, limit: int | None = None) -> Iterator[Letter]:
        """Every item of all pages of `list_dead_letters`."""
        cursor: str | None = None
        while True:
            page = self.list_dead_letters(sink=sink, limit=limit, cursor=cursor)
            for each in page.items:
                yield each
            cursor = page.next
            if cursor is None:
                return

    def retry_dead_letters(self, *, sink: str | None = None) -> Revived:
        """Have all of them sent again, or those of one sink; 10,000 at most.

        `sink`: Those of one sink alone.
        """
        answer: Revived = self._call(Call(method="POST", path="/v1/dead-letters/retry", query={"sink": sink}), Revived)
        return answer

    def discard_dead_letter(self, number: str) -> Letter:
        """Throw one away."""
        answer: Letter = self._call(
            Call(method="DELETE", path="/v1/dead-letters/{number}", arguments={"number": number}, repeatable=True),
            Letter,
        )
        return answer

    def retry_dead_letter(self, number: str) -> Letter:
        """Have one sent again."""
        answer: Letter = self._call(
            Call(method="POST", path="/v1/dead-letters/{number}/retry", arguments={"number": number}), Letter
        )
        return answer

    def send_events(self, events: list[dict[str, Any]]) -> Accepted:
        """Send one event or a batch. Durable when it is answered: all of a batch, or none.

        `events`: CloudEvents.
        """
        answer: Accepted = self._call(
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

    def send_signed_events(self, endpoint: str, events: list[dict[str, Any]]) -> Accepted:
        """Send events to an endpoint of the server's configuration. A signature takes the place of the API
        token.

        `events`: CloudEvents.
        """
        answer: Accepted = self._call(
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

    def list_sinks(self) -> SinkList:
        """All sinks: what they are owed, and why nothing gets through where that is so."""
        answer: SinkList = self._call(Call(method="GET", path="/v1/sinks", repeatable=True), SinkList)
        return answer
