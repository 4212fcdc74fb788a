"""A character of a string is found again in the text, however the scalar is written."""

from __future__ import annotations

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.dsl.offsets import position_within
from counterpoint.dsl.yaml_reader import read_located
from counterpoint.values.diagnostics import Position

STYLES = ("", "'", '"', "|", ">")
words = st.text("ab'\"\\.${} \n:é", max_size=40)


@settings(max_examples=500)
@given(words, st.sampled_from(STYLES), st.integers(10, 60), st.data())
def test_the_character_found_is_the_character_meant(value: str, style: str, width: int, data: st.DataObject) -> None:
    text = yaml.dump({"before": {"key": value}}, default_style=style or None, width=width, allow_unicode=True)
    located = read_located(text, "text")
    mark = located.mark.members["before"][1].members["key"][1]  # type: ignore[union-attr]
    (value,) = located.data["before"].values()
    offset = data.draw(st.integers(0, max(0, len(value) - 1)))
    found = position_within(text, Position(mark.line, mark.column), value, offset)
    if found is None or not value or value[offset] in " \n\t":
        return
    line = text.split("\n")[found.line - 1]
    written = line[found.column - 1 :]
    assert written.startswith((value[offset], "\\"))


def test_scalars_with_a_tag_or_an_anchor() -> None:
    text = "a: &x !!str 'it''s .here'\n"
    found = position_within(text, Position(1, 4), "it's .here", 5)
    assert found == Position(1, text.index(".here") + 1)


def test_text_that_is_not_the_scalars_has_no_position() -> None:
    assert position_within("a: other\n", Position(1, 4), "value", 3) is None
    assert position_within("a: b\n", Position(7, 1), "value", 3) is None
