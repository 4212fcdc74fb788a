"""Random workflow documents: every kind of task, nested, with undos, probes, retries, timeouts and sub-workflows.

All services of a document have names of their own: `f3` acts, `undo3` undoes it, `probe3` tells whether it happened.
"""

from __future__ import annotations

from random import Random
from typing import Any, Final

from counterpoint.values.json import JsonObject

NAMESPACE: Final = "simulation"
MAIN: Final = "main"
CHILD: Final = "child"
EVENT_TYPE: Final = "e"
"""The type of event that documents listen for."""

_LEAVES: Final = ("call",) * 9 + ("set", "wait", "switch", "raise", "listen", "emit")
_BLOCKS: Final = ("do", "for", "fork", "fork", "try", "try")


def compose(random: Random) -> list[JsonObject]:
    """A document, after the sub-workflow that it may call; each with its whole header."""
    if random.random() < 0.25:
        child = Composer(random, 100, None).document(CHILD)
        return [child, Composer(random, 0, CHILD).document(MAIN)]
    return [Composer(random, 0, None).document(MAIN)]


class Composer:
    """Writes one document."""

    def __init__(self, random: Random, names_from: int, child: str | None) -> None:
        self._random = random
        self._names = names_from
        self._child = child
        self._depth = 2 if random.random() < 0.7 else 3

    def document(self, name: str) -> JsonObject:
        """The document."""
        header: JsonObject = {"dsl": "1.0.3", "namespace": NAMESPACE, "name": name, "version": "1.0.0"}
        saga: JsonObject = {}
        if self._chance(0.2):
            saga["order"] = self._random.choice(["causal", "sequential", "parallel"])
        if self._chance(0.1):
            saga["onFault"] = "none"
        if self._chance(0.15):
            saga["compensableFor"] = {"days": 30}
        if saga:
            header["metadata"] = {"saga": saga}
        document: JsonObject = {"document": header, "do": self.block(self._depth)}
        if self._chance(0.1):
            document["timeout"] = {"after": {"seconds": self._random.randint(1, 30)}}
        if self._chance(0.15):
            pivot = self._names = self._names + 1
            place = self._random.randint(0, len(document["do"]))
            document["do"].insert(place, {f"t{pivot}": {"call": f"f{pivot}", "saga": "pivot"}})
        return document

    def block(self, depth: int) -> list[JsonObject]:
        """A list of tasks."""
        return [self._task(depth) for _ in range(self._random.randint(1, 3))]

    def _task(self, depth: int) -> JsonObject:
        self._names += 1
        name = f"t{self._names}"
        kinds = _LEAVES + (_BLOCKS if depth else ()) + (("run",) if self._child else ())
        body: JsonObject = getattr(self, "_" + self._random.choice(kinds))(depth)
        if self._chance(0.08):
            body["if"] = self._random.choice(["true", "false"])
        if self._chance(0.1):
            body["timeout"] = {"after": {"seconds": self._random.randint(1, 8)}}
        if self._chance(0.1):
            body["export"] = {"as": "{at: 1}"}
        if self._chance(0.06):
            body["then"] = self._random.choice(["exit", "continue", "end", "compensate"])
        return {name: body}

    def _call(self, depth: int) -> JsonObject:
        number = self._names
        body: JsonObject = {"call": f"f{number}"}
        if self._chance(0.7):
            body["compensate"] = self._undo(number)
            if self._chance(0.3):
                body["compensate"]["probe"] = [{"p": {"call": f"probe{number}"}}]
            if self._chance(0.1):
                body["compensate"]["on"] = "attempted"
        return body

    def _undo(self, number: int) -> JsonObject:
        tasks: list[Any] = [{"u": {"call": f"undo{number}"}}]
        if self._chance(0.15):
            tasks.append({"v": {"call": f"also{number}"}})
        undo: JsonObject = {"do": tasks}
        if self._chance(0.2):
            undo["onFailure"] = "continue"
        if self._chance(0.7):
            undo["retry"] = {"delay": {"seconds": 1}, "limit": {"attempt": {"count": self._random.randint(0, 2)}}}
        return undo

    def _set(self, depth: int) -> JsonObject:
        return {"set": {"n": self._names}}

    def _wait(self, depth: int) -> JsonObject:
        return {"wait": {"seconds": self._random.choice([0, 1, 2, 60])}}

    def _switch(self, depth: int) -> JsonObject:
        return {"switch": [{"a": {"when": self._random.choice(["true", "false"]), "then": "exit"}}]}

    def _raise(self, depth: int) -> JsonObject:
        return {"raise": {"error": {"type": "https://simulation/oops", "status": 400}}, "if": "false"}

    def _emit(self, depth: int) -> JsonObject:
        kind = EVENT_TYPE if self._chance(0.3) else "other"
        return {"emit": {"event": {"with": {"source": "/simulation", "type": kind}}}}

    def _listen(self, depth: int) -> JsonObject:
        body: JsonObject = {"listen": {"to": {"one": {"with": {"type": EVENT_TYPE}}}}}
        if self._chance(0.4):
            body = {"listen": {"to": {"any": [{"with": {"type": EVENT_TYPE}}], "until": "length > 1"}}}
        if depth and self._chance(0.3):
            body["foreach"] = {"do": self.block(depth - 1)}
        return body

    def _do(self, depth: int) -> JsonObject:
        number = self._names
        body: JsonObject = {"do": self.block(depth - 1)}
        if self._chance(0.2):
            body["compensate"] = self._undo(number)
        return body

    def _for(self, depth: int) -> JsonObject:
        return {"for": {"each": "x", "in": "[1, 2]"}, "do": self.block(depth - 1)}

    def _fork(self, depth: int) -> JsonObject:
        branches = self.block(depth - 1)
        branches += self.block(depth - 1)[:1]
        return {"fork": {"compete": self._chance(0.3), "branches": _without_directives(branches)}}

    def _try(self, depth: int) -> JsonObject:
        catch: JsonObject = {}
        if self._chance(0.5):
            catch["retry"] = {"delay": {"seconds": 1}, "limit": {"attempt": {"count": self._random.randint(1, 2)}}}
            if self._chance(0.2):
                catch["retry"]["limit"]["attempt"]["duration"] = {"seconds": 3}
            catch["betweenAttempts"] = self._random.choice(["compensate", "keep"])
        if self._chance(0.5):
            catch["do"] = self.block(depth - 1)
        if self._chance(0.3):
            catch["compensate"] = True
        return {"try": self.block(depth - 1), "catch": catch}

    def _run(self, depth: int) -> JsonObject:
        assert self._child is not None
        workflow = {"namespace": NAMESPACE, "name": self._child, "version": "1.0.0"}
        body: JsonObject = {"run": {"workflow": workflow}}
        if self._chance(0.15):
            body["run"]["await"] = False
        return body

    def _chance(self, share: float) -> bool:
        return self._random.random() < share


def services_of(documents: list[JsonObject]) -> list[str]:
    """The names of all services that the documents call, in order."""
    found: dict[str, None] = {}

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("call"), str):
                found[value["call"]] = None
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(documents)
    return list(found)


def _without_directives(branches: list[JsonObject]) -> list[JsonObject]:
    """Branches stand side by side: none leads to another."""
    for branch in branches:
        for body in branch.values():
            if body.get("then") not in (None, "end", "compensate"):
                del body["then"]
    return branches
