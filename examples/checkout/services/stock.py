"""Stock: goods are reserved, and may be released."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette

from services.ledger import Ledger
from services.service import Refusal, Service

ON_HAND = 10
"""How many pieces of anything may be reserved for one order."""


def create(ledger: Ledger) -> Starlette:
    """The application over its ledger."""

    def reserve(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if body["quantity"] > ON_HAND:
            raise Refusal(f"{body['quantity']} pieces of {body['article']} are more than the {ON_HAND} on hand")
        return "reserved", {"reservation": f"reservation-{body['order']}"}

    def release(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        held = ledger.holds(body["order"], "reserved", undone_by="released")
        return ("released" if held else "nothing to release"), {"released": held}

    return Service(ledger).application({"/reservations": reserve, "/releases": release})
