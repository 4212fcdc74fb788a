"""Fingerprints of states: two nodes with the same fingerprint have the same future, but for times and run numbers.

Left out are the clock and when things began (only what is due is kept, relative to now), the number of tasks and
transitions so far, and of what is over in the compensation log everything but how it ended. Runs are numbered
anew in the order of their numbers, which is all that the kernel uses of them.

Once the saga is undone it no longer matters why, unless an undo asks for it (`asks_why`): a fault, a timeout and a
cancel are then followed by the same undos, and only the name of the end differs.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

from counterpoint.kernel import Instance
from counterpoint.kernel.effects import Timer
from counterpoint.kernel.log import Entry, EntryState
from counterpoint.kernel.state import Status, TaskRun
from counterpoint.kernel.unwinding import Unwinding
from counterpoint.plan import Plan
from counterpoint.values.json import JsonObject
from counterpoint.verification.node import Node
from counterpoint.verification.unknown import Knowledge, digest

_ASKS: Final = re.compile(r"\$compensation(?!\.(?:input|output|context|outcome|key|item|index|run)\b)")
_OVER: Final = frozenset({EntryState.COMPENSATED, EntryState.FAILED, EntryState.SKIPPED, EntryState.SEALED})


def fingerprint(node: Node, knowledge: Knowledge, *, merge: bool) -> bytes:
    """The fingerprint of a node; `merge`: it does not matter why the saga is undone."""
    parts: list[Any] = [_standing(node)]
    parts.append(node.cancelled and not (merge and _unwinds(node)))
    for id, actor in node.world.actors.items():
        parts.append((id, _instance(actor.instance, node, id, knowledge, merge=merge)))
    parts.append(sorted((key, decision.answer) for key, decision in node.known.items()))
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).digest()


def asks_why(plan: Plan) -> bool:
    """Whether any undo reads what led to it (`$compensation.trigger`, `.error`, or all of it)."""
    return _ASKS.search(str(plan.definition)) is not None


def _unwinds(node: Node) -> bool:
    return all(0 in actor.instance.unwindings or actor.instance.over for actor in node.world.actors.values())


def _standing(node: Node) -> list[Any]:
    """The truth about effects, as far as the end is judged by it: what is undone for certain counts no more."""
    undone = {
        (id, entry.key)
        for id, actor in node.world.actors.items()
        for entry in actor.instance.log.values()
        if entry.state is EntryState.COMPENSATED and entry.task.undo is not None and entry.task.undo.probe is None
    }
    found = {
        (each.call.instance, each.call.key, each.made.result)
        for each in node.calls
        if each.made.happened
        and (each.call.undo_of is None or each.made.result == "crashed")
        and undone.isdisjoint(each.cover.keys)
    }
    return sorted(found)


def _instance(instance: Instance, node: Node, id: str, knowledge: Knowledge, *, merge: bool) -> tuple[Any, ...]:
    numbers = sorted({*instance.runs, *instance.log, *instance.settling})
    rank = {0: 0, **{run: index for index, run in enumerate(numbers, 1)}}
    now = node.world.now
    return (
        _ending(instance, merge=merge),
        instance.saga,
        instance.sealed,
        knowledge.digest(instance.output) if instance.ended else None,
        _run(instance.root, rank, knowledge),
        [_run(run, rank, knowledge) for run in sorted(instance.runs.values(), key=lambda run: run.id)],
        [(rank[run], _problem(problem)) for run, problem in sorted(instance.stuck.items())],
        [(rank[run], _problem(problem)) for run, problem in sorted(instance.blocked.items())],
        sorted(rank[run] for run in instance.settling),
        [_entry(entry, rank, knowledge) for entry in instance.log.values()],
        [_unwinding(each, rank, merge=merge) for _, each in sorted(instance.unwindings.items())],
        sorted(
            (rank.get(run, -run), kind, effect.due - now if isinstance(effect, Timer) else 0)
            for (run, kind), effect in instance.owed.items()
        ),
        sorted((rank.get(run, -run), until - now) for (actor, run), until in node.silent.items() if actor == id),
        None if instance.finishing is None else 1,
        len(instance.left),
    )


def _run(run: TaskRun, rank: dict[int, int], knowledge: Knowledge) -> tuple[Any, ...]:
    local = run.local
    return (
        rank[run.id],
        run.task.number,
        0 if run.parent is None else rank.get(run.parent.id, 0),
        run.slot,
        run.visit,
        run.pending,
        run.phase,
        run.path,
        min(run.attempt, 3),
        min(run.tries, 3),
        run.again,
        rank.get(run.entry, 0),
        knowledge.digest(run.input),
        knowledge.digest(run.data),
        None if run.vars is None else digest({key: _short(value) for key, value in run.vars.items()}),
        _local(local, knowledge),
        knowledge.digest(run.cell.context),
        None if run.kept is None else knowledge.digest(run.kept[0]),
    )


def _local(local: Any, knowledge: Knowledge) -> Any:
    if isinstance(local, dict):
        plain = {key: sorted(map(repr, value)) if isinstance(value, set) else value for key, value in local.items()}
        plain.pop("seen", None)
        return digest(plain)
    return knowledge.digest(local) if isinstance(local, list) else None


def _entry(entry: Entry, rank: dict[int, int], knowledge: Knowledge) -> tuple[Any, ...]:
    if entry.state in _OVER:
        return (entry.task.number, entry.path, entry.state.value)
    return (
        rank[entry.run],
        entry.task.number,
        entry.path,
        entry.state.value,
        entry.outcome,
        [rank.get(run, 0) for run in entry.ancestors],
        min(entry.attempt, 3),
        knowledge.digest(entry.input),
        knowledge.digest(entry.output),
        knowledge.digest(entry.context),
        rank.get(entry.scope, 0),
    )


def _unwinding(each: Unwinding, rank: dict[int, int], *, merge: bool) -> tuple[Any, ...]:
    remaining = None if each.tree is None else [rank.get(run, 0) for run in each.tree.remaining()]
    shared = (rank.get(each.scope, 0), remaining, len(each.failures))
    if merge and each.scope == 0:
        return (*shared, each.ending == "completed")
    return (*shared, each.trigger, each.ending, _problem(each.problem))


def _ending(instance: Instance, *, merge: bool) -> Any:
    if merge and instance.saga is not None and instance.ended in (Status.FAULTED, Status.CANCELLED):
        return "undone"
    return instance.ended, _problem(instance.error)


def _problem(problem: JsonObject | None) -> Any:
    """Errors are told apart by what they are, not by where and why."""
    return None if problem is None else (problem.get("type"), problem.get("status"))


def _short(value: Any) -> Any:
    if isinstance(value, dict) and "type" in value and "status" in value:
        return [value["type"], value["status"]]
    if isinstance(value, dict) and "trigger" in value and "outcome" in value:
        return [value["outcome"], min(value.get("attempt", 0), 3)]
    return value
