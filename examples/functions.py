"""The Python functions that retry.yaml and batch.yaml call."""

from __future__ import annotations

from counterpoint import function

EURO = {"EUR": 1.0, "CHF": 1.04, "USD": 0.92}
"""What one unit of a currency is worth in euro."""

_asked: dict[str, int] = {}


class Unreachable(ConnectionError):
    """The price service cannot be reached; nothing happened."""


@function(name="quotePrice")
async def quote_price(article: str) -> dict[str, object]:
    """The price of an article: the first two calls for each article fail."""
    _asked[article] = _asked.get(article, 0) + 1
    if _asked[article] <= 2:
        raise Unreachable(f"no route to the price of {article}")
    return {"article": article, "price": 24.9}


@function(name="convertToEuro")
def convert_to_euro(amount: float, currency: str) -> dict[str, float]:
    """An amount in euro, rounded to cents."""
    return {"euro": round(amount * EURO[currency], 2)}
