"""What must hold once every saga has ended, whatever was killed and when."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from tests.crash.document import rank
from tests.crash.world import SERVICES, Ledger, Request

End = tuple[str, str]
"""Status and saga state that a run ended with."""

COMPLETED: End = ("completed", "")
UNDONE = frozenset({("faulted", "compensated"), ("faulted", "")})
"""A run whose first step was refused has nothing to undo."""


def violations(ledger: Ledger, ends: Mapping[str, set[End]], orders: list[str]) -> list[str]:
    """One line for each promise that was broken; none where all is well."""
    return [
        *_keys(ledger),
        *(line for order in orders for line in _order(ledger_of(ledger, order), order, ends.get(order, set()))),
    ]


def ledger_of(ledger: Ledger, order: str) -> Ledger:
    """The part of the ledger that is about one order."""
    return Ledger(
        requests=[each for each in ledger.requests if each.order == order],
        applied=[each for each in ledger.applied if each.order == order],
        refused=[each for each in ledger.refused if each.order == order],
    )


def _keys(ledger: Ledger) -> Iterator[str]:
    """One key, one effect, one body; one effect, one key."""
    bodies: dict[str, set[str]] = defaultdict(set)
    keys: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for request in ledger.requests:
        bodies[request.key].add(request.body)
        keys[request.service, request.action, request.order].add(request.key)
    for key, different in bodies.items():
        if len(different) > 1:
            yield f"key {key} was sent with different bodies: {sorted(different)}"
    for what, different in keys.items():
        if len(different) > 1:
            yield f"{what} was asked for under several keys: {sorted(different)}"
    for key, times in Counter(each.key for each in ledger.applied).items():
        if times > 1:
            yield f"key {key} was applied {times} times"


def _order(ledger: Ledger, order: str, ends: set[End]) -> Iterator[str]:
    if not ends:
        yield f"{order} was lost: it has no end"
        return
    if len(ends) > 1:
        yield f"{order} was seen to end in different ways: {sorted(ends)}"
    done = _services(ledger.applied, "do")
    undone = _services(ledger.applied, "undo")
    for end in ends:
        if end == COMPLETED:
            if sorted(done) != sorted(SERVICES) or undone:
                yield f"{order} completed, but did {done} and undid {undone}"
        elif end in UNDONE:
            if set(done) - set(undone):
                yield f"{order} was undone, but did {done} and undid {undone}"
        else:
            yield f"{order} ended {end}, neither completed nor undone"
    yield from _undone_without_need(ledger, order)


def _undone_without_need(ledger: Ledger, order: str) -> Iterator[str]:
    """What was not done is undone only where the engine could not know: the undo says what it believes."""
    done = set(_services(ledger.applied, "do"))
    undos = [each for each in ledger.applied if each.action == "undo"]
    for undo in undos:
        if undo.service not in done and json.loads(undo.body)["outcome"] != "unknown":
            yield f"{order}: {undo.service} was undone as completed though it was never done"
    places = [rank(order, undo.service) for undo in undos]
    if places != sorted(places, reverse=True):
        yield f"{order} was undone out of order: {[undo.service for undo in undos]}"


def _services(requests: list[Request], action: str) -> list[str]:
    return [each.service for each in requests if each.action == action]
