"""Moments as they may be shown: without what schemas mark as sensitive, neither as it is now nor as it was then."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from counterpoint.application.moments import Moment
from counterpoint.masking import Redaction

_COUNTS: Final = frozenset(("run", "parent", "attempt", "at", "started_at", "ended_at", "tasks_left_out"))
"""Members that count or tell the time, and hold no data."""


def masked_moment(moment: Moment, redaction: Redaction) -> Moment:
    """The moment of an instance whose whole history the redaction knows."""
    tasks = [
        msgspec.structs.replace(each, output=redaction.task_output(each.run, each.output))
        if each.output is not msgspec.UNSET
        else each
        for each in moment.tasks
    ]
    placed = msgspec.structs.replace(
        moment,
        input=redaction.input(moment.input),
        output=redaction.output(moment.output),
        context=redaction.context(moment.context),
        tasks=tasks,
    )
    shown: Moment = _masked(placed, redaction)
    return shown


def _masked(value: Any, redaction: Redaction) -> Any:
    """Copies are masked in every part that may hold data."""
    if isinstance(value, msgspec.Struct):
        members = {name: getattr(value, name) for name in value.__struct_fields__}
        changed = {name: _masked(each, redaction) for name, each in members.items() if name not in _COUNTS}
        return msgspec.structs.replace(value, **changed)
    if isinstance(value, list) and value and isinstance(value[0], msgspec.Struct):
        return [_masked(each, redaction) for each in value]
    return value if value is msgspec.UNSET else redaction.value(value)
