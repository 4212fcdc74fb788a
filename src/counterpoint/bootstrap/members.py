"""Members of a configuration that nothing knows, all of them, each with what was probably meant.

msgspec tells the first one and not what it knows. What is found here is taken out, or put under the name that was
meant, so that one slip of the pen is told once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple, TypeAlias

from msgspec import inspect

from counterpoint.values.json import JsonObject
from counterpoint.values.nearest import nearest

Tokens: TypeAlias = tuple[str | int, ...]
_TEXT_MAX: Final = 60


class Misfit(NamedTuple):
    """Something that is wrong: where, what, and what would be right."""

    place: Tokens
    message: str
    hint: str | None = None
    of_key: bool = False
    """Whether it is about the name of a member, not about its value."""


def unknown_members(data: Any, kind: type[Any]) -> tuple[Any, list[Misfit]]:
    """The data without what is unknown, and what that was. A `type` that there is not is told, too."""
    found: list[Misfit] = []
    return _known(data, inspect.type_info(kind), (), found), found


def _known(data: Any, kind: inspect.Type, place: Tokens, found: list[Misfit]) -> Any:
    kinds = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    for each in kinds:
        if isinstance(each, inspect.ListType | inspect.VarTupleType) and isinstance(data, list):
            return [_known(item, each.item_type, (*place, index), found) for index, item in enumerate(data)]
        if isinstance(each, inspect.DictType) and isinstance(data, dict):
            return {name: _known(item, each.value_type, (*place, name), found) for name, item in data.items()}
    structs = [each for each in kinds if isinstance(each, inspect.StructType)]
    if not structs or not isinstance(data, dict):
        return data
    struct = structs[0] if len(structs) == 1 else _tagged(data, structs, place, found)
    return data if struct is None else _members(data, struct, place, found)


def _tagged(
    data: JsonObject, structs: list[inspect.StructType], place: Tokens, found: list[Misfit]
) -> inspect.StructType | None:
    """Which of several things it says to be."""
    by_tag = {each.tag: each for each in structs}
    field = str(structs[0].tag_field)
    tag = data.get(field)
    if isinstance(tag, str | int) and tag in by_tag:
        return by_tag[tag]
    names = [str(each) for each in by_tag]
    if field not in data:
        found.append(Misfit(place, f"the member `{field}` is missing", _listed(names)))
    else:
        found.append(Misfit((*place, field), f"there is no `{field}` {_shown(tag)}", _meant(str(tag), names)))
    return None


def _members(data: JsonObject, struct: inspect.StructType, place: Tokens, found: list[Misfit]) -> JsonObject:
    known = {each.encode_name: each.type for each in struct.fields}
    names = [*known, *([str(struct.tag_field)] if struct.tag_field else [])]
    kept: JsonObject = {}
    for name, value in data.items():
        if name in names:
            kept[name] = _known(value, known[name], (*place, name), found) if name in known else value
            continue
        free = [each for each in names if each not in data]
        found.append(Misfit((*place, name), f"unknown member {_shown(name)}", _meant(name, names, free), of_key=True))
        meant = nearest(name, free)
        if meant in known:
            kept[meant] = _known(value, known[meant], (*place, name), found)
    return kept


def _meant(word: str, known: list[str], free: Iterable[str] | None = None) -> str:
    close = nearest(word, known if free is None else free)
    return _listed(known) if close is None else f"did you mean `{close}`? {_listed(known)}"


def _listed(names: Iterable[str]) -> str:
    return f"known here: {', '.join(f'`{each}`' for each in sorted(names))}"


def _shown(value: object) -> str:
    text = str(value)
    return f"`{text}`" if len(text) <= _TEXT_MAX else f"`{text[:_TEXT_MAX]}…`"
