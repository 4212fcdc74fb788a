"""What flows, and what expressions see, where a task stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from counterpoint.plan.types.lattice import ANY, Type, join, union, widen


class State(NamedTuple):
    """The data before or after a task, and the context."""

    data: Type
    context: Type


class Leaving(NamedTuple):
    """One way in which a task may end: the flow directive that is taken, and what flows then."""

    directive: str
    state: State


UNKNOWN = State(ANY, ANY)


def joined(left: State | None, right: State) -> State:
    """What is one or the other."""
    if left is None:
        return right
    return State(join(left.data, right.data), join(left.context, right.context))


def widened(old: State, new: State) -> State:
    """As `joined`, but so that a loop comes to an end."""
    both = joined(old, new)
    return State(widen(old.data, both.data), widen(old.context, both.context))


@dataclass(frozen=True, slots=True)
class Scope:
    """Types of variables. `arguments` are those of the specification, which no variable can hide."""

    arguments: Mapping[str, Type]
    variables: Mapping[str, Type]

    def lookup(self, name: str) -> Type:
        """The type of `$name`; unknown where nothing is known of it."""
        if name in self.arguments:
            return self.arguments[name]
        return self.variables.get(name, ANY)

    def seeing(self, **arguments: Type) -> Scope:
        """With some of the arguments."""
        return Scope({**self.arguments, **arguments}, self.variables)

    def binding(self, variables: Mapping[str, Type]) -> Scope:
        """With further variables, which hide those of the same name around them."""
        return Scope(self.arguments, {**self.variables, **variables})


class Watch:
    """The contexts that a stretch of a workflow may leave behind, wherever in it an error ends it."""

    def __init__(self, context: Type) -> None:
        self._seen = [context]

    def saw(self, context: Type) -> None:
        """The context has become this."""
        if context is not self._seen[-1]:
            self._seen.append(context)

    def all(self) -> Type:
        """Any of them."""
        return union(self._seen)
