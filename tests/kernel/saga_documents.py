"""Documents and moves that the tests of sagas share."""

from __future__ import annotations

import textwrap

from story import Story

from counterpoint.kernel.effects import Invoke, Timer


def step(name: str, extra: str = "", undo: str = "") -> str:
    return f"""
- {name}:
    call: {name}
    with: {{n: '${{ .n }}'}}
    compensate:
      do:
      - undo:
          call: undo-{name}
          with: {{out: '${{ $compensation.output }}', key: '${{ $compensation.key }}'}}
      {undo}
    {extra}
"""


def nested(text: str) -> str:
    return textwrap.indent(text, "    ")


SAGA = "do:" + step("a") + step("b") + "- c: {call: c}\n"


def run_to_c(text: str = SAGA) -> Story:
    story = Story(text).start({"n": 1})
    story.complete("a", {"n": 2})
    story.complete("b", {"n": 3})
    return story


def exhaust(story: Story, function: str) -> None:
    """Fail a call until nothing tries it again by itself."""
    story.fail(function)
    while story.owed(Timer):
        story.fire(story.owed(Timer)[0])
        story.fail(function)


def in_flight(story: Story) -> set[str]:
    """Names of the functions that are owed now."""
    return {effect.function for effect in story.owed(Invoke)}
