"""In which order entries are undone (saga.md, section 4), as a tree.

A leaf is an entry of the log. The children of a *sequence* are undone one after the other, the last
first; those of a *fork* all at once. A node is done when everything below it is; only then is what
stands before it in its sequence ready.

    causal        the tasks around the entries make the tree: branches of forks side by side
    sequential    one sequence, by completion
    parallel      one fork
"""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.kernel.log import Entry


class Node:
    """A sequence, a fork, or (with `entry`) a leaf."""

    __slots__ = ("above", "children", "entry", "is_fork", "run")

    def __init__(self, above: Node | None, run: int = 0, *, is_fork: bool = False, entry: int = 0) -> None:
        self.above = above
        self.is_fork = is_fork
        self.entry = entry
        self.run = run
        self.children: dict[tuple[int, bool], Node] = {}
        """In order, by run and whether a leaf; a mapping, so that any of many branches can leave it at once."""
        if above is not None:
            above.children[self.key] = self

    @property
    def key(self) -> tuple[int, bool]:
        return self.run, bool(self.entry)

    def put_in_order(self) -> None:
        """As the tasks of a sequence began: an effect that was interrupted may have completed after later ones."""
        if not self.is_fork:
            self.children = dict(sorted(self.children.items()))

    @property
    def last(self) -> Node:
        return self.children[next(reversed(self.children))]


class UndoTree:
    """What is left to undo, and what of it is ready."""

    __slots__ = ("_leaves", "_root")

    def __init__(self, entries: Iterable[Entry], order: str) -> None:
        """`entries` by completion; `order` as in `document.metadata.saga.order`."""
        self._root = Node(None, is_fork=order == "parallel")
        self._leaves: dict[int, Node] = {}
        nodes: dict[int, Node] = {}
        for entry in entries:
            above = _place(self._root, entry, nodes) if order == "causal" else self._root
            self._leaves[entry.run] = Node(above, entry.run, entry=entry.run)
        if order == "causal":
            for node in (self._root, *nodes.values()):
                node.put_in_order()

    def __len__(self) -> int:
        return len(self._leaves)

    def remaining(self) -> list[int]:
        """Entries not done, by completion."""
        return list(self._leaves)

    def ready(self) -> list[int]:
        """All entries that may be undone now, the last completed first."""
        return _ready(self._root)

    def done(self, entry: int) -> list[int]:
        """An entry is undone, or left for good: what has become ready by it."""
        node = self._leaves.pop(entry, None)
        while node is not None and node.above is not None and not node.children:
            above = node.above
            was_last = above.last is node
            del above.children[node.key]
            if above.children:
                return [] if above.is_fork or not was_last else _ready(above.last)
            node = above
        return []


def _place(root: Node, entry: Entry, nodes: dict[int, Node]) -> Node:
    """The node for the task directly around an entry, made with those above it where missing."""
    above = root
    for run in entry.ancestors:
        node = nodes.get(run)
        if node is None:
            node = nodes[run] = Node(above, run, is_fork=run in entry.forks)
        above = node
    return above


def _ready(node: Node) -> list[int]:
    found: list[int] = []
    stack = [node]
    while stack:
        node = stack.pop()
        if node.entry:
            found.append(node.entry)
        elif node.children:
            stack.extend(node.children.values() if node.is_fork else (node.last,))
    return found
