"""Laws of the spans that a history gives, over random documents, random answers and random schedules."""

from __future__ import annotations

import pytest

from counterpoint.kernel.effects import Invoke
from counterpoint.telemetry.folding import SpanFold
from counterpoint.telemetry.spans import Span
from tests.kernel.composer import play
from tests.kernel.story import Story

TAME = range(200)
WILD = range(300, 400)


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    played = [*(play(seed) for seed in TAME), *(play(seed, wild=0.2) for seed in WILD)]
    return [story for story in played if story is not None]


def told(story: Story, history=None) -> list[Span]:
    fold = SpanFold(story.plan, lambda value: value)
    return [span for at, events in history or story.history for span in fold.apply(at, events)]


def test_every_parent_is_a_span_of_the_same_instance(stories):
    for story in stories:
        if story.instance.over:
            spans = {span.id: span for span in told(story)}
            roots = [span for span in spans.values() if span.parent is None]
            assert [root.name for root in roots] == ["workflow story"]
            assert {span.parent for span in spans.values() if span.parent is not None} <= set(spans)


def test_each_span_is_told_once_and_no_two_share_an_id(stories):
    for story in stories:
        ids = [span.id for span in told(story)]
        assert len(ids) == len(set(ids))


def test_no_span_begins_before_its_parent_or_ends_before_it_begins(stories):
    for story in stories:
        spans = {span.id: span for span in told(story)}
        for span in spans.values():
            assert span.started_at <= span.ended_at
            if span.parent in spans:
                assert spans[span.parent].started_at <= span.started_at


def test_a_history_that_is_cut_and_folded_again_gives_the_same_spans(stories):
    for story in stories:
        whole = told(story)
        for cut in range(0, len(story.history), 5):
            before = told(story, story.history[:cut]) if cut else []
            again = SpanFold(story.plan, lambda value: value)
            for at, events in story.history[:cut]:
                again.apply(at, events)
            after = [span for at, events in story.history[cut:] for span in again.apply(at, events)]
            assert before + after == whole


def test_what_goes_out_with_an_effect_is_a_span_of_that_attempt(stories):
    """Held at every point of every history, against what the kernel owes there."""
    checked = 0
    for story in stories:
        if not story.instance.over:
            continue
        spans = {span.id: span for span in told(story)}
        fold, twin = SpanFold(story.plan, lambda value: value), Story.__new__(Story)
        twin.plan, twin.secrets, twin.history = story.plan, story.secrets, []
        for at, events in story.history[:60]:
            fold.apply(at, events)
            twin.history.append((at, events))
            for (run, _), effect in twin.twin().owed.items():
                if isinstance(effect, Invoke):
                    span = spans[fold.context(run, sampled=True).span_id]
                    assert span.attributes["counterpoint.attempt"] == effect.attempt
                    assert span.attributes["counterpoint.task.run"] == run
                    checked += 1
    assert checked > 500
