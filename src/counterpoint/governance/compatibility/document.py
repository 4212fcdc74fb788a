"""What stands beside the tasks: secrets, schedule, saga policy, shared policies, and the rest of the document."""

from __future__ import annotations

from typing import Final

from counterpoint.governance.compatibility.events import compare_strategies
from counterpoint.governance.compatibility.findings import Findings
from counterpoint.values.duration import parse_duration
from counterpoint.values.json import JsonObject, JsonValue, pointer_join, same_json

_SHARED: Final = {"timeouts": "timeout-changed", "retries": "retry-changed"}
_NAMED: Final = ("timeouts", "retries", "errors", "authentications", "catalogs")
_OWN: Final = ("do", "use", "document", "schedule", "timeout", "input", "output")
_IDENTITY: Final = ("namespace", "name", "version", "metadata")


def compare_documents(findings: Findings) -> None:
    """Everything but tasks and schemas."""
    old, new = findings.before.data, findings.after.data
    _compare_secrets(findings, _use(old), _use(new))
    _compare_schedules(findings, old.get("schedule"), new.get("schedule"))
    _compare_sagas(findings, _metadata(old), _metadata(new))
    for section in _NAMED:
        _compare_shared(findings, section, _use(old).get(section) or {}, _use(new).get(section) or {})
    if not same_json(old.get("timeout"), new.get("timeout")):
        findings.note(
            "timeout-changed",
            "the workflow has another timeout",
            "it gives up sooner or later",
            *_at("/timeout", old, new),
        )
    _compare_rest(findings, old, new)


def _compare_secrets(findings: Findings, old: JsonObject, new: JsonObject) -> None:
    had, has = old.get("secrets") or [], new.get("secrets") or []
    for name in has:
        if name not in had:
            why = "where nobody provides it, calls that need it fail"
            findings.breaking("secret-added", f"the secret `{name}` is needed", why, None, "/use/secrets")
    for name in had:
        if name not in has:
            findings.note(
                "secret-removed",
                f"the secret `{name}` is not needed any more",
                "it can be taken away",
                "/use/secrets",
                None,
            )


def _compare_schedules(findings: Findings, old: JsonValue, new: JsonValue) -> None:
    had, has = old or {}, new or {}
    if isinstance(had.get("on"), dict) and isinstance(has.get("on"), dict):
        compare_strategies(findings, had["on"], has["on"], "/schedule/on", "/schedule/on", "schedule")
    elif "on" in had:
        why = "who sends its events starts nothing any more"
        findings.breaking("event-refused", "no event starts it any more", why, "/schedule/on", None)
    elif "on" in has:
        findings.addition("event-choice", "events start it", "there is one more way to start it", None, "/schedule/on")
    others = [name for name in had.keys() | has.keys() if name != "on" and not same_json(had.get(name), has.get(name))]
    if others:
        places = "/schedule" if had else None, "/schedule" if has else None
        findings.addition("schedule-changed", "it starts by itself at other times", "nobody asked for that", *places)


def _compare_sagas(findings: Findings, old: JsonObject, new: JsonObject) -> None:
    was, now = _policy(old), _policy(new)
    places = "/document/metadata/saga", "/document/metadata/saga"
    if was.get("onFault", "compensate") != now.get("onFault", "compensate"):
        if was.get("onFault", "compensate") == "compensate":
            what, why = "a fault does not undo it any more", "what it did stays when it fails"
            findings.breaking("saga-changed", what, why, *places)
        else:
            findings.addition("saga-changed", "a fault undoes it", "what it did does not stay when it fails", *places)
    before, after = _window(was.get("compensableFor")), _window(now.get("compensableFor"))
    if before != after:
        if after < before:
            what, why = "it can be undone for a shorter time after it completed", "who relies on that comes too late"
            findings.breaking("saga-changed", what, why, *places)
        else:
            what = "it can be undone for a longer time after it completed"
            findings.addition("saga-changed", what, "whoever wants to has more time", *places)
    left = {"onFault", "compensableFor"}
    if not same_json(*({name: it[name] for name in it if name not in left} for it in (was, now))):
        findings.note("saga-changed", "undos run in another order", "services are asked in that order", *places)


def _compare_shared(findings: Findings, section: str, old: JsonObject, new: JsonObject) -> None:
    kind = _SHARED.get(section, "definition-changed")
    for name in sorted(old.keys() | new.keys()):
        if same_json(old.get(name), new.get(name)):
            continue
        pointer = pointer_join("/use", section, name)
        how = "new" if name not in old else "gone" if name not in new else "changed"
        places = pointer if name in old else None, pointer if name in new else None
        findings.note(kind, f"`{name}` of `use.{section}` is {how}", "whoever refers to it is affected", *places)


def _compare_rest(findings: Findings, old: JsonObject, new: JsonObject) -> None:
    parts: list[tuple[str, JsonObject, JsonObject, tuple[str, ...]]] = [
        ("", old, new, _OWN),
        ("/document", old["document"], new["document"], _IDENTITY),
        ("/document/metadata", _metadata(old), _metadata(new), ("saga",)),
        ("/use", _use(old), _use(new), ("functions", "secrets", *_NAMED)),
        ("/input", old.get("input") or {}, new.get("input") or {}, ("schema",)),
        ("/output", old.get("output") or {}, new.get("output") or {}, ("schema",)),
    ]
    for place, was, now, judged in parts:
        for name in sorted(was.keys() | now.keys()):
            if name in judged or same_json(was.get(name), now.get(name)):
                continue
            pointer = pointer_join(place, name)
            places = pointer if name in was else None, pointer if name in now else None
            what = f"`{pointer[1:].replace('/', '.')}` has changed"
            findings.note("document-changed", what, "it has no comparison of its own", *places)


def _use(data: JsonObject) -> JsonObject:
    return data.get("use") or {}


def _metadata(data: JsonObject) -> JsonObject:
    return data["document"].get("metadata") or {}


def _policy(metadata: JsonObject) -> JsonObject:
    found = metadata.get("saga")
    return found if isinstance(found, dict) else {}


def _window(value: JsonValue) -> int:
    try:
        return 0 if value is None else parse_duration(value)
    except ValueError:
        return 0


def _at(pointer: str, old: JsonObject, new: JsonObject) -> tuple[str | None, str | None]:
    name = pointer[1:]
    return pointer if name in old else None, pointer if name in new else None
