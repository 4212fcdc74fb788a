"""The shape of a scenario file."""

from __future__ import annotations

from typing import Final

from counterpoint.dsl.report import Path, Report
from counterpoint.dsl.shapes import (
    ANYTHING,
    BOOLEAN,
    OBJECT,
    STRING,
    STRINGS,
    Anything,
    Array,
    ByKind,
    Entries,
    Integer,
    Members,
    Shape,
    Text,
    closed,
    exactly_one,
)
from counterpoint.values.duration import parse_duration
from counterpoint.values.json import JsonObject, JsonValue

POINTS: Final = ("at", "while", "after", "undoing", "stuck")
DEEDS: Final = ("cancel", "suspend", "resume", "resolve", "compensate", "crash")
ANSWER_MEMBERS: Final = frozenset({"output", "each", "generate", "recorded", "takes"})
ANSWER_FORMS: Final = ("output", "each", "generate", "recorded")
_FROM_ONE: Final = Integer(minimum=1, maximum=1_000_000)
_INDEX: Final = Integer(minimum=0, maximum=1_000_000)


class _Duration:
    """A duration; expressions mean nothing here."""

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        """See `Shape`."""
        try:
            parse_duration(value)
        except ValueError as error:
            report.error("CP105", path, str(error))


DURATION: Final = _Duration()


class _OneOf:
    """`first` where the value is of its kind, otherwise `second`."""

    def __init__(self, kind: type, first: Shape, second: Shape) -> None:
        self._kind, self._first, self._second = kind, first, second

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        """See `Shape`."""
        (self._first if isinstance(value, self._kind) else self._second).check(value, path, report)


class _Nullable:
    """Null, or a shape."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        """See `Shape`."""
        if value is not None:
            self._shape.check(value, path, report)


class _Answer:
    """Any value; one that reads as a directive must be a sound one."""

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        """See `Shape`."""
        if is_directive(value):
            _DIRECTIVE.check(value, path, report)


def is_directive(value: JsonValue) -> bool:
    """Whether an answer is more than the output itself."""
    return isinstance(value, dict) and value.keys() <= ANSWER_MEMBERS and any(form in value for form in ANSWER_FORMS)


_RECORDED: Final = closed("a recorded answer", {"output!": ANYTHING, "call": _FROM_ONE, "takes": DURATION})
_GENERATE: Final = _OneOf(bool, BOOLEAN, closed("a contract", {"schema!": _OneOf(bool, BOOLEAN, OBJECT)}))
_DIRECTIVE: Final = closed(
    "an answer",
    {
        "output": Anything(),
        "each": Array(items=_Answer(), minimum=1),
        "generate": _GENERATE,
        "recorded": _RECORDED,
        "takes": DURATION,
    },
    exactly_one(*ANSWER_FORMS),
)


def _one_fault(value: JsonObject, path: Path, report: Report) -> None:
    kinds = [name for name in ("error", "timeout", "crash", "twice") if name in value]
    if not kinds and "delay" not in value:
        hint = "`error`, `timeout`, `crash`, `twice` or `delay`"
        report.error("CP102", path, "nothing goes wrong here", f"say what does: {hint}")
    for name in kinds[1:]:
        report.error("CP108", (path, name), f"`{name}` cannot stand beside `{kinds[0]}`", "keep one", of_key=True)


_ERROR: Final = ByKind(
    text=STRING,
    object=Members(
        known={"type": STRING, "status": Integer(minimum=100, maximum=599), "title": STRING, "detail": STRING},
        required=("type",),
        open=True,
        what="an error",
    ),
    what="an error (its members, or its type alone)",
)
_ITERATION: Final = _OneOf(list, Array(items=_INDEX, minimum=1), _INDEX)
FAULT: Final = closed(
    "a fault",
    {
        "task!": STRING,
        "undo": BOOLEAN,
        "attempt": _FROM_ONE,
        "iteration": _ITERATION,
        "call": _FROM_ONE,
        "error": _ERROR,
        "timeout": BOOLEAN,
        "crash": Text(values=("before", "after")),
        "twice": BOOLEAN,
        "delay": DURATION,
        "outcome": Text(values=("none", "unknown")),
        "happened": BOOLEAN,
    },
    _one_fault,
)


def _at_most_one_point(value: JsonObject, path: Path, report: Report) -> None:
    for name in [each for each in POINTS if each in value][1:]:
        report.error("CP108", (path, name), f"`{name}` cannot stand beside another point", "keep one", of_key=True)


_POINT: Final[dict[str, Shape]] = {
    "at": DURATION,
    "while": STRING,
    "after": STRING,
    "undoing": STRING,
    "stuck": STRING,
    "nth": _FROM_ONE,
    "delay": DURATION,
}
EVENT: Final = closed(
    "an event",
    {**_POINT, "event!": Members(known={"type": STRING}, required=("type",), open=True, what="a CloudEvent")},
    _at_most_one_point,
)
_REASON: Final = closed("a reason", {"reason": STRING})
ACTION: Final = closed(
    "an action",
    {
        **_POINT,
        "cancel": _OneOf(bool, BOOLEAN, closed("a cancel", {"reason": STRING, "abandon": BOOLEAN})),
        "suspend": _OneOf(bool, BOOLEAN, _REASON),
        "resume": BOOLEAN,
        "resolve": closed(
            "a decision",
            {"how": Text(values=("retry", "skip", "done")), "task": STRING, "reason": STRING, "input": ANYTHING},
        ),
        "compensate": _OneOf(bool, BOOLEAN, _REASON),
        "crash": BOOLEAN,
    },
    exactly_one(*POINTS),
    exactly_one(*DEEDS),
)
_CALL: Final = _OneOf(
    str,
    STRING,
    closed(
        "a call",
        {
            "task!": STRING,
            "attempt": _FROM_ONE,
            "iteration": _ITERATION,
            "with": ANYTHING,
            "key": STRING,
            "result": Text(values=("completed", "failed", "silent", "crashed")),
        },
    ),
)
_UNDO: Final = _OneOf(
    str,
    STRING,
    closed(
        "an undo",
        {
            "task!": STRING,
            "iteration": _ITERATION,
            "result": Text(values=("undone", "nothing", "failed", "skipped", "unfinished")),
            "attempts": _FROM_ONE,
            "outcome": Text(values=("completed", "unknown")),
        },
    ),
)
STATUSES: Final = ("completed", "faulted", "cancelled", "suspended", "waiting", "running")
EXPECT: Final = closed(
    "what is expected",
    {
        "status": Text(values=STATUSES),
        "saga": _Nullable(Text(values=("compensated", "compensating", "stuck"))),
        "output": ANYTHING,
        "context": ANYTHING,
        "error": _Nullable(ByKind(text=STRING, object=OBJECT, what="an error (its members, or its type alone)")),
        "calls": Array(items=_CALL),
        "undos": Array(items=_UNDO),
        "left": STRINGS,
        "incidents": STRINGS,
        "emitted": Array(items=ByKind(text=STRING, object=OBJECT, what="an event's type, or its members")),
        "duration": DURATION,
    },
)
_SHARED: Final[dict[str, Shape]] = {
    "input": ANYTHING,
    "secrets": OBJECT,
    "now": Text(what="a date and time", example="2026-01-31T08:00:00Z"),
    "unanswered": Text(values=("fail", "empty", "generate")),
    "answers": Entries(values=_Answer()),
}
_SCENARIO: Final = closed(
    "a scenario",
    {
        **_SHARED,
        "name!": Text(what="a name", fits=str.strip),
        "about": STRING,
        "faults": Array(items=FAULT),
        "events": Array(items=EVENT),
        "actions": Array(items=ACTION),
        "expect!": EXPECT,
    },
)
FILE: Final = closed(
    "a scenario file",
    {
        "workflow": STRING,
        "with": STRINGS,
        "defaults": closed("defaults", _SHARED),
        "scenarios!": Array(items=_SCENARIO, minimum=1),
    },
)
