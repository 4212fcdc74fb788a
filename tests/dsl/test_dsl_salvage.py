"""Whoever mends a document hears everything at once: errors of meaning also beside errors of structure."""

from __future__ import annotations

import pytest

from counterpoint import dsl
from counterpoint.application.publishing import validate
from counterpoint.expressions import Compiler

HEAD = "document: {dsl: '1.0.3', namespace: t, name: x, version: '1.0.0'}\n"


def codes(text: str) -> list[str]:
    return [each.code for each in validate(HEAD + text, Compiler(), functions=())]


def test_errors_of_meaning_are_told_beside_those_of_structure() -> None:
    text = "do:\n- a: {call: nobody, tehn: b}\n- b: {set: {x: '${ .a + }'}, then: nowhere}\n- c: {wiat: PT1S}\n"
    assert codes(text) == ["CP103", "CP320", "CP302", "CP109"]


@pytest.mark.parametrize(
    "text",
    [
        "do:\n- a: {wiat: PT1S, then: c}\n- b: {set: {x: 1}}\n- c: {set: {x: 1}}\n",
        "extra: 1\ndo: [{a: {set: {x: '${ .a }'}}}]",
        "use: {retries: {r: {dealy: 1}}}\ndo: [{a: {try: [{b: {set: {x: 1}}}], catch: {retry: r}}}]",
    ],
)
def test_a_gap_causes_no_error_of_its_own(text: str) -> None:
    assert len([code for code in codes(text) if code.startswith("CP1")]) == len(codes(text)) > 0


def test_what_was_salvaged_is_sound_and_is_no_definition() -> None:
    checked = dsl.check(HEAD + "do: [{a: {wiat: 1}}, {b: {set: {x: 1}}}]")
    assert checked.definition is None
    assert checked.salvaged is not None
    assert checked.replaced == ("/do/0/a",)
    assert list(checked.salvaged.data["do"][1]["b"]) == ["set"]


def test_too_little_is_left_of_a_document_that_is_none() -> None:
    for text in ("[]", "do: 1", "a: b", HEAD):
        assert dsl.check(text).definition is None
