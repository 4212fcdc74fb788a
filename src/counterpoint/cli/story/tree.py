"""A story as lines: one for each task, indented below the task that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from counterpoint.cli.glyphs import Glyphs
from counterpoint.cli.story.fold import duration
from counterpoint.cli.story.node import Node, State, UndoState
from counterpoint.cli.terminal import Line

NAME_WIDTH_MAX: Final = 40
"""Columns of the mark and the name, at most; the state stands behind them."""
_STATE_WIDTH: Final = 12

_FADED: Final = frozenset({State.PENDING, State.SKIPPED})


class Canvas(NamedTuple):
    """What to draw with, and when it is."""

    glyphs: Glyphs
    now: int
    """Milliseconds since the epoch."""
    width: int | None = None
    """Columns; None where lines may be of any length."""
    height: int | None = None
    """Lines; None where all may be shown."""
    frame: int | None = None
    """Turns the mark of what is running; None where nothing moves."""


class _Row(NamedTuple):
    node: Node
    depth: int


def tree(root: Node, canvas: Canvas) -> list[Line]:
    """The tasks below `root`. Where there is no room for all, those that are over give way first."""
    rows = list(_rows(root, 0))
    left_out = 0
    if canvas.height is not None and len(rows) > canvas.height:
        rows, left_out = _fitted(rows, canvas.height - 1)
    widest = max((len(_lead(row)) + len(row.node.task.name) for row in rows), default=0)
    room = NAME_WIDTH_MAX if canvas.width is None else min(NAME_WIDTH_MAX, canvas.width // 2)
    lines = [_line(row, canvas, min(widest, room)) for row in rows]
    if left_out:
        lines.insert(0, [(f"{canvas.glyphs.blank} {left_out} more tasks", "faint")])
    return lines


def clipped(line: Line, width: int | None, ellipsis: str = "…") -> Line:
    """The line, cut where it would be wider than `width` columns."""
    if width is None or sum(len(text) for text, _ in line) <= width:
        return line
    room, kept = width - len(ellipsis), []
    for text, style in line:
        kept.append((text[:room] if room > 0 else "", style))
        room -= len(text)
        if room <= 0:
            kept.append((ellipsis, style))
            break
    return kept


def _rows(node: Node, depth: int) -> Iterator[_Row]:
    for member in node.members():
        yield _Row(member, depth)
        yield from _rows(member, depth + 1)


def _fitted(rows: list[_Row], room: int) -> tuple[list[_Row], int]:
    """As many rows as there is room for: all that are active, then the latest."""
    active = [index for index, row in enumerate(rows) if row.node.active]
    others = [index for index, row in enumerate(rows) if not row.node.active]
    kept = set(active[-room:])
    free = room - len(kept)
    if free > 0:
        kept.update(others[-free:])
    return [row for index, row in enumerate(rows) if index in kept], len(rows) - len(kept)


def _lead(row: _Row) -> str:
    """What stands before the name: the indentation, and room for the mark."""
    return "  " * row.depth + "   "


def _line(row: _Row, canvas: Canvas, width: int) -> Line:
    node, lead, ellipsis = row.node, _lead(row), canvas.glyphs.ellipsis
    mark, word, style = _look(node, canvas)
    name, room = node.task.name, max(width - len(lead), len(ellipsis) + 1)
    if len(name) > room:
        name = name[: room - len(ellipsis)] + ellipsis
    line: Line = [
        (lead[:-3] + mark + " ", style),
        (f"{name:<{room}}", "faint" if node.state in _FADED else ""),
        (f"  {word:<{_STATE_WIDTH}}", style),
    ]
    detail = _detail(node, canvas)
    if detail:
        line.append((f" {detail}", "faint" if node.undo is None and node.state is State.COMPLETED else ""))
    return clipped(line, canvas.width, ellipsis)


def _look(node: Node, canvas: Canvas) -> tuple[str, str, str]:
    """Mark, word and style."""
    glyphs = canvas.glyphs
    if node.undo is not None:
        style = "faulted" if node.undo is UndoState.FAILED else "undo-strong"
        return glyphs.undo, node.undo.value, style
    turned = None if canvas.frame is None else glyphs.spinner[canvas.frame % len(glyphs.spinner)] + " "
    mark, style = {
        State.PENDING: (glyphs.pending, "faint"),
        State.RUNNING: (turned or glyphs.running, "running"),
        State.WAITING: (glyphs.waiting, "waiting"),
        State.RETRYING: (glyphs.retrying, "retrying"),
        State.COMPLETED: (glyphs.completed, "completed"),
        State.SKIPPED: (glyphs.skipped, "faint"),
        State.FAULTED: (glyphs.faulted, "faulted"),
        State.CANCELLED: (glyphs.cancelled, "cancelled"),
        State.STUCK: (glyphs.suspended, "suspended"),
    }[node.state]
    if node.undoes:
        return glyphs.undo, node.state.value, "faulted" if node.state is State.FAULTED else "undo"
    return mark, node.state.value, style


def _detail(node: Node, canvas: Canvas) -> str:
    """What is worth knowing besides: how long still, which attempt, why."""
    parts = [node.rank()]
    if node.due is not None:
        parts.append(f"in {duration(node.due - canvas.now)}")
    elif node.undo is None and node.state is State.RUNNING:
        parts.append(duration(canvas.now - node.started_at) if canvas.now - node.started_at >= 1000 else "")
    elif node.state is State.COMPLETED and node.undo is None and node.ended_at is not None:
        taken = node.ended_at - node.started_at
        parts.append(duration(taken) if taken >= 50 else "")
    told_below = node.state is State.FAULTED and any(each.state is State.FAULTED for each in node.members())
    if node.note and not (told_below and node.undo is None):
        parts.append(node.note)
    return f" {canvas.glyphs.bullet} ".join(part for part in parts if part)
