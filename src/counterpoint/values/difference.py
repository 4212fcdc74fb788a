"""In what two JSON values differ, as a list of places."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from counterpoint.values.json import JsonValue, pointer_join


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place that differs. `before` is left out where there was nothing, `after` where there is nothing now."""

    pointer: str
    """JSON pointer (RFC 6901); empty for the whole value."""
    before: JsonValue | msgspec.UnsetType = msgspec.UNSET
    after: JsonValue | msgspec.UnsetType = msgspec.UNSET


def changes(before: JsonValue, after: JsonValue, pointer: str = "") -> Iterator[Change]:
    """The innermost places in which two values differ. Arrays are compared member by member."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(each for each in after if each not in before)]:
            yield from _member(before.get(name, msgspec.UNSET), after.get(name, msgspec.UNSET), pointer, name)
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            left = before[index] if index < len(before) else msgspec.UNSET
            right = after[index] if index < len(after) else msgspec.UNSET
            yield from _member(left, right, pointer, index)
    elif not _same(before, after):
        yield Change(pointer=pointer, before=before, after=after)


def _member(before: JsonValue, after: JsonValue, pointer: str, name: str | int) -> Iterator[Change]:
    place = pointer_join(pointer, name)
    if before is msgspec.UNSET or after is msgspec.UNSET:
        yield Change(pointer=place, before=before, after=after)
    else:
        yield from changes(before, after, place)


def _same(left: JsonValue, right: JsonValue) -> bool:
    """Whether two values are the same JSON: 1 is 1.0, but not true."""
    return isinstance(left, bool) is isinstance(right, bool) and bool(left == right)
