"""A trial plays the real kernel: answers, faults, time, crashes and people, each at its point."""

from __future__ import annotations

import msgspec
import pytest

from counterpoint.trial import Completed, Crashed, Silent, Trace, script
from counterpoint.trial.calls import Unanswered
from tests.trial.trials import Played, plan_of, refused

TRIP = """
do:
- flight: {call: book, compensate: {do: [{cancelFlight: {call: drop}}]}}
- hotel: {call: book, compensate: {do: [{cancelHotel: {call: drop}}]}}
- car: {call: book, with: {seats: '${ .seats }'}}
"""


def test_the_happy_path_calls_everything_once_and_takes_no_time():
    played = Played(TRIP, {"seats": 4})
    assert (played.trace.status, played.trace.saga, played.trace.duration) == ("completed", None, 0)
    assert played.asked == ["flight", "hotel", "car"]
    assert (played.undone, played.left) == ([], [])


def test_a_failure_undoes_what_was_done_last_first():
    played = Played(TRIP, replies={"car": refused()})
    assert (played.trace.status, played.trace.saga) == ("faulted", "compensated")
    assert played.undone == ["hotel", "flight"]
    assert [each.order for each in played.trace.undos] == [1, 2]
    assert played.asked[3:] == ["cancelHotel", "cancelFlight"]
    assert [each.undo_of for each in played.trace.calls] == [None, None, None, "hotel", "flight"]


def test_answers_take_their_time():
    played = Played(TRIP, replies={"flight": Completed(takes_ms=2_000), "car": refused(takes_ms=500)})
    assert [each.at for each in played.trace.calls[:3]] == [0, 2_000, 2_000]
    assert played.trace.duration == 2_500


def test_an_answer_that_comes_twice_counts_once():
    assert Played(TRIP, replies={"flight": Completed(output={}, twice=True)}).asked == ["flight", "hotel", "car"]


@pytest.mark.parametrize("sent", [False, True])
def test_after_a_crash_the_call_is_made_again_with_its_key(sent):
    played = Played(TRIP, replies={"hotel": [Crashed(sent=sent), Completed()], "car": refused()})
    asked = [each for each in played.service.asked if each.task == "hotel"]
    assert [each.dispatch for each in asked] == [1, 2]
    assert len({each.key for each in asked}) == 1
    assert played.asked.count("hotel") == 1 + sent
    assert played.undone == ["hotel", "flight"]


def test_a_crash_during_an_undo_does_not_undo_twice():
    played = Played(TRIP, replies={"car": refused(), "cancelHotel": [Crashed(sent=True), Completed()]})
    assert played.undone == ["hotel", "flight"]
    assert {each.key for each in played.service.asked if each.task == "cancelHotel"} == {"trial:/do/1/hotel:undo"}


def test_a_call_without_an_answer_ends_at_the_timeout_of_its_task():
    text = "do: [{slow: {call: slow, timeout: {after: PT5S}, compensate: {do: [{undo: {call: drop}}]}}}]"
    played = Played(text, replies={"slow": Silent(happened=True)})
    assert (played.trace.duration, played.trace.error["status"]) == (5_000, 408)
    assert [each.outcome for each in played.trace.undos] == ["unknown"]


def test_without_a_timeout_the_engine_gives_up_after_its_own():
    played = Played("do: [{slow: {call: slow}}]", replies={"slow": Silent()}, answer_ms_max=60_000)
    assert played.trace.duration == 60_000
    assert played.left == ["slow"]


def test_a_service_without_an_answer_halts_the_trial_and_says_why():
    def none(call):
        raise Unanswered(f"nothing for {call.task}")

    trace = Played(TRIP, replies={"hotel": none}).trace
    assert (trace.status, trace.halted) == ("running", "nothing for hotel")


def test_a_workflow_that_never_ends_is_given_up():
    text = "do: [{again: {wait: {seconds: 1}, then: again}}]"
    trace = Played(text, transitions_max=50).trace
    assert trace.halted == "it has not ended after 50 transitions"


def test_an_event_without_a_point_comes_when_something_listens():
    text = "do: [{rest: {wait: {hours: 1}}}, {answer: {listen: {to: {one: {with: {type: a}}}}}}]"
    action = script.Action(
        point=script.Point(on=script.On.LISTENING), deed=script.Deliver(event={"type": "a", "data": 1}), label="e"
    )
    trace = Played(text, actions=[action]).trace
    assert (trace.status, trace.output, trace.duration) == ("completed", [1], 3_600_000)


def test_what_a_workflow_publishes_reaches_those_who_listen():
    text = """
do:
- both:
    fork:
      branches:
      - heard: {listen: {to: {one: {with: {type: a}}}}}
      - said: {emit: {event: {with: {type: a, source: /here, data: 7}}}}
"""
    trace = Played(text).trace
    assert trace.output[0] == [7]
    assert [each["type"] for each in trace.emitted] == ["a"]


def test_a_cancel_while_a_call_is_under_way_waits_for_its_answer():
    point = script.Point(on=script.On.STARTED, task="hotel", delay_ms=100)
    cancel = script.Action(point=point, deed=script.Cancel(reason="tired"), label="c")
    played = Played(TRIP, replies={"hotel": Completed(takes_ms=1_000)}, actions=[cancel])
    assert (played.trace.status, played.trace.saga, played.trace.reason) == ("cancelled", "compensated", "tired")
    assert played.undone == ["hotel", "flight"]
    assert played.trace.duration == 1_000


def test_a_person_decides_about_an_undo_that_failed():
    text = TRIP.replace("{cancelHotel: {call: drop}}]", "{cancelHotel: {call: drop}}], retry: {}")
    replies = {"car": refused(), "cancelHotel": refused(500)}
    stuck = Played(text.replace("retry: {}", "retry: {limit: {attempt: {count: 1}}}"), replies=replies)
    assert (stuck.trace.status, stuck.trace.saga) == ("suspended", "stuck")
    assert [each.task for each in stuck.trace.incidents] == ["hotel"]
    assert stuck.left == ["flight", "hotel"]
    for how, left, result in (("skip", ["hotel"], "skipped"), ("done", [], "undone")):
        point = script.Point(on=script.On.STUCK, task="hotel")
        deed = script.Resolve(how=how, reason="seen to")
        played = Played(
            text.replace("retry: {}", "retry: {limit: {attempt: {count: 1}}}"),
            replies=replies,
            actions=[script.Action(point=point, deed=deed, label="r")],
        )
        assert (played.trace.status, played.trace.saga) == ("faulted", "compensated")
        assert [each.result for each in played.trace.undos] == [result, "undone"]
        assert played.left == left


def test_an_action_whose_point_never_comes_is_told():
    action = script.Action(point=script.Point(on=script.On.STUCK), deed=script.Resolve(), label="/actions/0")
    assert Played(TRIP, actions=[action]).trace.unmet == ["/actions/0"]


def test_suspended_until_resumed():
    actions = [
        script.Action(point=script.Point(on=script.On.COMPLETED, task="flight"), deed=script.Suspend(), label="s"),
        script.Action(point=script.Point(on=script.On.TIME, delay_ms=9_000), deed=script.Resume(), label="r"),
    ]
    trace = Played(TRIP, actions=actions).trace
    assert (trace.status, trace.duration, trace.unmet) == ("completed", 9_000, [])


def test_a_trace_is_json_and_the_same_every_time():
    first, second = (Played(TRIP, {"seats": 2}, replies={"car": refused()}).trace for _ in range(2))
    text = msgspec.json.encode(first)
    assert text == msgspec.json.encode(second)
    assert msgspec.json.decode(text, type=Trace) == first


@pytest.mark.parametrize(("wanted", "chosen"), [("^1.2", "1.10.0"), ("~1.2.0", "1.2.3"), ("latest", "2.0.0")])
def test_a_sub_workflow_is_found_by_a_range_as_the_engine_finds_it(wanted, chosen):
    versions = ("1.2.3", "1.10.0", "2.0.0", "3.0.0-rc.1")
    others = [plan_of(f"do: [{{a: {{set: {{version: '{each}'}}}}}}]", "child", each) for each in versions]
    text = f"do: [{{sub: {{run: {{workflow: {{namespace: test, name: child, version: '{wanted}'}}}}}}}}]"
    assert Played(text, others=others).trace.output == {"version": chosen}


def test_the_latest_version_of_a_sub_workflow_is_found():
    others = [plan_of("do: [{v: {set: {v: 1}}}]", "child", version) for version in ("1.9.0", "1.10.0", "1.10.0-rc.1")]
    text = "do: [{sub: {run: {workflow: {namespace: test, name: child, version: latest}}}}]"
    trace = Played(text, others=others).trace
    assert trace.status == "completed"
    assert any(step.note == "test/child:1.10.0" for step in trace.steps)
