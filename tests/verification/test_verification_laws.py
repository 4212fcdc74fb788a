"""Laws that the exploration rests on: copies, crashes, second answers, and values found for what was unknown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from brute import Composer

from counterpoint import dsl
from counterpoint.history import fold
from counterpoint.kernel import commands as c
from counterpoint.kernel import pending
from counterpoint.kernel.cloning import clone
from counterpoint.trial import Completed, Library, World
from counterpoint.verification.answers import Answers
from counterpoint.verification.choices import ROOT, choices_of, take
from counterpoint.verification.concrete import chosen
from counterpoint.verification.model import Modeller
from counterpoint.verification.node import Answer, Node
from counterpoint.verification.unknown import given
from tests.kernel.story import picture


def walk(seed: int) -> list[Node]:
    """A path through a small document that takes every third choice."""
    modeller = Modeller()
    plan = modeller.compile(dsl.load(Composer(seed).document()))
    modeller.oracle.begin({}, ())
    node = Node(World(Library([plan])), None, None)
    node.world.start(plan, {}, ROOT)
    node.world.settle()
    node.sent = {(actor.id, effect.run): 0 for actor, effect in node.world.owed_calls()}
    found = [node]
    while choices := choices_of(node, Answers({}), cancel=False):
        child = Node(node.world.copy(clone), node, None)
        take(child, choices[(len(found) * (seed + 1)) % len(choices)])
        found.append(child)
        node = child
    return found


@pytest.fixture(scope="module")
def nodes() -> list[Node]:
    return [node for seed in range(40) for node in walk(seed)]


def test_a_copy_equals_what_the_history_gives(nodes):
    for node in nodes:
        actor = node.world.actors[ROOT]
        folded = fold(actor.plan, actor.history, actor.secrets)
        assert picture(clone(actor.instance)) == picture(folded)


def test_an_engine_that_crashed_owes_what_it_owed(nodes):
    """So that a crash leads to no state that the exploration has not seen."""
    for node in nodes:
        before = pending(node.world.actors[ROOT].instance)
        twin = node.world.copy(clone)
        twin.crash()
        assert pending(twin.actors[ROOT].instance) == before


def test_a_copy_goes_its_own_way(nodes):
    for node in nodes:
        before = picture(node.world.actors[ROOT].instance)
        twin = node.world.copy(clone)
        twin.tell(ROOT, c.Cancel(at=twin.now))
        twin.settle()
        assert picture(node.world.actors[ROOT].instance) == before


def test_a_second_answer_changes_nothing(nodes):
    for node in nodes:
        for choice in choices_of(node, Answers({}), cancel=False):
            if isinstance(choice, Answer) and isinstance(choice.reply, Completed):
                twin = Node(node.world.copy(clone), node, choice)
                take(twin, choice)
                again = c.EffectCompleted(at=twin.world.now, run=choice.flight[1], output={})
                assert twin.world.tell(choice.flight[0], again) == []


CONDITIONS = [
    (".amount > 100", {}),
    (".amount <= 100 and .amount >= 99", {}),
    ('.kind == "large"', {}),
    ('.kind != "large" and .kind != "small"', {}),
    (".a.b.c", {}),
    (".approved | not", {}),
    ("(.first + .second) > 7", {}),
    (".missing == null", {}),
]


@pytest.mark.parametrize("answer", [0, 1])
@pytest.mark.parametrize(("condition", "_"), CONDITIONS)
def test_values_are_found_for_each_decision(condition, _, answer):
    modeller = Modeller()
    text: dict[str, Any] = {
        "document": {"dsl": "1.0.3", "namespace": "n", "name": "n", "version": "1.0.0"},
        "do": [{"choose": {"switch": [{"yes": {"when": f"${{ {condition} }}", "then": "end"}}]}}],
    }
    plan = modeller.compile(dsl.load(json.dumps(text)))
    modeller.oracle.begin({}, (answer,))
    World(Library([plan])).start(plan, given("input"))
    [decision] = modeller.oracle.known.values()
    values = chosen([decision], modeller.knowledge)
    assert values is not None
    question = decision.question
    found = question.expression.concrete(values.of(question.value), {})  # type: ignore[attr-defined]
    assert (found is not None and found is not False) == (answer == 0)


def test_the_same_question_has_the_same_answer():
    modeller = Modeller()
    switch = {"switch": [{"yes": {"when": "${ .big }", "then": "continue"}}]}
    text = {
        "document": {"dsl": "1.0.3", "namespace": "n", "name": "n", "version": "1.0.0"},
        "do": [{"first": switch}, {"second": switch}],
    }
    plan = modeller.compile(dsl.load(json.dumps(text)))
    modeller.oracle.begin({}, ())
    World(Library([plan])).start(plan, given("input"))
    assert len(modeller.oracle.known) == 1
    assert modeller.oracle.alternatives() == [(1,)]
