"""The verdict agrees with brute force, which merges no states and reduces nothing."""

from __future__ import annotations

import pytest
from brute import Composer, left_behind

from counterpoint import dsl
from counterpoint.verification import verify

FAILING = {"CPV101", "CPV104", "CPV106"}
SWALLOWING = {"CPV110"}


@pytest.mark.parametrize("seed", range(20))
def test_the_verdict_agrees_with_brute_force(seed):
    text = Composer(seed).document()
    left, swallowed = left_behind(text)
    verdict = verify(dsl.load(text))
    assert {each.pointer for each in verdict.findings if each.code in FAILING} == left
    assert {each.pointer for each in verdict.findings if each.code in SWALLOWING} == swallowed
