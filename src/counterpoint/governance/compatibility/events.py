"""Events: what others hear from a workflow, and what it waits to hear from them."""

from __future__ import annotations

import json
from typing import Final

from counterpoint.governance.compatibility.findings import Findings
from counterpoint.governance.compatibility.matching import Matched, Step
from counterpoint.governance.compatibility.targets import shape
from counterpoint.values.json import JsonObject, JsonValue, pointer_join, same_json

_EMITTED: Final = ("emit", "event", "with")
_MODES: Final = ("one", "any", "all")


def compare_emitted(findings: Findings, matched: Matched, before: list[Step], after: list[Step]) -> None:
    """An event that comes no more, from elsewhere or without what it held, is missed by who listens for it."""
    old, new = _emitted(before), _emitted(after)
    for type in old.keys() - new.keys():
        why = "who listens for it hears it no more"
        findings.breaking("event-removed", f"events of type {type} are not emitted any more", why, old[type], None)
    for type in new.keys() - old.keys():
        why = "there is more to listen for"
        findings.addition("event-added", f"events of type {type} are emitted", why, None, new[type])
    for one, other in matched.pairs:
        if one.kind == "emit" and _event(one).get("type") == _event(other).get("type"):
            _compare_event(findings, one, other)


def compare_heard(findings: Findings, matched: Matched) -> None:
    """An event that must come and was not waited for before, or that is enough no more, may never come."""
    for one, other in matched.pairs:
        if one.kind == "listen":
            compare_strategies(
                findings, _to(one), _to(other), pointer_join(one.pointer, "listen", "to"),
                pointer_join(other.pointer, "listen", "to"), one.name,
            )  # fmt: skip
    for step in matched.added:
        if step.kind == "listen":
            what = f"`{step.name}` waits for {_types_told(_to(step))}"
            findings.breaking("event-awaited", what, "nobody had to send that before", None, step.pointer)
    for step in matched.removed:
        if step.kind == "listen":
            what = f"`{step.name}`, which waited for {_types_told(_to(step))}, is gone"
            findings.note(
                "event-ignored", what, "who sends that is heard no more, and waited for no more", step.pointer, None
            )


def compare_strategies(
    findings: Findings, old: JsonObject, new: JsonObject, at_old: str, at_new: str, who: str
) -> None:
    """Two ways to consume events: `one`, `any` or `all` of some filters, `until` something."""
    if same_json(old, new):
        return
    old_mode, new_mode = _mode(old), _mode(new)
    had, has = _filters(old), _filters(new)
    places = at_old, at_new
    if new_mode == "all" and old_mode != "all" and len(has) > 1:
        what = f"`{who}` waits for all of its events, no longer for one"
        findings.breaking("event-awaited", what, "events that were enough before are not any more", *places)
    elif old_mode != new_mode:
        findings.addition(
            "event-choice", f"`{who}` consumes `{new_mode}` where it was `{old_mode}`", "less is needed", *places
        )
    for type in had.keys() - has.keys():
        if new_mode == "all":
            findings.addition("event-ignored", f"`{who}` does not wait for {type} any more", "less is needed", *places)
        else:
            why = "who sends it waits in vain"
            findings.breaking("event-refused", f"`{who}` does not take {type} any more", why, *places)
    for type in has.keys() - had.keys():
        if new_mode == "all":
            findings.breaking(
                "event-awaited", f"`{who}` waits for {type} too", "nobody had to send that before", *places
            )
        else:
            findings.addition("event-choice", f"`{who}` takes {type} too", "what was enough before still is", *places)
    for type in had.keys() & has.keys():
        if had[type] != has[type]:
            why = "an event that was taken before may not be any more"
            findings.breaking("event-refused", f"`{who}` chooses events of type {type} otherwise", why, *places)
    if not same_json(old.get("until"), new.get("until")):
        findings.note(
            "event-choice", f"`{who}` takes events until something else", "it may end sooner or later", *places
        )


def _compare_event(findings: Findings, one: Step, other: Step) -> None:
    old, new = _event(one), _event(other)
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        if same_json(was, now):
            continue
        at = pointer_join("", *_EMITTED)
        places = (
            one.pointer + at + (f"/{name}" if name in old else ""),
            other.pointer + at + (f"/{name}" if name in new else ""),
        )
        if name == "source":
            why = "who filters by it hears the event no more"
            findings.breaking("event-changed", f"`{one.name}` emits from another source", why, *places)
        elif name == "data" and (lost := sorted(shape(was).keys() - shape(now).keys())) and isinstance(was, dict):
            what = f"the event of `{one.name}` holds {', '.join(lost)} no more"
            findings.breaking("event-changed", what, "who reads that finds nothing", *places)
        elif name == "data" and shape(now).keys() - shape(was).keys():
            findings.addition(
                "event-changed", f"the event of `{one.name}` holds more", "what was there still is", *places
            )
        else:
            what = f"the event of `{one.name}` has another `{name}`"
            findings.note("event-changed", what, "it has the same members", *places)


def _emitted(steps: list[Step]) -> dict[str, str]:
    """Where each type of event is emitted first."""
    found: dict[str, str] = {}
    for step in steps:
        if step.kind == "emit":
            found.setdefault(str(_event(step).get("type")), step.pointer)
    return found


def _event(step: Step) -> JsonObject:
    event: JsonValue = step.task
    for name in _EMITTED:
        event = event.get(name) if isinstance(event, dict) else None
    return event if isinstance(event, dict) else {}


def _to(step: Step) -> JsonObject:
    found = (step.task.get("listen") or {}).get("to")
    return found if isinstance(found, dict) else {}


def _mode(strategy: JsonObject) -> str:
    return next((each for each in _MODES if each in strategy), "any")


def _filters(strategy: JsonObject) -> dict[str, str]:
    """What the filters of each type ask for, as text."""
    given = strategy.get(_mode(strategy))
    found: dict[str, list[str]] = {}
    for each in given if isinstance(given, list) else [given] if isinstance(given, dict) else []:
        type = str((each.get("with") or {}).get("type", "any type"))
        found.setdefault(type, []).append(json.dumps(each, sort_keys=True))
    return {type: "\n".join(sorted(each)) for type, each in found.items()}


def _types_told(strategy: JsonObject) -> str:
    return f" {'and' if _mode(strategy) == 'all' else 'or'} ".join(_filters(strategy)) or "any event"
