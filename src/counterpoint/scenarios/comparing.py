"""What was expected against what came: every difference, in words and as data."""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher
from typing import Any, Final

import msgspec

from counterpoint.trial.trace import CallMade, Trace, UndoMade
from counterpoint.values.duration import format_duration, parse_duration
from counterpoint.values.json import JsonObject, JsonValue, pointer_join
from counterpoint.values.problem import same_type, short_type

DIFFERENCES_MAX: Final = 20
"""How many differences within one value are told."""


class Missing(msgspec.Struct, frozen=True):
    """Stands for a value that is not there."""


MISSING: Final = Missing()


class Row(msgspec.Struct, frozen=True):
    """One row of two lists side by side; `same` if both sides agree."""

    expected: str | None
    actual: str | None
    same: bool


class Mismatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One expectation that does not hold."""

    what: str
    """The member of `expect`, or `answers`, `faults`, `actions`."""
    message: str
    pointer: str = ""
    """Where it is expected, as a JSON pointer into the scenario file."""
    expected: JsonValue = None
    actual: JsonValue = None
    details: list[str] = []
    """Differences within a value, one a line."""
    rows: list[Row] = []
    """Lists side by side."""


def compare(expect: JsonObject, trace: Trace, pointer: str) -> list[Mismatch]:
    """Every expectation of `expect`, which stands at `pointer`, that the trace does not meet."""
    if trace.halted is not None:
        return [Mismatch(what="answers", message=trace.halted, pointer=pointer)]
    wanted = {"status": "completed", "left": [], **expect}
    found = []
    for what, expected in wanted.items():
        mismatch = _CHECKS[what](expected, trace)
        if mismatch is not None:
            place = pointer_join(pointer, "expect", what) if what in expect else pointer
            found.append(msgspec.structs.replace(mismatch, pointer=place))
    return found


def differences(expected: JsonValue, actual: JsonValue, *, partial: bool, pointer: str = "") -> list[str]:
    """How two JSON values differ, as `/pointer: expected ..., got ...`; `partial` lets objects have more members."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        found = []
        for name in dict.fromkeys([*expected, *(() if partial else actual)]):
            left, right = expected.get(name, MISSING), actual.get(name, MISSING)
            found += differences(left, right, partial=partial, pointer=pointer_join(pointer, name))
        return found
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(expected, actual, strict=True))
        return [
            line
            for index, (left, right) in pairs
            for line in differences(left, right, partial=partial, pointer=pointer_join(pointer, index))
        ]
    if _equal(expected, actual):
        return []
    return [f"{pointer or 'the value'}: expected {shown(expected)}, got {shown(actual)}"]


def shown(value: JsonValue) -> str:
    """A value for people, on one line."""
    if isinstance(value, Missing):
        return "nothing"
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 200 else text[:197] + "..."


def _equal(left: JsonValue, right: JsonValue) -> bool:
    """Equality of JSON: 1 and 1.0 are one number, but true is none."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(_equal(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(left[name], right[name]) for name in left)
    return bool(left == right)


def _status(expected: str, trace: Trace) -> Mismatch | None:
    if expected == trace.status:
        return None
    told = ""
    if trace.error is not None:
        told = f": {_summary(trace.error)}"
    elif trace.reason:
        told = f": {trace.reason}"
    elif trace.status == "waiting":
        told = ": it waits for an event that does not come"
    message = f"expected {expected}, got {trace.status}{told}"
    return Mismatch(what="status", message=message, expected=expected, actual=trace.status)


def _saga(expected: str | None, trace: Trace) -> Mismatch | None:
    if expected == trace.saga:
        return None
    message = f"expected {expected or 'no undo'}, got {trace.saga or 'no undo'}"
    return Mismatch(what="saga", message=message, expected=expected, actual=trace.saga)


def _value(what: str) -> Callable[[JsonValue, Trace], Mismatch | None]:
    def check(expected: JsonValue, trace: Trace) -> Mismatch | None:
        actual, partial = getattr(trace, what), False
        if isinstance(expected, dict) and list(expected) in (["contains"], ["equals"]):
            partial = "contains" in expected
            expected = expected["contains" if partial else "equals"]
        found = differences(expected, actual, partial=partial)
        if not found:
            return None
        message = f"the {what} is not as expected"
        return Mismatch(what=what, message=message, expected=expected, actual=actual, details=found[:DIFFERENCES_MAX])

    return check


def _error(expected: JsonObject | str | None, trace: Trace) -> Mismatch | None:
    actual = trace.error
    if expected is None or actual is None:
        if expected is actual:
            return None
        message = "expected no error" if expected is None else "there is no error"
        if actual is not None:
            message += f", got {_summary(actual)}"
        return Mismatch(what="error", message=message, expected=expected, actual=actual)
    wanted: JsonObject = {"type": expected} if isinstance(expected, str) else expected
    found = differences({key: each for key, each in wanted.items() if key != "type"}, actual, partial=True)
    if "type" in wanted and not same_type(wanted["type"], actual["type"]):
        found.insert(0, f"/type: expected {short_type(wanted['type'])}, got {short_type(actual['type'])}")
    if not found:
        return None
    message = f"the error is not as expected: {_summary(actual)}"
    return Mismatch(what="error", message=message, expected=expected, actual=actual, details=found[:DIFFERENCES_MAX])


def _calls(expected: list[JsonValue], trace: Trace) -> Mismatch | None:
    made = [each for each in trace.calls if each.undo_of is None]
    return _aligned("calls", expected, made, _call_fits, _call_shown)


def _undos(expected: list[JsonValue], trace: Trace) -> Mismatch | None:
    return _aligned("undos", expected, trace.undos, _undo_fits, _undo_shown)


def _left(expected: list[str], trace: Trace) -> Mismatch | None:
    left = [each for each in trace.left if not each.meant]
    reasons = [f"{each.task}: {each.why}" for each in left]
    found = _aligned("left", sorted(expected), sorted(left, key=lambda each: each.task), _named, _name)
    return None if found is None else msgspec.structs.replace(found, details=reasons)


def _incidents(expected: list[str], trace: Trace) -> Mismatch | None:
    ordered = sorted(trace.incidents, key=lambda each: each.task)
    return _aligned("incidents", sorted(expected), ordered, _named, _name)


def _emitted(expected: list[JsonValue], trace: Trace) -> Mismatch | None:
    def fits(wanted: JsonValue, event: JsonObject) -> bool:
        return (
            bool(event["type"] == wanted) if isinstance(wanted, str) else not differences(wanted, event, partial=True)
        )

    return _aligned("emitted", expected, trace.emitted, fits, lambda event: str(event["type"]))


def _duration(expected: JsonValue, trace: Trace) -> Mismatch | None:
    wanted = parse_duration(expected)
    if wanted == trace.duration:
        return None
    left, right = format_duration(wanted), format_duration(trace.duration)
    if left == right:
        left, right = f"{wanted:,} ms", f"{trace.duration:,} ms"
    message = f"expected {left}, got {right}"
    return Mismatch(what="duration", message=message, expected=wanted, actual=trace.duration)


def _aligned(
    what: str,
    expected: list[JsonValue],
    actual: list[Any],
    fits: Callable[[Any, Any], bool],
    show: Callable[[Any], str],
) -> Mismatch | None:
    if len(expected) == len(actual) and all(map(fits, expected, actual)):
        return None
    left, right = [_wanted(each) for each in expected], [show(each) for each in actual]
    rows = _rows(left, right, [fits(a, b) for a, b in zip(expected, actual, strict=False)])
    message = f"the {what} are not as expected" if what != "left" else "effects are left behind other than expected"
    return Mismatch(what=what, message=message, expected=expected, actual=right, rows=rows)


def _rows(left: list[str], right: list[str], same: list[bool]) -> list[Row]:
    """Two lists side by side, aligned by their longest common parts."""
    if len(left) == len(right):
        return [Row(a, b, fit) for a, b, fit in zip(left, right, same, strict=True)]
    rows = []
    names, others = ([each.partition(" ")[0] for each in side] for side in (left, right))
    for tag, a, b, c, d in SequenceMatcher(None, names, others, autojunk=False).get_opcodes():
        for index in range(max(b - a, d - c)):
            one = left[a + index] if a + index < b else None
            two = right[c + index] if c + index < d else None
            rows.append(Row(one, two, tag == "equal"))
    return rows


def _wanted(expected: JsonValue) -> str:
    if not isinstance(expected, dict):
        return str(expected)
    if "task" not in expected:
        return shown(expected)
    rest = {name: each for name, each in expected.items() if name != "task"}
    return expected["task"] if not rest else f"{expected['task']} {shown(rest)}"


def _named(expected: str, actual: Any) -> bool:
    return expected in (actual.task, actual.reference)


def _name(actual: Any) -> str:
    return str(actual.task)


def _iteration_fits(expected: JsonObject, actual: list[int]) -> bool:
    wanted = expected.get("iteration", actual)
    return (wanted if isinstance(wanted, list) else [wanted]) == actual


def _call_fits(expected: JsonValue, call: CallMade) -> bool:
    if isinstance(expected, str):
        return _named(expected, call)
    return (
        _named(expected["task"], call)
        and _iteration_fits(expected, call.iteration)
        and not differences(expected.get("with"), call.arguments if "with" in expected else None, partial=True)
        and all(getattr(call, name) == expected[name] for name in ("attempt", "key", "result") if name in expected)
    )


def _call_shown(call: CallMade) -> str:
    """A call with what tells it apart, and its arguments where a document expects any."""
    notes = [f"iteration {'.'.join(map(str, call.iteration))}"] if call.iteration else []
    notes += [f"attempt {call.attempt}"] if call.attempt > 1 else []
    notes += [call.result] if call.result != "completed" else []
    return call.task if not notes else f"{call.task} ({', '.join(notes)})"


def _undo_fits(expected: JsonValue, undo: UndoMade) -> bool:
    if isinstance(expected, str):
        return _named(expected, undo)
    members = [name for name in ("result", "attempts", "outcome") if name in expected]
    return (
        _named(expected["task"], undo)
        and _iteration_fits(expected, undo.iteration)
        and all(getattr(undo, name) == expected[name] for name in members)
    )


def _undo_shown(undo: UndoMade) -> str:
    notes = [f"iteration {'.'.join(map(str, undo.iteration))}"] if undo.iteration else []
    notes += [undo.result] if undo.result != "undone" else []
    return undo.task if not notes else f"{undo.task} ({', '.join(notes)})"


def _summary(error: JsonObject) -> str:
    where = f" at {error['instance']}" if error.get("instance") else ""
    detail = error.get("detail") or error.get("title") or "no detail"
    return f"{short_type(str(error.get('type')))} ({error.get('status')}){where}: {detail}"


_CHECKS: Final[dict[str, Callable[[Any, Trace], Mismatch | None]]] = {
    "status": _status,
    "saga": _saga,
    "output": _value("output"),
    "context": _value("context"),
    "error": _error,
    "calls": _calls,
    "undos": _undos,
    "left": _left,
    "incidents": _incidents,
    "emitted": _emitted,
    "duration": _duration,
}
