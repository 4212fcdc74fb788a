"""What jq's functions give, for those whose results have a type. Others give anything, and are not looked into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from counterpoint.plan.types import access
from counterpoint.plan.types.lattice import (
    ANY,
    ARRAY,
    BOOLEAN,
    NUMBER,
    STRING,
    Type,
    array_of,
    closed,
    item_type,
    optional,
    union,
    value_type,
)


class MappedBy(NamedTuple):
    """A function that evaluates its argument on something of its input.

    `dot` gives what the argument sees, `result` the function's type from its input, and from what the argument
    gives and whether that is exactly one result.
    """

    dot: Callable[[Type], Type]
    result: Callable[[Type, Type, bool], Type]
    one: bool = True


Rule = MappedBy | Callable[[Type], Type]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


AWAIT_NULL: Final = frozenset(
    _names(
        "not type has values nulls isempty select length tostring tojson objects arrays scalars strings numbers"
        " booleans iterables map_values to_entries any all add"
    )
)
"""Functions that accept null, so that a path before them may well have no value."""
CONDITIONS: Final = frozenset({"select", "any", "all"})
"""Functions whose argument is a condition."""


def _always(type: Type) -> Callable[[Type], Type]:
    return lambda dot: type


def _same(dot: Type) -> Type:
    return dot


def _items(dot: Type) -> Type:
    """Any item of an array; unknown where it may be something else."""
    if dot.unknown or dot.array is None or dot.object is not None:
        return ANY
    return item_type(dot.array)


def _values(dot: Type) -> Type:
    """What `.[]` gives."""
    if dot.unknown:
        return ANY
    parts = [item_type(dot.array)] if dot.array is not None else []
    if dot.object is not None:
        parts.append(value_type(dot.object))
    return union(parts)


def _rearranged(dot: Type) -> Type:
    """The items in another order, or some of them."""
    return array_of((), _items(dot))


def _reversed(dot: Type) -> Type:
    return ANY if dot.unknown or "string" in dot.scalars else _rearranged(dot)


def _one_item(dot: Type) -> Type:
    return optional(_items(dot))


def _entries(dot: Type) -> Type:
    if dot.object is None or dot.array is not None:
        return array_of((), closed(key=ANY, value=ANY))
    return array_of((), closed(key=STRING, value=value_type(dot.object)))


def _added(dot: Type) -> Type:
    items = _items(dot)
    if items.unknown or items.array is not None or items.object is not None:
        return ANY
    return optional(items)


_TEXTS: Final = _names(
    "tostring tojson ascii_downcase ascii_upcase type todate todateiso8601 implode ascii trim ltrim rtrim"
    " @text @json @base64 @base64d @uri @urid @csv @tsv @html @sh"
)
_NUMBERS: Final = _names(
    "length utf8bytelength tonumber floor ceil round sqrt fabs abs now mktime fromdate fromdateiso8601 trunc"
    " significand log log2 log10 exp exp2 exp10 infinite nan"
)
"""`nan` leaves an expression as null."""
_TESTS: Final = _names("not isinfinite isnan isnormal isfinite toboolean")
_TESTS_OF_ONE: Final = _names("has in contains inside startswith endswith test isempty IN")

RESULTS: Final[Mapping[tuple[str, int], Rule]] = {
    **{(name, 0): _always(STRING) for name in _TEXTS},
    **{(name, 0): _always(optional(NUMBER)) for name in _NUMBERS},
    **{(name, 0): _always(BOOLEAN) for name in (*_TESTS, "any", "all")},
    **{(name, 1): _always(BOOLEAN) for name in _TESTS_OF_ONE},
    **{(name, 0): _rearranged for name in ("sort", "unique")},
    ("reverse", 0): _reversed,
    **{(name, 0): _one_item for name in ("min", "max", "first", "last")},
    **{(name, 1): MappedBy(_items, lambda dot, given, one: _rearranged(dot)) for name in ("sort_by", "unique_by")},
    **{(name, 1): MappedBy(_items, lambda dot, given, one: _one_item(dot)) for name in ("min_by", "max_by")},
    **{(name, 1): MappedBy(_values, lambda dot, given, one: BOOLEAN) for name in ("any", "all")},
    ("map", 1): MappedBy(_values, lambda dot, given, one: array_of((), given)),
    ("select", 1): MappedBy(_same, lambda dot, given, one: dot, one=False),
    ("group_by", 1): MappedBy(_items, lambda dot, given, one: array_of((), _rearranged(dot))),
    ("keys", 0): access.keys,
    ("keys_unsorted", 0): access.keys,
    ("to_entries", 0): _entries,
    ("add", 0): _added,
    ("join", 1): _always(STRING),
    ("split", 1): _always(array_of((), STRING)),
    ("explode", 0): _always(array_of((), NUMBER)),
    ("ltrimstr", 1): _same,
    ("rtrimstr", 1): _same,
    ("gmtime", 0): _always(ARRAY),
    ("strftime", 1): _always(STRING),
    ("ascii", 0): _always(STRING),
}
"""By name and number of arguments. Each gives exactly one result, unless it says otherwise."""
