"""jq's operators on types."""

from __future__ import annotations

from typing import Final

from counterpoint.plan.types.lattice import (
    ANY,
    BOOLEAN,
    EVERY_KIND,
    NULL,
    NUMBER,
    STRING,
    Array,
    Member,
    Object,
    Type,
    array_of,
    item_type,
    join,
    object_of,
    optional,
    union,
)

_CONDITIONS: Final = ("==", "!=", "<", "<=", ">", ">=", "and", "or")
_STRINGS: Final = array_of((), STRING)
_NUMBER: Final = optional(NUMBER)
"""What is not a number (`nan`) leaves an expression as null."""


def combined(operator: str, left: Type, right: Type) -> Type:
    """The type of what a binary operator gives, where it gives anything."""
    if operator in _CONDITIONS:
        return BOOLEAN
    if operator == "+":
        return _sum(left, right)
    if operator == "-":
        array = left.array
        return join(_NUMBER, array_of((), item_type(array))) if array is not None else _number_or(left, ANY)
    if operator == "%":
        return _NUMBER
    return _number_or(left, join(_NUMBER, _STRINGS)) if operator == "/" else ANY


def _number_or(left: Type, other: Type) -> Type:
    return _NUMBER if not left.unknown and left.scalars <= {"number", "null"} and left.object is None else other


def _sum(left: Type, right: Type) -> Type:
    """Null is neutral; numbers, strings, arrays and objects are added to their like."""
    if left.unknown and right.unknown:
        return ANY
    left, right = (EVERY_KIND if each.unknown else each for each in (left, right))
    found = Type(left.scalars & right.scalars & {"number", "string", "null"})
    if "number" in found.scalars:
        found = join(found, NULL)
    if "null" in left.scalars:
        found = join(found, right)
    if "null" in right.scalars:
        found = join(found, left)
    if left.array is not None and right.array is not None:
        found = join(found, _concatenated(left.array, right.array))
    if left.object is not None and right.object is not None:
        found = join(found, _merged(left.object, right.object))
    return found


def _concatenated(left: Array, right: Array) -> Type:
    if left.rest is None and left.length_min == len(left.items):
        return array_of([*left.items, *right.items], right.rest, left.length_min + right.length_min)
    return array_of((), union([item_type(left), item_type(right)]))


def _merged(left: Object, right: Object) -> Type:
    """Members of the right win."""
    members = {}
    for name in (*left.members, *(each for each in right.members if each not in left.members)):
        own = left.members.get(name)
        new = right.members.get(name)
        if new is not None and new.required:
            members[name] = new
            continue
        before = own if own is not None else None if left.rest is None else Member(left.rest, required=False)
        after = new if new is not None else None if right.rest is None else Member(right.rest, required=False)
        types = [each.type for each in (before, after) if each is not None]
        members[name] = Member(union(types), before is not None and before.required)
    rests = [each for each in (left.rest, right.rest) if each is not None]
    return object_of(members, union(rests) if rests else None)
