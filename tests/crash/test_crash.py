"""A short run of the crash harness; the long one is `make crash`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.run import torment


@pytest.mark.slow
@pytest.mark.xdist_group("crash")
def test_killed_at_any_moment_every_saga_ends_completed_or_undone(tmp_path: Path) -> None:
    outcome = torment(kills=15, sagas=100, seed=11, folder=tmp_path)
    print(outcome.summary())
    assert outcome.broken == []
    assert outcome.kills == 15
    assert len(outcome.ends) == 100
