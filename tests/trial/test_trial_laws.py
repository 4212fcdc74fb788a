"""Laws of trials."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from counterpoint.trial import Completed, Crashed, Library, Silent, Trial, World, script
from tests.trial.trials import Played, Scripted, plan_of, refused

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
- sub: {run: {workflow: {namespace: test, name: child, version: '1.0.0'}}}
- last: {call: e}
"""
CHILD = plan_of("do: [{inChild: {call: f, compensate: {do: [{undoChild: {call: u}}]}}}]", "child")
TASKS = ("first", "left", "inner", "inChild", "last", "undoFirst", "undoLeft", "undoInner", "undoChild", "ask")
REPLIES = st.dictionaries(
    st.sampled_from(TASKS),
    st.lists(
        st.one_of(
            st.builds(lambda takes: Completed(output={}, takes_ms=takes), st.integers(0, 9)),
            st.builds(refused, st.sampled_from([422, 503])),
            st.just(Silent(happened=True)),
        ),
        max_size=3,
    ),
)


def played(replies: dict[str, Any], actions: list[script.Action] | None = None) -> Played:
    return Played(DOCUMENT, replies=replies, actions=actions or (), others=[CHILD])


class _Crashing(Scripted):
    """Crashes the engine once at the n-th call, and answers a request that comes again as it did before."""

    def __init__(self, replies: dict[str, Any], at: int, *, sent: bool) -> None:
        super().__init__(replies)
        self._at, self._sent = at, sent
        self._known: dict[tuple[str, int], Any] = {}

    def reply(self, call: Any) -> Any:
        identity = (call.key, call.attempt)
        if identity not in self._known:
            self._known[identity] = super().reply(call)
        self._at -= 1
        if self._at == 0:
            return Crashed(sent=self._sent and isinstance(self._known[identity], Completed))
        return self._known[identity]


@settings(max_examples=60)
@given(REPLIES, st.integers(1, 8), st.booleans())
def test_law_a_crash_changes_nothing_but_that_calls_are_repeated(replies, at, sent):
    instant = {
        name: [Completed(output={}) if isinstance(each, Completed) else each for each in found if each != Silent()]
        for name, found in replies.items()
    }
    calm = played(instant)
    plan = plan_of(DOCUMENT)
    trial = Trial(World(Library([CHILD, plan])), _Crashing(instant, at, sent=sent))
    trace = trial.run(plan)
    assert (trace.status, trace.saga, trace.error) == (calm.trace.status, calm.trace.saga, calm.trace.error)
    assert {each.key for each in trace.undos} == {each.key for each in calm.trace.undos}
    assert [each.key for each in trace.left] == [each.key for each in calm.trace.left]


@settings(max_examples=60)
@given(REPLIES)
def test_law_a_trial_ends_with_nothing_left_but_what_it_names(replies):
    trace = played(replies).trace
    assert trace.halted is None
    assert trace.status in ("completed", "faulted", "suspended")
    covered = {"first", "left", "inner", "inChild"}
    if trace.saga == "compensated":
        wrong_probe = {each.task for each in trace.undos if each.result == "nothing"}
        assert {each.task for each in trace.left} - {"last"} <= wrong_probe & covered
    assert (trace.status == "suspended") == bool(trace.incidents)


@settings(max_examples=40)
@given(REPLIES)
def test_law_a_copied_world_goes_on_as_the_original_would(replies):
    text = DOCUMENT.replace("- first:", "- rest: {wait: {seconds: 1}}\n- first:")
    plan = plan_of(text)
    world = World(Library([CHILD, plan]))
    world.start(plan)
    world.settle()
    twin = world.copy()
    for each in (world, twin):
        each.fire(each.timers()[0])
        each.settle()
    assert world.calls() == twin.calls()
    assert world.journal == twin.journal
