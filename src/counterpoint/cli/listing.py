"""What is read from a store, for people and as JSON."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from counterpoint.cli.outcome import json_lines, show_outcome
from counterpoint.cli.story import Story
from counterpoint.cli.story.fold import duration
from counterpoint.cli.story.tree import clipped
from counterpoint.cli.terminal import Line, Streams
from counterpoint.cli.watching import happening_line, portrait, read_story
from counterpoint.ports.store import InstanceRow
from counterpoint.values.json import JsonObject
from counterpoint.values.timestamp import iso8601

if TYPE_CHECKING:
    from counterpoint.application.reading import Reader

_STATUS_WIDTH: Final = 9
_SAGAS: Final = {"compensating": "undoing", "compensated": "undone", "stuck": "undo stuck"}


async def list_rows(
    reader: Reader, streams: Streams, status: str | None, workflow: str | None, limit: int, json: bool
) -> None:
    """The newest instances."""
    rows = await reader.browse(status=status, workflow=workflow, limit=limit)
    names = {each.number: f"{each.namespace}/{each.name}:{each.version}" for each in await reader.definitions()}
    if json:
        streams.out.json([_row_json(row, names.get(row.definition, "")) for row in rows])
    elif not rows:
        streams.out.print("no runs" + (f" with status {status}" if status else ""))
    else:
        streams.out.write(_table(rows, names, streams))
        if len(rows) == limit:
            streams.note(f"The newest {limit}; --limit shows more.")


async def show_instance(reader: Reader, streams: Streams, id: str, json: bool) -> None:
    """One instance."""
    view = await reader.inspect(id)
    if json:
        streams.out.json(msgspec.to_builtins(view))
        return
    story = await read_story(await reader.follow(id))
    out = streams.out
    out.write(portrait(story, out))
    if view.input:
        out.write([[("input", "faint")]])
        out.write(json_lines(view.input, out), wrap=False)
    if story.over or view.status == "suspended":
        show_outcome(view, out)
    else:
        mark = out.glyphs.waiting if view.status == "waiting" else out.glyphs.running
        out.write([[(f"{mark}{view.status}", view.status)]])


async def show_history(reader: Reader, streams: Streams, id: str, json: bool) -> None:
    """Everything that has happened to one instance."""
    if json:
        streams.out.json(await reader.history(id))
        return
    following = await reader.follow(id)
    story = Story(following.plan)
    for at, events in await following.news():
        streams.out.write(happening_line(each) for each in story.apply(at, events))


def _table(rows: Sequence[InstanceRow], names: dict[int, str], streams: Streams) -> list[Line]:
    width = streams.out.console.width if streams.out.interactive else None
    now = time.time_ns() // 1_000_000
    ids = max(len("ID"), *(len(row.id) for row in rows))
    started = [f"{duration(now - row.created_at)} ago" for row in rows]
    times = max(len("STARTED"), *(len(each) for each in started))
    # What matters most comes first: a narrow terminal cuts the end.
    head = f"{'ID':<{ids}}  {'STATUS':<{_STATUS_WIDTH}}  {'STARTED':<{times}}  WORKFLOW"
    lines: list[Line] = [[(head, "faint")]]
    for row, since in zip(rows, started, strict=True):
        saga = _SAGAS.get(row.saga or "", "")
        lines.append(
            [
                (f"{row.id:<{ids}}  ", ""),
                (f"{row.status:<{_STATUS_WIDTH}}", row.status),
                (f"  {since:<{times}}  ", "faint"),
                (names.get(row.definition, ""), ""),
                (f"  {streams.out.glyphs.undo} {saga}" if saga else "", "undo"),
            ]
        )
    return [clipped(line, width, streams.out.glyphs.ellipsis) for line in lines]


def _row_json(row: InstanceRow, workflow: str) -> JsonObject:
    return {
        "id": row.id,
        "workflow": workflow,
        "status": row.status,
        "saga": row.saga,
        "createdAt": iso8601(row.created_at),
        "endedAt": None if row.ended_at is None else iso8601(row.ended_at),
        "parent": row.parent,
        "errorType": row.error_type,
    }
