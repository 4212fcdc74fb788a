"""jq's equality and order of JSON values (jq manual, `sort`): null, false, true, numbers, strings, arrays, objects."""

from __future__ import annotations

from typing import Final

from counterpoint.values.json import JsonValue

_RANKS: Final = {type(None): 0, bool: 1, int: 3, float: 3, str: 4, list: 5, dict: 6}


def truthy(value: JsonValue) -> bool:
    """Everything but null and false is true."""
    return value is not None and value is not False


def equal(left: JsonValue, right: JsonValue) -> bool:
    """Whether two values are the same; unlike in Python, `1` and `true` are not."""
    if type(left) is str or type(right) is str:
        return bool(left == right)
    return compare(left, right) == 0


def compare(left: JsonValue, right: JsonValue) -> int:
    """Less than zero where `left` comes first, zero where both are equal."""
    rank, other = _rank(left), _rank(right)
    if rank != other:
        return rank - other
    if rank in (3, 4):
        return int(left > right) - int(left < right)
    if rank == 5:
        return _compare_members(left, right) or len(left) - len(right)
    if rank == 6:
        return _compare_objects(left, right)
    return 0


def _rank(value: JsonValue) -> int:
    return 2 if value is True else _RANKS[type(value)]


def _compare_members(left: list[JsonValue], right: list[JsonValue]) -> int:
    for one, other in zip(left, right, strict=False):
        difference = compare(one, other)
        if difference:
            return difference
    return 0


def _compare_objects(left: dict[str, JsonValue], right: dict[str, JsonValue]) -> int:
    """By their sorted keys as arrays first, then by the values of one key after the other."""
    keys, others = sorted(left), sorted(right)
    if keys != others:
        return -1 if keys < others else 1
    return _compare_members([left[key] for key in keys], [right[key] for key in keys])
