"""A story repeats what the facts say: in a tree that fits, in words that people use."""

from __future__ import annotations

import pytest

from counterpoint.cli.glyphs import ASCII, UNICODE, glyphs_for
from counterpoint.cli.story import Story
from counterpoint.cli.story.fold import duration
from counterpoint.cli.story.tree import Canvas, clipped, tree
from counterpoint.dsl import load
from counterpoint.expressions import Compiler
from counterpoint.kernel import events as e
from counterpoint.plan import compile_plan

DOCUMENT = """
document: { dsl: '1.0.3', namespace: cli, name: story, version: '1.0.0' }
do:
- loop:
    for: { each: n, in: '${ .many }' }
    do:
    - item: { set: { a: 1 } }
    - keep:
        do: [ { inner: { set: { b: 1 } } } ]
        compensate: { do: [ { undoKeep: { set: { c: 1 } } } ] }
"""


@pytest.fixture
def story():
    """A story at its begin."""
    told = Story(compile_plan(load(DOCUMENT), Compiler()))
    told.apply(0, [e.InstanceStarted("id", "cli/story:1.0.0", "digest", 1, {})])
    return told


def numbers(story):
    """The number of each task in the plan; an undo shares the name of its task."""
    return {task.name: task.number for task in story.plan.tasks if not task.hidden}


def iterate(story, count):
    """Tell of a loop of `count` iterations."""
    of = numbers(story)
    story.apply(1, [e.TaskStarted(1, of["loop"], 0, list(range(count)))])
    run = 2
    for index in range(count):
        story.apply(2, [e.IterationStarted(1, index), e.TaskStarted(run, of["item"], 1), e.TaskCompleted(run)])
        story.apply(3, [e.TaskStarted(run + 1, of["keep"], 1), e.TaskCompleted(run + 1)])
        run += 2
    return run


def test_iterations_leave_only_what_may_be_undone(story):
    iterate(story, 5)
    [loop] = story.root.members()
    assert [each.task.name for each in loop.members()] == ["keep"] * 4 + ["item", "keep"]
    assert loop.rank() == "5/5"


def test_an_undo_stands_below_what_it_undoes(story):
    run = iterate(story, 2)
    happened = story.apply(4, [e.CompensationStarted("cancel", "cancelled", reason="no"), e.UndoStarted(3, run, 1)])
    assert [(each.word, each.name) for each in happened] == [("undoing", ""), ("undoing", "keep")]
    story.apply(
        5, [e.TaskStarted(run + 1, numbers(story)["undoKeep"], run), e.TaskCompleted(run + 1), e.UndoCompleted(3)]
    )
    lines = ["".join(text for text, _ in line).rstrip() for line in tree(story.root, Canvas(ASCII, 10))]
    assert [line.split()[:3] for line in lines[1:3]] == [["<<", "keep", "undone"], ["<<", "undoKeep", "done"]]


@pytest.mark.parametrize("height", [3, 10, 50])
@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_a_tree_fits_its_canvas(story, width, height):
    iterate(story, 40)
    lines = tree(story.root, Canvas(UNICODE, 10, width, height))
    assert len(lines) <= height
    assert max(sum(len(text) for text, _ in line) for line in lines) <= width
    assert any("loop" in text for line in lines for text, _ in line), "what is active is always there"


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (-5, "0.0 s"),
        (340, "0.3 s"),
        (12_000, "12 s"),
        (185_000, "3 min 5 s"),
        (7_440_000, "2 h 4 min"),
        (90_000_000, "1 d 1 h"),
    ],
)
def test_durations_are_said_as_people_say_them(ms, text):
    assert duration(ms) == text


@pytest.mark.parametrize(
    ("encoding", "glyphs"), [("utf-8", UNICODE), ("ascii", ASCII), ("latin-1", ASCII), (None, ASCII), ("x", ASCII)]
)
def test_marks_are_those_that_can_be_written(encoding, glyphs):
    assert glyphs_for(encoding) == glyphs
    assert "".join(ASCII).isascii()


def test_a_line_is_cut_with_an_ellipsis():
    assert clipped([("abc", ""), ("defgh", "x")], 6) == [("abc", ""), ("de", "x"), ("…", "x")]
    assert clipped([("abc", "")], 3) == [("abc", "")]
