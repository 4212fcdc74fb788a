"""Points in time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.values.timestamp import datetime_descriptor, iso8601, parse_timestamp

YEAR_1, YEAR_9999 = -62_135_596_800_000, 253_402_300_799_999


def test_a_time_is_written_in_utc_with_milliseconds() -> None:
    assert iso8601(1_767_225_600_000) == "2026-01-01T00:00:00.000Z"
    assert iso8601(-1) == "1969-12-31T23:59:59.999Z"


def test_a_datetime_descriptor_has_the_forms_of_the_specification() -> None:
    assert datetime_descriptor(1_641_024_000_123) == {
        "iso8601": "2022-01-01T08:00:00.123Z",
        "epoch": {"seconds": 1_641_024_000, "milliseconds": 1_641_024_000_123},
    }


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2022-01-01T12:00:00Z", 1_641_038_400_000),
        ("2022-01-01T12:00:00.123456Z", 1_641_038_400_123),
        ("2022-01-01T12:00:00.123+01:00", 1_641_034_800_123),
        ("2022-01-01T12:00:00", 1_641_038_400_000),
    ],
)
def test_the_specifications_examples_are_read(text: str, ms: int) -> None:
    assert parse_timestamp(text) == ms


def test_what_is_no_time_is_refused_with_an_example() -> None:
    with pytest.raises(ValueError, match="write for example"):
        parse_timestamp("tomorrow")


@given(st.integers(YEAR_1, YEAR_9999))
def test_writing_and_reading_a_time_gives_it_back(ms: int) -> None:
    assert parse_timestamp(iso8601(ms)) == ms
