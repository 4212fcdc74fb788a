"""A place in the exploration: a world, what its effects have truly done, and how it was reached."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from counterpoint.trial import Call, CallMade, Reply, World
from counterpoint.trial.remains import Cover
from counterpoint.values.json import JsonObject
from counterpoint.verification.oracle import Decision, MissingRead

Flight: TypeAlias = tuple[str, int]
"""An effect that is owed: instance and run."""


class Answer(NamedTuple):
    """A call gets its reply."""

    flight: Flight
    reply: Reply


class GiveUp(NamedTuple):
    """The engine has waited long enough for a call that is never answered."""

    flight: Flight


class Fire(NamedTuple):
    """Time passes to the next timer."""


class Deliver(NamedTuple):
    """An event comes in that `task` (its reference) waits for the `nth` time."""

    task: str
    nth: int
    delay_ms: int
    """Since it began to wait."""
    event: JsonObject


class Cancel(NamedTuple):
    """Someone cancels the workflow, while `task` is under way (its reference) for the `nth` time."""

    task: str
    nth: int
    delay_ms: int
    """Since it started."""


Choice: TypeAlias = Answer | GiveUp | Fire | Deliver | Cancel


class Made(NamedTuple):
    """A call that was replied to."""

    call: Call
    cover: Cover
    made: CallMade
    reply: Reply
    takes_ms: int
    """From the request to the reply."""


class Node:
    """One state, by the first path that reached it."""

    __slots__ = ("calls", "cancelled", "choice", "depth", "known", "missing", "parent", "sent", "silent", "world")

    def __init__(self, world: World, parent: Node | None, choice: Choice | None) -> None:
        self.world = world
        self.parent = parent
        self.choice = choice
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.calls: tuple[Made, ...] = () if parent is None else parent.calls
        """All calls that have been replied to."""
        self.silent: dict[Flight, int] = {} if parent is None else dict(parent.silent)
        """Calls that will never be answered: when the engine gives up on them."""
        self.sent: dict[Flight, int] = {}
        """Since when each owed call is under way."""
        self.cancelled: bool = parent is not None and parent.cancelled
        self.known: dict[str, Decision] = {}
        """Decisions that the path has taken about what is unknown."""
        self.missing: list[MissingRead] = []
        """What the step that led here read although it does not exist."""

    def path(self) -> list[Node]:
        """All nodes from the beginning to this one."""
        found: list[Node] = []
        node: Node | None = self
        while node is not None:
            found.append(node)
            node = node.parent
        return found[::-1]
