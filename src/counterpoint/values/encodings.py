"""Content encodings that a client accepts (RFC 9110, section 12.5.3)."""

from __future__ import annotations


def accepts(header: str, encoding: str) -> bool:
    """Whether the value of `Accept-Encoding` allows an encoding, which is in lower case. Nothing said: no."""
    weights: dict[str, float] = {}
    for each in header.lower().split(","):
        name, _, parameters = each.partition(";")
        weights.setdefault(name.strip(), _weight(parameters))
    return weights.get(encoding, weights.get("*", 0.0)) > 0


def _weight(parameters: str) -> float:
    for each in parameters.split(";"):
        name, _, value = each.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
