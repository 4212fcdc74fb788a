"""What a benchmark gives, and how it is shown and stored."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured value; beside it, where there is one, the peer's.

    `ratio` says how many times better we are than the peer, whichever direction is better.
    """

    name: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    ratio: float | None = None

    def beside(self, peer: str, peer_value: float, *, more_is_better: bool = True) -> Figure:
        """The same figure with the peer's value."""
        ratio = self.value / peer_value if more_is_better else peer_value / self.value
        return Figure(self.name, self.value, self.unit, peer, peer_value, ratio)


def table(figures: list[Figure]) -> str:
    """The figures as aligned text."""
    rows = [("", "Counterpoint", "", "peer", "ratio")]
    rows += [
        (
            figure.name,
            _number(figure.value),
            figure.unit,
            f"{_number(figure.peer_value)} ({figure.peer})" if figure.peer_value is not None else "",
            f"{figure.ratio:,.1f}×" if figure.ratio is not None else "",
        )
        for figure in figures
    ]
    name, value, unit, peer, ratio = (max(len(row[column]) for row in rows) for column in range(5))
    return "\n".join(
        f"{a:<{name}}  {b:>{value}} {c:<{unit}}  {d:>{peer}}  {e:>{ratio}}".rstrip() for a, b, c, d, e in rows
    )


def write(figures: list[Figure], path: Path) -> None:
    """Store the figures as a JSON list."""
    rows = [{key: _rounded(value) for key, value in asdict(figure).items()} for figure in figures]
    path.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _rounded(value: object) -> object:
    return round(value, 3) if isinstance(value, float) else value
