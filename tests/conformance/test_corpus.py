"""The cases of other runtimes through our adapter: nearly all pass; each that does not is listed with its reason."""

from __future__ import annotations

import argparse
import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from counterpoint.api import describe
from tests.conformance.adapter import REQUESTS, Adapter

KINDS = ("execute", "validate", "schedule", "saga-scenario", "aux")
PASS_SHARE_MIN = 0.98
AT_ONCE = 8
"""Cases mostly wait: for timers and for their mock services."""
TRIES_ALONE = 3

OPTIONS = argparse.Namespace(error_base="ows", dsl=None, timeout=10.0, verbose=0)
"""The runner's defaults."""

pytestmark = pytest.mark.xdist_group("corpus")


@pytest.fixture(scope="module")
def results(conformance: Path) -> dict[str, tuple[str, list[str]]]:
    """The verdict on each case that is not a quirk, and the runner's messages."""
    runner = _load(conformance / "run_corpus.py")
    cases = [case for case in runner.load() if case["kind"] in KINDS and not case.get("quirk") and _is_ours(case)]

    def run(case: dict[str, Any]) -> tuple[str, list[str]]:
        return runner.run_one(Adapter(), case, OPTIONS)  # type: ignore[no-any-return]

    # The first application, and the first request, imports what it needs; made by several threads at once, it finds
    # half of it.
    describe()
    REQUESTS.get()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        judged = dict(zip((case["id"] for case in cases), pool.map(run, cases), strict=True))
    # What else the machine does adds to a time and never takes from it: whatever was only late is tried alone.
    for case in cases:
        for _ in range(TRIES_ALONE):
            if not _is_late(judged[case["id"]]):
                break
            judged[case["id"]] = run(case)
    return judged


@pytest.fixture(scope="module")
def misses() -> dict[str, dict[str, str]]:
    """The cases that we decide otherwise, each with the clause that decides it."""
    return yaml.safe_load(Path(__file__).with_name("misses.yaml").read_text()) or {}


def test_what_fails_is_exactly_what_is_listed(
    results: dict[str, tuple[str, list[str]]], misses: dict[str, dict[str, str]]
) -> None:
    failed = {id: messages for id, (verdict, messages) in results.items() if verdict != "pass"}
    unlisted = {id: messages for id, messages in failed.items() if id not in misses}
    assert not unlisted
    assert not sorted(set(misses) - set(failed)), "these pass now: take them off the list"


def test_nearly_all_cases_pass(results: dict[str, tuple[str, list[str]]]) -> None:
    passed = [id for id, (verdict, _) in results.items() if verdict == "pass"]
    assert len(passed) / len(results) >= PASS_SHARE_MIN


def test_every_miss_names_the_clause_that_decides_it(misses: dict[str, dict[str, str]]) -> None:
    assert all(miss["clause"] and miss["ours"] for miss in misses.values())


def _is_late(judged: tuple[str, list[str]]) -> bool:
    verdict, messages = judged
    return verdict != "pass" and bool(messages) and all(each.startswith("took ") for each in messages)


def _is_ours(case: dict[str, Any]) -> bool:
    """Samples of events say nothing of a binding: there is nothing to read them from."""
    return case.get("binding") != "sample"


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_corpus", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
