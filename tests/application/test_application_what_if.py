"""What would happen: the trace that is drawn."""

from __future__ import annotations

import msgspec
import pytest

from counterpoint.application import what_if
from counterpoint.errors import InvalidDocument
from shared_data import ROOT

CHECKOUT = ROOT / "examples" / "checkout" / "checkout.yaml"
INPUT = {
    "order": "A-1",
    "amount": 2,
    "article": "metronome",
    "quantity": 1,
    "address": "Quai 1",
    "services": dict.fromkeys(("orders", "payments", "stock", "delivery"), "http://service.example"),
}


def test_without_answers_the_happy_path_is_drawn():
    trace = what_if(CHECKOUT, INPUT)
    assert (trace.status, trace.saga) == ("completed", None)
    assert [each.task for each in trace.calls] == ["createOrder", "chargePayment", "reserveStock", "scheduleDelivery"]


def test_a_fault_is_drawn_with_the_order_of_its_undos():
    faults = [{"task": "scheduleDelivery", "error": {"type": "communication", "status": 422}}]
    trace = msgspec.to_builtins(what_if(CHECKOUT, INPUT, faults=faults))
    undoing = [step for step in trace["steps"] if step["what"] == "undoing"]
    assert [(step["task"], step["order"]) for step in undoing] == [
        ("reserveStock", 1), ("chargePayment", 2), ("createOrder", 3),
    ]  # fmt: skip
    assert trace["saga"] == "compensated"
    assert "left" not in trace


def test_workflows_that_it_runs_are_given_along():
    hello, subflow = (ROOT / "examples" / name for name in ("hello.yaml", "subflow.yaml"))
    trace = what_if(subflow, {"people": ["Ada"]}, others=[hello])
    assert trace.output == {"greetings": ["Hello, Ada!"]}
    alone = what_if(subflow, {"people": ["Ada"]})
    assert "is not among the given documents" in alone.error["detail"]


def test_what_is_wrong_with_the_question_is_told():
    with pytest.raises(InvalidDocument, match="did you mean `chargePayment`"):
        what_if(CHECKOUT, INPUT, faults=[{"task": "chargePaymnt", "timeout": True}])
    with pytest.raises(InvalidDocument, match="nothing goes wrong here"):
        what_if(CHECKOUT, INPUT, faults=[{"task": "chargePayment"}])
    with pytest.raises(InvalidDocument, match="CP1"):
        what_if("document: {}\ndo: []\n")
