"""What the structural diagnostics say, and where they point."""

from __future__ import annotations

import pytest

from counterpoint.dsl import check, load
from counterpoint.errors import InvalidDocument

_COMMON = "known here: `compensate`, `export`, `if`, `input`, `metadata`, `output`, `saga`, `then` or `timeout`"
HEADER = "document: { dsl: 1.0.3, namespace: test, name: example, version: 1.0.0 }\n"
TEXT = """\
do:
- charge:
    call: http
    with:
      metod: post
      endpoint: { uri: "not a uri" }
      output: contnt
    thn: end
- pause: { wait: { second: 5 } }
- both: { set: { a: 1 }, raise: { error: oops } }
- flow: { switch: [] }
- task: { runn: {} }
"""


def test_all_problems_are_told_at_once_with_what_would_be_right() -> None:
    found = [
        (each.position.line - 1, each.position.column, each.message, each.hint)
        for each in check(HEADER + TEXT).diagnostics
        if each.position is not None
    ]
    uri = "`not a uri` is not a URI or an expression in `${ }` on one line"
    assert found == [
        (5, 7, "the member `method` is missing", None),
        (5, 7, "unknown member `metod`", "did you mean `method`?"),
        (6, 24, uri, "for example `https://example.com/orders`"),
        (7, 15, "`contnt` is not allowed here", "did you mean `content`?"),
        (8, 5, "unknown member `thn`", "did you mean `then`?"),
        (9, 20, "unknown member `second`", "did you mean `seconds`?"),
        (10, 11, "unknown member `set`", _COMMON),
        (11, 19, "needs at least 1 case", None),
        (12, 11, "unknown kind of task `runn`", "did you mean `run`?"),
    ]


def test_load_raises_with_all_diagnostics() -> None:
    with pytest.raises(InvalidDocument) as raised:
        load(HEADER + TEXT, source="order.yaml")
    assert len(raised.value.diagnostics) == 9
    assert str(raised.value).count("order.yaml:") == 9


def test_json_and_yaml_are_one_language() -> None:
    yaml = (
        HEADER + 'schedule: { on: { one: { with: { type: "a" } } } }\ndo: [ { yes: { set: { "on": 012, b: 0o12 } } } ]'
    )
    json = (
        '{"document":{"dsl":"1.0.3","namespace":"test","name":"example","version":"1.0.0"},"do":[{"yes":{"set":'
        '{"on":12,"b":10}}}],\n\t"schedule":{"on":{"one":{"with":{"type":"a"}}}}}'
    )
    assert load(yaml).data == load(json).data
    assert load(yaml).digest == load(json).digest


def test_a_definition_knows_its_names_and_positions() -> None:
    definition = load(HEADER + "do:\n- a/b:\n    set: { x~y: [ 1, 2 ] }\n", source="f.yaml")
    assert (definition.namespace, definition.name, definition.version) == ("test", "example", "1.0.0")
    place = definition.position("/do/0/a~1b/set/x~0y/1")
    assert (place.line, place.column) == (4, 22)
    key = definition.position("/do/0/a~1b/set/x~0y", of_key=True)
    assert (key.line, key.column) == (4, 12)
    nearest = definition.position("/do/0/a~1b/set/nothing/here")
    assert (nearest.line, nearest.column) == (4, 10)
    assert definition.position("") < place


@pytest.mark.parametrize(
    ("undo", "code"),
    [
        ("{ set: { a: 1 } }", None),
        ("{ call: release }", None),
        ("{ emit: { event: { with: { type: a } } } }", None),
        ("{ do: [ { a: { run: { shell: { command: ls } }, then: exit } } ] }", None),
        ("{ for: { in: .a }, do: [ { a: { switch: [ { b: { then: continue } } ] } } ] }", None),
        ("{ try: [ { a: { set: { a: 1 } } } ], catch: { retry: { delay: PT1S } } }", None),
        ("{ listen: { to: { any: [] } }, timeout: { after: PT1S } }", None),
        ("{ listen: { to: { any: [] } } }", "CP202"),
        ("{ wait: PT1S }", "CP201"),
        ("{ raise: { error: oops } }", "CP201"),
        ("{ fork: { branches: [] } }", "CP201"),
        ("{ do: [ { a: { wait: PT1S } } ] }", "CP201"),
        ("{ set: { a: 1 }, then: end }", "CP207"),
        ("{ do: [ { a: { set: { a: 1 }, then: compensate } } ] }", "CP207"),
        ("{ try: [], catch: { then: end } }", "CP207"),
        ("{ switch: [ { a: { then: end } } ] }", "CP207"),
        ("{ set: { a: 1 }, compensate: other }", "CP203"),
        ("{ set: { a: 1 }, metadata: { compensate: other } }", "CP203"),
        ("{ set: { a: 1 }, saga: pivot }", "CP203"),
        ("{ try: [], catch: { compensate: true } }", "CP203"),
    ],
)
def test_what_an_undo_may_hold(undo: str, code: str | None) -> None:
    for place in ("do", "probe"):
        other = "" if place == "do" else "\n      do: []"
        text = f"do:\n- pay:\n    set: {{ a: 1 }}\n    compensate:\n      {place}:\n      - undo: {undo}{other}\n"
        assert [each.code for each in check(HEADER + text).diagnostics] == ([code] if code else [])


@pytest.mark.parametrize(
    ("compensate", "valid"),
    [
        ("release", True),
        ("''", False),
        ("{ do: [] }", True),
        ("{ none: a read }", True),
        ("{ none: '' }", False),
        ("{ none: ' ' }", False),
        ("{ none: null }", False),
        ("{ none: a read, do: [] }", False),
        ("{ probe: [] }", False),
        ("{ do: [], on: attempted, onFailure: continue, retry: { delay: PT1S } }", True),
        ("{ do: [], on: always }", False),
        ("{ do: [], onFailure: stop }", False),
        ("{}", False),
        ("null", False),
    ],
)
def test_forms_of_compensate(compensate: str, valid: bool) -> None:
    text = f"do: [ {{ pay: {{ set: {{ a: 1 }}, compensate: {compensate} }} }} ]"
    assert (check(HEADER + text).definition is not None) is valid
    portable = f"do: [ {{ pay: {{ set: {{ a: 1 }}, metadata: {{ compensate: {compensate} }} }} }} ]"
    assert (check(HEADER + portable).definition is not None) is valid


@pytest.mark.parametrize(
    ("tasks", "catch", "valid"),
    [
        ("a: { set: { a: 1 }, compensate: x }", "retry: { delay: PT1S }", False),
        ("a: { do: [ { b: { set: { a: 1 }, compensate: x } } ] }", "retry: slow", False),
        ("a: { set: { a: 1 }, compensate: x }", "retry: slow, betweenAttempts: keep", True),
        ("a: { set: { a: 1 }, compensate: x }", "retry: slow, betweenAttempts: compensate", True),
        ("a: { set: { a: 1 }, compensate: x }", "compensate: true", True),
        ("a: { set: { a: 1 }, compensate: { none: a read } }", "retry: slow", True),
        ("a: { set: { a: 1 } }", "retry: slow", True),
    ],
)
def test_retry_over_compensable_tasks(tasks: str, catch: str, valid: bool) -> None:
    text = f"do: [ {{ t: {{ try: [ {{ {tasks} }} ], catch: {{ {catch} }} }} }} ]"
    assert [each.code for each in check(HEADER + text).diagnostics] == ([] if valid else ["CP204"])


def test_a_pivot_may_be_a_fork_but_not_stand_in_one() -> None:
    fork = "do: [ { f: { fork: { branches: [ { b: { do: [ { c: { set: { a: 1 }%s } } ] } } ] }%s } } ]"
    assert not check(HEADER + fork % ("", ", saga: pivot")).diagnostics
    assert [each.code for each in check(HEADER + fork % (", saga: pivot", "")).diagnostics] == ["CP205"]
