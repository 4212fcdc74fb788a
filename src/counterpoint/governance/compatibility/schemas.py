"""What the schemas of input and output say about who can still talk to a workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from counterpoint.governance.compatibility.containment import Gap, gaps, same_values
from counterpoint.governance.compatibility.findings import Findings
from counterpoint.values.json import JsonObject, JsonValue, same_json

Resources = Mapping[str, JsonValue]
"""Documents that a definition refers to, by URI."""

_ANYTHING: Final = True


class _Schema(NamedTuple):
    """The schema of one version: `content` is None where it is not at hand."""

    content: JsonValue
    pointer: str | None
    """Of where it stands; None where there is none, so that anything goes."""
    endpoint: str | None = None
    """Of a schema that is not in the document."""


def compare_schemas(findings: Findings, before: Resources, after: Resources, *, judging: bool) -> None:
    """Input: what was taken must still be taken. Output: what is given must be what was given."""
    for member in ("input", "output"):
        old = _schema_of(findings.before.data, member, before)
        new = _schema_of(findings.after.data, member, after)
        if same_json(old.content, new.content) and (old.content is not None or old.endpoint == new.endpoint):
            continue
        _compare(findings, member, old, new, judging)


def _compare(findings: Findings, member: str, old: _Schema, new: _Schema, judging: bool) -> None:
    is_input = member == "input"
    kind = "input-narrowed" if is_input else "output-changed"
    if old.content is None or new.content is None:
        what = f"{member}: a schema is not at hand, so that nothing can be shown"
        _report(findings, kind, what, old, new, Gap("", "", "", ""))
        return
    given, taken = (old, new) if is_input else (new, old)
    found = gaps(taken.content, given.content) if judging else [Gap("unproven", "", "", "")]
    for gap in found:
        at_old, at_new = (gap.given, gap.taken) if is_input else (gap.taken, gap.given)
        _report(findings, kind, _told(gap, member, given, taken), old, new, Gap("", "", at_old, at_new))
    if found:
        return
    places = old.pointer, new.pointer
    if same_values(old.content, new.content):
        findings.note(f"{member}-described", f"the {member} is described otherwise", "the values are the same", *places)
    elif is_input:
        findings.addition("input-widened", "more input is taken", "what was taken before still is", *places)
    else:
        findings.addition("output-described", "more is said of the output", "it still is what was said before", *places)


def _report(findings: Findings, kind: str, what: str, old: _Schema, new: _Schema, at: Gap) -> None:
    """`at` holds the pointers into the schemas of both versions."""
    whys = {
        "input-narrowed": "who starts it as before may be refused",
        "output-changed": "who reads its output may meet what they do not expect",
    }
    findings.breaking(kind, what, whys[kind], _place(old, at.given), _place(new, at.taken))


def _place(schema: _Schema, pointer: str) -> str | None:
    if schema.pointer is None or schema.endpoint is not None:
        return schema.pointer
    return schema.pointer + pointer


def _told(gap: Gap, member: str, given: _Schema, taken: _Schema) -> str:
    if given.content is _ANYTHING:
        return (
            "the input has a schema now; before, anything was taken"
            if member == "input"
            else "the output has no schema any more: it may be anything"
        )
    place = f"at {gap.taken if gap.obstacle != 'member' else gap.given}, " if gap.taken or gap.given else ""
    if member == "input":
        texts = {
            "required": f"`{gap.subject}` is required now",
            "type": f"{gap.subject} is not taken any more",
            "value": f"{gap.subject} is not taken any more",
            "member": f"`{gap.subject}` is not allowed any more",
            "bound": f"`{gap.subject}` does not let everything pass that was taken before",
            "unproven": "it cannot be shown that everything is still taken that was taken before",
        }
    else:
        texts = {
            "required": f"`{gap.subject}` was always there, and need not be any more",
            "type": f"it may be {gap.subject}, which it was not before",
            "value": f"it may be {gap.subject}, which it was not before",
            "member": f"`{gap.subject}` may be there, and nothing further was allowed before",
            "bound": f"it need not keep to `{gap.subject}` any more as it did before",
            "unproven": "it cannot be shown that the output is always what it was said to be",
        }
    return f"{member}: {place}{texts[gap.obstacle]}"


def _schema_of(data: JsonObject, member: str, resources: Resources) -> _Schema:
    schema = (data.get(member) or {}).get("schema")
    if not isinstance(schema, dict):
        return _Schema(_ANYTHING, None)
    if "document" in schema:
        return _Schema(schema["document"], f"/{member}/schema/document")
    endpoint = (schema.get("resource") or {}).get("endpoint")
    uri = endpoint.get("uri") if isinstance(endpoint, dict) else endpoint
    return _Schema(resources.get(str(uri)), f"/{member}/schema/resource", str(uri))
