"""Recorded histories replay to the same states for ever: no file here is ever changed, only new ones are added."""

from __future__ import annotations

import pytest

from tests.histories.histories import RECORDED, differences, read, replay
from tests.histories.scenarios import SCENARIOS

FILES = sorted(path.stem for path in RECORDED.glob("*.jsonl"))


@pytest.mark.parametrize("name", FILES)
def test_a_recorded_history_replays_to_the_same_states(name: str) -> None:
    for history in read(RECORDED / f"{name}.jsonl"):
        assert list(differences(replay(history.document, history.records), history.pictures)) == []


def test_every_scenario_is_recorded() -> None:
    assert set(SCENARIOS) <= {name.partition("-")[0] for name in FILES}


@pytest.mark.parametrize(
    ("now", "same"),
    [
        ({"runs": [{"id": 1, "more": 2}], "output": {"a": 1}}, True),
        ({"runs": [{"id": 2}], "output": {"a": 1}}, False),
        ({"runs": [], "output": {"a": 1}}, False),
        ({"runs": [{"id": 1}], "output": {"a": 1, "b": 2}}, False),
        ({"output": {"a": 1}}, False),
    ],
    ids=["more is known", "other", "fewer", "other data", "gone"],
)
def test_only_what_was_not_recorded_may_differ(now: object, same: bool) -> None:
    recorded = {"runs": [{"id": 1}], "output": {"a": 1}}
    assert (list(differences(now, recorded)) == []) == same
