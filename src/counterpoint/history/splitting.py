"""Splitting: takes the large values out of events, innermost first, and leaves references."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from counterpoint.history.payloads import Known, digest_of
from counterpoint.kernel.events import Event
from counterpoint.values.json import JsonValue

PAYLOAD: Final = 1
"""MessagePack extension: the digest of a payload."""
INTEGER: Final = 2
"""MessagePack extension: an integer beyond 64 bits, in decimal."""

_DEPTH_MAX: Final = 16
"""How deep large values are looked for; what lies deeper goes with what holds it."""
_LOOK_WIDTH_MAX: Final = 64
"""Known payloads are looked for in containers of at most this many members."""
_LOOK_DEPTH_MAX: Final = 3
_UTF8_BYTES_MAX: Final = 4


class Splitter:
    """Rewrites events as plain arrays in which no value is larger than `inline_bytes_max` when encoded."""

    def __init__(self, inline_bytes_max: int, known: Known) -> None:
        self._inline_bytes_max = inline_bytes_max
        self._known = known
        self._encode = msgspec.msgpack.Encoder().encode

    def event(self, event: Event, blobs: list[tuple[str, bytes]]) -> list[Any]:
        """The event as an array `[tag, fields...]`; payloads that may be new are added to `blobs`."""
        fields: list[Any] = [event.__struct_config__.tag]
        for name in event.__struct_fields__:
            value = getattr(event, name)
            if isinstance(value, tuple):
                # A `Given` is part of the form of the event: what it holds is put aside, never the tuple itself.
                value = [self._split(self._look(each, 0), each, blobs, 0) for each in value]
            elif isinstance(value, (dict, list, str, int)):
                value = self._split(self._look(value, 0), value, blobs, 0)
            fields.append(value)
        return fields

    def _look(self, value: JsonValue, depth: int) -> JsonValue:
        """`value` with the known payloads in its upper levels replaced; the same object where there are none."""
        if not isinstance(value, (dict, list, tuple, str)):
            return value
        digest = self._known.digest(value)
        if digest is not None:
            return msgspec.msgpack.Ext(PAYLOAD, digest)
        if isinstance(value, str) or depth == _LOOK_DEPTH_MAX or len(value) > _LOOK_WIDTH_MAX:
            return value
        if isinstance(value, dict):
            found = {key: self._look(each, depth + 1) for key, each in value.items()}
            return found if any(found[key] is not each for key, each in value.items()) else value
        members = [self._look(each, depth + 1) for each in value]
        return members if any(a is not b for a, b in zip(members, value, strict=True)) else value

    def _split(self, value: Any, original: JsonValue, blobs: list[tuple[str, bytes]], depth: int) -> Any:
        """What stands for `value` in a record. `original` is the object that it was made from."""
        if isinstance(value, int):
            return value if -(2**63) <= value < 2**64 else msgspec.msgpack.Ext(INTEGER, str(value).encode())
        if isinstance(value, str):
            if len(value) * _UTF8_BYTES_MAX <= self._inline_bytes_max:
                return value
        elif not isinstance(value, (dict, list, tuple)):
            return value
        content = self._attempt(value)
        if content is not None and len(content) <= self._inline_bytes_max:
            return msgspec.Raw(content)
        if content is None or (depth < _DEPTH_MAX and not isinstance(value, str)):
            value = self._split_members(value, blobs, depth + 1)
            content = self._encode(value)
            if len(content) <= self._inline_bytes_max:
                return msgspec.Raw(content)
        digest = digest_of(content)
        blobs.append((digest.hex(), content))
        self._known.remember(digest, original, len(content))
        return msgspec.msgpack.Ext(PAYLOAD, digest)

    def _split_members(self, value: Any, blobs: list[tuple[str, bytes]], depth: int) -> Any:
        if isinstance(value, dict):
            return {key: self._split(each, each, blobs, depth) for key, each in value.items()}
        return [self._split(each, each, blobs, depth) for each in value]

    def _attempt(self, value: Any) -> bytes | None:
        """The encoded value; None where an integer in it does not fit."""
        try:
            return self._encode(value)
        except OverflowError:
            return None
