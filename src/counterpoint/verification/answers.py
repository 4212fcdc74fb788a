"""What calls answer in the exploration: what was given for them, what their schema says, or something unknown.

The calls of a probe are answered with the truth: a service knows whether the effect took place. Its answer is
`true`, or the value that the probe compares it with; otherwise `false`, another value, or an error that it awaits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from counterpoint.kernel.state import Instance, TaskRun
from counterpoint.plan import model as m
from counterpoint.trial import Call, Completed, Reply
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.verification import faults
from counterpoint.verification.unknown import given, sample

_COMPARED: Final = re.compile(r'((?:\.[A-Za-z_]\w*)+)\s*(==|!=|>=|>|<=|<)\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|null)')
_READ: Final = re.compile(r"(?<![\w$)\]])((?:\.[A-Za-z_]\w*)+)")


class Answers:
    """Answers of calls; `known` holds those that were given, by name or reference of the task."""

    def __init__(self, known: Mapping[str, JsonValue]) -> None:
        self.known = known

    def of(self, call: Call, run: TaskRun) -> JsonValue:
        """What a call gives, of which some may be unknown."""
        for name in (call.reference, call.task):
            if name in self.known:
                return self.known[name]
        if call.undo_of is not None:
            return {}
        task = run.task
        name = f"{call.reference}{list(call.iteration) or ''}"
        schema = task.output_schema.schema if task.output_schema is not None and task.output_as is None else None
        return sample(schema, given(name, schema))

    def of_probe(self, call: Call, run: TaskRun, undo: m.Undo, happened: bool) -> list[Reply]:
        """What the service replies to a probe: the truth, or that it does not know yet."""
        for name in (call.reference, call.task):
            if name in self.known:
                return [Completed(output=self.known[name])]
        absent = faults.not_found(run)
        if absent is not None and not happened:
            return [absent]
        assert undo.probe is not None
        compares = any(_COMPARED.search(text) for text in _programs(undo.probe))
        truths = (happened,) if compares or absent is not None else (happened, None)
        return [Completed(output=_reply(undo.probe, truth)) for truth in truths]


def probed(instance: Instance, run: TaskRun) -> m.Undo | None:
    """The undo whose probe the run belongs to."""
    top = run
    while top.parent is not None:
        top = top.parent
    if not run.entry or not isinstance(top.task, m.Undo) or top.phase != 0 or top.task.probe is None:
        return None
    return top.task


def _reply(probe: m.Block, truth: bool | None) -> JsonValue:
    reply: JsonObject = {}
    for text in _programs(probe):
        for path in _READ.findall(text):
            _put(reply, path, truth)
        for path, operator, literal in _COMPARED.findall(text):
            _put(reply, path, _compared(operator, literal, truth))
    return reply or truth


def _compared(operator: str, text: str, truth: bool | None) -> JsonValue:
    """A value that a comparison which asks `did it happen?` tells the truth of."""
    if truth is None:
        return None
    if text == "null":
        return "something" if truth else None
    literal: JsonValue = text[1:-1] if text.startswith('"') else float(text) if "." in text else int(text)
    if isinstance(literal, str):
        return literal if truth else f"not {literal}"
    if literal == 0 or operator not in ("==", "!="):
        return literal + 1 if truth else literal - 1 if literal else 0
    return literal if truth else literal + 1


def _programs(block: m.Block) -> Iterator[str]:
    """The texts of the expressions that make an answer of what the service replies."""
    for task in block.tasks:
        for expression in (task.output_as, task.export_as):
            if expression is not None:
                yield from _texts(task.definition.get("output"), task.definition.get("export"))
        if isinstance(task, m.SwitchTask):
            yield from (case.when.source for case in task.cases if case.when is not None)
        if isinstance(task, m.SetTask):
            yield from _texts(task.definition["set"])
        for inner in task.blocks:
            yield from _programs(inner)


def _texts(*values: JsonValue) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from _texts(*value.values())


def _put(reply: JsonObject, path: str, value: JsonValue) -> None:
    *holders, name = path.removeprefix(".").split(".")
    for each in holders:
        inner = reply.get(each)
        if not isinstance(inner, dict):
            inner = reply[each] = {}
        reply = inner
    reply[name] = value
