"""Enough of PromQL to know which series an expression selects: metric names, matchers and the labels that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_STRING = r'"(?:[^"\\]|\\.)*"'
_SELECTOR = re.compile(rf"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{{(?:{_STRING}|[^}}])*\}})?")
_MATCHER = re.compile(rf"\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*({_STRING})\s*,?")
_GROUPING = re.compile(r"\b(by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_RANGE = re.compile(r"\[[^\]]*\]")
_WORDS = {"and", "or", "unless", "bool", "offset", "inf", "nan"}
_FUNCTIONS = {"sum", "max", "min", "avg", "count", "rate", "increase", "histogram_quantile", "topk", "label_values"}


class Selector(NamedTuple):
    """One metric, and what its labels must match: name, operator, value."""

    metric: str
    matchers: list[tuple[str, str, str]]


def selectors(expression: str) -> tuple[list[Selector], set[str]]:
    """What an expression selects, and the labels that it groups by. Raises ValueError for what is not understood."""
    grouped = {label.strip() for _, labels in _GROUPING.findall(expression) for label in labels.split(",")}
    rest = _RANGE.sub("", _GROUPING.sub(" ", expression))
    if rest.count("(") != rest.count(")"):
        raise ValueError(f"parentheses do not match: {expression}")
    found = []
    for match in _SELECTOR.finditer(rest):
        name, braces = match.groups()
        called = rest[match.end() :].lstrip().startswith("(")
        if called and name not in _FUNCTIONS:
            raise ValueError(f"{name} is no function that is known here")
        if not called and name not in _WORDS:
            found.append(Selector(name, [(n, o, v[1:-1]) for n, o, v in _MATCHER.findall((braces or "")[1:-1])]))
    return found, grouped - {""}


def of_dashboard(dashboard: Any) -> Iterator[tuple[str, str]]:
    """Title of the panel and expression, for each."""
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]


def of_rules(rules: Any) -> Iterator[tuple[str, str]]:
    """Name of the alert and expression, for each."""
    for group in rules["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]
