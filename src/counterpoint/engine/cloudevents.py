"""CloudEvents 1.0 in their JSON form, checked strictly (cloudevents/spec.md, JSON event format)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

import msgspec

from counterpoint.errors import InvalidInput, LimitExceeded
from counterpoint.values.json import JsonObject
from counterpoint.values.timestamp import parse_timestamp

_ATTRIBUTE: Final = re.compile(r"[a-z0-9]{1,64}")
_REQUIRED: Final = ("id", "source", "type", "specversion")
_STRINGS: Final = (*_REQUIRED, "subject", "datacontenttype", "dataschema", "time")
_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_URI_PART: Final = r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=\u00a1-\U0010ffff-]|%[0-9A-Fa-f]{2})+"
"""Characters beyond ASCII may stand as they are (RFC 3987): events come with them, and their meaning is plain."""
_REFERENCE: Final = re.compile(_URI_PART)
_URI: Final = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*:{_URI_PART}")
_NAME: Final = r"[A-Za-z0-9!#$&^_.+%'*`|~-]+"
_MEDIA_TYPE: Final = re.compile(rf"{_NAME}/{_NAME}\s*(?:;.*)?")
_NO_TEXT: Final = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef"
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(17))
    + "]"
)
"""What no string attribute may have (cloudevents/spec.md, Type System)."""
_WRITTEN: Final = {
    "source": (_REFERENCE, "a URI reference (RFC 3986)"),
    "dataschema": (_URI, "an absolute URI (RFC 3986)"),
    "datacontenttype": (_MEDIA_TYPE, "a media type (RFC 2046)"),
}
_INTEGERS: Final = range(-(2**31), 2**31)


def checked(event: Any) -> JsonObject:
    """The event itself. Raises InvalidInput that names all that is wrong."""
    if not isinstance(event, dict):
        raise InvalidInput(f"a CloudEvent is a JSON object, not {type(event).__name__}")
    wrong = [*_missing(event), *(fault for name, value in event.items() for fault in _faults(name, value))]
    if "data" in event and "data_base64" in event:
        wrong.append("it has both data and data_base64")
    if wrong:
        raise InvalidInput(f"this is no CloudEvent: {'; '.join(wrong)}")
    return event


def key_of(event: JsonObject) -> str:
    """What makes an event a duplicate of another: its source and id (cloudevents/spec.md, id)."""
    return f"event\n{event['source']}\n{event['id']}"


def _missing(event: JsonObject) -> list[str]:
    return [f"{name} is missing" for name in _REQUIRED if name not in event]


def _faults(name: str, value: Any) -> list[str]:
    if name == "data":
        return []
    if name == "data_base64":
        return [] if _is_base64(value) else ["data_base64 is not base64"]
    if not isinstance(name, str) or not _ATTRIBUTE.fullmatch(name):
        return [f"the attribute name {name!r} is not made of lower-case letters and digits"]
    if value is None:
        return [f"{name} is null; leave it out instead"]
    if name in _STRINGS and (not isinstance(value, str) or not value):
        return [f"{name} must be a string that is not empty"]
    if name == "specversion" and value != "1.0":
        return [f"specversion is {value!r}; only 1.0 is supported"]
    if isinstance(value, str) and _NO_TEXT.search(value):
        return [f"{name} has a control character, or one that is none"]
    if name in _WRITTEN and not _WRITTEN[name][0].fullmatch(value):
        return [f"{name} {value[:100]!r} is not {_WRITTEN[name][1]}"]
    if name == "time" and not _is_time(value):
        return [f"time {value!r} is not an RFC 3339 timestamp"]
    if not isinstance(value, (str, bool, int)) or (isinstance(value, int) and value not in _INTEGERS):
        return [f"the attribute {name} must be a string, a boolean or a 32-bit integer"]
    return []


def _is_base64(value: Any) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError):
        return False
    return True


def _is_time(value: str) -> bool:
    if not _DATE_TIME.fullmatch(value):
        return False
    if value[17:19] == "60":  # a leap second, which RFC 3339 has and Python has not
        value = f"{value[:17]}59{value[19:]}"
    try:
        parse_timestamp(value.upper())
    except ValueError:
        return False
    return True


def refuse_large(event: JsonObject, bytes_max: int) -> None:
    """Raises LimitExceeded for an event that would spoil whoever takes it: it is more than one value may be."""
    size = len(msgspec.msgpack.encode(event))
    if size > bytes_max:
        raise LimitExceeded("payload_bytes_max", bytes_max, size, hint="put what is large elsewhere, and refer to it")
