"""Events that come and go, as they are configured: from settings to sources, endpoints and sinks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

import msgspec

from counterpoint.application.endpoints import Endpoint
from counterpoint.brokers import SinkSettings, SourceSettings, sink_of, source_of
from counterpoint.connectors.http.client import HttpClient
from counterpoint.connectors.webhooks import HttpSink, WebhookSink
from counterpoint.engine.routes import Destination, Route
from counterpoint.errors import ConnectorError, InvalidInput
from counterpoint.ports.clock import Clock
from counterpoint.ports.events import EventSource
from counterpoint.ports.secrets import Secrets
from counterpoint.signatures import Signature, signer_of, verifier_of

Receivers: TypeAlias = HttpSink | SinkSettings
"""What a sink may be."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


class HttpSource(msgspec.Struct, frozen=True, kw_only=True, tag="http", rename="camel", forbid_unknown_fields=True):
    """An endpoint of the HTTP API, `POST /v1/events/NAME`: a signature takes the place of the API token."""

    signature: Signature


Senders: TypeAlias = HttpSource | SourceSettings
"""What a source may be."""


class SinkEntry(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Where events go. In patterns, `*` stands for any characters."""

    name: str
    to: Receivers
    types: tuple[str, ...] = ()
    """Patterns of the events' types; any where there are none."""
    sources: tuple[str, ...] = ()
    """Patterns of the events' sources; any where there are none."""
    emitted: bool = True
    """Whether it gets what workflows emit."""
    lifecycle: bool = False
    """Whether it gets lifecycle events."""


class SourceEntry(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Where events come from."""

    name: str
    from_: Senders = msgspec.field(name="from")
    sources: tuple[str, ...] = ()
    """Patterns of the `source` of its events. Such events are taken from nowhere else, and no others from here."""


class EventSettings(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Events that come and go."""

    sources: tuple[SourceEntry, ...] = ()
    sinks: tuple[SinkEntry, ...] = ()


class Wired(msgspec.Struct, frozen=True):
    """What the settings come to."""

    destinations: list[Destination]
    sources: dict[str, EventSource]
    endpoints: list[Endpoint]


def faults(settings: EventSettings) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong besides the shape: where in the settings, and what."""
    for kind, names in (
        ("sources", [each.name for each in settings.sources]),
        ("sinks", [each.name for each in settings.sinks]),
    ):
        for index, name in enumerate(names):
            if not _NAME.fullmatch(name):
                yield (kind, index, "name"), f"{name!r} is no name: letters, digits, `.`, `_` and `-`, at most 63"
            if name in names[:index]:
                yield (kind, index, "name"), f"two {kind} are called {name!r}; rename one"
    for index, sink in enumerate(settings.sinks):
        if isinstance(sink.to, HttpSink) and sink.to.signature is not None and sink.to.mode == "binary":
            place = ("sinks", index, "to", "mode")
            yield place, "a signature covers the body alone, so signed events go out in mode structured"
        if not (sink.emitted or sink.lifecycle):
            yield ("sinks", index), "it gets neither what workflows emit nor lifecycle events"


def wire(settings: EventSettings, secrets: Secrets, client: HttpClient, clock: Clock) -> Wired:
    """Make everything. Raises InvalidInput that says all that is wrong; nothing is connected yet."""
    wrong = [f"events.{'.'.join(map(str, place))}: {fault}" for place, fault in faults(settings)]
    destinations: list[Destination] = []
    sources: dict[str, EventSource] = {}
    endpoints: list[Endpoint] = []
    for sink in settings.sinks:
        try:
            destinations.append(_destination(sink, secrets, client, clock))
        except (InvalidInput, ConnectorError) as error:
            wrong.append(f"sink {sink.name}: {error.message}")
    for source in settings.sources:
        try:
            verifier = None
            if isinstance(source.from_, HttpSource):
                verifier = verifier_of(source.from_.signature, secrets.get)
            else:
                sources[source.name] = source_of(source.from_, secrets)
            endpoints.append(Endpoint(source.name, source.sources, verifier))
        except InvalidInput as error:
            wrong.append(f"source {source.name}: {error.message}")
    if wrong:
        raise InvalidInput("; ".join(wrong))
    return Wired(destinations, sources, endpoints)


def _destination(entry: SinkEntry, secrets: Secrets, client: HttpClient, clock: Clock) -> Destination:
    route = Route(
        name=entry.name,
        types=entry.types,
        sources=entry.sources,
        emitted=entry.emitted,
        lifecycle=entry.lifecycle,
    )
    if not isinstance(entry.to, HttpSink):
        return Destination(route=route, sink=sink_of(entry.to, secrets), batch_max=entry.to.limits.batch_events_max)
    sink = _webhook(entry.to, secrets, client, clock)
    return Destination(route=route, sink=sink, batch_max=1, in_flight_max=entry.to.in_flight_max)


def _webhook(settings: HttpSink, secrets: Secrets, client: HttpClient, clock: Clock) -> WebhookSink:
    signer = None if settings.signature is None else signer_of(settings.signature, secrets.get)
    token = None if settings.token is None else secrets.get(settings.token)
    if settings.token is not None and not isinstance(token, str):
        raise InvalidInput(f"there is no secret {settings.token!r} that is text, for `token`")
    return WebhookSink(settings, client, clock.now, signer, token)
