"""Grammar of what this runtime adds to the language: compensation (design: saga semantics, section 1)."""

from __future__ import annotations

from typing import Final

from counterpoint.dsl.grammar_parts import DURATION, RETRY_OR_NAME
from counterpoint.dsl.report import Path, Report
from counterpoint.dsl.shapes import ByKind, Shape, Text, closed
from counterpoint.values.json import JsonObject

TASK_SAGA: Final = Text(values=("pivot",))
BETWEEN_ATTEMPTS: Final = Text(values=("compensate", "keep"))
DOCUMENT_SAGA: Final = closed(
    "the saga's settings",
    {
        "onFault": Text(values=("compensate", "none")),
        "order": Text(values=("causal", "sequential", "parallel")),
        "compensableFor": DURATION,
    },
)


def _is_reason(text: str) -> bool:
    return bool(text.strip())


_REASON: Final = Text(what="a reason in words", fits=_is_reason, example="idempotent read")


def _undo_or_none(value: JsonObject, path: Path, report: Report) -> None:
    if "none" in value:
        for name in value:
            if name != "none":
                message = f"`{name}` cannot stand beside `none`"
                report.error("CP108", (path, name), message, "keep one of them", of_key=True)
    elif "do" not in value:
        report.error(
            "CP102", path, "needs `do` with the tasks of the undo", "or `none` with the reason for having none"
        )


def compensation(tasks: Shape) -> Shape:
    """The shape of `compensate`; `tasks` is the shape of a task list."""
    undo = closed(
        "an undo",
        {
            "do": tasks,
            "probe": tasks,
            "on": Text(values=("completed", "attempted")),
            "retry": RETRY_OR_NAME,
            "onFailure": Text(values=("suspend", "continue")),
            "none": _REASON,
        },
        _undo_or_none,
    )
    return ByKind(
        what="an undo (`do`), `none` with a reason, or the name of a function",
        text=Text(what="the name of a function in `use.functions`", fits=len),
        object=undo,
    )
