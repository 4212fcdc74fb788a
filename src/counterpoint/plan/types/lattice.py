"""The types: unions of scalars, one shape of array and one shape of object; unknown above all, never below all.

A union of two objects is one object that admits both (its members optional where one of them lacks the member):
less exact than alternatives, but its size cannot explode.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from counterpoint.values.json import JsonValue

HEIGHT_MAX: Final = 24
"""How deep a type may nest; what is deeper is unknown."""
WEIGHT_MAX: Final = 2_000
"""How many types one type may hold, those within counted; members of a heavier one are unknown."""
_ITEMS_MAX: Final = 32
"""Arrays up to this length are known item by item."""


@dataclass(frozen=True, slots=True)
class Type:
    """A set of JSON values. `scalars` holds `null`, `boolean`, `number`, `string`."""

    scalars: frozenset[str] = frozenset()
    array: Array | None = None
    object: Object | None = None
    unknown: bool = False
    """Any value; the other parts are empty then."""

    @property
    def never(self) -> bool:
        """Whether it admits no value at all."""
        return not (self.unknown or self.scalars or self.array or self.object)

    @property
    def height(self) -> int:
        return 1 + max(self.array.height if self.array else 0, self.object.height if self.object else 0)

    @property
    def weight(self) -> int:
        return 1 + (self.array.weight if self.array else 0) + (self.object.weight if self.object else 0)


@dataclass(frozen=True, slots=True)
class Array:
    """Arrays: `items` are the types of the first places, of which `length_min` are always there.

    `rest` is the type of all further places; None where there are none.
    """

    items: tuple[Type, ...]
    rest: Type | None
    length_min: int
    height: int
    weight: int


@dataclass(frozen=True, slots=True)
class Object:
    """Objects: members that are known, and the type of all others; None where there are no others (closed)."""

    members: Mapping[str, Member]
    rest: Type | None
    height: int
    weight: int


class Member(NamedTuple):
    """A member of an object; `required`: always there."""

    type: Type
    required: bool = True


class Access(NamedTuple):
    """What comes of a step of a path.

    `impossible`: nothing but null can come of it. `fails`: it never gives null either, but always an error.
    """

    type: Type
    impossible: bool = False
    fails: bool = False


ANY: Final = Type(unknown=True)
NEVER: Final = Type()
NULL: Final = Type(frozenset({"null"}))
BOOLEAN: Final = Type(frozenset({"boolean"}))
NUMBER: Final = Type(frozenset({"number"}))
STRING: Final = Type(frozenset({"string"}))


def array_of(items: Iterable[Type], rest: Type | None = None, length_min: int | None = None) -> Type:
    """The type of arrays; without `length_min` all of `items` are always there."""
    known = tuple(items)
    if len(known) > _ITEMS_MAX:
        rest = union([*known[_ITEMS_MAX:], *((rest,) if rest is not None else ())])
        known = known[:_ITEMS_MAX]
    least = len(known) if length_min is None else min(length_min, len(known))
    parts = [*known, *((rest,) if rest is not None else ())]
    height, weight = _measure(parts)
    if height > HEIGHT_MAX or weight > WEIGHT_MAX:
        known, rest = tuple(_cut(each) for each in known), None if rest is None else _cut(rest)
        height, weight = 2, len(parts) + 1
    return Type(array=Array(known, rest, least, height, weight))


def object_of(members: Mapping[str, Member], rest: Type | None = None) -> Type:
    """The type of objects; closed without `rest`."""
    parts = [member.type for member in members.values()]
    if rest is not None:
        parts.append(rest)
    height, weight = _measure(parts)
    if height > HEIGHT_MAX or weight > WEIGHT_MAX:
        members = {name: Member(_cut(member.type), member.required) for name, member in members.items()}
        rest = None if rest is None else _cut(rest)
        height, weight = 2, len(parts) + 1
    return Type(object=Object(members, rest, height, weight))


def closed(**members: Type) -> Type:
    """Objects with exactly these members."""
    return object_of({name: Member(type) for name, type in members.items()})


def of_value(value: JsonValue) -> Type:
    """The type of one value."""
    if isinstance(value, dict):
        return object_of({name: Member(of_value(each)) for name, each in value.items()})
    if isinstance(value, list):
        return array_of(of_value(each) for each in value)
    return _SCALARS[type(value)]


def join(left: Type, right: Type) -> Type:
    """The type of what is one or the other."""
    if left is right or right.never:
        return left
    if left.never:
        return right
    if left.unknown or right.unknown:
        return ANY
    array, object = left.array or right.array, left.object or right.object
    if left.array is not None and right.array is not None and left.array is not right.array:
        array = _join_arrays(left.array, right.array)
    if left.object is not None and right.object is not None and left.object is not right.object:
        object = _join_objects(left.object, right.object)
    return Type(left.scalars | right.scalars, array, object)


def union(types: Iterable[Type]) -> Type:
    """The type of what is one of several."""
    found = NEVER
    for each in types:
        found = join(found, each)
    return found


def optional(type: Type) -> Type:
    """The type, or null."""
    return join(type, NULL)


def without_null(type: Type) -> Type:
    """The values that are not null."""
    if "null" not in type.scalars:
        return type
    return Type(type.scalars - {"null"}, type.array, type.object)


def meet(left: Type, right: Type) -> Type:
    """The type of what is both."""
    if left.unknown or left is right:
        return right
    if right.unknown:
        return left
    array = object = None
    if left.array is not None and right.array is not None:
        array = _meet_arrays(left.array, right.array)
    if left.object is not None and right.object is not None:
        object = _meet_objects(left.object, right.object)
    return Type(left.scalars & right.scalars, array, object)


def widen(old: Type, new: Type) -> Type:
    """A type that admits both and that stops changing after a few rounds, however the two come about."""
    if old == new:
        return old
    if old.unknown or new.unknown or (new.array and not old.array) or (new.object and not old.object):
        return ANY
    array, object = old.array, old.object
    if array is not None and new.array is not None and array != new.array:
        array = ARRAY.array
    if object is not None and new.object is not None and object != new.object:
        members = {
            name: Member(widen(member.type, new.object.members[name].type), member.required)
            if name in new.object.members and new.object.members[name].required
            else Member(ANY, required=False)
            for name, member in object.members.items()
        }
        object = object_of(members, ANY).object
    return Type(old.scalars | new.scalars, array, object)


def admits(type: Type, value: JsonValue) -> bool:
    """Whether a value belongs to a type."""
    if type.unknown:
        return True
    if isinstance(value, dict):
        found = type.object
        return (
            found is not None
            and all(name in value for name, member in found.members.items() if member.required)
            and all(_admits_member(found, name, each) for name, each in value.items())
        )
    if isinstance(value, list):
        array = type.array
        return (
            array is not None
            and len(value) >= array.length_min
            and all(_admits_item(array, at, each) for at, each in enumerate(value))
        )
    return _SCALARS[value.__class__].scalars <= type.scalars


def item_type(array: Array) -> Type:
    """The type of any item."""
    return union([*array.items, *((array.rest,) if array.rest is not None else ())])


def each_item(items: Type) -> Type:
    """The type of any item of what a loop goes over: an array, or null."""
    if items.unknown:
        return ANY
    return NEVER if items.array is None else item_type(items.array)


def value_type(object: Object) -> Type:
    """The type of any member's value."""
    return union([*(each.type for each in object.members.values()), *((object.rest,) if object.rest else ())])


def _admits_member(found: Object, name: str, value: JsonValue) -> bool:
    if name in found.members:
        return admits(found.members[name].type, value)
    return found.rest is not None and admits(found.rest, value)


def _admits_item(array: Array, at: int, value: JsonValue) -> bool:
    if at < len(array.items):
        return admits(array.items[at], value)
    return array.rest is not None and admits(array.rest, value)


def _measure(parts: list[Type]) -> tuple[int, int]:
    height, weight = 0, 1
    for each in parts:
        height = max(height, each.height)
        weight += each.weight
    return height + 1, weight


def _cut(type: Type) -> Type:
    return ANY if type.array or type.object else type


def _join_arrays(left: Array, right: Array) -> Array | None:
    length = max(len(left.items), len(right.items))
    items = [join(_item(left, at), _item(right, at)) for at in range(length)]
    rest = right.rest if left.rest is None else left.rest if right.rest is None else join(left.rest, right.rest)
    return array_of(items, rest, min(left.length_min, right.length_min)).array


def _item(array: Array, at: int) -> Type:
    if at < len(array.items):
        return array.items[at]
    return NEVER if array.rest is None else array.rest


def _join_objects(left: Object, right: Object) -> Object | None:
    members = {}
    for name in (*left.members, *(each for each in right.members if each not in left.members)):
        one, other = _member(left, name), _member(right, name)
        members[name] = Member(join(one.type, other.type), one.required and other.required)
    rest = right.rest if left.rest is None else left.rest if right.rest is None else join(left.rest, right.rest)
    return object_of(members, rest).object


def _member(object: Object, name: str) -> Member:
    if name in object.members:
        return object.members[name]
    return Member(NEVER if object.rest is None else object.rest, required=False)


def _meet_arrays(left: Array, right: Array) -> Array | None:
    items: list[Type] = []
    least = max(left.length_min, right.length_min)
    for at in range(max(len(left.items), len(right.items))):
        found = meet(_item(left, at), _item(right, at))
        if found.never:
            return None if at < least else array_of(items, None, least).array
        items.append(found)
    rest = None if left.rest is None or right.rest is None else meet(left.rest, right.rest)
    return array_of(items, None if rest is None or rest.never else rest, least).array


def _meet_objects(left: Object, right: Object) -> Object | None:
    members = {}
    for name in (*left.members, *(each for each in right.members if each not in left.members)):
        one, other = _member(left, name), _member(right, name)
        member = Member(meet(one.type, other.type), one.required or other.required)
        if member.type.never and member.required:
            return None
        members[name] = member
    rest = None if left.rest is None or right.rest is None else meet(left.rest, right.rest)
    return object_of(members, rest).object


_SCALARS: Final = {type(None): NULL, bool: BOOLEAN, int: NUMBER, float: NUMBER, str: STRING}
OBJECT: Final = object_of({}, ANY)
ARRAY: Final = array_of((), ANY)
EVERY_KIND: Final = Type(frozenset({"null", "boolean", "number", "string"}), ARRAY.array, OBJECT.object)
"""As wide as ANY, one level of it written out."""
