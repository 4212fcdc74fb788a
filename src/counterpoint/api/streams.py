"""Server-sent events: the history of one instance, and the lifecycle events of all. Both resume by `Last-Event-ID`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final, Literal

import msgspec
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, QueryParameter
from litestar.response import Stream

from counterpoint.api.access import PERMISSION
from counterpoint.api.compression import UNCOMPRESSED
from counterpoint.api.problems import Refused, documented
from counterpoint.api.stopping import Stopping
from counterpoint.application.feed import FeedReader, Wanted
from counterpoint.application.service import Service
from counterpoint.application.watching import News, Place, Watching
from counterpoint.errors import InvalidInput

HEARTBEAT_SECONDS: Final = 15.0
"""A comment is sent after so much silence: proxies cut connections on which nothing moves."""
MEDIA_TYPE: Final = "text/event-stream"
STREAM_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
RETRY: Final = b"retry: 1000\n\n"
HEARTBEAT: Final = b":\n\n"
_AT_ONCE: Final = 200
_DESCRIBED: Final = {
    200: ResponseSpec(str, generate_examples=False, description="Server-sent events", media_type=MEDIA_TYPE)
}

Types = Annotated[
    list[str] | None,
    QueryParameter(name="type", description="Types of events, any of them; `io.counterpoint.*` is all that begin so."),
]
Workflow = Annotated[
    str | None,
    QueryParameter(
        name="workflow", description="`name` or `namespace/name`, of all versions, or `namespace/name:RANGE`."
    ),
]
InstanceId = Annotated[str | None, QueryParameter(name="instance", description="The id of one instance.")]
Start = Annotated[
    Literal["now", "start"],
    QueryParameter(name="from", description="Without `Last-Event-ID`: from now on, or from the start of the journal."),
]
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
        media_type=MEDIA_TYPE,
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
        return Stream(_history(watching, news, stopping), media_type=MEDIA_TYPE, headers=STREAM_HEADERS)

    @get(
        "/lifecycle/events",
        opt={PERMISSION: "events:follow", UNCOMPRESSED: True},
        operation_id="followLifecycle",
        media_type=MEDIA_TYPE,
        responses=documented(422) | _DESCRIBED,
    )
    async def lifecycle(
        self,
        service: NamedDependency[Service],
        stopping: NamedDependency[Stopping],
        type: Types = None,
        workflow: Workflow = None,
        instance: InstanceId = None,
        start: Start = "now",
        last_event_id: LastEventId = None,
    ) -> Stream:
        """The lifecycle CloudEvents of all instances, in the order in which they became durable.

        They are read from the journal: `Last-Event-ID` goes on after a restart too, without a gap or a double. An event
        of the type `gap` says that some are lost: the id is of another journal, or something in it cannot be read.
        """
        stopping.refuse_more()
        wanted = Wanted(types=tuple(type or ()), workflow=workflow, instance=instance)
        reader = await service.feed.read(last_event_id, wanted, from_start=start == "start")
        return Stream(_lifecycle(reader, stopping), media_type=MEDIA_TYPE, headers=STREAM_HEADERS)


async def _history(watching: Watching, news: News, stopping: Stopping) -> AsyncIterator[bytes]:
    with watching, stopping.stream(watching.moved):
        yield RETRY
        while True:
            for place, event in news:
                yield message(str(place), event["type"], msgspec.json.encode(event))
            news = await watching.news()
            if stopping.asked or (watching.over and not news):
                return
            if not news and not await moved(watching.moved):
                yield HEARTBEAT


async def _lifecycle(reader: FeedReader, stopping: Stopping) -> AsyncIterator[bytes]:
    clock = asyncio.get_running_loop().time
    with reader, stopping.stream(reader.moved):
        # Its place goes out first: whoever is cut off before the first event goes on from here too.
        yield RETRY + _place_of(reader)
        sent = clock()
        while not stopping.asked:
            told, gap, more = await reader.news()
            if gap:
                yield b'event: gap\ndata: {"lost":true}\n\n'  # its id is that of the place before it
            for each in told:
                yield message(reader.place(each), each.type, each.body)
            if told:
                sent = clock()
            elif not more:
                await moved(reader.moved)
            if clock() - sent >= HEARTBEAT_SECONDS:
                # No comment but a place: whoever is cut off need not read again what was not wanted.
                yield _place_of(reader)
                sent = clock()


async def moved(event: asyncio.Event) -> bool:
    """Whether there is news before it is time for a heartbeat."""
    try:
        await asyncio.wait_for(event.wait(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return False
    return True


def _place_of(reader: FeedReader) -> bytes:
    return f"id: {reader.place()}\n\n".encode()


def message(id: str, type: str, body: bytes) -> bytes:
    """One server-sent event."""
    # JSON as msgspec writes it has no line breaks.
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (id.encode(), type.encode(), body)


def _place(last_event_id: str | None) -> Place:
    if last_event_id is None:
        return Place()
    try:
        return Place.of(last_event_id)
    except InvalidInput as error:
        raise Refused("invalid-request", f"Last-Event-ID: {error.message}") from error
