"""Server-sent events: the history of one instance, and the lifecycle events of all. Both resume by `Last-Event-ID`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final

import msgspec
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter
from litestar.response import Stream

from counterpoint.api.access import PERMISSION
from counterpoint.api.problems import Refused, documented
from counterpoint.api.stopping import Stopping
from counterpoint.application.feed import FeedReader
from counterpoint.application.service import Service
from counterpoint.application.watching import News, Place, Watching
from counterpoint.errors import InvalidInput

UNCOMPRESSED: Final = "uncompressed"
"""Key of the `opt` of routes whose answers must not wait in a compressor."""
HEARTBEAT_SECONDS: Final = 15.0
"""A comment is sent after so much silence: proxies cut connections on which nothing moves."""
_MEDIA_TYPE: Final = "text/event-stream"
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_RETRY: Final = b"retry: 1000\n\n"
_HEARTBEAT: Final = b":\n\n"
_AT_ONCE: Final = 200
_DESCRIBED: Final = {
    200: ResponseSpec(str, generate_examples=False, description="Server-sent events", media_type=_MEDIA_TYPE)
}

LastEventId = Annotated[
    str | None,
    HeaderParameter(name="Last-Event-ID", description="The id of the last event that came before a cut."),
]


class StreamsController(Controller):
    """Streams of events that go out."""

    path = "/v1"
    tags = ("streams",)

    @get(
        "/instances/{id:str}/events",
        opt={PERMISSION: "instances:read", UNCOMPRESSED: True},
        operation_id="followInstance",
        media_type=_MEDIA_TYPE,
        responses=documented(404)
        | _DESCRIBED
        | {204: ResponseSpec(None, generate_examples=False, description="It has ended and everything was told")},
    )
    async def instance(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        stopping: NamedDependency[Stopping],
        last_event_id: LastEventId = None,
    ) -> Response[None] | Stream:
        """The history of one instance as it grows, from its start; ends when the instance has.

        The type of an event is that of the history's event, its data the event itself. Whoever comes back after the
        end is answered 204, which tells a browser to stop asking.
        """
        stopping.refuse_more()
        watching = await service.watch(id, _place(last_event_id))
        news = await watching.news()
        if watching.over and not news:
            return Response(None, status_code=204)
        return Stream(_history(watching, news, stopping), media_type=_MEDIA_TYPE, headers=_HEADERS)

    @get(
        "/lifecycle/events",
        opt={PERMISSION: "events:follow", UNCOMPRESSED: True},
        operation_id="followLifecycle",
        media_type=_MEDIA_TYPE,
        responses=documented() | _DESCRIBED,
    )
    async def lifecycle(
        self, service: NamedDependency[Service], stopping: NamedDependency[Stopping], last_event_id: LastEventId = None
    ) -> Stream:
        """The lifecycle CloudEvents of all instances, from now on.

        An event of the type `gap` says that some were lost: the stream was too slow, or the cut too long.
        """
        stopping.refuse_more()
        reader = service.feed.read(last_event_id)
        return Stream(_lifecycle(reader, stopping), media_type=_MEDIA_TYPE, headers=_HEADERS)


async def _history(watching: Watching, news: News, stopping: Stopping) -> AsyncIterator[bytes]:
    with watching, stopping.stream(watching.moved):
        yield _RETRY
        while True:
            for place, event in news:
                yield _message(str(place), event["type"], msgspec.json.encode(event))
            news = await watching.news()
            if stopping.asked or (watching.over and not news):
                return
            if not news and not await _moved(watching.moved):
                yield _HEARTBEAT


async def _lifecycle(reader: FeedReader, stopping: Stopping) -> AsyncIterator[bytes]:
    with reader, stopping.stream(reader.moved):
        # Its place goes out first: whoever is cut off before the first event goes on from here too.
        yield _RETRY + f"id: {reader.place()}\n\n".encode()
        while not stopping.asked:
            told, gap = reader.news(_AT_ONCE)
            if gap:
                yield b'event: gap\ndata: {"lost":true}\n\n'
            for each in told:
                yield _message(reader.place(each), each.type, each.body)
            if not told and not await _moved(reader.moved):
                yield _HEARTBEAT


async def _moved(event: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(event.wait(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return False
    return True


def _message(id: str, type: str, body: bytes) -> bytes:
    # JSON as msgspec writes it has no line breaks.
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (id.encode(), type.encode(), body)


def _place(last_event_id: str | None) -> Place:
    if last_event_id is None:
        return Place()
    try:
        return Place.of(last_event_id)
    except InvalidInput as error:
        raise Refused("invalid-request", f"Last-Event-ID: {error.message}") from error
