"""Seeded mutations of documents: what people and programs get wrong, and what nobody would write."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

SCALARS: list[Any] = [
    None, True, False, 0, 1, -1, 1.0, 1.5, 65536, 10**20, "", " ", "x", "${ .a }", "${ .a }\n", "${}", "${ a\nb }",
    " ${ .a } ", ".a", "PT5S", "P1Y2M3D4H", "P", "PT", "5 seconds", "http://a b/c", "http://example.com/{id}", "/a/b",
    "1.0.0", "1.0.0-rc.1+7", "01.0.0", "1.0", "a-b", "-a", "a" * 64, "http", "grpc", "end", "compensate", "data",
    "envelope", "eventually", "always", "\u00a0x", "a:b c", "PT5S\n", "strict", "pivot", "keep",
]  # fmt: skip


class Mutator:
    """Makes documents of the given ones; the same seed gives the same documents."""

    def __init__(self, documents: list[Any], seed: int) -> None:
        self._documents = documents
        self._random = Random(seed)
        self._keys = sorted({key for document in documents for key in _keys(document)})
        self._subtrees = [value for document in documents for value in _values(document)]
        self._by_key: dict[str, list[Any]] = {}
        for document in documents:
            for key, value in _members(document):
                self._by_key.setdefault(key, []).append(value)

    def next(self) -> Any:
        """A copy of one of the documents with one to three changes."""
        document = copy.deepcopy(self._random.choice(self._documents))
        for _ in range(self._random.choice((1, 1, 2, 3))):
            places = list(_places(document))
            if places:
                holder, key = self._random.choice(places)
                self._random.choice(_CHANGES)(self, holder, key)
        return document

    def _delete(self, holder: Any, key: Any) -> None:
        del holder[key]

    def _rename(self, holder: Any, key: Any) -> None:
        if isinstance(holder, dict):
            name = self._random.choice((key[:-1], key + "s", key.upper(), self._random.choice(self._keys)))
            holder[name] = holder.pop(key)

    def _duplicate(self, holder: Any, key: Any) -> None:
        if isinstance(holder, dict):
            holder[self._random.choice((key + "2", self._random.choice(self._keys)))] = copy.deepcopy(holder[key])
        else:
            holder.append(copy.deepcopy(holder[key]))

    def _retype(self, holder: Any, key: Any) -> None:
        value = holder[key]
        holder[key] = self._random.choice(([value], {"a": value}, {}, [], str(value), self._random.choice(SCALARS)))

    def _scalar(self, holder: Any, key: Any) -> None:
        holder[key] = self._random.choice(SCALARS)

    def _swap(self, holder: Any, key: Any) -> None:
        other = self._random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        holder[key], holder[other] = holder[other], holder[key]

    def _insert(self, holder: Any, _key: Any) -> None:
        if isinstance(holder, dict):
            name = self._random.choice(self._keys)
            source = self._by_key[name] if self._random.random() < 0.7 else SCALARS
            holder[name] = copy.deepcopy(self._random.choice(source))
        else:
            holder.insert(0, copy.deepcopy(self._random.choice(self._subtrees)))

    def _splice(self, holder: Any, key: Any) -> None:
        same = self._by_key.get(key) if isinstance(key, str) else None
        source = same if same and self._random.random() < 0.7 else self._subtrees
        holder[key] = copy.deepcopy(self._random.choice(source))


_CHANGES = [
    Mutator._delete, Mutator._rename, Mutator._duplicate, Mutator._retype, Mutator._scalar, Mutator._swap,
    Mutator._insert, Mutator._insert, Mutator._splice, Mutator._splice,
]  # fmt: skip


def _places(value: Any) -> Any:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in entries:
        yield value, key
        yield from _places(member)


def _values(value: Any) -> Any:
    return (holder[key] for holder, key in _places(value))


def _members(value: Any) -> Any:
    return ((key, holder[key]) for holder, key in _places(value) if isinstance(key, str))


def _keys(value: Any) -> Any:
    return (key for key, _ in _members(value))
