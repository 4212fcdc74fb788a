"""What is hard to show: long names, long errors, many steps, every kind of step, failures of many kinds, what waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
CHECKOUT = EXAMPLES / "checkout" / "checkout.yaml"
EVERY_KIND = ROOT / "tests" / "studio" / "kinds.yaml"
KINDS = tuple(next(iter(each)) for each in yaml.safe_load(EVERY_KIND.read_text())["do"])
"""The names of its steps."""
STEPS = 200
GROUPS = 12
LONG = "reconcileTheLedgerOfEveryWarehouseWithWhatTheCarrierHasBilled"
LONG_WORKFLOW = "reconcile-the-ledger-of-every-warehouse-with-what-was-billed"
LONG_ERROR = (
    "The ledger of warehouse 17 (Rotterdam, Maasvlakte II) and the invoice of the carrier differ in 1,204 of 48,220 "
    "lines; the first is line 311, article 4006381333931, where 12 pallets were billed at 48.20 EUR and 11 were booked "
    "at 47.90 EUR. Ask the carrier for a corrected invoice, or book the difference by hand, and start the run again. "
)
PRICE = """document: { dsl: '1.0.3', namespace: shop, name: price, version: '1.0.0', title: Ask for a price }
do:
- remember: { set: { article: metronome } }
- ask:
    try:
    - quote: { call: http, with: { method: get, endpoint: 'http://127.0.0.1:9/prices' } }
    catch:
      errors: { with: { status: 500 } }
      retry: { delay: { seconds: 1 }, backoff: { exponential: {} }, limit: { attempt: { count: 20 } } }
"""


def later_checkout(address: str) -> None:
    """A second version of the checkout: one step more, and another undo."""
    text = CHECKOUT.read_text().replace("version: '1.0.0'", "version: '1.1.0'").replace('"/releases"', '"/released"')
    _publish(address, text.replace("\noutput:\n", "\n- rest: { wait: { milliseconds: 1 } }\noutput:\n"))


def hard_cases(address: str) -> None:
    """Publish them, and start those that end or get stuck."""
    _publish(address, _document(LONG_WORKFLOW, _failing(LONG, LONG_ERROR * 4)))
    _start(address, LONG_WORKFLOW, f"{LONG_WORKFLOW}-in-rotterdam")
    _publish(address, _document("many", "".join(f"- step{number}: {{ set: {{ a: 1 }} }}\n" for number in range(STEPS))))
    for number in range(GROUPS):
        name = f"refund-{number + 1}"
        _publish(address, _document(name, _failing("charge", "the card was refused", f"bank {number + 1} is closed")))
        for each in range(number % 4 + 1):
            _start(address, name, f"{name}-{each + 1}")

    _publish(address, EVERY_KIND.read_text())
    trip = (EXAMPLES / "processes" / "travel-booking.yaml").read_text()
    _publish(address, trip)
    named = trip.replace("namespace: processes", "namespace: hard").replace(
        "name: travel-booking", "name: trip-left-open"
    )
    _publish(address, named.replace("    compensate:\n", "    metadata:\n", 1))
    _waiting(address)


def _waiting(address: str) -> None:
    """For an answer, for a person who resumes it, and for its next try."""
    _publish(address, (EXAMPLES / "approval.yaml").read_text())
    for number in (1, 2):
        _begin(address, "examples/approval", f"approval-{number}", {"request": f"R-{number}", "amount": 900})
    _post(address, "/v1/instances/approval-2/suspend", json={"reason": "the desk is closed"})
    _publish(address, PRICE)
    _begin(address, "shop/price", "price-1", {})


def _failing(name: str, error: str, undo_error: str | None = None) -> str:
    """A step with its undo, and one that fails; with `undo_error`, the undo fails too."""
    undo = f"""set: {{ undone: '${{ error("{undo_error}") }}' }}""" if undo_error else "set: { undone: true }"
    return f"""- {name}:
    set: {{ done: true }}
    compensate:
      retry: {{ limit: {{ attempt: {{ count: 1 }} }} }}
      do:
      - undo{name[0].upper()}{name[1:]}: {{ {undo} }}
- book{name[0].upper()}{name[1:]}: {{ {_raising(error)} }}
"""


def _raising(detail: str) -> str:
    told = f"title: Refused, detail: '{detail}'"
    return f"raise: {{ error: {{ type: 'https://example.com/errors/refused', status: 422, {told} }} }}"


def _document(name: str, steps: str) -> str:
    return f"document: {{ dsl: '1.0.3', namespace: hard, name: {name}, version: '1.0.0' }}\ndo:\n{steps}"


def _publish(address: str, text: str) -> None:
    _post(address, "/v1/definitions", content=text.encode(), headers={"Content-Type": "application/yaml"})


def _begin(address: str, definition: str, id: str, input: dict[str, Any]) -> None:
    _post(address, "/v1/instances", json={"definition": definition, "id": id, "input": input})


def _start(address: str, name: str, id: str) -> None:
    _post(address, "/v1/instances", params={"wait": 30}, json={"definition": f"hard/{name}", "id": id, "input": {}})


def _post(address: str, path: str, **given: Any) -> None:
    answer = httpx2.post(address + path, trust_env=False, timeout=60, **given)
    if answer.is_error:
        raise RuntimeError(f"POST {path}: {answer.status_code} {answer.text}")
