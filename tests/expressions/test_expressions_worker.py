"""The worker process: programs that may not end, and what happens when they do not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest

from counterpoint.errors import WorkflowError
from counterpoint.expressions import Compiler, ExpressionLimits
from counterpoint.expressions.jqprograms import JqProgram
from counterpoint.expressions.program import program_text
from counterpoint.expressions.worker import Worker


@pytest.fixture
def strict() -> Iterator[Compiler]:
    """A compiler whose worker may do little."""
    limits = ExpressionLimits(expression_ms_max=200, worker_bytes_max=256 * 1024 * 1024, result_bytes_max=10_000)
    compiler = Compiler(limits)
    yield compiler
    compiler.close()


@pytest.mark.parametrize(
    "source",
    [
        "def f: f; f",
        "def f: 1 + f; f",
        "[range(1e12)]",
        "last(repeat(1))",
        "[recurse(. + 1)]",
        "0 | until(false; . + 1)",
        "reduce range(60) as $x ([1]; . + .) | length",
        '"x" * 1000000000',
        "[.] | .[400000000] = 1 | length",
        '"x" * 9999 | [., ., .]',
        "[limit(20000; repeat(1))]",
        "[.,.]" + " | [.,.]" * 40,
        '"a" * 40 + "!" | test("^(a|a)*$")',
    ],
)
def test_a_program_that_takes_too_much_is_an_expression_error_and_the_next_one_works(
    strict: Compiler, scope: Any, source: str
) -> None:
    with pytest.raises(WorkflowError) as caught:
        strict.expression(source).evaluate(0, scope)
    assert caught.value.problem.type.endswith("/expression")
    assert strict.expression("[range(3)]").evaluate(0, scope) == [0, 1, 2]


@pytest.mark.parametrize(
    "source",
    [
        *("repeat(1)", "[while(true; 1)]", "until(true; 1)", "recurse(.a)", "range(3)", "walk(.)", "combinations"),
        *("def f: 1; f", "reduce . as $x (0; 1)", "foreach . as $x (0; 1)", "label $f | break $f", "transpose"),
        *('test("a")', 'sub("a"; "b")', 'split("a"; null)', "splits(.)", "setpath([9]; 1)", ".[9] = 1", ".[] |= 1"),
        *('try ("x" * 9) catch 1', "(.a // 1) * 2", "pick(.[9])", "getpath([1]) = 1", "limit(3; repeat(1))"),
    ],
)
def test_what_may_not_end_or_may_swell_never_runs_in_this_process(strict: Compiler, source: str) -> None:
    expression = strict.expression(source)
    assert isinstance(expression, JqProgram)
    assert not expression.inline


def test_a_program_that_ends_leaves_this_process_when_its_input_is_too_long_for_it(scope: Any) -> None:
    compiler = Compiler(ExpressionLimits(inline_work_max=1_000_000))
    expression = compiler.expression("[.[] as $a | .[] as $b | $a + $b] | length")
    assert expression.evaluate([1, 2], scope) == 4
    assert compiler._worker.process_id is None
    assert expression.evaluate([1] * 50, scope) == 2_500
    assert compiler._worker.process_id is not None
    compiler.close()


def test_the_deadline_is_told(strict: Compiler, scope: Any) -> None:
    with pytest.raises(WorkflowError, match=r"longer than 200 ms \(expression_ms_max\)"):
        strict.expression("[range(1e12)]").evaluate(None, scope)


def test_an_error_in_the_worker_is_told_without_the_data(strict: Compiler, scope: Any) -> None:
    with pytest.raises(WorkflowError, match="a string and a number cannot be added") as caught:
        strict.expression("[range(2)] | ($input.k + 1)", variables=("input",)).evaluate(
            None, type(scope)({"input": {"k": "s3cret"}})
        )
    assert "s3cret" not in str(caught.value)


def test_no_result_is_null(strict: Compiler, scope: Any) -> None:
    assert strict.expression("range(0)").evaluate(None, scope) is None


def test_one_process_serves_all_programs_and_a_killed_one_is_replaced(strict: Compiler, scope: Any) -> None:
    expression = strict.expression("[range(2)]")
    assert expression.evaluate(None, scope) == [0, 1]
    first = strict._worker.process_id
    assert strict.expression("[range(3)]").evaluate(None, scope) == [0, 1, 2]
    assert strict._worker.process_id == first
    assert first is not None
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert expression.evaluate(None, scope) == [0, 1]
    assert strict._worker.process_id != first


def test_the_worker_sees_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERPOINT_TEST_SECRET", "s3cret")
    worker = Worker(ExpressionLimits())
    assert worker.run("", "$ENV | tojson", "null") in ("{}", '{"LC_CTYPE":"C.UTF-8"}')  # Python sets that one itself
    assert worker.run("", program_text("$ENV", (), now=False, repeated_bytes_max=None), "[null]") == "{}"
    worker.close()


def test_the_worker_ends_with_its_parent() -> None:
    script = textwrap.dedent(
        """
        import os
        from counterpoint.expressions import Compiler
        compiler = Compiler()
        assert compiler.expression("[range(2)]").evaluate(None, None) == [0, 1]
        print(compiler._worker.process_id, flush=True)
        os._exit(0)  # dies without cleaning up
        """
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    # The pipe that captures our standard output is not the worker's, so its end is seen by its process id alone.
    worker = int(done.stdout)
    try:
        descriptor = os.pidfd_open(worker)
    except (ProcessLookupError, AttributeError):
        return
    signalled = __import__("select").select([descriptor], [], [], 10)[0]
    os.close(descriptor)
    assert signalled


def test_an_interrupt_during_an_exchange_never_mixes_up_answers(strict: Compiler, scope: Any) -> None:
    slow = strict.expression("[range(1e12)]")
    previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(KeyboardInterrupt):
            slow.evaluate(None, scope)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert strict.expression("[range(3)]").evaluate(None, scope) == [0, 1, 2]
