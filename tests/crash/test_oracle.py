"""The oracle of the crash harness sees what it is there to see."""

from __future__ import annotations

import pytest

from tests.crash.oracle import COMPLETED, End, violations
from tests.crash.world import SERVICES, Ledger, Request

UNDONE: End = ("faulted", "compensated")
ORDER = "order-1-sequence"


COMPLETELY = '{"outcome": "completed"}'
MAYBE = '{"outcome": "unknown"}'


def asked(service: str, action: str = "do", key: str | None = None, body: str = COMPLETELY) -> Request:
    return Request(service, action, ORDER, key or f"{service}:{action}", body)


def ledger(*applied: Request, refused: tuple[Request, ...] = (), asked_only: tuple[Request, ...] = ()) -> Ledger:
    return Ledger(requests=[*applied, *refused, *asked_only], applied=list(applied), refused=list(refused))


ALL_DONE = [asked(service) for service in SERVICES]
TWO_UNDONE = [
    asked("orders"),
    asked("payments"),
    asked("payments", "undo"),
    asked("orders", "undo"),
]


@pytest.mark.parametrize(
    ("book", "end"),
    [
        (ledger(*ALL_DONE), COMPLETED),
        (ledger(*TWO_UNDONE, refused=(asked("stock"),)), UNDONE),
        (ledger(*TWO_UNDONE, asked_only=(asked("payments"),)), UNDONE),
        (ledger(refused=(asked("orders"),)), ("faulted", "")),
        (ledger(asked("orders", "undo", body=MAYBE)), UNDONE),
    ],
    ids=["completed", "undone", "undone and asked twice", "nothing to undo", "undone in doubt"],
)
def test_a_good_history_has_no_violations(book: Ledger, end: End) -> None:
    assert violations(book, {ORDER: {end}}, [ORDER]) == []


@pytest.mark.parametrize(
    ("book", "ends", "complaint"),
    [
        (ledger(*ALL_DONE), {}, "lost"),
        (ledger(*ALL_DONE), {ORDER: {COMPLETED, UNDONE}}, "different ways"),
        (ledger(*ALL_DONE), {ORDER: {("suspended", "stuck")}}, "neither completed nor undone"),
        (ledger(*ALL_DONE[:3]), {ORDER: {COMPLETED}}, "completed, but"),
        (ledger(*TWO_UNDONE[:3]), {ORDER: {UNDONE}}, "was undone, but"),
        (ledger(*ALL_DONE, asked("orders")), {ORDER: {COMPLETED}}, "applied 2 times"),
        (ledger(*ALL_DONE, asked_only=(asked("orders", body="[]"),)), {ORDER: {COMPLETED}}, "different bodies"),
        (ledger(*ALL_DONE, asked_only=(asked("orders", key="new"),)), {ORDER: {COMPLETED}}, "several keys"),
        (ledger(asked("stock", "undo"), *TWO_UNDONE), {ORDER: {UNDONE}}, "never done"),
        (
            ledger(*TWO_UNDONE[:2], *TWO_UNDONE[:1:-1]),
            {ORDER: {UNDONE}},
            "out of order",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_promise_is_named(book: Ledger, ends: dict[str, set[End]], complaint: str) -> None:
    assert any(complaint in line for line in violations(book, ends, [ORDER]))
