"""Cursors: where the next page of a list begins, in a form that clients pass on and do not read."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Final

from litestar.params import QueryParameter

from counterpoint.api.problems import Refused

_CHARS_MAX: Final = 1_000

Cursor = Annotated[
    str | None,
    QueryParameter(name="cursor", description="`next` of the page before; the other parameters stay the same."),
]
Limit = Annotated[
    int, QueryParameter(name="limit", ge=1, description="Items of a page; the server may give fewer than asked for.")
]


def cursor_at(list: str, place: str | int) -> str:
    """The cursor of a place in a list; `list` tells the lists of this API apart."""
    return base64.urlsafe_b64encode(f"{list}:{place}".encode()).decode().rstrip("=")


def place_of(list: str, cursor: str) -> str:
    """The reverse of `cursor_at`. Raises Refused for what that list has not given."""
    try:
        text = base64.b64decode(cursor[:_CHARS_MAX] + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    name, colon, place = text.partition(":")
    if name != list or not colon or not place:
        raise Refused("invalid-request", "the cursor is not one that this list has given as `next`")
    return place


def number_of(list: str, cursor: str | None) -> int | None:
    """As `place_of`, for a place that is a number; None without a cursor."""
    if cursor is None:
        return None
    place = place_of(list, cursor)
    if not (place.isascii() and place.isdecimal() and len(place) < 20):
        raise Refused("invalid-request", "the cursor is not one that this list has given as `next`")
    return int(place)
