"""What a case expects, compared with what became of it."""

from __future__ import annotations

from typing import Any

from tests.conformance.saga.saga_stage import Told


def differences(expected: dict[str, Any], told: Told, *, crashed: bool = False) -> list[str]:
    """Everything that is not as expected, in words.

    After a crash an effect that was refused is asked for once more, and a refusal then says nothing of the first
    time: its undo may come on top, and finds nothing to undo (saga.md, section 2: outcome unknown).
    """
    found: list[str] = []
    view = told.view
    done = [each for each in told.ledger if not each.undoes]
    undos = [each for each in told.ledger if each.undoes and not each.key.endswith(":probe")]
    undos = [each for each in undos if ":probe:" not in each.key]
    on_top = []
    if crashed:
        keys = {each.key for each in done}
        wanted = _flat(expected.get("undos", []))
        for each in list(undos):
            if each.key.partition(":undo")[0] not in keys and each.service not in wanted:
                on_top.append(each)
                undos.remove(each)
    saga = view.saga
    if on_top and saga == "compensated" and expected.get("saga") is None:
        saga = None
    _compare(found, "status", expected["status"], view.status)
    _compare(found, "saga", expected.get("saga"), saga)
    if "calls" in expected:
        found += _in_order("calls", expected["calls"], [each.service for each in done])
    found += _in_order("undos", expected.get("undos", []), [each.service for each in undos])
    by_service = {each.service: each for each in told.ledger}
    for service, key in expected.get("keys", {}).items():
        _compare(found, f"key of {service}", key, by_service[service].key if service in by_service else None)
    for service, arguments in expected.get("saw", {}).items():
        seen = by_service[service].arguments if service in by_service else None
        if not _includes(seen, arguments):
            found.append(f"{service} saw {seen}, expected {arguments}")
    _compare(found, "incidents", expected.get("incidents", []), [each.reference for each in view.incidents])
    found += _error(expected, view.error)
    left = [{name: each.get(name) for name in ("task", "reason")} for each in view.left]
    wanted_left = [{"task": each["task"], "reason": each.get("reason")} for each in expected.get("left", [])]
    _compare(found, "left", sorted(map(str, wanted_left)), sorted(map(str, left)))
    if "output" in expected:
        _compare(found, "output", expected["output"], view.output)
    if "context" in expected:
        _compare(found, "context", expected["context"], view.context)
    if not crashed:
        found += _exactly(expected, told)
    return found


def _exactly(expected: dict[str, Any], told: Told) -> list[str]:
    """What a repeated request would change."""
    found: list[str] = []
    for service, count in expected.get("asked", {}).items():
        _compare(found, f"requests to {service}", count, sum(each[0] == service for each in told.asked))
    for kind, count in expected.get("lifecycle", {}).items():
        _compare(found, f"lifecycle events {kind}", count, told.lifecycle.count(kind))
    keys: dict[str, set[str]] = {}
    for service, key, _ in told.asked:
        keys.setdefault(service, set()).add(key)
    for service in expected.get("sameKey", []):
        _compare(found, f"number of keys of {service}", 1, len(keys.get(service, ())))
    return found


def _error(expected: dict[str, Any], error: dict[str, Any] | None) -> list[str]:
    wanted = expected.get("error")
    if wanted is None:
        return [] if error is None or expected["status"] == "faulted" else [f"there is an error: {error}"]
    found: list[str] = []
    error = error or {}
    for name, value in wanted.items():
        actual = error.get(name)
        if name == "type":
            actual = str(actual).rpartition("/")[2]
        elif name == "compensation":
            actual = sorted(each["task"] for each in actual or [])
        _compare(found, f"error.{name}", value, actual)
    return found


def _compare(found: list[str], what: str, expected: Any, actual: Any) -> None:
    if expected != actual:
        found.append(f"{what}: expected {expected!r}, got {actual!r}")


def _in_order(what: str, expected: list[Any], actual: list[str]) -> list[str]:
    """In a list inside of the list, the order is free; in a list of lists each of these is a branch of its own."""
    rest = list(actual)
    for each in expected:
        part, rest = (rest[: _size(each)], rest[_size(each) :])
        if not _fits(each, part):
            return [f"{what}: expected {expected}, got {actual}"]
    return [] if not rest else [f"{what}: expected {expected}, got {actual}"]


def _fits(expected: Any, part: list[str]) -> bool:
    if isinstance(expected, str):
        return part == [expected]
    if sorted(_flat(expected)) != sorted(part):
        return False
    branches = [each for each in expected if isinstance(each, list)]
    return all([name for name in part if name in branch] == branch for branch in branches)


def _size(expected: Any) -> int:
    return 1 if isinstance(expected, str) else len(_flat(expected))


def _flat(expected: Any) -> list[str]:
    return [expected] if isinstance(expected, str) else [name for each in expected for name in _flat(each)]


def _includes(actual: Any, expected: Any) -> bool:
    if isinstance(expected, dict) and isinstance(actual, dict):
        return all(name in actual and _includes(actual[name], value) for name, value in expected.items())
    return bool(actual == expected)
