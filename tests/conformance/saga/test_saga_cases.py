"""Every row of saga.md, section 7: the cases beside this file, on both stores, in both forms, across every crash."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.saga.saga_expectations import differences
from tests.conformance.saga.saga_stage import Crash, load_cases, play

CASES = load_cases(Path(__file__).parent)
STORES = ("memory", "sqlite")
ROWS = frozenset(
    row.strip() for row in (Path(__file__).parent / "rows.txt").read_text().splitlines() if row.strip()
)  # fmt: skip

each_case = pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
each_store = pytest.mark.parametrize("store", STORES)


@each_case
@each_store
@pytest.mark.parametrize("form", ["author", "portable"])
def test_the_case_holds(case: dict[str, Any], store: str, form: str, tmp_path: Path) -> None:
    path = tmp_path / "saga.db" if store == "sqlite" else None
    told = play(case, portable=form == "portable", path=path)
    assert differences(case["expect"], told, crashed="crash" in case) == []


@each_case
@each_store
def test_the_case_holds_across_a_crash_at_every_write(case: dict[str, Any], store: str, tmp_path: Path) -> None:
    writes = play(case).writes
    assert writes
    wrong = {}
    for write in range(1, writes + 1):
        for written in (False, True):
            path = tmp_path / f"{write}-{written}.db" if store == "sqlite" else None
            told = play(case, path=path, crash=Crash(write, written))
            found = differences(case["expect"], told, crashed=True)
            if found:
                wrong[write, written] = found
    assert wrong == {}


def test_every_row_has_a_case() -> None:
    assert {row for case in CASES for row in case["rows"]} == ROWS
