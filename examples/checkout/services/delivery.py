"""Delivery: a parcel is scheduled, and may be called off. The moon is out of reach."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette

from services.ledger import Ledger
from services.service import Refusal, Service

OUT_OF_REACH = {"the moon"}
"""Addresses that are refused."""


def create(ledger: Ledger) -> Starlette:
    """The application over its ledger."""

    def schedule(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if body["address"] in OUT_OF_REACH:
            raise Refusal(f"we do not deliver to {body['address']}")
        return "scheduled", {"parcel": f"parcel-{body['order']}"}

    def call_off(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        held = ledger.holds(body["order"], "scheduled", undone_by="called off")
        return ("called off" if held else "nothing to call off"), {"calledOff": held}

    return Service(ledger).application({"/deliveries": schedule, "/cancellations": call_off})
