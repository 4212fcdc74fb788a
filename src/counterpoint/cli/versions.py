"""Versions and comparisons, for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from counterpoint.application.comparing import Comparison, Place
from counterpoint.cli.terminal import Line, Streams
from counterpoint.engine.registry import ACTIVE, RETIRED
from counterpoint.ports.store import StoredDefinition, VersionState
from counterpoint.values.json import JsonObject
from counterpoint.values.timestamp import iso8601

_STATE_WIDTH: Final = 10


def list_versions(
    versions: Sequence[tuple[StoredDefinition, VersionState]], workflow: str | None, streams: Streams, json: bool
) -> None:
    """All versions, or those of one workflow."""
    chosen = [each for each in versions if workflow in (None, each[0].name, f"{each[0].namespace}/{each[0].name}")]
    if json:
        streams.out.json([_entry(*each) for each in chosen])
        return
    if not chosen:
        streams.out.print("nothing is published" if workflow is None else f"no workflow {workflow} is published")
        return
    names = [_title(definition) for definition, _ in chosen]
    width = max(len("WORKFLOW"), *(len(each) for each in names))
    lines: list[Line] = [[(f"{'WORKFLOW':<{width}}  {'STATE':<{_STATE_WIDTH}}  PUBLISHED", "faint")]]
    for name, (definition, state) in zip(names, chosen, strict=True):
        line = [(f"{name:<{width}}  ", ""), (f"{state.state:<{_STATE_WIDTH}}", _style(state.state))]
        lines.append([*line, (f"  {iso8601(definition.published_at)[:10]}", "faint"), (_fate(state), "")])
    streams.out.write(lines)


def show_version(definition: StoredDefinition, history: Sequence[VersionState], streams: Streams, json: bool) -> None:
    """One version with all that was done to its state."""
    state = history[-1] if history else None
    if json:
        changes = [_change(each) for each in history]
        streams.out.json({**_entry(definition, state), "changes": changes, "text": definition.text})
        return
    word = ACTIVE if state is None else state.state
    lines: list[Line] = [[(_title(definition), "strong"), ("  ", ""), (word, _style(word))]]
    lines.append([(f"published {iso8601(definition.published_at)}, digest {definition.digest[:12]}", "faint")])
    for each in history:
        who = f" by {each.changed_by}" if each.changed_by else ""
        why = f": {each.reason}" if each.reason else ""
        lines.append([(f"{iso8601(each.changed_at)}  {each.state}{who}{why}{_fate(each)}", "")])
    streams.out.write([*lines, [("", "")]])
    streams.out.write([[(line, "")] for line in definition.text.rstrip("\n").split("\n")], wrap=False)


def show_comparison(comparison: Comparison, streams: Streams, json: bool) -> None:
    """What differs between two versions, and what that asks of the number."""
    if json:
        streams.out.json(_comparison(comparison))
        return
    glyphs, lines = streams.out.glyphs, list[Line]()
    for each in comparison.findings:
        style = "error" if each.breaking else "faint"
        places = f"{_place(each.before)} -> {_place(each.after)}"
        lines.append([(f"{each.severity:<8}  ", style), (each.what, "strong" if each.breaking else "")])
        lines.append([(f"          {each.why}; {each.kind}, {places}", "faint")])
    good = comparison.bump_enough
    mark = glyphs.completed if good else glyphs.faulted
    count = len(comparison.findings)
    findings = f"{count} difference{'' if count == 1 else 's'}" if count else "no difference"
    asked = f"asks for a {comparison.bump_needed} version" if count else "asks for nothing"
    made = {"none": "the number was not raised", "prerelease": "the earlier one is a prerelease"}.get(
        comparison.bump_made, f"a {comparison.bump_made} one was made"
    )
    style = "completed" if good else "faulted"
    lines.append([(f"{mark}{comparison.verdict}", style), (f" {glyphs.bullet} {findings}; {asked}, {made}", "")])
    streams.out.write(lines)


def _entry(definition: StoredDefinition, state: VersionState | None) -> JsonObject:
    return {
        "reference": _title(definition),
        "state": ACTIVE if state is None else state.state,
        "sunset": None if state is None or state.sunset_at is None else iso8601(state.sunset_at),
        "replacement": None if state is None else state.replacement,
        "publishedAt": iso8601(definition.published_at),
        "digest": definition.digest,
    }


def _change(state: VersionState) -> JsonObject:
    return {
        "revision": state.revision,
        "state": state.state,
        "sunset": None if state.sunset_at is None else iso8601(state.sunset_at),
        "replacement": state.replacement,
        "reason": state.reason,
        "changedBy": state.changed_by,
        "changedAt": iso8601(state.changed_at),
    }


def _comparison(comparison: Comparison) -> JsonObject:
    return {
        "before": comparison.before,
        "after": comparison.after,
        "verdict": comparison.verdict,
        "bumpNeeded": comparison.bump_needed,
        "bumpMade": comparison.bump_made,
        "bumpEnough": comparison.bump_enough,
        "findings": [msgspec.to_builtins(each) for each in comparison.findings],
    }


def _fate(state: VersionState) -> str:
    parts = [] if state.sunset_at is None else [f"can be started until {iso8601(state.sunset_at)}"]
    parts += [f"use {state.replacement}"] if state.replacement else []
    return f"  ({'; '.join(parts)})" if parts else ""


def _place(place: Place | None) -> str:
    return "-" if place is None else f"{place.line}:{place.column}"


def _style(state: str) -> str:
    return "" if state == ACTIVE else "cancelled" if state == RETIRED else "waiting"


def _title(definition: StoredDefinition) -> str:
    return f"{definition.namespace}/{definition.name}:{definition.version}"
