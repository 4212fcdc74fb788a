"""Copies of instances, made from their state rather than from their history: many times faster where it is long.

Values, tasks, effects and events are never changed in place, so they are shared; what `evolve` changes is copied:
the objects of the kernel, and the containers that they hold. A test holds copies equal to what a fold gives.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from counterpoint.kernel import Instance
from counterpoint.kernel.log import Entry, EntryState
from counterpoint.kernel.order import Node, UndoTree
from counterpoint.kernel.state import Cell, TaskRun
from counterpoint.kernel.unwinding import Unwinding

_SHARED: Final = frozenset(
    {"plan", "secrets", "task", "block", "input", "data", "raw", "output", "context", "error", "problem", "vars"}
    | {"kept", "edited", "finishing", "authorization"}
)
"""Members that hold values or parts of the plan."""
_COPIED: Final[tuple[Any, ...]] = (Instance, TaskRun, Entry, Unwinding, UndoTree, Node, Cell)
_KINDS: Final[dict[type, tuple[tuple[str, bool], ...]]] = {
    kind: tuple((name, name in _SHARED) for name in kind.__slots__) for kind in _COPIED
}
"""The members of what is copied, and whether they are shared."""

_DEEP: Final = frozenset({*_KINDS, dict, list, set})
_CONSUMED: Final = frozenset({EntryState.COMPENSATED, EntryState.SKIPPED, EntryState.SEALED})
"""States of an entry that nothing changes any more."""


def clone(instance: Instance) -> Instance:
    """A copy that goes its own way."""
    twin: Instance = _object(instance, {})
    twin.take_changes()
    return twin


def _object(value: Any, made: dict[int, Any]) -> Any:
    found = made.get(id(value))
    if found is not None:
        return found
    kind: Any = type(value)
    if kind is Entry and value.state in _CONSUMED:
        return value
    twin = made[id(value)] = value.__copy__() if issubclass(kind, Struct) else kind.__new__(kind)
    for name, shared in _KINDS[kind]:
        member = getattr(value, name)
        if not shared and type(member) in _DEEP:
            member = _local(member) if name == "local" else _member(member, made)
        setattr(twin, name, member)
    return twin


def _member(value: Any, made: dict[int, Any]) -> Any:
    kind = type(value)
    if kind in _KINDS:
        return _object(value, made)
    if kind is dict:
        return {key: _object(each, made) if type(each) in _KINDS else each for key, each in value.items()}
    if kind is list:
        return [_object(each, made) if type(each) in _KINDS else each for each in value]
    return value.copy() if kind is set else value


def _local(local: Any) -> Any:
    """The progress of forks and listeners is an object of containers; what other kinds keep never changes."""
    if type(local) is not dict:
        return local
    return {key: each.copy() if type(each) in (list, dict, set) else each for key, each in local.items()}
