"""From the text of a scenario file to scenarios, with a diagnostic for everything that is wrong."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from counterpoint.dsl.marks import Mark, position
from counterpoint.dsl.report import Finding, Report
from counterpoint.dsl.yaml_reader import read_located
from counterpoint.errors import InvalidDocument
from counterpoint.scenarios.grammar import DEEDS, FILE, is_directive
from counterpoint.scenarios.model import Answer, Each, Fault, Generated, Given, Scenario, ScenarioFile
from counterpoint.scenarios.pointers import tokens_of
from counterpoint.trial import script
from counterpoint.trial.world import BEGINNING
from counterpoint.values.diagnostics import Diagnostic, Position
from counterpoint.values.duration import parse_duration
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import STANDARD, TITLES, Outcome, Problem
from counterpoint.values.timestamp import parse_timestamp

_AMBIGUOUS: Final = (408, 409, 425, 429)
"""Statuses below 500 that do not say that nothing happened (saga.md, section 2)."""
_POINTS: Final = {
    "at": script.On.TIME,
    "while": script.On.STARTED,
    "after": script.On.COMPLETED,
    "undoing": script.On.UNDOING,
    "stuck": script.On.STUCK,
}


class Reading(msgspec.Struct, frozen=True):
    """A file, unless a diagnostic is an error, and where its parts stand."""

    file: ScenarioFile | None
    diagnostics: list[Diagnostic]
    mark: Mark | None = None

    def diagnostic(self, code: str, pointer: str, message: str, hint: str | None = None) -> Diagnostic:
        """An error about the value at a pointer into the file."""
        assert self.file is not None
        place = self.position(pointer)
        return Diagnostic(
            code=code, message=message, source=self.file.source, position=place, pointer=pointer, hint=hint
        )

    def position(self, pointer: str) -> Position:
        """Where the value at a pointer into the file stands, or the nearest above it."""
        return Position(1, 1) if self.mark is None else _position(self.mark, pointer, of_key=False)


def read(text: str | bytes, source: str) -> Reading:
    """Read a scenario file (YAML or JSON). Raises nothing: what is wrong is in the diagnostics."""
    try:
        data, mark = read_located(text, source)
    except InvalidDocument as refused:
        return Reading(None, list(refused.diagnostics))
    report = Report()
    FILE.check(data, None, report)
    if not report.failed:
        _check_values(data, report)
    if report.failed:
        return Reading(None, [_diagnostic(each, mark, source) for each in report.findings])
    return Reading(_file(data, mark, source), [], mark)


def _check_values(data: JsonObject, report: Report) -> None:
    """What the shapes cannot say."""
    names: set[str] = set()
    for index, scenario in enumerate(data["scenarios"]):
        path = ((None, "scenarios"), index)
        if scenario["name"] in names:
            report.error("CP401", (path, "name"), f"two scenarios are called {scenario['name']!r}", "rename one")
        names.add(scenario["name"])
        _check_now(scenario, path, report)
    if "defaults" in data:
        _check_now(data["defaults"], (None, "defaults"), report)


def _check_now(given: JsonObject, path: Any, report: Report) -> None:
    if "now" in given:
        try:
            parse_timestamp(given["now"])
        except ValueError as error:
            report.error("CP105", (path, "now"), str(error))


def _file(data: JsonObject, mark: Mark, source: str) -> ScenarioFile:
    defaults = data.get("defaults", {})
    return ScenarioFile(
        source=source,
        workflow=data.get("workflow"),
        documents=tuple(data.get("with", ())),
        scenarios=tuple(
            _scenario({**defaults, **each}, defaults, f"/scenarios/{index}", mark)
            for index, each in enumerate(data["scenarios"])
        ),
    )


def _scenario(data: JsonObject, defaults: JsonObject, pointer: str, mark: Mark) -> Scenario:
    answers = {**defaults.get("answers", {}), **data.get("answers", {})}
    events = [_action(each, f"{pointer}/events/{index}") for index, each in enumerate(data.get("events", ()))]
    actions = [_action(each, f"{pointer}/actions/{index}") for index, each in enumerate(data.get("actions", ()))]
    return Scenario(
        name=data["name"],
        pointer=pointer,
        position=_position(mark, pointer, of_key=False),
        about=data.get("about"),
        input=data.get("input"),
        secrets=data.get("secrets", {}),
        now=parse_timestamp(data["now"]) if "now" in data else BEGINNING,
        unanswered=data.get("unanswered", "fail"),
        answers={task: _answer(each) for task, each in answers.items()},
        faults=tuple(_fault(each, f"{pointer}/faults/{index}") for index, each in enumerate(data.get("faults", ()))),
        actions=(*events, *actions),
        expect=data["expect"],
    )


def _answer(value: JsonValue) -> Answer:
    if not is_directive(value):
        return Given(value)
    if "recorded" in value:
        value = value["recorded"]
    takes = parse_duration(value["takes"]) if "takes" in value else 0
    if "each" in value:
        found = [_answer(each) for each in value["each"]]
        return Each(tuple(one for each in found for one in (each.answers if isinstance(each, Each) else (each,))))
    if "generate" in value:
        wanted = value["generate"]
        return Generated(None if isinstance(wanted, bool) else wanted["schema"], takes)
    return Given(value["output"], takes)


def _fault(data: JsonObject, pointer: str) -> Fault:
    problem = None if "error" not in data else _problem(data["error"])
    outcome = data.get("outcome")
    if outcome is None:
        certain = problem is not None and 400 <= problem.status < 500 and problem.status not in _AMBIGUOUS
        outcome = "none" if certain else "unknown"
    iteration = data.get("iteration")
    return Fault(
        task=data["task"],
        label=pointer,
        undo=data.get("undo", False),
        attempt=data.get("attempt"),
        iteration=None if iteration is None else tuple(iteration) if isinstance(iteration, list) else (iteration,),
        call=data.get("call"),
        problem=problem,
        outcome=Outcome(outcome),
        happened=data.get("happened", outcome == "unknown"),
        silent=data.get("timeout", False),
        crash=data.get("crash"),
        twice=data.get("twice", False),
        delay_ms=parse_duration(data["delay"]) if "delay" in data else 0,
    )


def _problem(error: JsonValue) -> Problem:
    """An error as people write it: its type alone, or its members; standard types written short."""
    members: JsonObject = {"type": error} if isinstance(error, str) else error
    title, status = TITLES.get(members["type"], (None, 500))
    data: JsonObject = {"status": status, **members}
    if title is not None:
        data = {"title": title, **data, "type": STANDARD + members["type"]}
    return Problem.from_json(data)


def _action(data: JsonObject, pointer: str) -> script.Action:
    name = next((each for each in _POINTS if each in data), None)
    delay = parse_duration(data["delay"]) if "delay" in data else 0
    if name is None:
        point = script.Point(on=script.On.LISTENING)
    elif name == "at":
        point = script.Point(on=script.On.TIME, delay_ms=parse_duration(data["at"]) + delay)
    else:
        point = script.Point(on=_POINTS[name], task=data[name], nth=data.get("nth", 1), delay_ms=delay)
    return script.Action(point=point, deed=_deed(data), label=pointer)


def _deed(data: JsonObject) -> script.Deed:
    if "event" in data:
        return script.Deliver(event=data["event"])
    name = next(each for each in DEEDS if each in data)
    settings: JsonObject = data[name] if isinstance(data[name], dict) else {}
    if name == "resolve" and "input" in settings:
        settings = {**settings, "input": (settings["input"],)}
    kinds = {
        "cancel": script.Cancel,
        "suspend": script.Suspend,
        "resume": script.Resume,
        "resolve": script.Resolve,
        "compensate": script.Compensate,
        "crash": script.Crash,
    }
    return kinds[name](**settings)  # type: ignore[no-any-return]  # the grammar has checked the members


def _diagnostic(finding: Finding, mark: Mark, source: str) -> Diagnostic:
    return Diagnostic(
        code=finding.code,
        message=finding.message,
        severity=finding.severity,
        source=source,
        position=_position(mark, finding.pointer, of_key=finding.of_key),
        pointer=finding.pointer,
        hint=finding.hint,
    )


def _position(mark: Mark, pointer: str, *, of_key: bool) -> Position:
    return position(mark, tokens_of(pointer), of_key=of_key)
