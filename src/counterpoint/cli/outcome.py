"""What became of an instance: for people, and as the one object of `--json`."""

from __future__ import annotations

import json
from typing import Final

from counterpoint.application.views import InstanceView
from counterpoint.cli.problems import told
from counterpoint.cli.settings import NETWORK_VARIABLE
from counterpoint.cli.terminal import Line, Terminal
from counterpoint.values.json import JsonObject, JsonValue

_ENDINGS: Final = {"completed": "completed", "faulted": "faulted", "cancelled": "cancelled", "suspended": "suspended"}


def as_json(view: InstanceView) -> JsonObject:
    """`{"id", "status", "saga", "output", "error", "tasks": [{"reference", "name", "status", "attempt"}]}`."""
    return {
        "id": view.id,
        "status": view.status,
        "saga": view.saga,
        "output": view.output,
        "error": view.error,
        "tasks": [
            {"reference": each.reference, "name": each.name, "status": each.status, "attempt": each.attempt}
            for each in view.tasks
        ],
    }


def conclusion(view: InstanceView, terminal: Terminal) -> list[Line]:
    """How it ended and why; the output is not in it."""
    glyphs = terminal.glyphs
    style = _ENDINGS.get(view.status, "running")
    mark = getattr(glyphs, style)
    lines: list[Line] = [[(f"{mark}{view.status}{_undone(view)}", style)]]
    if view.error is not None:
        lines[0].append((f": {told(view.error)}", ""))
        if view.error.get("instance"):
            lines.append([("  at ", "faint"), (str(view.error["instance"]), "")])
    elif view.reason:
        lines[0].append((f": {view.reason}", ""))
    for incident in view.incidents:
        what = "the undo of " if incident.undo else ""
        number = (f"  incident {incident.run}: ", "suspended")
        lines.append([number, (f"{what}{incident.reference}: {told(incident.error)}", "")])
    hint = _hint(view)
    if hint:
        lines.append([("  hint: ", "hint"), (hint, "")])
    return lines


def show_outcome(view: InstanceView, terminal: Terminal) -> None:
    """Write how it ended and why, and the output."""
    terminal.write(conclusion(view, terminal))
    if view.status == "completed" and view.output is not None:
        terminal.write(json_lines(view.output, terminal), wrap=False)


def standing(view: InstanceView, terminal: Terminal) -> list[Line]:
    """How it stands now, in one line or a few."""
    if view.ended_at is not None or view.status == "suspended":
        first, *rest = conclusion(view, terminal)
        return [[*first, (f" {terminal.glyphs.bullet} {view.id}", "faint")], *rest]
    mark = terminal.glyphs.waiting if view.status == "waiting" else terminal.glyphs.running
    return [[(f"{mark}{view.status}", view.status), (f" {terminal.glyphs.bullet} {view.id}", "faint")]]


def json_lines(value: JsonValue, terminal: Terminal) -> list[Line]:
    """A value, indented."""
    ascii_only = glyphs_are_plain(terminal)
    return [[(line, "")] for line in json.dumps(value, indent=2, ensure_ascii=ascii_only).split("\n")]


def glyphs_are_plain(terminal: Terminal) -> bool:
    """Whether the stream cannot write more than ASCII for certain."""
    return terminal.glyphs.ellipsis == "..."


def _undone(view: InstanceView) -> str:
    return {"compensated": ", undone", "stuck": ", undo stuck"}.get(view.saga or "", "")


def _hint(view: InstanceView) -> str:
    if view.status == "suspended" and view.incidents:
        return f"mend the cause, then: counterpoint instances retry {view.id}"
    if view.status == "suspended":
        return f"to let it go on: counterpoint instances resume {view.id}"
    problems = [view.error, *(each.error for each in view.incidents)]
    if any("network policy" in str((each or {}).get("detail", "")) for each in problems):
        return (
            f"on the command line that is --allow-network (or {NETWORK_VARIABLE}), for example --allow-network loopback"
        )
    if any("there is no function" in str((each or {}).get("detail", "")) for each in problems):
        return "Python functions are given with --function path/to/file.py"
    return ""
