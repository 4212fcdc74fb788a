# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations of `streams`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal

from counterpoint.client.calls import Call
from counterpoint.client.connection import Connection
from counterpoint.client.sse import StreamEvent


class StreamsOperations(Connection):
    """Streams of events that go out."""

    def follow_instance(self, id: str, *, last_event_id: str | None = None) -> AsyncIterator[StreamEvent]:
        """The history of one instance as it grows, from its start; ends when the instance has.

        The type of an event is that of the history's event, its data the event itself. Whoever comes back
        after the end is answered 204, which tells a browser to stop asking.

        `last_event_id`: The id of the last event that came before a cut.
        """
        return self._stream(
            Call(
                method="GET",
                path="/v1/instances/{id}/events",
                arguments={"id": id},
                accept="text/event-stream",
                repeatable=True,
            ),
            last_event_id,
        )

    def follow_lifecycle(
        self,
        *,
        type: list[str] | None = None,
        workflow: str | None = None,
        instance: str | None = None,
        from_: Literal["now", "start"] | None = None,
        last_event_id: str | None = None,
    ) -> AsyncIterator[StreamEvent]:
        """The lifecycle CloudEvents of all instances, in the order in which they became durable.

        They are read from the journal: `Last-Event-ID` goes on after a restart too, without a gap or a
        double. An event of the type `gap` says that some are lost: the id is of another journal, or
        something in it cannot be read.

        `type`: Types of events, any of them; `io.counterpoint.*` is all that begin so.

        `workflow`: `name` or `namespace/name`, of all versions, or `namespace/name:RANGE`.

        `instance`: The id of one instance.

        `from_`: Without `Last-Event-ID`: from now on, or from the start of the journal.

        `last_event_id`: The id of the last event that came before a cut.
        """
        return self._stream(
            Call(
                method="GET",
                path="/v1/lifecycle/events",
                query={"type": type, "workflow": workflow, "instance": instance, "from": from_},
                accept="text/event-stream",
                repeatable=True,
            ),
            last_event_id,
        )
