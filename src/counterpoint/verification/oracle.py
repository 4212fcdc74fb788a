"""Decisions that depend on what is unknown: the oracle takes them as the exploration says, and remembers them.

A question that was answered once on a path is answered in the same way ever after: it is asked of the same values.
"""

from __future__ import annotations

from typing import NamedTuple

from counterpoint.expressions.types import Expression
from counterpoint.plan.model import Task
from counterpoint.values.json import JsonObject, JsonValue


class Question(NamedTuple):
    """What an expression that nobody can evaluate yet gives: a truth (0 or 1), or how many items."""

    kind: str
    """truth or length."""
    expression: Expression
    value: JsonValue
    variables: JsonObject


class Decision(NamedTuple):
    """A question and its answer."""

    question: Question
    answer: int


class MissingRead(NamedTuple):
    """An effect's argument that reads a member which the data does not have."""

    task: Task
    expression: str
    path: str
    """As written: `$compensation.output.charge`."""


class Oracle:
    """Answers questions by a script; where the script ends, the first answer is taken and the others are noted."""

    def __init__(self) -> None:
        self.known: dict[str, Decision] = {}
        """By what was asked: decisions of the path that is followed."""
        self.open: list[int] = []
        """How many answers each question had that the script did not answer."""
        self.reader: Task | None = None
        """The task whose arguments are being evaluated."""
        self.missing: list[MissingRead] = []
        """Reads of missing members, since `begin`."""
        self._script: tuple[int, ...] = ()
        self._asked = 0

    def begin(self, known: dict[str, Decision], script: tuple[int, ...]) -> None:
        """Follow a path that has taken the decisions `known`; `script` answers what is new."""
        self.known = dict(known)
        self._script, self._asked = script, 0
        self.open, self.missing = [], []

    def ask(self, key: str, question: Question, answers: int) -> int:
        """The answer, from 0 to `answers - 1`."""
        found = self.known.get(key)
        if found is not None:
            return found.answer
        if self._asked < len(self._script):
            answer = self._script[self._asked]
        else:
            answer = 0
            self.open.append(answers)
        self._asked += 1
        self.known[key] = Decision(question, answer)
        return answer

    def alternatives(self) -> list[tuple[int, ...]]:
        """Scripts that take another answer to one of the questions that the script left open."""
        found = []
        taken = self._script
        for count in self.open:
            found += [(*taken, other) for other in range(1, count)]
            taken = (*taken, 0)
        return found
