"""Judges what an exploration finds: each end, and each step that reads what does not exist.

The truth is the exploration's own ledger of what took place, not what the workflow believes of it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from counterpoint.kernel.log import Entry, EntryState
from counterpoint.kernel.state import LISTEN, Status
from counterpoint.plan import Plan
from counterpoint.plan.model import Task
from counterpoint.trial import Call, Left, Step
from counterpoint.trial.remains import remains_of
from counterpoint.trial.steps import Steps
from counterpoint.trial.world import BEGINNING
from counterpoint.values.json import JsonValue
from counterpoint.values.problem import short_type
from counterpoint.verification import findings as f
from counterpoint.verification.choices import ROOT
from counterpoint.verification.effects import keyed
from counterpoint.verification.node import Cancel, Choice, Deliver, Made, Node

CANDIDATES_MAX: Final = 12
"""How many stories of one finding are kept: the shortest need not be possible with concrete values."""
_PENDING: Final = (EntryState.DUE, EntryState.COMPENSATING, EntryState.RETRYING, EntryState.FAILED)
"""States of an entry that an incident is about, or that waits for one to be resolved."""
_UNMENDABLE: Final = frozenset({"expression", "validation"})
_SECRET_MARK: Final = "⟦secret:"  # noqa: S105 - what every token of a secret begins with


class Suspicion(NamedTuple):
    """Something that is wrong at a node."""

    rule: f.Rule
    task: Task
    message: str
    node: Node
    ending: tuple[str, str | None] | None = None
    """Status and saga of the workflow, where this is the end of the path."""


class Judge:
    """The visitor of an exploration: keeps the first, shortest suspicions of each kind."""

    def __init__(self, plans: list[Plan]) -> None:
        self.suspicions: dict[tuple[str, str, str], list[Suspicion]] = {}
        self.seen: set[tuple[str, str]] = set()
        """What was ever begun or caught: `started`, `skipped` or `caught`, and the task's reference."""
        self._ending: tuple[str, str | None] | None = None
        self._tasks = {
            (plan.workflow, task.reference): task for plan in plans for task in reversed(plan.tasks) if not task.hidden
        }

    def stepped(self, node: Node) -> None:
        """See `Visitor.stepped`."""
        for read in node.missing:
            undone = "/compensate/" in read.task.reference
            rule = f.UNDO_READS_MISSING if undone else f.READS_MISSING
            when = "" if not undone else " when the undo runs"
            self._suspect(rule, read.task, f"{read.path} does not exist{when}", node)

    def reached(self, node: Node, choices: list[Choice]) -> None:
        """See `Visitor.reached`."""
        if not choices or not all(isinstance(each, Deliver | Cancel) for each in choices):
            return
        for actor in node.world.actors.values():
            for run, kind in actor.instance.owed:
                if kind == LISTEN:
                    task = actor.instance.runs[run].task
                    self._suspect(f.WAITS_FOR_EVER, task, f"{task.name} waits for an event that may never come", node)

    def ended(self, node: Node) -> None:
        """See `Visitor.ended`."""
        steps = Steps(node.world, BEGINNING)
        told = steps.tell()
        calls = [(each.call, each.cover, each.made) for each in node.calls]
        left = remains_of(node.world, calls, steps.acted)
        instance = node.world.actors[ROOT].instance
        self._ending = instance.status.value, None if instance.saga is None else instance.saga.value
        if instance.ended is Status.COMPLETED and instance.saga is None:
            self._completed(node, left, told)
        else:
            self._failed(node, left)
        self.seen.update((step.what, step.reference) for step in told if step.reference)
        self._twice(node)
        self._secrets(node, told)
        if instance.ended is None:
            self._halted(node)
        self._ending = None

    def _suspect(self, rule: f.Rule, task: Task, message: str, node: Node, kind: str = "") -> None:
        """`kind` tells findings of one rule about one task apart."""
        known = self.suspicions.setdefault((rule.code, task.reference, kind), [])
        if len(known) < CANDIDATES_MAX:
            known.append(Suspicion(rule, task, message, node, self._ending))

    def _failed(self, node: Node, left: list[Left]) -> None:
        for each in left:
            task = self._task(node, each)
            entries = _covering(node, each)
            entry = entries[0] if entries else None
            waits = node.world.actors[ROOT].instance.ended is None
            if each.meant or (waits and any(other.state in _PENDING for other in entries)):
                continue
            if entry is not None and entry.state is EntryState.FAILED:
                if not waits:
                    self._suspect(f.UNDO_GOES_ON, task, f"the undo of {each.task} fails for good, and it stands", node)
            elif task.pivot:
                message = f"{each.task} took place although nobody knows, and what precedes it is undone"
                self._suspect(f.PIVOT_UNSURE, task, message, node)
            elif entry is not None and entry.state is EntryState.COMPENSATED:
                self._suspect(f.PROBE_DENIES, task, f"{each.task} took place, and its probe says that it did not", node)
            else:
                self._suspect(f.LEFT_BEHIND, task, f"{each.task} took place and is left behind: {each.why}", node)

    def _completed(self, node: Node, left: list[Left], told: list[Step]) -> None:
        unanswered = {each.call.key for each in node.calls if each.made.happened and each.made.result != "completed"}
        answered = {each.call.key for each in node.calls if each.made.result == "completed"}
        caught = [step.reference for step in told if step.what == "caught" and step.reference]
        for each in left:
            if _excused(node, each):
                continue
            task = self._task(node, each)
            if each.key in unanswered - answered:
                message = f"{each.task} fails and its error is caught, but it took place, and nothing undoes it"
                self._suspect(f.SWALLOWED, task, message, node)
                continue
            inside = any(each.reference.startswith(f"{reference}/try/") for reference in caught)
            if inside and not self._retried(node, each):
                message = f"{each.task} stands although a later task of its try block failed and was caught"
                self._suspect(f.CAUGHT_HALFWAY, task, message, node)

    def _retried(self, node: Node, left: Left) -> bool:
        """Whether the effect was done after the last error that was caught."""
        return bool(node.calls) and node.calls[-1].call.key == left.key

    def _twice(self, node: Node) -> None:
        done: set[tuple[str, str]] = set()
        for each in node.calls:
            call = each.call
            if call.undo_of is None or not each.made.happened:
                continue
            if (call.instance, call.key) in done:
                task = self._task(node, call)
                if not keyed(task):
                    self._suspect(f.UNDO_TWICE, task, f"{call.task} runs twice when the engine crashes in it", node)
            done.add((call.instance, call.key))

    def _secrets(self, node: Node, told: list[Step]) -> None:
        for step in told:
            shown = {"output": step.output} if step.what == "completed" else {}
            if step.task and _tells(shown):
                task = self._tasks.get((node.world.actors[step.instance].plan.workflow, step.reference or ""))
                if task is not None:
                    self._suspect(f.SECRET_FLOWS, task, f"a secret stands in the output of {step.task}", node)
        actor = node.world.actors[ROOT]
        places = {"context": actor.instance.root.cell.context, "output": actor.instance.output}
        for place, value in places.items():
            if _tells(value):
                self._suspect(
                    f.SECRET_FLOWS, actor.plan.root, f"a secret stands in the workflow's {place}", node, place
                )

    def _halted(self, node: Node) -> None:
        for actor in node.world.actors.values():
            for run, problem in actor.instance.stuck.items():
                task = actor.instance.runs[run].task
                message = f"{task.name} fails for good ({short_type(problem['type'])}) after the point of no return"
                self._suspect(f.AFTER_PIVOT, task, message, node)
            for run, problem in actor.instance.blocked.items():
                if short_type(problem["type"]) in _UNMENDABLE:
                    task = actor.instance.log[run].task
                    self._suspect(f.UNDO_READS_MISSING, task, f"its undo cannot succeed: {problem.get('detail')}", node)

    def _task(self, node: Node, of: Left | Call) -> Task:
        return self._tasks[node.world.actors[of.instance].plan.workflow, of.reference]


def _covering(node: Node, left: Left) -> list[Entry]:
    """The entries of the log that stand for an effect, its own first."""
    keys = next(each.cover.keys for each in node.calls if _same(each, left))
    log = {(id, entry.key): entry for id, _ in keys for entry in node.world.actors[id].instance.log.values()}
    return [log[key] for key in keys if key in log]


def _excused(node: Node, left: Left) -> bool:
    """Whether the document says that an effect may stand."""
    cover = next(each.cover for each in node.calls if _same(each, left))
    return cover.excuse is not None and not cover.keys


def _same(made: Made, left: Left) -> bool:
    return (made.call.instance, made.call.key) == (left.instance, left.key)


def _tells(value: JsonValue) -> bool:
    """Whether a value holds the token of a secret."""
    if isinstance(value, str):
        return _SECRET_MARK in value
    if isinstance(value, dict):
        return any(map(_tells, value.values()))
    return isinstance(value, list) and any(map(_tells, value))
