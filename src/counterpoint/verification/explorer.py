"""The exploration: breadth first, each state once, until nothing is left or the budget is used up.

Breadth first, so that the first story that is found of anything is a shortest one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import msgspec

from counterpoint.kernel.cloning import clone
from counterpoint.plan import Plan
from counterpoint.trial import Library, World
from counterpoint.values.json import JsonValue
from counterpoint.verification.answers import Answers
from counterpoint.verification.choices import ROOT, choices_of, take
from counterpoint.verification.fingerprint import asks_why, fingerprint
from counterpoint.verification.model import Modeller
from counterpoint.verification.node import Choice, Node

PROGRESS_EVERY = 200
"""After how many states progress is told."""


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """How far an exploration goes."""

    states_max: int = 200_000
    depth_max: int = 2_000
    """Choices on one path."""


class Coverage(msgspec.Struct, kw_only=True):
    """What an exploration has seen."""

    states: int = 0
    steps: int = 0
    """Choices that were taken, merged states included."""
    ends: int = 0
    """Ways in which the workflow can end."""
    left: int = 0
    """States that were found but not explored, because the budget was used up."""

    @property
    def complete(self) -> bool:
        """Whether everything was explored."""
        return self.left == 0


class Visitor(Protocol):
    """Is shown what an exploration finds."""

    def stepped(self, node: Node) -> None:
        """A step has been taken; it may have led to a state that is known."""

    def reached(self, node: Node, choices: list[Choice]) -> None:
        """A new state, and what may happen there."""

    def ended(self, node: Node) -> None:
        """Nothing can happen at this node any more. Its world is there to be looked at."""


class Explorer:
    """Explores one workflow, with the sub-workflows of the library."""

    def __init__(
        self,
        modeller: Modeller,
        plan: Plan,
        others: Iterable[Plan],
        *,
        answers: Mapping[str, JsonValue],
        budget: Budget,
        go_on: Callable[[Coverage], bool] = lambda coverage: True,
    ) -> None:
        """`go_on` is asked now and then with what was covered so far; False ends the exploration."""
        self.coverage = Coverage()
        self._modeller = modeller
        self._plan = plan
        others = list(others)
        self._library = Library([plan, *others])
        self._answers = Answers(answers)
        self._budget = budget
        self._go_on = go_on
        self._merge = not any(asks_why(each) for each in (plan, *others))

    def run(self, input: JsonValue, visitor: Visitor) -> Coverage:
        """Explore from the start, showing the visitor what is found."""
        self._visitor = visitor
        queue: deque[Node] = deque()
        seen: set[bytes] = set()
        self._begin(input, queue, seen)
        while queue:
            if self._exhausted(len(seen)):
                self.coverage.left = len(queue)
                break
            node = queue.popleft()
            self.coverage.states += 1
            choices = choices_of(node, self._answers, cancel=True) if node.depth < self._budget.depth_max else []
            visitor.reached(node, choices)
            if not choices:
                self.coverage.ends += 1
                visitor.ended(node)
            for choice in choices:
                # the last choice needs no copy: nobody looks at the node's own world afterwards
                spent = choice is choices[-1] and len(node.world.actors) == 1
                self._follow(node, choice, queue, seen, spent=spent)
            node.world = None  # type: ignore[assignment]  # only its path is needed from here on
        return self.coverage

    def _exhausted(self, states: int) -> bool:
        if states >= self._budget.states_max:
            return True
        return self.coverage.states % PROGRESS_EVERY == 0 and not self._go_on(self.coverage)

    def _begin(self, input: JsonValue, queue: deque[Node], seen: set[bytes]) -> None:
        scripts: list[tuple[int, ...]] = [()]
        while scripts:
            script = scripts.pop()
            self._modeller.oracle.begin({}, script)
            node = Node(World(self._library), None, None)
            node.world.start(self._plan, input, ROOT)
            node.world.settle()
            node.sent = {(actor.id, effect.run): node.world.now for actor, effect in node.world.owed_calls()}
            scripts += self._enter(node, queue, seen)

    def _follow(self, node: Node, choice: Choice, queue: deque[Node], seen: set[bytes], *, spent: bool) -> None:
        scripts: list[tuple[int, ...]] = [()]
        while scripts:
            script = scripts.pop()
            self._modeller.oracle.begin(node.known, script)
            mark = _Mark(node.world)
            child = Node(node.world if spent else node.world.copy(clone), node, choice)
            take(child, choice)
            self.coverage.steps += 1
            scripts += self._enter(child, queue, seen)
            if spent and scripts:
                node.world, spent = mark.before(child.world), False

    def _enter(self, node: Node, queue: deque[Node], seen: set[bytes]) -> list[tuple[int, ...]]:
        """Take in a node unless its state is known; the scripts of the other ways to get on from where it came."""
        oracle = self._modeller.oracle
        node.known, node.missing = oracle.known, oracle.missing
        self._visitor.stepped(node)
        mark = fingerprint(node, self._modeller.knowledge, merge=self._merge)
        if mark not in seen:
            queue.append(node)
            seen.add(mark)
        return oracle.alternatives()


class _Mark:
    """Where a world with one instance stood, so that its state then can be had once it has moved on."""

    def __init__(self, world: World) -> None:
        [self._actor, *_] = world.actors.values()
        self._at = world.now, len(self._actor.history), len(world.journal), len(world.emitted)

    def before(self, world: World) -> World:
        """The world as it stood."""
        twin = world.copy()
        now, transitions, moments, emitted = self._at
        actor = twin.actors[self._actor.id]
        twin.now, twin.actors = now, {actor.id: actor}
        del actor.history[transitions:], twin.journal[moments:], twin.emitted[emitted:]
        twin.crash()
        return twin
