"""What can still be checked of a document whose structure has errors.

Whoever mends a document wants to hear everything at once, also what only shows in a sound structure. So
the smallest tasks around the errors give way to a stand-in of the same name that leads to the same place,
and whatever else is wrong is left out; if the rest is sound, its meaning can be checked.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Final

from counterpoint.dsl.report import to_pointer
from counterpoint.dsl.walk import every_task
from counterpoint.values.json import JsonObject, JsonValue

TEXT_CHARS_MAX: Final = 200_000
"""Of a longer text that has errors of structure, only these are told: the answer must come at once."""

ROUNDS_MAX: Final = 3
"""What is left out may itself be missed: so often the rest is looked at again."""

Faults = Callable[[JsonValue], list[str]]
"""Gives the pointers of the structural errors of some data."""


def salvage(data: JsonValue, faults: Faults) -> tuple[JsonObject, tuple[str, ...]] | None:
    """Sound data with stand-ins, and the pointers of what they replace; None where too little would be left."""
    replaced: list[str] = []
    data = copy.deepcopy(data)
    for _ in range(ROUNDS_MAX):
        wrong = faults(data)
        if not wrong:
            return (data, tuple(replaced)) if isinstance(data, dict) else None
        places = {to_pointer(task.path) for task in every_task(data)}
        for pointer in wrong:
            around = _deepest(pointer, places)
            replaced.append(around or pointer)
            if around is None:
                _remove(data, pointer)
            else:
                _stand_in(data, around)
    return None


def inside(pointer: str, places: Iterable[str]) -> bool:
    """Whether a pointer leads into one of these places."""
    return any(pointer == place or pointer.startswith(place + "/") for place in places)


def _deepest(pointer: str, places: set[str]) -> str | None:
    while pointer:
        if pointer in places:
            return pointer
        pointer = pointer.rpartition("/")[0]
    return None


def _stand_in(data: JsonValue, pointer: str) -> None:
    holder, name = _holder(data, pointer)
    task = None if holder is None else holder[name]
    if not isinstance(task, dict):
        return
    then = task.get("then")
    stand_in: JsonObject = {"set": {"missing": None}}
    if isinstance(then, str):
        stand_in["then"] = then
    holder[name] = stand_in


def _remove(data: JsonValue, pointer: str) -> None:
    holder, name = _holder(data, pointer)
    if holder is not None:
        del holder[name]


def _holder(data: JsonValue, pointer: str) -> tuple[JsonValue, str | int]:
    """The object or array that holds what a pointer names, and its key or index there; None where it is gone."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    if not tokens:
        return None, ""
    *above, last = tokens
    for token in above:
        data = _member(data, token)
    if isinstance(data, list) and last.isdigit() and int(last) < len(data):
        return data, int(last)
    return (data, last) if isinstance(data, dict) and last in data else (None, last)


def _member(data: JsonValue, token: str) -> JsonValue:
    if isinstance(data, list):
        return data[int(token)] if token.isdigit() and int(token) < len(data) else None
    return data.get(token) if isinstance(data, dict) else None
