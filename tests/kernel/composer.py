"""Random documents, random answers and random operators: what the laws of the kernel are held against."""

from __future__ import annotations

import json
import random
from typing import Any

from counterpoint.errors import InvalidDocument
from counterpoint.kernel import commands as c
from counterpoint.kernel import pending
from counterpoint.kernel.effects import Effect, Interrupt, Invoke, Listen, Proceed, Timer
from counterpoint.plan.model import Limits
from counterpoint.values.problem import Outcome, Problem
from tests.kernel.story import Story, refused

WILD = (
    *(".", ".a.b", ".[0]", ".xs", "$context.at", "$input", "$task.name", "$workflow.input", "length", "keys", "error"),
    *("null", "1/0", "1e1000", '"text"', "[.]", "{a: .}", "tojson", "-(.)", ". + 1", ".[] | .x", "$context | .at.b"),
)
"""Expressions that suit some data and fail on other."""
HOSTILE: tuple[Any, ...] = (
    *(None, True, "", "text", 0, -1, 1e308, 10**18, [], {}, [None], [[], {}], {"a": {"b": [1]}}, {"xs": [1, 2]}),
    *(
        {"xs": "text"},
        {"a": "PT1S"},
        "PT1S",
        {"seconds": 1},
        {"days": 10**17},
        "P99999999Y",
        json.loads("[" * 60 + "]" * 60),
    ),
)
KINDS = ("call", "call", "call", "set", "wait", "switch", "raise", "listen", "emit", "function")
NESTED = ("do", "for", "fork", "try", "try")


class Composer:
    """Writes random documents: every kind of task, nested, with undos, retries, timeouts, jumps and extensions.

    `wild`: the share of places for expressions that hold one that may fail.
    """

    def __init__(self, seed: int, wild: float = 0.0) -> None:
        self.random = random.Random(seed)
        self.wild = wild
        self.names = 0
        self.functions: list[str] = []

    def document(self) -> str:
        """Everything but `document`."""
        use: dict[str, Any] = {}
        if self.chance(0.4):
            use["functions"] = {f"fun{n}": self.body(1, undoable=True) for n in range(2)}
            self.functions = list(use["functions"])
        if self.chance(0.25):
            use["extensions"] = [{f"x{n}": self.extension()} for n in range(self.random.randint(1, 2))]
        parts: dict[str, Any] = {"use": use} if use else {}
        if self.chance(0.1):
            parts["timeout"] = {"after": {"seconds": self.random.randint(5, 30)}}
        if self.chance(self.wild):
            parts["output"] = {"as": self.random.choice(WILD)}
        parts["do"] = self.block(3)
        return "\n".join(json.dumps({name: part})[1:-1] for name, part in parts.items())

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def expression(self, tame: str) -> str:
        return self.random.choice(WILD) if self.chance(self.wild) else tame

    def extension(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "extend": self.random.choice(["all", "set", "call", "switch", "composite", "try", "wait"])
        }
        for part in ("before", "after"):
            if self.chance(0.7):
                found[part] = self.block(1, undoable=False)
        if self.chance(0.3):
            found["when"] = self.expression(self.random.choice(["true", "false"]))
        return found if len(found) > 1 else {**found, "before": self.block(0, undoable=False)}

    def block(self, depth: int, undoable: bool = True) -> list[Any]:
        tasks = [self.task(depth, undoable) for _ in range(self.random.randint(1, 4 if depth else 2))]
        names = [next(iter(task)) for task in tasks]
        for task in tasks:
            (body,) = task.values()
            if self.chance(0.05) and "fork" not in body:
                body["then"] = self.random.choice(names)
            for case in body.get("switch", []):
                if self.chance(0.4):
                    next(iter(case.values()))["then"] = self.random.choice(names)
        return tasks

    def task(self, depth: int, undoable: bool) -> dict[str, Any]:
        body = self.body(depth, undoable)
        return {f"t{self.names}": body}

    def body(self, depth: int, undoable: bool) -> dict[str, Any]:
        self.names += 1
        kind = self.random.choice((*KINDS, *NESTED) if depth else KINDS)
        name = self.names
        body: dict[str, Any] = getattr(self, "_" + kind)(depth, undoable)
        if self.chance(0.1):
            body["if"] = self.expression(self.random.choice(["true", "false"]))
        if self.chance(0.1):
            body["timeout"] = {"after": self.duration(5)}
        if self.chance(0.1):
            body["export"] = {"as": self.expression(f"{{at: {name}}}")}
        if self.chance(self.wild / 2):
            body["input"] = {"from": self.random.choice(WILD)}
        if self.chance(self.wild / 2):
            body["output"] = {"as": self.random.choice(WILD)}
        if self.chance(0.05):
            body["then"] = self.random.choice(["exit", "continue", *(["compensate", "end"] if undoable else [])])
        self.names = max(self.names, name) + 1
        return body

    def duration(self, seconds_max: int) -> Any:
        if self.chance(self.wild):
            return f"${{ {self.random.choice(WILD)} }}"
        return {"seconds": self.random.randint(0, seconds_max)}

    def undo(self) -> dict[str, Any]:
        name = self.names
        tasks: list[Any] = [{"u": {"call": f"undo{name}"}}]
        if self.chance(0.2):
            tasks.append({"v": {"for": {"in": self.expression("[1, 2]")}, "do": [{"w": {"call": f"undo{name}-each"}}]}})
        if self.chance(0.1):
            tasks.append(
                {"x": {"try": [{"y": {"call": f"undo{name}-try"}}], "catch": {}, "timeout": {"after": "PT2S"}}}
            )
        undo: dict[str, Any] = {"do": tasks}
        if self.chance(0.3):
            undo["onFailure"] = "continue"
        if self.chance(0.3):
            undo["probe"] = [{"p": {"call": f"probe{name}"}}]
        if self.chance(0.1):
            undo["on"] = "attempted"
        undo["retry"] = {"delay": self.duration(1), "limit": {"attempt": {"count": 2}}}
        return undo

    def _call(self, depth: int, undoable: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"call": f"f{self.names}"}
        if self.chance(self.wild):
            body["with"] = {"x": f"${{ {self.random.choice(WILD)} }}"}
        if undoable and self.chance(0.6):
            body["compensate"] = self.undo()
        return body

    def _function(self, depth: int, undoable: bool) -> dict[str, Any]:
        if not self.functions or not undoable:
            return self._call(depth, undoable)
        return {"call": self.random.choice(self.functions)}

    def _set(self, depth: int, undoable: bool) -> dict[str, Any]:
        return {"set": {"n": f"${{ {self.expression(str(self.names))} }}"}}

    def _wait(self, depth: int, undoable: bool) -> dict[str, Any]:
        return {"wait": self.duration(4)}

    def _switch(self, depth: int, undoable: bool) -> dict[str, Any]:
        when = self.expression(self.random.choice(["true", "false"]))
        return {"switch": [{"a": {"when": when, "then": "exit"}}]}

    def _raise(self, depth: int, undoable: bool) -> dict[str, Any]:
        return {"raise": {"error": {"type": "oops", "status": 400}}, "if": self.expression("false")}

    def _emit(self, depth: int, undoable: bool) -> dict[str, Any]:
        return {"emit": {"event": {"with": {"type": "t", "data": f"${{ {self.expression('.')} }}"}}}}

    def _listen(self, depth: int, undoable: bool) -> dict[str, Any]:
        filter = {"with": {"type": "e", "data": f"${{ {self.expression('true')} }}"}}
        strategies: list[Any] = [
            {"any": [{"with": {"type": "e"}}], "until": self.expression("length > 1")},
            {"all": [filter, {**filter, "correlate": {"k": {"from": self.expression(".type")}}}]},
            {"any": [filter], "until": {"all": [{"with": {"type": "e"}}, filter]}},
            {"one": filter},
        ]
        body: dict[str, Any] = {"listen": {"to": self.random.choice(strategies)}}
        if depth and self.chance(0.5):
            body["foreach"] = {"do": self.block(depth - 1, undoable)}
            if self.chance(self.wild):
                body["foreach"]["export"] = {"as": self.random.choice(WILD)}
        return body

    def _do(self, depth: int, undoable: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"do": self.block(depth - 1, undoable)}
        if undoable and self.chance(0.2):
            body["compensate"] = self.undo()
        return body

    def _for(self, depth: int, undoable: bool) -> dict[str, Any]:
        body = {"for": {"each": "x", "in": self.expression("[1, 2, 3]")}, "do": self.block(depth - 1, undoable)}
        if self.chance(0.3):
            body["while"] = self.expression("$x < 3")
        return body

    def _fork(self, depth: int, undoable: bool) -> dict[str, Any]:
        return {"fork": {"compete": self.chance(0.4), "branches": self.block(depth - 1, undoable)}}

    def _try(self, depth: int, undoable: bool) -> dict[str, Any]:
        catch: dict[str, Any] = {}
        if self.chance(0.5):
            limit: dict[str, Any] = {"attempt": {"count": 2}}
            if self.chance(0.3):
                limit["attempt"]["duration"] = self.duration(3)
            if self.chance(0.2):
                limit["duration"] = self.duration(5)
            catch["retry"] = {"delay": self.duration(1), "limit": limit}
            catch["betweenAttempts"] = self.random.choice(["compensate", "keep"])
        if self.chance(0.2):
            catch["when"] = self.expression(".status < 500")
        if self.chance(0.5):
            catch["do"] = self.block(depth - 1, undoable)
        if self.chance(0.3):
            catch["compensate"] = True
        return {"try": self.block(depth - 1, undoable), "catch": catch}


class Chaos:
    """Answers, operators, and what comes late, twice or never set, at random."""

    def __init__(self, seed: int, hostile: bool = False) -> None:
        self.random = random.Random(seed)
        self.hostile = hostile
        self.events = 0

    def step(self, story: Story) -> bool:
        effects = pending(story.instance)
        if not effects:
            return False
        odds = self.random.random()
        if odds < 0.04:
            story.tell(self.operator(story))
        elif odds < 0.08:
            story.tell(self.stray(story))
        else:
            self.answer(story, self.random.choice(effects))
        return True

    def operator(self, story: Story) -> Any:
        at, stuck = story.now, [*story.instance.blocked, *story.instance.stuck]
        choices = [c.Suspend(at=at), c.Resume(at=at), c.Resume(at=at), c.Retry(at=at), c.Cancel(at=at)]
        choices += [c.Compensate(at=at), c.Continue(at=at)]
        if self.random.random() < 0.1 and 0 not in story.instance.unwindings:
            choices += [c.Fail(at=at, problem=Problem.standard("runtime", "enough"))]
        for run in stuck:
            choices += [c.Resolve(at=at, run=run, action=each, reason="r") for each in ("retry", "skip", "done")]
        return self.random.choice(choices)

    def stray(self, story: Story) -> Any:
        run = self.random.randint(0, story.instance.last_run + 1)
        if (run, "invoke") in story.instance.owed:
            return c.Continue(at=story.now)
        timer = self.random.choice(["invoke", "proceed", "listen", "none"])
        choices = [c.EffectCompleted(at=story.now, run=run), c.TimerFired(at=story.now, run=run, timer=timer)]
        return self.random.choice(choices)

    def data(self, tame: Any) -> Any:
        return self.random.choice(HOSTILE) if self.hostile and self.random.random() < 0.5 else tame

    def answer(self, story: Story, effect: Effect) -> None:
        if isinstance(effect, Timer):
            story.fire(effect)
        elif isinstance(effect, Proceed):
            story.tell(c.Continue(at=story.now))
        elif isinstance(effect, Listen):
            self.events += 1
            story.event(type="e", id=str(self.events), data=self.data(None))
        elif isinstance(effect, Interrupt):
            self.settle(story, effect.run)
        elif self.random.random() < 0.2:
            self.fail(story, effect)
        else:
            story.tell(c.EffectCompleted(at=story.now, run=effect.run, output=self.data({"of": effect.function})))

    def settle(self, story: Story, run: int) -> None:
        story.tell(c.EffectFailed(at=story.now, run=run, problem=refused().problem, outcome=Outcome.UNKNOWN))

    def fail(self, story: Story, effect: Invoke) -> None:
        error = refused(outcome=self.random.choice(list(Outcome)))
        story.tell(c.EffectFailed(at=story.now, run=effect.run, problem=error.problem, outcome=error.outcome))


def play(seed: int, wild: float = 0.0) -> Story | None:
    """One random story, at most 400 commands long; None where the document is (rightly) refused."""
    try:
        story = Story(Composer(seed, wild).document(), limits=Limits(transition_steps_max=4, steps_max=2_000))
    except InvalidDocument:
        return None
    chaos = Chaos(seed, hostile=wild > 0)
    story.start(chaos.data({"seed": seed}))
    for _ in range(400):
        if story.instance.over or not chaos.step(story):
            break
    return story
