"""The Python functions that retry.yaml and batch.yaml call."""

from __future__ import annotations

from counterpoint import Invocation, Refused, function

EURO = {"EUR": 1.0, "CHF": 1.04, "USD": 0.92}
"""What one unit of a currency is worth in euro."""


@function(name="quotePrice", read_only=True)
async def quote_price(article: str, invocation: Invocation) -> dict[str, object]:
    """The price of an article. The first two attempts fail: `Refused` says that nothing happened."""
    if invocation.attempt <= 2:
        raise Refused(f"no route to the price of the {article}", kind="communication", status=503)
    return {"article": article, "price": 24.9}


@function(name="convertToEuro")
def convert_to_euro(amount: float, currency: str) -> dict[str, float]:
    """An amount in euro, rounded to cents."""
    return {"euro": round(amount * EURO[currency], 2)}
