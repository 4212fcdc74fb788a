"""Two versions compared: each kind of difference, with its places and what it asks of the number; and laws."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.dsl import Definition, check, load, read_data
from counterpoint.governance.compatibility import Comparison, compare
from tests.dsl.dsl_mutations import Mutator

ROOT = Path(__file__).parents[2]
ORDER = """
document: {{ dsl: '1.0.3', namespace: shop, name: order, version: '{version}'{metadata} }}
{head}
do:
{tasks}
"""
CHARGE = """\
- charge:
    call: http
    with: { method: post, endpoint: 'https://pay.example.com/charges', body: { order: '${ .order }', amount: 1 } }
    compensate:
      do:
      - refund:
          call: http
          with: { method: post, endpoint: 'https://pay.example.com/refunds', body: { order: '${ .order }' } }
"""
CHARGED = CHARGE.partition("    compensate")[0]
NEEDS_NONE = CHARGED + "    compensate: { none: it is only a log }\n"
TELL = """\
- tell:
    emit: { event: { with: { type: paid, source: /shop, data: { order: '${ .order }', amount: 1 } } } }
"""
HEAR = "- hear: { listen: { to: { %s } } }\n"
ANY, ALL = HEAR % "any: [{ with: { type: a } }]", HEAR % "all: [{ with: { type: a } }]"
EITHER, BOTH = (each.replace("}]", "}, { with: { type: b } }]") for each in (ANY, ALL))
SHIP = "- ship: { call: ship, with: { order: '${ .order }' } }\n"


def order(tasks: str = CHARGE, version: str = "1.0.0", head: str = "", metadata: str = "") -> Definition:
    return load(ORDER.format(tasks=tasks, version=version, head=head, metadata=metadata))


def compared(before: Any, after: Any) -> Comparison:
    """Two lists of tasks, or heads of the document."""
    old = order(**before) if isinstance(before, dict) else order(before)
    new = order(**after, version="1.0.1") if isinstance(after, dict) else order(after, "1.0.1")
    return compare(old, new)


def kinds(comparison: Comparison) -> list[tuple[str, str]]:
    return [(each.kind, each.bump) for each in comparison.findings]


def schema(text: str, member: str = "input") -> dict[str, str]:
    return {"head": f"{member}: {{ schema: {{ document: {text} }} }}"}


OPEN = "{ type: object, required: [order], properties: { order: { type: string } } }"
MORE = "{ type: object, required: [order], properties: { order: { type: string }, gift: { type: boolean } } }"
STRICT = "{ type: object, required: [order, gift], properties: { order: { type: string }, gift: { type: boolean } } }"
NAMED = "{ type: object, title: An order, required: [order], properties: { order: { type: string } } }"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (schema(OPEN), schema(MORE), [("input-widened", "minor")]),
        (schema(MORE), schema(OPEN), [("input-widened", "minor")]),
        (schema(OPEN), schema(STRICT), [("input-narrowed", "major")]),
        (schema(STRICT), schema(OPEN), [("input-widened", "minor")]),
        (schema(OPEN), schema(NAMED), [("input-described", "patch")]),
        ({}, schema(OPEN), [("input-narrowed", "major")]),
        (schema(OPEN), {}, [("input-widened", "minor")]),
        (schema(OPEN, "output"), schema(MORE, "output"), [("output-described", "minor")]),
        (schema(STRICT, "output"), schema(MORE, "output"), [("output-changed", "major")]),
        (schema(OPEN, "output"), {}, [("output-changed", "major")]),
        ({}, schema(OPEN, "output"), [("output-described", "minor")]),
        (CHARGE, CHARGED, [("undo-removed", "major"), ("task-removed", "patch")]),
        (CHARGED, CHARGE, [("undo-added", "minor"), ("task-added", "patch")]),
        (CHARGE, NEEDS_NONE, [("undo-removed", "major"), ("task-removed", "patch")]),
        (NEEDS_NONE, CHARGE, [("undo-added", "minor"), ("task-added", "patch")]),
        (CHARGED, NEEDS_NONE, [("undo-changed", "patch")]),
        (NEEDS_NONE, CHARGED, [("undo-changed", "patch")]),
        (NEEDS_NONE, NEEDS_NONE.replace("a log", "another log"), [("undo-changed", "patch")]),
        (CHARGE + SHIP, SHIP, [("task-removed", "patch"), ("undo-removed", "patch")]),
        (NEEDS_NONE + SHIP, SHIP, [("task-removed", "patch")]),
        (SHIP, SHIP.replace("ship, with", "ship, saga: pivot, with"), [("pivot-added", "major")]),
        (SHIP.replace("ship, with", "ship, saga: pivot, with"), SHIP, [("pivot-removed", "minor")]),
        (CHARGE, CHARGE.replace("/charges", "/payments"), [("call-changed", "minor")]),
        (SHIP, SHIP.replace("call: ship", "call: send"), [("call-changed", "minor")]),
        (CHARGE, CHARGE.replace("amount: 1", "total: 1"), [("arguments-changed", "patch")]),
        (CHARGE, CHARGE.replace("amount: 1", "amount: 2"), [("arguments-changed", "patch")]),
        (CHARGE, CHARGE + SHIP, [("task-added", "patch")]),
        (CHARGE + SHIP, CHARGE, [("task-removed", "patch")]),
        (SHIP, SHIP.replace("- ship:", "- send:"), [("task-renamed", "patch")]),
        (CHARGE + SHIP, SHIP + CHARGE, [("task-moved", "patch")]),
        (SHIP, SHIP.replace("call", "if: '${ .order != null }', call"), [("task-changed", "patch")]),
        (SHIP, SHIP.replace("call", "timeout: { after: PT5S }, call"), [("timeout-changed", "patch")]),
        ({"head": "timeout: { after: PT1H }"}, {"head": "timeout: { after: PT2H }"}, [("timeout-changed", "patch")]),
        ({}, {"head": "use: { secrets: [a] }"}, [("secret-added", "major")]),
        ({"head": "use: { secrets: [a] }"}, {}, [("secret-removed", "patch")]),
        ({"head": "schedule: { every: PT1H }"}, {"head": "schedule: { every: PT2H }"}, [("schedule-changed", "minor")]),
        ({"metadata": ", metadata: { saga: { compensableFor: P2D } }"}, {}, [("saga-changed", "major")]),
        ({}, {"metadata": ", metadata: { saga: { compensableFor: P2D } }"}, [("saga-changed", "minor")]),
        ({}, {"metadata": ", metadata: { saga: { onFault: none } }"}, [("saga-changed", "major")]),
        ({}, {"metadata": ", title: An order"}, [("document-changed", "patch")]),
        (TELL, TELL.replace("type: paid", "type: payed"), [("event-removed", "major"), ("event-added", "minor")]),
        (TELL, TELL.replace("amount: 1", "total: 1"), [("event-changed", "major")]),
        (TELL, TELL.replace("amount: 1", "amount: 1, total: 1"), [("event-changed", "minor")]),
        (TELL, TELL.replace("amount: 1", "amount: 2"), [("event-changed", "patch")]),
        (TELL, TELL.replace("/shop", "/other"), [("event-changed", "major")]),
        (SHIP, SHIP + HEAR % "one: { with: { type: go } }", [("event-awaited", "major"), ("task-added", "patch")]),
        (SHIP + HEAR % "one: { with: { type: go } }", SHIP, [("event-ignored", "patch"), ("task-removed", "patch")]),
        (ANY, EITHER, [("event-choice", "minor")]),
        (EITHER, ANY, [("event-refused", "major")]),
        (ALL, BOTH, [("event-awaited", "major")]),
        (BOTH, ALL, [("event-ignored", "minor")]),
        (ANY, ANY.replace("type: a", "type: a, subject: x"), [("event-refused", "major")]),
    ],
)  # fmt: skip
def test_a_difference_is_named_and_says_what_it_asks_of_the_number(before, after, expected):
    comparison = compared(before, after)
    assert kinds(comparison) == expected
    assert comparison.compatible == all(bump != "major" for _, bump in expected)
    for finding in comparison.findings:
        assert finding.breaking == (finding.bump == "major")
        assert finding.what
        assert finding.why
        assert finding.before is not None or finding.after is not None


def test_a_finding_names_its_place_in_both_versions():
    [finding] = compared(CHARGE, SHIP + CHARGE.replace("/charges", "/payments")).findings[-1:]
    assert finding.what.startswith("`charge` calls http post https://pay.example.com/payments")
    assert (finding.before.pointer, finding.before.line) == ("/do/0/charge/call", 6)
    assert (finding.after.pointer, finding.after.line, finding.after.column) == ("/do/1/charge/call", 7, 11)


def test_what_is_wrong_with_a_schema_is_said_where_it_stands():
    [finding] = compared(schema(OPEN), schema(STRICT)).findings
    assert finding.what == "input: at /required, `gift` is required now"
    assert (finding.before.pointer, finding.after.pointer) == (
        "/input/schema/document",
        "/input/schema/document/required",
    )


def test_a_task_is_found_again_by_path_then_name_then_structure():
    inner = SHIP.replace("\n", "\n    ").rstrip()
    nested = f"- all:\n    do:\n    {inner}\n"
    assert ("task-moved", "patch") in kinds(compared(SHIP, nested))
    renamed = compared(SHIP + CHARGE, CHARGE + SHIP.replace("- ship:", "- send:"))
    assert sorted(kind for kind, _ in kinds(renamed)) == ["task-moved", "task-renamed"]


def test_the_portable_form_has_its_places_too():
    portable = "- charge: { call: ship, metadata: { compensate: { do: [{ refund: { call: undo } }] } } }\n"
    finding = compared(portable, "- charge: { call: ship }\n").findings[0]
    assert (finding.kind, finding.before.line, finding.before.column) == ("undo-removed", 5, 49)


def test_a_schema_elsewhere_that_is_not_at_hand_counts_as_breaking():
    head = "input: { schema: { resource: { endpoint: 'https://example.com/%s.json' } } }"
    old, new = order(head=head % "a"), order(head=head % "b", version="1.0.1")
    assert kinds(compare(old, new)) == [("input-narrowed", "major")]
    resources = {
        "https://example.com/a.json": {"type": "string"},
        "https://example.com/b.json": {"type": ["string", "null"]},
    }
    at_hand = compare(old, new, before_resources=resources, after_resources=resources)
    assert kinds(at_hand) == [("input-widened", "minor")]


@pytest.mark.parametrize(
    ("old", "new", "needed", "made", "enough"),
    [
        ("1.2.3", "1.2.4", "major", "patch", False), ("1.2.3", "1.3.0", "major", "minor", False),
        ("1.2.3", "2.0.0", "major", "major", True), ("0.2.3", "0.2.4", "minor", "patch", False),
        ("0.2.3", "0.3.0", "minor", "minor", True), ("2.0.0-rc.1", "2.0.0", "major", "prerelease", True),
        ("1.0.0", "2.0.0-rc.1", "major", "major", True), ("1.2.3", "1.2.2", "major", "none", False),
    ],
)  # fmt: skip
def test_the_number_must_move_as_far_as_the_findings_ask(old, new, needed, made, enough):
    comparison = compare(order(version=old), order(CHARGED, version=new))
    assert (comparison.bump_needed, comparison.bump_made, comparison.bump_enough) == (needed, made, enough)


@cache
def corpus() -> list[Definition]:
    """Our examples and the sagas of the tests."""
    paths = [*(ROOT / "examples").rglob("*.yaml"), *(ROOT / "tests/dsl/sagas").rglob("*.yaml")]
    found = [check(path.read_text()).definition for path in sorted(paths) if "scenarios" not in path.name]
    return [each for each in found if each is not None]


def mutated(seed: int, count: int) -> list[tuple[Definition, Definition]]:
    """Documents, and what somebody has made of them."""
    mutator = Mutator([each.data for each in corpus()], seed)
    by_name = {(each.namespace, each.name): each for each in corpus()}
    found: list[tuple[Definition, Definition]] = []
    while len(found) < count:
        changed = check(json.dumps(mutator.next())).definition
        original = None if changed is None else by_name.get((changed.namespace, changed.name))
        if changed is not None and original is not None:
            found.append((original, changed))
    return found


def test_a_version_is_compatible_with_itself():
    for each in [*corpus(), *(changed for _, changed in mutated(3, 100))]:
        comparison = compare(each, each)
        assert comparison.findings == ()
        assert (comparison.compatible, comparison.bump_needed, comparison.bump_enough) == (True, "none", True)


def test_documents_that_differ_have_a_finding():
    for old, new in mutated(5, 500):
        content = [json.loads(json.dumps(each.data)) for each in (old, new)]
        for each in content:
            del each["document"]["version"]
        assert (content[0] == content[1]) == (not compare(old, new).findings), (old, new)


def test_what_is_added_one_way_is_removed_the_other_way():
    swapped = {"task-added": "task-removed", "task-removed": "task-added", "secret-added": "secret-removed"}
    for old, new in mutated(7, 200):
        there, back = compare(old, new), compare(new, old)
        for kind, opposite in swapped.items():
            assert sum(each.kind == kind for each in there.findings) == sum(
                each.kind == opposite for each in back.findings
            )


@given(st.sampled_from(["string", "boolean", "integer", "array"]), st.booleans())
def test_adding_an_optional_input_property_is_never_breaking(kind, nested):
    def document(extra: str) -> dict[str, str]:
        inner = f"{{ type: object, properties: {{ a: {{ type: string }}{extra} }} }}"
        outer = f"{{ type: object, required: [inner], properties: {{ inner: {inner} }} }}"
        return schema(outer if nested else inner)

    comparison = compared(document(""), document(f", b: {{ type: {kind} }}"))
    assert comparison.compatible
    assert comparison.bump_needed == "minor"


def test_a_comparison_is_read_from_its_json():
    import msgspec

    comparison = compared(CHARGE, SHIP)
    assert msgspec.json.decode(msgspec.json.encode(comparison), type=Comparison) == comparison
    assert read_data(msgspec.json.encode(comparison))["verdict"] in ("compatible", "breaking")
