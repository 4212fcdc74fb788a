"""Payments: a card is charged, and may be refunded. Refunding what was never charged is no error."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette

from services.ledger import Ledger
from services.service import Refusal, Service


def create(ledger: Ledger) -> Starlette:
    """The application over its ledger."""

    def charge(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if body["amount"] <= 0:
            raise Refusal(f"an amount of {body['amount']} cannot be charged")
        return "charged", {"charge": f"charge-{body['order']}", "amount": body["amount"]}

    def refund(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        owed = ledger.holds(body["order"], "charged", undone_by="refunded")
        return ("refunded" if owed else "nothing to refund"), {"refunded": owed}

    return Service(ledger).application({"/charges": charge, "/refunds": refund})
