"""What is read from a store, for people and as JSON."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from counterpoint.application.selecting import Wanted
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


async def list_rows(reader: Reader, streams: Streams, wanted: Wanted, due: bool, limit: int, json: bool) -> None:
    """The newest instances, or those that are due first."""
    rows = await (reader.due if due else reader.browse)(wanted, limit=limit)
    names = {each.number: f"{each.namespace}/{each.name}:{each.version}" for each in await reader.definitions()}
    if json:
        streams.out.json([_row_json(row, names.get(row.definition, "")) for row in rows])
    elif not rows:
        statuses = " or ".join(wanted.get("status") or ())
        what = "no runs that wait for a time" if due else "no runs"
        streams.out.print(what + (f" with status {statuses}" if statuses else ""))
    else:
        streams.out.write(_table(rows, names, streams, due))
        if len(rows) == limit:
            shown = f"The {limit} that are due first" if due else f"The newest {limit}"
            streams.note(f"{shown}; --limit shows more.")


async def count_rows(reader: Reader, streams: Streams, wanted: Wanted, json: bool) -> None:
    """How many instances there are."""
    count = await reader.count(wanted)
    if json:
        streams.out.json(
            {
                "total": count.total,
                "atLeast": count.at_least,
                "byStatus": count.by_status,
                "byWorkflow": count.by_workflow,
            }
        )
        return
    width = len(f"{count.total:,}")
    streams.out.print(f"{count.total:,} run{'' if count.total == 1 else 's'}{', or more' if count.at_least else ''}")
    for title, numbers in (("by status", count.by_status), ("by workflow", count.by_workflow)):
        if numbers:
            streams.out.write([[(title, "faint")]])
            largest = sorted(numbers.items(), key=lambda each: (-each[1], each[0]))
            streams.out.write([[(f"{number:>{width},}  {name}", "")] for name, number in largest])


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


async def show_history(
    reader: Reader, streams: Streams, id: str, json: bool, after: int = 0, limit: int | None = None
) -> None:
    """What has happened to one instance after transition `after`."""
    if json:
        streams.out.json(await reader.history(id, after, limit))
        return
    following = await reader.follow(id)
    story = Story(following.plan)
    last = None if limit is None else after + limit
    for sequence, (at, events) in enumerate((await following.news())[:last], 1):
        happenings = story.apply(at, events)  # what came before is needed to tell what follows
        if sequence > after:
            streams.out.write(happening_line(each) for each in happenings)


def _table(rows: Sequence[InstanceRow], names: dict[int, str], streams: Streams, due: bool) -> list[Line]:
    width = streams.out.console.width if streams.out.interactive else None
    now = time.time_ns() // 1_000_000
    ids = max(len("ID"), *(len(row.id) for row in rows))
    title = "DUE" if due else "STARTED"
    moments = [_told(row.created_at if row.due_at is None or not due else row.due_at, now) for row in rows]
    times = max(len(title), *(len(each) for each in moments))
    # What matters most comes first: a narrow terminal cuts the end.
    head = f"{'ID':<{ids}}  {'STATUS':<{_STATUS_WIDTH}}  {title:<{times}}  WORKFLOW"
    lines: list[Line] = [[(head, "faint")]]
    for row, since in zip(rows, moments, strict=True):
        saga = _SAGAS.get(row.saga or "", "")
        lines.append(
            [
                (f"{row.id:<{ids}}  ", ""),
                (f"{row.status:<{_STATUS_WIDTH}}", row.status),
                (f"  {since:<{times}}  ", "faint"),
                (names.get(row.definition, ""), ""),
                (f"  {row.business_key}" if row.business_key else "", ""),
                (f"  {streams.out.glyphs.undo} {saga}" if saga else "", "undo"),
            ]
        )
    return [clipped(line, width, streams.out.glyphs.ellipsis) for line in lines]


def _told(moment: int, now: int) -> str:
    return f"in {duration(moment - now)}" if moment > now else f"{duration(now - moment)} ago"


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
        "businessKey": row.business_key,
        "correlation": row.correlation,
        "waitsFor": list(row.waits),
        "dueAt": None if row.due_at is None else iso8601(row.due_at),
    }
