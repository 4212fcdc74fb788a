"""The steps of a jq path on types: a member, an item, all items."""

from __future__ import annotations

from counterpoint.plan.types.lattice import (
    ANY,
    NEVER,
    NULL,
    STRING,
    Access,
    Type,
    array_of,
    item_type,
    join,
    optional,
    union,
    value_type,
)


def member(holder: Type, name: str) -> Access:
    """`.name`: null where an object lacks it and on null itself, an error on other scalars and on arrays."""
    if holder.unknown or holder.never:
        return Access(holder)
    found, possible = (NULL if "null" in holder.scalars else NEVER), False
    fails = holder.array is not None or bool(holder.scalars - {"null"})
    if holder.object is not None:
        known = holder.object.members.get(name)
        if known is not None and not known.type.never:
            found = join(found, known.type if known.required else optional(known.type))
            possible = True
        elif known is None and holder.object.rest is not None:
            found, possible = join(found, optional(holder.object.rest)), True
        else:
            found = join(found, NULL)
    impossible = not possible and (fails or holder.object is not None)
    return Access(found, impossible, impossible and found.never)


def item(holder: Type, index: int) -> Access:
    """`.[index]`: null beyond the ends and on null itself, an error on other scalars and on objects."""
    if holder.unknown or holder.never:
        return Access(holder)
    found, possible = (NULL if "null" in holder.scalars else NEVER), False
    fails = holder.object is not None or bool(holder.scalars - {"null"})
    array = holder.array
    if array is not None:
        if 0 <= index < len(array.items):
            known = array.items[index]
            found, possible = join(found, known if index < array.length_min else optional(known)), True
        elif index < 0 and array.rest is None and array.length_min == len(array.items) >= -index:
            found, possible = join(found, array.items[index]), True
        elif array.rest is not None or (index < 0 and array.items):
            found, possible = join(found, optional(item_type(array))), True
        else:
            found = join(found, NULL)
    impossible = not possible and (fails or array is not None)
    return Access(found, impossible, impossible and found.never)


def each(holder: Type) -> Access:
    """`.[]`: an error on everything but arrays and objects. `type` is that of each result."""
    if holder.unknown or holder.never:
        return Access(holder)
    parts = []
    if holder.array is not None:
        parts.append(item_type(holder.array))
    if holder.object is not None:
        parts.append(value_type(holder.object))
    impossible = not parts and holder.scalars != {"null"}
    return Access(union(parts), impossible, impossible)


def dynamic(holder: Type) -> Type:
    """`.[expression]`: any of the items or members, or null; a slice too, if there are arrays."""
    if holder.unknown or holder.never:
        return holder
    parts = [NULL]
    if holder.array is not None:
        parts += [item_type(holder.array), array_of((), item_type(holder.array))]
    if holder.object is not None:
        parts.append(value_type(holder.object))
    return union(parts)


def part(holder: Type) -> Type:
    """`.[from:to]`: of an array, a string or null."""
    if holder.unknown:
        return ANY
    parts = [Type(holder.scalars & {"null", "string"})]
    if holder.array is not None:
        parts.append(array_of((), item_type(holder.array)))
    return union(parts)


def keys(holder: Type) -> Type:
    """`keys`: strings of an object, numbers of an array."""
    return array_of((), STRING) if holder.array is None and not holder.unknown else ANY
