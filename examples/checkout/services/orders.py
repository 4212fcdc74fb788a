"""Orders: an order is created, and may be cancelled."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette

from services.ledger import Ledger
from services.service import Service


def create(ledger: Ledger) -> Starlette:
    """The application over its ledger."""

    def create_order(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        return "created", {"order": body["order"], "state": "created"}

    def cancel_order(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        return "cancelled", {"order": body["order"], "state": "cancelled"}

    return Service(ledger).application({"/orders": create_order, "/cancellations": cancel_order})
