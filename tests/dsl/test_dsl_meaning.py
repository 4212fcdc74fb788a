"""Semantic checks: each finding at its place, all at once, and none where all is well."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pytest

from counterpoint.dsl import load
from counterpoint.expressions import Compiler
from counterpoint.plan.checks import check

HEADER = "document: { dsl: 1.0.3, namespace: test, name: example, version: 1.0.0 }\n"


@pytest.fixture(scope="module")
def compiler() -> Iterator[Compiler]:
    found = Compiler()
    yield found
    found.close()


def found(compiler: Compiler, text: str, functions: Collection[str] | None = None) -> list[tuple[str, int, str]]:
    """Code, line (of `text`, from 1) and pointer of each finding."""
    diagnostics = check(load(HEADER + text), compiler, functions)
    return [(each.code, each.position.line - 1, each.pointer) for each in diagnostics if each.position is not None]


def test_everything_is_found_at_once_in_the_order_of_the_text(compiler: Compiler) -> None:
    text = """\
use:
  retries:
    slow: { delay: PT5S, when: "${ .a | }" }
  timeouts:
    long: { after: { seconds: -5 } }
do:
- one:
    set: { x: "${ $inpt.a }" }
    timeout: lang
    then: thre
- two:
    try:
    - one: { call: http, with: { method: get, endpoint: http://x, body: "${ $nope }" } }
    catch: { retry: slwo, when: $err.status == 5, then: nowhere }
- three:
    raise: { error: unknown }
"""
    assert found(compiler, text) == [
        ("CP320", 3, "/use/retries/slow/when"),
        ("CP313", 5, "/use/timeouts/long/after"),
        ("CP320", 8, "/do/0/one/set/x"),
        ("CP311", 9, "/do/0/one/timeout"),
        ("CP302", 10, "/do/0/one/then"),
        ("CP320", 13, "/do/1/two/try/0/one/with/body"),
        ("CP311", 14, "/do/1/two/catch/retry"),
        ("CP320", 14, "/do/1/two/catch/when"),
        ("CP302", 14, "/do/1/two/catch/then"),
        ("CP311", 16, "/do/2/three/raise/error"),
    ]


def test_hints_say_what_is_meant(compiler: Compiler) -> None:
    declared = "use: { errors: { notFound: { type: x:y, status: 404 } } }\n"
    text = declared + "do:\n- find: { raise: { error: notfound }, then: fnd }\n"
    hints = [each.hint for each in check(load(HEADER + text), compiler)]
    assert hints == ["did you mean `notFound`?", "did you mean `find`?"]


VARIABLES = """\
do:
- loop:
    for: { each: order, at: number, in: .orders }
    while: $order.open and $number < 5
    do:
    - inner:
        try:
        - use: { set: { a: "${ $order.id + ($number | tostring) }" } }
        catch:
          as: problem
          when: $problem.status == 503
          retry: { delay: PT1S, exceptWhen: $problem.status == 400 or $error.status == 401 }
          do:
          - tell: { set: { p: "${ $problem.title }", o: "${ $order }" } }
    compensate:
      do:
      - undo: { set: { out: "${ $compensation.output }" } }
- hear:
    listen: { to: { any: [], until: "$context.votes > 3" } }
    foreach:
      item: message
      at: place
      do:
      - keep: { set: { m: "${ $message }", at: "${ $place }" } }
      export: { as: "$context + { last: $message }" }
- all:
    set: { c: "${ [$context, $input, $output, $task, $workflow, $runtime, $authorization] }" }
"""


def test_variables_are_known_where_they_are_bound(compiler: Compiler) -> None:
    assert found(compiler, VARIABLES) == []


@pytest.mark.parametrize(
    "expression", ["$order", "$problem", "$compensation", "$message", "$number", "$error", "$item", "$index"]
)
def test_variables_are_unknown_elsewhere(compiler: Compiler, expression: str) -> None:
    text = VARIABLES + f"- after: {{ set: {{ x: '${{ {expression} }}' }} }}\n"
    assert [code for code, _, _ in found(compiler, text)] == ["CP320"]


def test_a_function_may_read_what_its_callers_bind(compiler: Compiler) -> None:
    text = """\
use: { functions: { free: { set: { id: "${ $compensation.output.id + $seat.id }" } } } }
do:
- seats:
    for: { each: seat, in: .seats }
    do:
    - book: { set: { id: 1 }, compensate: free }
"""
    assert found(compiler, text) == []


def test_flow_reaches_only_the_own_list(compiler: Compiler) -> None:
    text = """\
use: { functions: { f: { set: { a: 1 }, then: outer } } }
do:
- outer:
    do:
    - inner: { set: { a: 1 }, then: outer }
    - last: { set: { a: 1 } }
- jump: { set: { a: 1 }, then: inner }
"""
    assert found(compiler, text) == [
        ("CP302", 1, "/use/functions/f/then"),
        ("CP302", 5, "/do/0/outer/do/0/inner/then"),
        ("CP302", 7, "/do/1/jump/then"),
    ]


@pytest.mark.parametrize(
    ("first", "reached"),
    [
        ("{ set: { a: 1 } }", True),
        ("{ set: { a: 1 }, then: end }", False),
        ("{ set: { a: 1 }, then: exit }", False),
        ("{ set: { a: 1 }, then: compensate }", False),
        ("{ set: { a: 1 }, then: third }", False),
        ("{ set: { a: 1 }, if: .a, then: third }", True),
        ("{ raise: { error: { type: 'a:b', status: 1 } } }", False),
        ("{ raise: { error: { type: 'a:b', status: 1 } }, if: .a }", True),
        ("{ switch: [ { a: { when: .a, then: third } } ] }", True),
        ("{ switch: [ { a: { when: .a, then: third } } ], then: end }", False),
        ("{ switch: [ { a: { when: .a, then: second } }, { b: { then: end } } ] }", True),
        ("{ switch: [ { a: { when: .a, then: third } }, { b: { then: end } } ] }", False),
        ("{ switch: [ { a: { when: .a, then: third } }, { b: { then: continue } } ] }", True),
        ("{ try: [], catch: { then: second }, then: end }", True),
        ("{ try: [], catch: { then: end } }", True),
        ("{ try: [], catch: { then: third }, then: end }", False),
    ],
)
def test_unreachable_tasks_are_warned_of(compiler: Compiler, first: str, reached: bool) -> None:
    text = f"do:\n- first: {first}\n- second: {{ set: {{ a: 1 }}, then: third }}\n- third: {{ set: {{ a: 1 }} }}\n"
    codes = [(code, line) for code, line, _ in found(compiler, text)]
    expected = [] if reached else [("CP305", 3)]
    if ("then: end" in first and "third" not in first and not reached) or (not reached and "third" not in first):
        expected.append(("CP305", 4))
    assert codes == expected


def test_branches_of_a_fork_are_all_reached(compiler: Compiler) -> None:
    text = "do:\n- both: { fork: { branches: [ { a: { set: { x: 1 }, then: end } }, { b: { set: { x: 1 } } } ] } }\n"
    assert found(compiler, text) == []


SECRETS = "use: { secrets: [ apiKey, 'with space' ] }\ndo:\n- get: { set: { a: '${ %s }' } }\n"


@pytest.mark.parametrize(
    ("expression", "sound"),
    [
        ("$secrets.apiKey", True),
        ('$secrets["apiKey"]', True),
        ('$secrets."with space"', True),
        ('"Bearer \\($secrets.apiKey)"', True),
        ("$secrets | keys", True),
        ("$secrets[.name]", True),
        ("$secrets.apikey", False),
        ('$secrets["apikey"]', False),
        ('$secrets . "other"', False),
        ('"Bearer \\($secrets.other)"', False),
    ],
)
def test_undeclared_secrets_are_refused(compiler: Compiler, expression: str, sound: bool) -> None:
    assert [code for code, _, _ in found(compiler, SECRETS % expression)] == ([] if sound else ["CP316"])


@pytest.mark.parametrize(
    ("expression", "made"),
    [
        ("$secrets.apiKey | @base64", "@base64"),
        ('"Basic " + ("ada:" + $secrets.apiKey | @base64)', "@base64"),
        ('@uri "\\($secrets.apiKey)"', "@uri"),
        ("$secrets.apiKey | ascii_upcase | length", "ascii_upcase"),
        ("{ a: ($secrets.apiKey | length) }", "length"),
        ('$secrets.apiKey == "x"', "=="),
        ("$secrets.apiKey as $t | . | test($t)", "test"),
        ('[$secrets.apiKey, .b] | map(. | split("-"))', "split"),
        ("$secrets.apiKey[0:4]", "[ ]"),
        ("if . then $secrets.apiKey | length else 1 end", "length"),
        ('"Bearer \\($secrets.apiKey)"', None),
        ('"Bearer " + $secrets.apiKey', None),
        ('[$secrets.apiKey, "x"] | join(":")', None),
        ('$secrets.apiKey // "none"', None),
        ("$secrets.apiKey == null", None),
        ("if $secrets.apiKey then 1 else 2 end", None),
        ("{ key: $secrets.apiKey, size: (.items | length) }", None),
        ("$secrets.apiKey as $t | .items | length", None),
        ("$secrets.apiKey | { key: ., at: now, all: [range(3)] }", None),
        (".name | @base64 | . + $secrets.apiKey", None),
        ('$secrets | has("apiKey")', None),
    ],
)
def test_nothing_is_made_of_a_secret_but_what_its_token_bears(
    compiler: Compiler, expression: str, made: str | None
) -> None:
    findings = check(load(HEADER + SECRETS % expression), compiler)
    told = [each.message for each in findings if each.code == "CP322"]
    assert [each.split("`")[1] for each in told] == ([] if made is None else [made])


def test_authentications_and_their_secrets(compiler: Compiler) -> None:
    text = """\
use:
  secrets: [ mine ]
  authentications:
    good: { basic: { use: mine } }
    bad: { bearer: { use: yours } }
  catalogs: { shelf: { endpoint: { uri: http://x, authentication: { use: gone } } } }
do:
- one: { call: http, with: { method: get, endpoint: { uri: http://x, authentication: { use: good } } } }
- two: { call: http, with: { method: get, endpoint: { uri: http://x, authentication: { use: god } } } }
- three: { call: http, with: { method: get, endpoint: { uri: http://x, authentication: { digest: { use: my } } } } }
- four: { call: openapi, with: { operationId: x, document: { endpoint: http://x }, authentication: { use: none } } }
- five: { call: http, with: { method: post, endpoint: http://x, body: { authentication: { use: anything } } } }
"""
    assert [(code, line) for code, line, _ in found(compiler, text)] == [
        ("CP316", 5), ("CP311", 6), ("CP311", 9), ("CP316", 10), ("CP311", 11),
    ]  # fmt: skip


CALLS = """\
use:
  functions: { declared: { set: { a: 1 } } }
  catalogs: { shelf: { endpoint: http://x } }
do:
- a: { call: declared }
- b: { call: "sum:1.0.0@shelf" }
- c: { call: "sum:1.0.0@default" }
- d: { call: "https://example.com/function.yaml" }
- e: { call: registered }
- f: { call: "sum:1.0.0@shlf" }
- g: { call: declard }
- h: { set: { a: 1 }, compensate: undeclared }
"""


def test_functions(compiler: Compiler) -> None:
    unknown_set = [(code, line) for code, line, _ in found(compiler, CALLS) if code != "CP210"]
    assert unknown_set == [("CP311", 10), ("CP315", 11), ("CP315", 12)]
    known_set = [(code, line) for code, line, _ in found(compiler, CALLS, {"registered"}) if code != "CP210"]
    assert known_set == [("CP311", 10), ("CP310", 11), ("CP310", 12)]


def test_loose_mode_takes_what_does_not_compile_for_a_literal(compiler: Compiler) -> None:
    text = "evaluate: { mode: loose }\ndo:\n- a: { set: { x: '${ .a + }' }, if: '.a +' }\n"
    assert found(compiler, text) == [("CP320", 3, "/do/0/a/if")]


def test_data_that_is_not_evaluated_is_left_alone(compiler: Compiler) -> None:
    text = """\
do:
- a:
    set: { x: 1 }
    metadata: { note: "${ not jq" , other: "${ .a + }" }
    input: { schema: { document: { const: "${ .a + }" } } }
- b: { run: { shell: { command: "echo ${HOME} and more" } } }
"""
    assert found(compiler, text) == []


@pytest.mark.parametrize("cron", ["* * * * *", "0 9 * * MON-FRI", "*/15 0-6 1,15 * *", "0 0 * * 0#1"])
def test_sound_cron(compiler: Compiler, cron: str) -> None:
    assert found(compiler, f"schedule: {{ cron: '{cron}' }}\ndo: []\n") == []


@pytest.mark.parametrize("cron", ["", "daily", "* * * *", "60 * * * *", "* 25 * * *", "* * * * *" * 1_000])
def test_unsound_cron(compiler: Compiler, cron: str) -> None:
    assert [code for code, _, _ in found(compiler, f"schedule: {{ cron: '{cron}' }}\ndo: []\n")] == ["CP312"]


@pytest.mark.parametrize("version", ["1.0.0", "1.0.1", "1.0.0-alpha5", "1.0.3"])
def test_supported_versions(compiler: Compiler, version: str) -> None:
    assert check(load(HEADER.replace("1.0.3", version) + "do: []"), compiler) == []


@pytest.mark.parametrize("version", ["0.9.0", "2.0.0-alpha", "1.10.0"])
def test_unsupported_versions(compiler: Compiler, version: str) -> None:
    assert [each.code for each in check(load(HEADER.replace("1.0.3", version) + "do: []"), compiler)] == ["CP304"]


def test_a_great_document_is_checked_in_time(compiler: Compiler) -> None:
    tasks = "".join(
        f"- t{n}: {{ set: {{ a: '${{ .a.b + {n % 50} }}' }}, if: .a, then: t{n + 1} }}\n" for n in range(4_000)
    )
    text = f"do:\n{tasks}- t4000: {{ set: {{ a: 1 }} }}\n"
    assert found(compiler, text) == []


def test_findings_over_the_limit_are_counted(compiler: Compiler) -> None:
    tasks = "".join(f"- t{n}: {{ set: {{ a: 1 }}, then: nowhere{n} }}\n" for n in range(300))
    found_now = check(load(HEADER + "do:\n" + tasks), compiler)
    assert [each.code for each in found_now[:-1]] == ["CP302"] * 200
    assert found_now[-1].code == "CP012"
    assert "100" in found_now[-1].message


@pytest.mark.parametrize(
    ("wanted", "sound"),
    [
        ("1.2.3", True),
        ("^1.2", True),
        (">=1.0 <2", True),
        ("latest", True),
        ("${ .version }", True),
        ("^^1", False),
        ("newest", False),
    ],
)
def test_a_sub_workflow_is_wanted_by_version_or_range(compiler, wanted, sound):
    task = f"- a: {{ run: {{ workflow: {{ namespace: shop, name: settle, version: '{wanted}' }} }} }}"
    assert [code for code, _, _ in found(compiler, "do:\n" + task)] == ([] if sound else ["CP317"])
