"""Recorded histories replay to the same states for ever: no file here is ever changed, only new ones are added."""

from __future__ import annotations

import pytest

from tests.histories.histories import RECORDED, read, replay
from tests.histories.scenarios import SCENARIOS

FILES = sorted(path.stem for path in RECORDED.glob("*.jsonl"))


@pytest.mark.parametrize("name", FILES)
def test_a_recorded_history_replays_to_the_same_states(name: str) -> None:
    for history in read(RECORDED / f"{name}.jsonl"):
        assert replay(history.document, history.records) == history.pictures


def test_every_scenario_is_recorded() -> None:
    assert set(SCENARIOS) <= {name.partition("-")[0] for name in FILES}
