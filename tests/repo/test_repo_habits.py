"""Habits that no linter knows: clocks, sleeping tests, silent skips, unfinished work, machine paths, registries."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

# Tests that run real processes have no clock to turn: they poll for a fact, with a deadline.
SLEEPING_TESTS: dict[str, str] = {
    "tests/brokers/servers.py": "looks whether a real broker has started or ended, every 50 ms",
    "tests/brokers/taking.py": "looks whether real brokers have brought what is waited for, every 10 ms",
    "tests/conformance/adapter.py": "the runner of the corpus measures real time and publishes after real delays",
    "tests/conformance/saga/saga_services.py": "services answer late on a virtual loop, where time jumps",
    "tests/conformance/saga/saga_stage.py": "scenarios let days pass on a virtual loop, where time jumps",
    "tests/connectors/test_connectors_process.py": "looks whether a real process has written its number, every 5 ms",
    "tests/crash/test_crash_acting.py": "looks whether a real server has come to the middle of its work, every 1 ms",
    "tests/crash/world.py": "the services of the crash harness are slow on purpose, for real processes",
    "tests/simulation/test_simulation_engine.py": "sleeps a day on the virtual loop that it tests",
}

UNFINISHED = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]))
MACHINE_PATH = re.compile(r"(^|[^\w.])/(work|farm|root|home/[a-z]+|Users/[A-Za-z]+)/")
REGISTRY = re.compile(
    r"index[-_]url|registry\s*=|https?://[\w.-]*(pypi|npmjs|artifactory|nexus)|/simple\b", re.IGNORECASE
)
CONFIGURATION = (".toml", ".cfg", ".ini", ".json", ".yaml", ".yml", ".lock", ".npmrc", "pip.conf", "Makefile")


def test_nothing_asks_the_machine_for_the_date(sources):
    found = [
        place
        for path in sources.python("src")
        for place, name, _ in _calls(sources, path)
        if name in {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now"}
    ]
    assert not found, "time comes from the clock port"


def test_tests_never_sleep_for_time_to_pass(sources):
    sleeping = {
        path: place
        for path in sources.python("tests")
        for place, name, call in _calls(sources, path)
        if name in {"time.sleep", "asyncio.sleep", "anyio.sleep"} and not _is_zero(call)
    }
    assert set(sleeping) == set(SLEEPING_TESTS), "turn the virtual clock, or wait for the fact itself"


def test_every_skip_has_a_reason(sources):
    silent = [place for path in sources.python("tests") for place in _silent_skips(sources, path)]
    assert not silent


def test_nothing_is_left_undone(sources):
    marks = [place for path in sources.python() for place in _lines(sources, path, UNFINISHED)]
    raised = [
        f"{path}:{node.lineno}"
        for path in sources.python("src", "examples", "bench")
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.Raise) and node.exc and "NotImplemented" in ast.unparse(node.exc)
    ]
    assert not marks + raised


def test_no_path_of_a_machine_is_written_down(sources):
    assert not [place for path in sources.paths for place in _lines(sources, path, MACHINE_PATH)]


def test_no_registry_is_written_down(sources):
    files = [path for path in sources.paths if path.endswith(CONFIGURATION) or path.startswith(".ci/")]
    assert not [place for path in files for place in _lines(sources, path, REGISTRY)]


def test_every_sleeping_test_has_a_reason():
    assert all(len(reason.split()) >= 3 for reason in SLEEPING_TESTS.values())


def _calls(sources, path: str) -> Iterator[tuple[str, str, ast.Call]]:
    """Every call of a dotted name: where it is, the name, the call."""
    for node in ast.walk(sources.tree(path)):
        if isinstance(node, ast.Call):
            yield f"{path}:{node.lineno}", ast.unparse(node.func), node


def _silent_skips(sources, path: str) -> Iterator[str]:
    for place, name, call in _calls(sources, path):
        reason = [each for each in call.keywords if each.arg == "reason"]
        if name in {"pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"} and not reason:
            yield place
        if name in {"pytest.skip", "pytest.xfail"} and not (call.args or reason):
            yield place
    for node in ast.walk(sources.tree(path)):
        for decorator in getattr(node, "decorator_list", []):
            if ast.unparse(decorator) in {"pytest.mark.skip", "pytest.mark.xfail"}:
                yield f"{path}:{decorator.lineno}"


def _is_zero(call: ast.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0


def _lines(sources, path: str, pattern: re.Pattern[str]) -> list[str]:
    lines = enumerate(sources.text(path).splitlines(), 1)
    return [f"{path}:{number}: {line.strip()[:100]}" for number, line in lines if pattern.search(line)]
