"""What the protocol bindings of CloudEvents share: the two content modes, apart from the names of headers."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from counterpoint.errors import InvalidInput
from counterpoint.values.event_content import STRUCTURED, content_of, media_type, members_of
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.json_text import read_json_once

Mode: TypeAlias = Literal["structured", "binary"]
"""Structured: the whole event is the body, in JSON. Binary: the data is the body, attributes are headers."""

_CLOUDEVENTS: Final = "application/cloudevents"
_NOT_ATTRIBUTES: Final = ("data", "data_base64", "datacontenttype")
_MEANT_MAX: Final = 60


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What a broker carries: a body, and the headers that concern CloudEvents, without their prefix."""

    body: bytes
    content_type: str | None = None
    attributes: dict[str, JsonValue] = {}


def written(event: JsonObject, mode: Mode) -> Message:
    """The message for an event in JSON form."""
    if mode == "structured":
        return Message(body=msgspec.json.encode(event), content_type=STRUCTURED)
    content_type, body = content_of(event)
    attributes = {name: value for name, value in event.items() if name not in _NOT_ATTRIBUTES}
    return Message(body=body, content_type=content_type, attributes=attributes)


def canonical(value: JsonValue) -> str:
    """An attribute as a string (cloudevents/spec.md, type system)."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def read(message: Message) -> JsonObject:
    """The event of a message, in JSON form; its attributes are not checked. Raises InvalidInput."""
    kind = media_type(message.content_type)
    if kind.startswith(_CLOUDEVENTS):
        if kind != STRUCTURED:
            raise InvalidInput(f"events in the format {kind[:_MEANT_MAX]} are not taken; send {STRUCTURED}")
        return _structured(message.body)
    if not message.attributes:
        raise InvalidInput(
            f"this is no CloudEvent: its content type is {kind[:_MEANT_MAX] or 'missing'}, not {STRUCTURED}, "
            "and it has no attributes in its headers"
        )
    event: JsonObject = dict(message.attributes)
    if message.content_type:
        event["datacontenttype"] = message.content_type
    try:
        event.update(members_of(message.content_type, message.body))
    except ValueError as error:
        raise InvalidInput(f"this is no CloudEvent: {error}") from error
    return event


def _structured(body: bytes) -> JsonObject:
    try:
        event = read_json_once(body)
    except ValueError as error:
        raise InvalidInput(f"this is no CloudEvent: the body is not JSON: {error}") from error
    if not isinstance(event, dict):
        raise InvalidInput("this is no CloudEvent: the body is JSON, but no object")
    return event
