"""Ways to break a process, each with the code of the finding that must come of it.

A mutation is tried on every task of every process, and says itself whether it fits.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Document = dict[str, Any]


class Mutant(NamedTuple):
    """One broken process."""

    process: str
    what: str
    code: str
    document: Document

    def __str__(self) -> str:
        return f"{self.process}-{self.what}"


def mutants(processes: dict[str, Document]) -> Iterator[Mutant]:
    """Every mutation of every process that it fits."""
    for name, document in processes.items():
        for what, code, mutate in MUTATIONS:
            yield from _applied(name, document, what, code, mutate)


def tasks(items: list[Any]) -> Iterator[tuple[str, dict[str, Any], list[Any]]]:
    """All forward tasks of a list, with the list that holds each."""
    for item in items:
        name, task = next(iter(item.items()))
        yield name, task, items
        for inner in (task.get("do"), task.get("try"), (task.get("fork") or {}).get("branches")):
            yield from tasks(inner or [])
        yield from tasks((task.get("catch") or {}).get("do") or [])


Mutate = Callable[[Document, str, dict[str, Any]], bool]
"""Breaks a task of a document in place; False where it does not fit."""


def _applied(process: str, document: Document, what: str, code: str, mutate: Mutate) -> Iterator[Mutant]:
    for name, _, _ in tasks(document["do"]):
        broken = copy.deepcopy(document)
        task = next(each for other, each, _ in tasks(broken["do"]) if other == name)
        if mutate(broken, name, task):
            yield Mutant(process, f"{what}-{name}", code, broken)


def _undo(task: dict[str, Any]) -> dict[str, Any] | None:
    undo = task.get("compensate")
    return undo if isinstance(undo, dict) and "do" in undo and task.get("call") == "http" else None


def undo_removed(document: Document, name: str, task: dict[str, Any]) -> bool:
    """Nothing takes the step back."""
    if _undo(task) is None or task.get("saga") or name == "stageRow":
        return False
    del task["compensate"]
    return True


def undo_reads_output(document: Document, name: str, task: dict[str, Any]) -> bool:
    """The undo reads what nobody has if no answer came."""
    undo = _undo(task)
    text = json.dumps(undo)
    if undo is None or "$compensation.input" not in text or "probe" in undo:
        return False
    task["compensate"] = json.loads(text.replace("$compensation.input", "$compensation.output"))
    return True


def undo_without_key(document: Document, name: str, task: dict[str, Any]) -> bool:
    """The undo is a shell command, which knows no idempotency key."""
    undo = _undo(task)
    if undo is None:
        return False
    [(step, _)] = undo["do"][0].items()
    undo["do"] = [{step: {"run": {"shell": {"command": "curl -X POST https://example.com/undo"}}}}]
    return True


def constant_key(document: Document, name: str, task: dict[str, Any]) -> bool:
    """The undo sends a key of its own, the same for everyone."""
    undo = _undo(task)
    if undo is None or name not in ("createOrder", "openTrip", "openRun", "registerClaim", "lockOrder"):
        return False
    [(_, call)] = undo["do"][0].items()
    call["with"]["headers"] = {"Idempotency-Key": "undo"}
    return True


def goes_on(document: Document, name: str, task: dict[str, Any]) -> bool:
    """Nobody is asked when the undo fails for good."""
    undo = _undo(task)
    if undo is None or name not in ("createOrder", "bookHotel", "pay", "reserveFunds", "openBatch"):
        return False
    undo["onFailure"] = "continue"
    return True


def swallowed(document: Document, name: str, task: dict[str, Any]) -> bool:
    """An error of the step is caught and forgotten."""
    chosen = ("reserveStock", "confirmTrip", "payOut", "bookRun", "announce", "notify", "settleClaim", "invoice")
    if name not in chosen:
        return False
    inner = dict(task)
    task.clear()
    task.update({"try": [{f"{name}Itself": inner}], "catch": {}})
    return True


def no_undo_on_fault(document: Document, name: str, task: dict[str, Any]) -> bool:
    """The document switches undoing off."""
    first = next(iter(document["do"][0]))
    if name != first or "compensate" not in task:
        return False
    document["document"]["metadata"] = {"saga": {"onFault": "none"}}
    return True


def all_at_once(document: Document, name: str, task: dict[str, Any]) -> bool:
    """Undos run all at once."""
    if name not in ("createOrder", "openRun", "registerClaim"):
        return False
    document["document"]["metadata"] = {"saga": {"order": "parallel"}}
    return True


def probe_inverted(document: Document, name: str, task: dict[str, Any]) -> bool:
    """The probe says the opposite."""
    undo = _undo(task)
    if undo is None or "probe" not in undo:
        return False
    text = json.dumps(undo["probe"])
    swaps = {".charged }": ".charged | not }", '== \\"booked\\"': '!= \\"booked\\"'}
    for old, new in swaps.items():
        text = text.replace(old, new)
    text = text.replace("${ true }", "${ TRUE }").replace("${ false }", "${ true }").replace("${ TRUE }", "${ false }")
    undo["probe"] = json.loads(text)
    return True


def wait_without_end(document: Document, name: str, task: dict[str, Any]) -> bool:
    """The timeout of a wait is gone."""
    return "listen" in task and task.pop("timeout", None) is not None


def catch_keeps(document: Document, name: str, task: dict[str, Any]) -> bool:
    """A catch no longer undoes its block."""
    return "catch" in task and task["catch"].pop("compensate", None) is not None


def retry_undecided(document: Document, name: str, task: dict[str, Any]) -> bool:
    """Nothing says what happens between attempts."""
    return "catch" in task and task["catch"].pop("betweenAttempts", None) is not None


def retry_for_ever(document: Document, name: str, task: dict[str, Any]) -> bool:
    """Nothing limits a retry."""
    return "retry" in task.get("catch", {}) and task["catch"]["retry"].pop("limit", None) is not None


def pivot_early(document: Document, name: str, task: dict[str, Any]) -> bool:
    """The point of no return comes before what can still fail."""
    if name not in (
        "createOrder",
        "chargePayment",
        "openTrip",
        "reserveFunds",
        "openRun",
        "registerClaim",
        "lockOrder",
    ):
        return False
    for _, other, _ in tasks(document["do"]):
        other.pop("saga", None)
    task["saga"] = "pivot"
    return True


def pivot_unsure(document: Document, name: str, task: dict[str, Any]) -> bool:
    """Nothing takes the pivot back when nobody knows whether it happened."""
    return task.get("saga") == "pivot" and task.pop("compensate", None) is not None


def after_pivot_unguarded(document: Document, name: str, task: dict[str, Any]) -> bool:
    """What follows the pivot is no longer caught."""
    if name != "tellCustomer":
        return False
    inner = task.pop("try")[0]["sendLetter"]
    task.pop("catch")
    task.update(inner)
    return True


def too_early(document: Document, name: str, task: dict[str, Any]) -> bool:
    """A step comes before the one whose answer it needs."""
    if name != "shipOrder":
        return False
    items = document["do"]
    items.insert(1, items.pop())
    return True


def secret_shown(document: Document, name: str, task: dict[str, Any]) -> bool:
    """A secret is part of an output."""
    if name not in ("createOrder", "openRun"):
        return False
    document.setdefault("use", {})["secrets"] = ["apiKey"]
    task["output"] = {"as": "${ $input + { key: $secrets.apiKey } }"}
    return True


def unreached(document: Document, name: str, task: dict[str, Any]) -> bool:
    """The workflow ends before its last task."""
    if task is not next(iter(document["do"][0].values())) or len(document["do"]) < 2:
        return False
    task["then"] = "end"
    return name in ("createOrder", "openTrip", "createAccount")


MUTATIONS: list[tuple[str, str, Mutate]] = [
    ("undo-removed", "CPV101", undo_removed),
    ("undo-reads-output", "CPV102", undo_reads_output),
    ("undo-without-key", "CPV103", undo_without_key),
    ("constant-key", "CPV103", constant_key),
    ("goes-on", "CPV116", goes_on),
    ("swallowed", "CPV110", swallowed),
    ("no-undo-on-fault", "CPV101", no_undo_on_fault),
    ("all-at-once", "CPV117", all_at_once),
    ("probe-inverted", "CPV104", probe_inverted),
    ("wait-without-end", "CPV108", wait_without_end),
    ("catch-keeps", "CPV111", catch_keeps),
    ("retry-undecided", "CPV105", retry_undecided),
    ("retry-for-ever", "CPV109", retry_for_ever),
    ("pivot-early", "CPV107", pivot_early),
    ("pivot-unsure", "CPV106", pivot_unsure),
    ("after-pivot-unguarded", "CPV107", after_pivot_unguarded),
    ("too-early", "CPV115", too_early),
    ("secret-shown", "CPV114", secret_shown),
    ("unreached", "CPV112", unreached),
]
STATIC = frozenset({"CPV105", "CPV109", "CPV112", "CPV113", "CPV117"})
"""Codes of findings that need no story."""
