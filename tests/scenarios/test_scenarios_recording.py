"""A recording comes out as what it was recorded from."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from counterpoint.errors import InvalidInput
from counterpoint.scenarios.masking import Mask
from counterpoint.scenarios.recording import Journal, record
from counterpoint.trial import Completed, Silent, script
from tests.trial.trials import Played, plan_of, refused

DOCUMENT = """
do:
- first: {call: a, compensate: {do: [{undoFirst: {call: u}}]}}
- both:
    fork:
      branches:
      - left: {call: b, timeout: {after: PT10S}, compensate: {do: [{undoLeft: {call: u}}]}}
      - right:
          try: [{inner: {call: c, compensate: {probe: [{ask: {call: p}}], do: [{undoInner: {call: u}}]}}}]
          catch: {retry: {delay: PT1S, limit: {attempt: {count: 2}}}, betweenAttempts: keep}
- rooms:
    for: {in: '${ [1, 2] }'}
    do: [{room: {call: d, compensate: {do: [{undoRoom: {call: u}}]}}}]
- sub: {run: {workflow: {namespace: test, name: child, version: '1.0.0'}}}
- last: {call: e}
"""
CHILD = "do: [{inChild: {call: f, compensate: {do: [{undoChild: {call: u}}]}}}]"
REPLIES = st.one_of(
    st.builds(
        lambda value, takes: Completed(output={"v": value}, takes_ms=takes), st.integers(0, 2), st.integers(0, 20)
    ),
    st.builds(refused, st.sampled_from([422, 503])),
    st.just(Silent(happened=True)),
)
TASKS = ("first", "left", "inner", "room", "inChild", "last", "undoLeft", "undoRoom", "ask")


def journals(played: Played) -> tuple[Journal, list[Journal]]:
    root, *others = played.trial.world.actors.values()
    return Journal(root.plan, root.history), [Journal(each.plan, each.history) for each in others]


def recorded(played: Played, **options: Any) -> dict[str, Any]:
    return record(*journals(played), **options)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(TASKS), st.lists(REPLIES, max_size=3)), st.integers(0, 40), st.booleans())
def test_law_a_recording_comes_out_as_what_was_recorded(replies, cancel_ms, cancelled):
    point = script.Point(on=script.On.TIME, delay_ms=cancel_ms)
    actions = [script.Action(point=point, deed=script.Cancel(reason="enough"), label="c")] if cancelled else []
    played = Played(DOCUMENT, {"n": 1}, replies=replies, actions=actions, others=[plan_of(CHILD, "child")])
    scenario = recorded(played)  # which plays it, and raises where it comes out otherwise
    assert scenario["expect"]["status"] == played.trace.status
    assert sorted(scenario["expect"]["undos"]) == sorted(played.undone)


def test_times_are_kept_only_where_they_matter():
    plain = recorded(Played("do: [{a: {call: a}}]", replies={"a": Completed(output=1, takes_ms=7)}))
    assert plain["answers"] == {"a": {"output": 1}}
    text = "do: [{both: {fork: {compete: true, branches: [{a: {call: a}}, {b: {call: b}}]}}}, {c: {call: c}}]"
    raced = recorded(Played(text, replies={"a": Completed(output=1, takes_ms=7), "b": [refused()], "c": refused()}))
    assert raced["expect"]["calls"] == ["a", "b", "c"]


def test_events_that_a_workflow_publishes_itself_are_not_recorded():
    both = "{l: {listen: {to: {one: {with: {type: a}}}}}}, {e: {emit: {event: {with: {type: a}}}}}"
    text = f"do: [{{f: {{fork: {{branches: [{both}]}}}}}}]"
    assert "events" not in recorded(Played(text))
    heard = "do: [{l: {listen: {to: {one: {with: {type: a}}}}}}]"
    deed = script.Deliver(event={"type": "a", "data": {"token": "t", "n": 1}})
    action = script.Action(point=script.Point(on=script.On.LISTENING), deed=deed, label="e")
    (event,) = recorded(Played(heard, actions=[action]))["events"]
    assert event["event"]["data"] == {"token": "***", "n": 1}


def test_decisions_of_people_are_recorded():
    undo = "{do: [{u: {call: u}}], retry: {limit: {attempt: {count: 0}}}}"
    text = f"do: [{{a: {{call: a, compensate: {undo}}}}}, {{b: {{call: b}}}}]"
    skip = script.Action(
        point=script.Point(on=script.On.STUCK), deed=script.Resolve(how="skip", reason="by hand"), label="r"
    )
    scenario = recorded(Played(text, replies={"b": refused(), "u": refused(500)}, actions=[skip]))
    assert scenario["actions"] == [{"stuck": "a", "resolve": {"how": "skip", "task": "a", "reason": "by hand"}}]
    assert scenario["expect"]["left"] == ["a"]


def test_secrets_keep_their_shape_and_nothing_else():
    text = """
use: {secrets: [db, key]}
do: [{a: {call: a, with: {login: '${ $secrets.db.user.name + $secrets.key }'}}}]
"""
    played = Played(text, secrets={"db": {"user": {"name": "ada"}}})
    scenario = recorded(played)
    assert scenario["secrets"] == {"db": {"user": {"name": "***"}}}


def test_what_has_not_ended_cannot_be_recorded():
    played = Played("do: [{l: {listen: {to: {one: {with: {type: a}}}}}}]")
    with pytest.raises(InvalidInput, match="is waiting: only what has ended can be recorded"):
        recorded(played)


def test_masks_hide_what_they_name_and_keep_the_shape():
    value = {
        "password": "p",
        "auth": {"apiKey": 7, "accessToken": "t", "bearer": "⟦secret:x⟧", "secretRef": "⟦secret:x⟧"},
        "customer": {"name": "Ada", "age": 3},
        "names": [{"customer": {"name": "Grace"}}],
    }
    assert Mask(["/customer/name"]).apply(value) == {
        "password": "***",
        "auth": {"apiKey": 0, "accessToken": "***", "bearer": "⟦secret:x⟧", "secretRef": "⟦secret:x⟧"},
        "customer": {"name": "***", "age": 3},
        "names": [{"customer": {"name": "***"}}],
    }
