"""Tasks: what was added and removed, who is called, what can be undone, how long is waited and tried."""

from __future__ import annotations

from typing import Final

from counterpoint.governance.compatibility.findings import Findings
from counterpoint.governance.compatibility.matching import Matched, Step, moved, outermost
from counterpoint.governance.compatibility.targets import arguments, shape, target, told
from counterpoint.values.json import JsonObject, JsonValue, pointer_join, same_json

_UNDO_PARTS: Final = ("do", "probe", "retry")
"""Members of an undo that have a comparison of their own."""
_JUDGED: Final = ("call", "with", "run", "emit", "compensate", "saga", "timeout")
"""Members of a task that have a comparison of their own."""
_LISTS: Final = (
    ("do",),
    ("try",),
    ("catch", "do"),
    ("fork", "branches"),
    ("foreach", "do"),
    ("listen", "to"),
    ("catch", "retry"),
)
"""Where a task holds other tasks, or something else that is compared by itself."""


def compare_tasks(findings: Findings, matched: Matched) -> None:
    """Everything about tasks but their events."""
    for step in outermost(matched.removed):
        findings.note(
            "task-removed", f"`{step.name}` ({step.kind}) is gone", _acts(step, "no more"), step.pointer, None
        )
    for step in outermost(matched.added):
        findings.note("task-added", f"`{step.name}` ({step.kind}) is new", _acts(step, "now"), None, step.pointer)
    for step in matched.removed:
        if _undo(step) is not None:
            why = "it has gone with its task" if target(step.task) else "what the tasks within did is undone otherwise"
            findings.note("undo-removed", f"the undo of `{step.name}` is gone", why, step.pointer, None)
    for one, other in matched.pairs:
        _compare_undo(findings, one, other)
        _compare_call(findings, one, other)
        _compare_policies(findings, one, other)
        _compare_rest(findings, one, other)
        if one.name != other.name:
            what = f"`{one.name}` is called `{other.name}` now"
            findings.note("task-renamed", what, "idempotency keys and histories name it so", one.pointer, other.pointer)
    for one, other in moved(matched.pairs):
        why = "it happens at another time, and is undone at another"
        findings.note("task-moved", f"`{other.name}` stands elsewhere", why, one.pointer, other.pointer)


def _compare_undo(findings: Findings, one: Step, other: Step) -> None:
    old, new = _undo(one), _undo(other)
    at_old, at_new = (pointer_join(each.pointer, "compensate") for each in (one, other))
    if old is not None and new is None:
        what = f"`{one.name}` has no undo any more"
        place = at_new if "compensate" in other.task else other.pointer
        findings.breaking("undo-removed", what, "what it did stays when the rest is undone", at_old, place)
    elif old is None and new is not None:
        what = f"`{one.name}` has an undo now"
        place = at_old if "compensate" in one.task else one.pointer
        findings.addition("undo-added", what, "what it did can be taken back", place, at_new)
    elif old is not None and not same_json(_without(old, _UNDO_PARTS), _without(new, _UNDO_PARTS)):
        why = "it is undone under other conditions"
        findings.note("undo-changed", f"the undo of `{one.name}` has changed", why, at_old, at_new)
    elif old is None and not same_json(one.task.get("compensate"), other.task.get("compensate")):
        spots = [at if "compensate" in each.task else each.pointer for at, each in ((at_old, one), (at_new, other))]
        what = f"`{one.name}` is declared otherwise to need no undo"
        findings.note("undo-changed", what, "it was not undone before, and is not now", *spots)
    if one.task.get("saga") != other.task.get("saga"):
        places = pointer_join(one.pointer, "saga"), pointer_join(other.pointer, "saga")
        if other.task.get("saga") == "pivot":
            why = "what came before it can no longer be undone once it is done"
            findings.breaking("pivot-added", f"`{one.name}` is a point of no return now", why, *places)
        else:
            why = "what came before it can be undone even after it"
            findings.addition("pivot-removed", f"`{one.name}` is no point of no return any more", why, *places)


def _undo(step: Step) -> JsonObject | None:
    """How a task is undone; None where it has no undo, or is declared to need none."""
    undo = step.task.get("compensate")
    return undo if isinstance(undo, dict) and "none" not in undo else None


def _compare_call(findings: Findings, one: Step, other: Step) -> None:
    old, new = target(one.task), target(other.task)
    member = "call" if "call" in one.task else "run"
    places = pointer_join(one.pointer, member), pointer_join(other.pointer, member)
    if old is None or new is None:
        if not same_json(one.task.get(member), other.task.get(member)):
            findings.note("call-changed", f"`{one.name}` calls otherwise", "something else happens", *places)
        return
    if not same_json(old, new):
        what = f"`{one.name}` calls {told(new)}, where it called {told(old)}"
        findings.addition("call-changed", what, "another service is asked, or another of its operations", *places)
    had, has = shape(arguments(one.task)), shape(arguments(other.task))
    if same_json(had, has):
        return
    lost, more = sorted(had.keys() - has.keys()), sorted(has.keys() - had.keys())
    parts = [f"without {', '.join(lost)}"] if lost else []
    parts += [f"with {', '.join(more)}"] if more else []
    member = "with" if "call" in one.task else "run"
    places = pointer_join(one.pointer, member), pointer_join(other.pointer, member)
    if parts:
        why = "whoever is called is given something else; whether it takes that is for its own contract to say"
        findings.note("arguments-changed", f"`{one.name}` calls {', '.join(parts)}", why, *places)
    else:
        names = ", ".join(sorted(name for name in had if not same_json(had[name], has[name])))
        findings.note(
            "arguments-changed", f"`{one.name}` gives other values for {names}", "the members are the same", *places
        )


def _compare_policies(findings: Findings, one: Step, other: Step) -> None:
    for kind, path, what in (
        ("timeout-changed", ("timeout",), "has another timeout"),
        ("retry-changed", ("catch", "retry"), "is tried again otherwise"),
        ("retry-changed", ("compensate", "retry"), "is undone with other retries"),
    ):
        if not same_json(_at(one.task, path), _at(other.task, path)):
            places = pointer_join(one.pointer, *path), pointer_join(other.pointer, *path)
            findings.note(kind, f"`{one.name}` {what}", "it gives up sooner or later", *places)


def _compare_rest(findings: Findings, one: Step, other: Step) -> None:
    old, new = _own(one.task), _own(other.task)
    names = sorted(name for name in old.keys() | new.keys() if not same_json(old.get(name), new.get(name)))
    if names:
        members = ", ".join(f"`{name}`" for name in names)
        first = names[0]
        places = (
            pointer_join(one.pointer, first) if first in old else one.pointer,
            (pointer_join(other.pointer, first) if first in new else other.pointer),
        )
        findings.note("task-changed", f"`{one.name}` has another {members}", "it does its part otherwise", *places)


def _own(task: JsonObject) -> JsonObject:
    """What a task says itself: without the tasks that it holds, and without what is compared on its own."""
    own = {name: value for name, value in task.items() if name not in _JUDGED}
    if isinstance(task.get("run"), dict):
        own["run"] = {name: value for name, value in task["run"].items() if name in ("await", "return")}
    if isinstance(task.get("emit"), dict):
        own["emit"] = _without(task["emit"].get("event"), ("with",))
    for *path, last in _LISTS:
        if not path and last in own and isinstance(own[last], list):
            del own[last]
        elif path and isinstance(own.get(path[0]), dict):
            own[path[0]] = _without(own[path[0]], (last,))
    return own


def _without(value: JsonValue, names: tuple[str, ...]) -> JsonValue:
    return {name: each for name, each in value.items() if name not in names} if isinstance(value, dict) else value


def _at(value: JsonValue, path: tuple[str, ...]) -> JsonValue:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _acts(step: Step, when: str) -> str:
    found = target(step.task)
    return f"{told(found)} is called {when}" if found else f"its part is done {when}"
