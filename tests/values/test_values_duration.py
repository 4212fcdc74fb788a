"""Durations, in both of their forms."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.values.duration import format_duration, parse_duration


@pytest.mark.parametrize(
    ("value", "ms"),
    [
        ("PT1S", 1_000),
        ("PT0.1S", 100),
        ("P1DT12H30M", 131_400_000),
        ("P1W", 604_800_000),
        ("P0.5D", 43_200_000),
        ("PT0S", 0),
        ("P0Y0M1D", 86_400_000),
        ("PT0.0001S", 1),
        ({"hours": 2, "minutes": 15, "seconds": 30}, 8_130_000),
        ({"days": 1, "milliseconds": 5}, 86_400_005),
        ({"seconds": 2.0}, 2_000),
        ("P1Y", 365 * 86_400_000),
        ("P1M", 30 * 86_400_000),
        ("P1Y2M3DT4H", (365 + 60 + 3) * 86_400_000 + 4 * 3_600_000),
    ],
)
def test_a_duration_is_milliseconds(value: Any, ms: int) -> None:
    assert parse_duration(value) == ms


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("P", "PT30S"),
        ("PT", "PT30S"),
        ("", "PT30S"),
        ("5m", "PT30S"),
        ("-PT5S", "PT30S"),
        ("PT1S\n", "PT30S"),
        ("P" + "9" * 200 + "D", "PT30S"),
        ({}, "at least one"),
        ({"hour": 1}, "no member 'hour'"),
        ({"hours": -1}, "0 or more"),
        ({"hours": True}, "whole number"),
        ({"hours": 1.5}, "whole number"),
        ({"hours": "1"}, "whole number"),
        (5, "PT5M"),
        (None, "PT5M"),
    ],
)
def test_what_is_no_duration_is_refused_with_a_hint(value: Any, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        parse_duration(value)


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0 ms"),
        (200, "200 ms"),
        (1_500, "1.5 s"),
        (59_999, "59.999 s"),
        (60_000, "1 min"),
        (3_900_000, "1 h 5 min"),
        (3_600_500, "1 h"),
        (90_000_000, "1 d 1 h"),
        (-200, "-200 ms"),
    ],
)
def test_a_duration_is_shown_short(ms: int, text: str) -> None:
    assert format_duration(ms) == text


@given(st.fixed_dictionaries({unit: st.integers(0, 10_000) for unit in ("days", "hours", "minutes", "seconds")}))
def test_both_forms_of_a_duration_agree(parts: dict[str, int]) -> None:
    text = "P{days}DT{hours}H{minutes}M{seconds}S".format(**parts)
    assert parse_duration(text) == parse_duration(parts)


@pytest.fixture(scope="module")
def official_pattern(ows: Path) -> str:
    """The official schema's pattern of a duration."""
    schema = yaml.load((ows / "schema" / "workflow.yaml").read_text(), Loader=yaml.CSafeLoader)
    return next(form["pattern"] for form in schema["$defs"]["duration"]["oneOf"] if "pattern" in form)


@given(st.from_regex(r"\AP(\d{1,3}Y)?(\d{1,2}M)?(\d{1,2}W)?(\d{1,2}D)?(T(\d{1,2}H)?(\d{1,2}M)?(\d{1,2}S)?)?\Z"))
def test_text_is_refused_exactly_where_the_schema_refuses_it_or_its_length_varies(
    official_pattern: str, text: str
) -> None:
    varies = re.search(r"[1-9]\d*Y|[1-9]\d*M", text.partition("T")[0])
    try:
        parse_duration(text)
    except ValueError:
        assert varies or not re.fullmatch(official_pattern, text, re.ASCII)
    else:
        assert re.fullmatch(official_pattern, text, re.ASCII)
