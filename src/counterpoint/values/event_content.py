"""The data of a CloudEvent outside its JSON form: bytes and a content type, as binary content modes carry them."""

from __future__ import annotations

import base64
from typing import Final

import msgspec

from counterpoint.values.json import JsonObject
from counterpoint.values.json_text import read_json

STRUCTURED: Final = "application/cloudevents+json"
"""The content type of one event in JSON form."""
_JSON: Final = "application/json"


def media_type(content_type: str | None) -> str:
    """`Text/Plain; charset=utf-8` is `text/plain`."""
    return (content_type or "").split(";")[0].strip().lower()


def members_of(content_type: str | None, body: bytes) -> JsonObject:
    """`data` or `data_base64` of an event with this content; nothing where the body is empty.

    Raises ValueError where the body is not what its content type says.
    """
    if not body:
        return {}
    kind = media_type(content_type)
    if _is_json(kind):
        try:
            return {"data": read_json(body)}
        except ValueError as error:
            raise ValueError(f"the data is not JSON: {error}") from error
    if kind.startswith("text/"):
        try:
            return {"data": body.decode()}
        except UnicodeDecodeError as error:
            raise ValueError("text data must be UTF-8") from error
    return {"data_base64": base64.b64encode(body).decode()}


def content_of(event: JsonObject) -> tuple[str | None, bytes]:
    """The content type and the body of an event in JSON form. JSON is named where the event leaves that out."""
    declared = event.get("datacontenttype")
    if "data_base64" in event:
        return declared, base64.b64decode(event["data_base64"])
    if "data" not in event:
        return declared, b""
    data = event["data"]
    if isinstance(data, str) and declared is not None and not _is_json(media_type(declared)):
        return declared, data.encode()
    return declared or _JSON, msgspec.json.encode(data)


def _is_json(kind: str) -> bool:
    return kind == _JSON or kind.endswith("+json")
