"""CloudEvents in over HTTP (HTTP protocol binding 1.0.2): structured, binary and batch."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import unquote

from litestar import Controller, Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from counterpoint.api.access import PERMISSION, PUBLIC
from counterpoint.api.bodies import BATCH, EventsOperation, media_type
from counterpoint.api.models import Accepted
from counterpoint.api.problems import Refused, documented
from counterpoint.api.requests import json_of
from counterpoint.application.service import Service
from counterpoint.errors import InvalidInput
from counterpoint.values.event_content import STRUCTURED, members_of
from counterpoint.values.json import JsonObject
from counterpoint.values.json_text import read_json_once

SEND: Final = {PERMISSION: "events:send"}
SIGNED: Final = {PERMISSION: PUBLIC}
_PREFIX: Final = "ce-"


class EventsController(Controller):
    """Events that come in."""

    path = "/v1/events"
    tags = ("events",)

    @post(
        opt=SEND,
        operation_id="sendEvents",
        operation_class=EventsOperation,
        status_code=202,
        responses=documented(415, 422),
    )
    async def send(self, request: Request[Any, Any, Any], service: NamedDependency[Service], body: RawBody) -> Accepted:
        """Send one event or a batch. Durable when it is answered: all of a batch, or none."""
        events = read(request, body)
        await service.deliver(events)
        return Accepted(accepted=len(events))

    @post(
        "/{endpoint:str}",
        opt=SIGNED,
        operation_id="sendSignedEvents",
        operation_class=EventsOperation,
        status_code=202,
        responses=documented(404, 415, 422),
    )
    async def send_signed(
        self,
        request: Request[Any, Any, Any],
        service: NamedDependency[Service],
        endpoint: FromPath[str],
        body: RawBody,
    ) -> Accepted:
        """Send events to an endpoint of the server's configuration. A signature takes the place of the API token."""
        service.events.verify(endpoint, dict(request.headers), body)
        if media_type(request) not in (STRUCTURED, BATCH):
            detail = f"a signature covers the body alone, so signed events come as {STRUCTURED} or {BATCH}"
            raise Refused("unsupported-media-type", detail)
        events = read(request, body)
        await service.events.accept(events, endpoint)
        return Accepted(accepted=len(events))


def read(request: Request[Any, Any, Any], body: bytes) -> list[JsonObject]:
    """The events of a request, in JSON form, not checked yet. Raises Refused, InvalidInput."""
    kind = media_type(request)
    if kind == STRUCTURED:
        return [json_of(body, read_json_once)]
    if kind == BATCH:
        batch = json_of(body, read_json_once)
        if not isinstance(batch, list):
            raise InvalidInput("a batch of CloudEvents is a JSON array")
        return batch
    if kind.startswith("application/cloudevents"):
        raise Refused("unsupported-media-type", f"{kind} is not taken here; send {STRUCTURED} or {BATCH}")
    attributes = _attributes(request)
    if not attributes:
        message = f"send {STRUCTURED}, {BATCH}, or the attributes of the event in {_PREFIX} headers"
        raise Refused("unsupported-media-type", message)
    return [_binary(attributes, request.headers.get("content-type"), kind, body)]


def _attributes(request: Request[Any, Any, Any]) -> JsonObject:
    found: JsonObject = {}
    for name, value in request.headers.multi_items():
        if not name.startswith(_PREFIX):
            continue
        attribute = name.removeprefix(_PREFIX)
        if attribute in found:
            raise InvalidInput(f"the header {name} is there twice")
        if attribute in ("data", "data_base64", "datacontenttype"):
            raise InvalidInput(f"{name} is no attribute: data is the body, and its type is the Content-Type")
        found[attribute] = _decoded(value)
    return found


def _decoded(value: str) -> str:
    """Section 3.1.3.2: a quoted string is unquoted, then percent-encoding is decoded once."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        unescaped, escaped = [], False
        for character in value[1:-1]:
            escaped = character == "\\" and not escaped
            if not escaped:
                unescaped.append(character)
        value = "".join(unescaped)
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"the header value {value[:50]!r} is not percent-encoded UTF-8") from error


def _binary(attributes: JsonObject, content_type: str | None, kind: str, body: bytes) -> JsonObject:
    event = dict(attributes)
    if content_type:
        event["datacontenttype"] = content_type
    if body and not kind:
        raise Refused("unsupported-media-type", "the data of a binary event needs a Content-Type")
    try:
        return event | members_of(content_type, body)
    except ValueError as error:
        raise Refused("invalid-request", str(error)) from error
