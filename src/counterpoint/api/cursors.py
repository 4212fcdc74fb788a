"""Cursors: where the next page of a list begins, in a form that clients pass on and do not read."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Final

from litestar.params import QueryParameter

from counterpoint.api.problems import Refused

_CHARS_MAX: Final = 1_000
_UNKNOWN: Final = "the cursor is not one that this list has given as `next`"

Cursor = Annotated[
    str | None,
    QueryParameter(name="cursor", description="`next` of the page before; the other parameters stay the same."),
]
Limit = Annotated[
    int, QueryParameter(name="limit", ge=1, description="Items of a page; the server may give fewer than asked for.")
]


def cursor_at(list: str, place: str | int) -> str:
    """The cursor of a place in a list; `list` tells the lists of this API apart, `list/order` the orders of one."""
    return base64.urlsafe_b64encode(f"{list}:{place}".encode()).decode().rstrip("=")


def place_of(list: str, cursor: str) -> str:
    """The reverse of `cursor_at`. Raises Refused for what that list has not given."""
    try:
        text = base64.b64decode(cursor[:_CHARS_MAX] + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    name, colon, place = text.partition(":")
    if colon and name != list and name.partition("/")[0] == list.partition("/")[0]:
        raise Refused("invalid-request", "the cursor is of this list in another order: give that order, or no cursor")
    if name != list or not colon or not place:
        raise Refused("invalid-request", _UNKNOWN)
    return place


def number_of(list: str, cursor: str | None) -> int | None:
    """As `place_of`, for a place that is a number; None without a cursor."""
    if cursor is None:
        return None
    return _number(place_of(list, cursor))


def pair_of(list: str, cursor: str | None) -> tuple[int, int] | None:
    """As `number_of`, for a place that is two numbers, of which the first may be below 0: `-1,2`."""
    if cursor is None:
        return None
    first, _, second = place_of(list, cursor).partition(",")
    magnitude = _number(first.removeprefix("-"))
    return -magnitude if first.startswith("-") else magnitude, _number(second)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise Refused("invalid-request", _UNKNOWN)
    return int(text)
