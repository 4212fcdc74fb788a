"""Bad input of every kind: a diagnostic each time, never another exception, never over a second."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

from counterpoint.dsl import DocumentLimits, check, read_data
from counterpoint.dsl.report import to_pointer
from counterpoint.errors import InvalidInput
from counterpoint.expressions import Compiler
from counterpoint.plan.checks import check as check_meaning
from tests.dsl.dsl_noise import Noise

T = TypeVar("T")

SECONDS_MAX = 1.0
"""Of processor time, on a machine that needs no more than `PROBE_SECONDS` for the probe; on a slower one, more."""
PROBE_SECONDS = 0.15
TRIES = 3
"""What else the machine does adds to a time and never takes from it, so that the least of some tries tells."""
HEADER = "document: { dsl: 1.0.3, namespace: a, name: b, version: 1.0.0 }\n"


def timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    return work(), time.process_time() - start


def slowness() -> float:
    """How many times as long as `PROBE_SECONDS` the machine needs for the probe just now; 1 at least."""
    probe = [{str(each): [each, "x"]} for each in range(60_000)]
    return max(1.0, timed(lambda: json.loads(json.dumps(probe)))[1] / PROBE_SECONDS)


def in_time(work: Callable[[], T]) -> T:
    """What the work gives; fails where it is not done in time."""
    taken: list[str] = []
    while len(taken) < TRIES:
        done, seconds = timed(work)
        if seconds < SECONDS_MAX or seconds < SECONDS_MAX * (slower := slowness()):
            return done
        taken.append(f"{seconds:.2f} s where {SECONDS_MAX * slower:.2f} s are allowed")
    raise AssertionError(taken)


def judged(text: bytes | str) -> bool:
    """Whether a text is a valid document. Fails where the answer is no use."""
    checked = check(text, source="noise.yaml")
    errors = [each for each in checked.diagnostics if each.severity.value == "error"]
    assert (checked.definition is None) == bool(errors)
    for each in checked.diagnostics:
        assert each.message
        assert each.code == "CP012" or each.position is not None
        assert str(each).startswith("noise.yaml:" if each.position else "noise.yaml")
    return not errors


def test_ten_thousand_damaged_texts_are_diagnosed_in_time(examples: dict[str, str], sagas: dict[str, str]) -> None:
    texts = [text.encode() for text in {**examples, **sagas}.values()]
    texts += [json.dumps({"document": {"dsl": "1.0.3"}, "do": [{"a": {"set": {"ü\U0001f600": [1.5, None]}}}]}).encode()]
    noise, valid, with_meaning = Noise(texts, seed=7), 0, 0
    compiler = Compiler()
    for number in range(10_000):
        text = noise.next()
        try:
            sound = in_time(functools.partial(judged, text))
        except Exception as error:
            raise AssertionError(f"{text!r}") from error
        valid += sound
        if sound and number % 4 == 0:
            definition = check(text).definition
            assert definition is not None
            in_time(functools.partial(check_meaning, definition, compiler))
            with_meaning += 1
    compiler.close()
    assert 500 < valid < 9_500
    assert with_meaning > 100


def read_or_refused(text: bytes | str) -> bool:
    """Whether a text is data. Fails where the refusal is no use."""
    try:
        json.dumps(read_data(text), allow_nan=False).encode()
    except InvalidInput as error:
        assert error.message.startswith("<input>:")
        assert len(error.message) < 2_000
        return False
    return True


def test_ten_thousand_damaged_inputs_are_read_or_refused(examples: dict[str, str]) -> None:
    texts = [b'{"order": {"id": "o-1", "lines": [1, 2.5, true, null]}, "note": "\\ud83d\\ude00"}', b"a: [1, 2]\nb: x\n"]
    noise = Noise(texts, seed=11)
    read = 0
    for _ in range(10_000):
        read += in_time(functools.partial(read_or_refused, noise.next()))
    assert 500 < read < 9_500


def _bomb() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for left, right in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{right}: &{right} [{', '.join([f'*{left}'] * 9)}]")
    return "\n".join(lines)


HOSTILE = {
    "alias bomb": _bomb(),
    "recursion": "a: &a { b: *a }",
    "many aliases of one great value": "a: &a [" + "1," * 50_000 + "]\nb: [" + "*a," * 5_000 + "]",
    "deep arrays": "[" * 1_000_000,
    "deep objects": "{a: " * 100_000,
    "deep blocks": "- " * 1_000_000,
    "deep keys": "? " * 1_000_000,
    "deep by aliases": "a0: &a0 [1]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n}]\n" for n in range(200)),
    "wide array": "[" + "1," * 2_000_000 + "]",
    "wide object": "".join(f"k{index}:\n" for index in range(300_000)),
    "tag directives": "".join(f"%TAG !{index}! x\n" for index in range(200_000)) + "---\na: 1",
    "tag directives, old line ends": "".join(f"%TAG !{index}! x\r" for index in range(200_000)) + "---\ra: 1",
    "tag": "!" * 4_000_000,
    "anchors": "".join(f"- &a{index} x\n" for index in range(100_000)),
    "long number": "9" * 4_000_000,
    "long string": '"' + "a" * 4_000_000 + '"',
    "long key": "? " + "a" * 4_000_000 + "\n: 1",
    "escapes": '"' + "\\ud83d\\ude00" * 300_000 + '"',
    "comment": "#" * 4_000_000,
    "empty lines": "\n" * 4_000_000,
    "document marks": "---\n" * 1_000_000,
    "over the limit": " " * (4 * 1024 * 1024 + 1),
    "tabs": "\t" * 1_000_000,
    "long unknown member": HEADER + "do: [ { a: { " + "x" * 1_000 + ": 1 } } ]",
    "100,000 findings": HEADER + "do:\n" + "- 1\n" * 90_000,
    "unknown members": HEADER + "do:\n- a:\n    set: {a: 1}\n" + "".join(f"    membe{n}: 1\n" for n in range(40_000)),
    "unknown top level": HEADER + "do: []\n" + "".join(f"d{n}: 1\n" for n in range(40_000)),
    "long version": HEADER.replace("1.0.0", "1.0.0-" + "1" * 1_000_000 + "!") + "do: []",
    "long expression": HEADER + 'do: [ { a: { wait: "${' + "}" * 1_000_000 + ' x" } } ]',
    "long uri": HEADER + "do: [ { a: { call: http, with: { method: get, endpoint: 'a" + ":" * 1_000_000 + " ' } } } ]",
    "long duration": HEADER + "do: [ { a: { wait: P" + "1" * 1_000_000 + " } } ]",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_judged_in_time(name: str) -> None:
    text = HOSTILE[name]
    in_time(functools.partial(judged, text))
    in_time(functools.partial(read_or_refused, text))


def test_limits_are_configurable_and_named() -> None:
    for limits, text in [
        (DocumentLimits(document_bytes_max=10), HEADER),
        (DocumentLimits(nodes_max=3), HEADER),
        (DocumentLimits(depth_max=1), HEADER),
    ]:
        (found,) = check(text, limits=limits).diagnostics
        assert found.code == "CP011"
        assert any(name in found.message for name in limits.__struct_fields__)


def test_findings_over_the_limit_are_counted() -> None:
    checked = check(HEADER + "do:\n" + "- 1\n" * 300, limits=DocumentLimits(diagnostics_max=10))
    assert len(checked.diagnostics) == 11
    assert checked.diagnostics[-1].code == "CP012"
    assert "290" in checked.diagnostics[-1].message


def test_pointer_of_a_path_is_escaped() -> None:
    assert to_pointer((((None, "do"), 0), "a/b~c")) == "/do/0/a~1b~0c"
