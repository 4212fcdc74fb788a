"""Circuits, as their laws: what a destination's outcomes, in any order and at any time, do to the calls that follow."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.connectors.circuits import OTHERS, CircuitOpen, Circuits, CircuitSettings, State

HOST = "shop.example:443"
FAILURES_MAX, OPEN_MS = 3, 1_000


class World:
    """Circuits on a clock that is moved by hand, and the calls that are under way: whether each is a trial."""

    def __init__(self, **settings: int) -> None:
        self.now = 0
        self.circuits = Circuits(
            CircuitSettings(**{"failures_max": FAILURES_MAX, "open_ms": OPEN_MS} | settings), lambda: self.now
        )
        self.under_way: deque[bool] = deque()

    def state(self, host: str = HOST) -> State:
        return {each.destination: each.state for each in self.circuits.told()}.get(host, State.CLOSED)

    def call(self, host: str = HOST, *, insistent: bool = False) -> bool | None:
        """Whether it is a trial; None where it is refused."""
        try:
            trial = self.circuits.enter(host, insistent=insistent)
        except CircuitOpen as refusal:
            assert 0 < refusal.wait_ms <= OPEN_MS and refusal.trial_at == self.now + refusal.wait_ms
            return None
        self.under_way.append(trial)
        return trial

    def end(self, how: str, host: str = HOST) -> bool:
        """The call that has been under way longest ends; whether it was a trial."""
        trial = self.under_way.popleft()
        if how == "answered":
            self.circuits.answered(host)
        elif how == "failed":
            self.circuits.failed(host, "status 503", trial=trial)
        else:
            self.circuits.abandoned(host, trial=trial)
        return trial


STEPS = st.lists(
    st.one_of(
        st.sampled_from(["call", "undo", "answered", "failed", "abandoned"]),
        st.integers(min_value=1, max_value=2 * OPEN_MS),
    ),
    max_size=60,
)


@given(STEPS)
def test_law_a_circuit_opens_with_so_many_failures_in_a_row_and_closes_with_any_answer(steps):
    world, in_a_row = World(), 0
    for step in steps:
        if isinstance(step, int):
            world.now += step
        elif step == "call":
            world.call()
        elif step == "undo":
            assert world.call(insistent=True) is not None
        elif world.under_way:
            world.end(step)
            in_a_row = {"answered": 0, "failed": in_a_row + 1}.get(step, in_a_row)
        assert (world.state() is not State.CLOSED) == (in_a_row >= FAILURES_MAX)


@given(STEPS)
def test_law_while_it_is_not_closed_one_trial_at_most_goes_out_in_each_interval(steps):
    world, last = World(), None
    for step in steps:
        if isinstance(step, int):
            world.now += step
        elif step == "call":
            before = world.state()
            trial = world.call()
            assert (trial is False) == (before is State.CLOSED)
            if trial:
                assert last is None or world.now - last >= OPEN_MS
                last = world.now
        elif step != "undo" and world.under_way:
            trial = world.end(step)
            if step == "answered" or (step == "abandoned" and trial):
                last = None


@given(STEPS)
def test_law_whatever_has_happened_somebody_may_try_again_after_the_interval(steps):
    world = World()
    for step in steps:
        if isinstance(step, int):
            world.now += step
        elif step in ("call", "undo"):
            world.call(insistent=step == "undo")
        elif world.under_way:
            world.end(step)
    world.now += OPEN_MS
    assert world.call() is not None


@given(st.lists(st.sampled_from(["a:1", "b:2", "c:3", "d:4"]), max_size=60), st.integers(min_value=1, max_value=3))
def test_law_so_many_destinations_are_remembered_and_no_count_is_lost(hosts, destinations_max):
    world, opened = World(destinations_max=destinations_max, failures_max=1), 0
    for host in hosts:
        closed = world.state(host) is State.CLOSED
        if world.call(host) is not None:
            world.end("failed", host)
        told = list(world.circuits.told())
        assert len([each for each in told if each.destination != OTHERS]) <= destinations_max
        opened += closed and world.state(host) is not State.CLOSED
        assert sum(each.opened for each in told) == opened
        world.now += OPEN_MS // 2
        if world.call(host) is not None:
            world.end("answered", host)
    assert opened <= len(hosts)


def test_a_clock_that_is_set_back_does_not_keep_a_circuit_open():
    world = World(failures_max=1)
    world.now = 3_600_000
    world.call()
    world.end("failed")
    assert world.call() is None
    world.now = 0
    assert world.call() is True


def test_other_destinations_are_not_held_responsible():
    world = World(failures_max=1)
    world.call()
    world.end("failed")
    assert world.call() is None
    assert world.call("other.example:443") is False


@pytest.mark.parametrize("settings", [{"failures_max": -1}, {"open_ms": 0}, {"destinations_max": 0}])
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(ValueError, match=f"{next(iter(settings))} must be at least"):
        CircuitSettings(**settings)
