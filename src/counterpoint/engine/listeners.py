"""Who listens to which type of event: one index for instances in memory and for those that have left it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from counterpoint.engine.live import Live

ANY: Final = "*"


class Listeners:
    """Instance numbers by event type. Adding twice is adding once."""

    def __init__(self) -> None:
        self._by_type: dict[str, set[int]] = {}

    def add(self, number: int, types: Iterable[str]) -> None:
        """The instance listens to these types."""
        for each in types:
            self._by_type.setdefault(each, set()).add(number)

    def remove(self, number: int, types: Iterable[str]) -> None:
        """It listens to them no longer."""
        for each in types:
            numbers = self._by_type.get(each)
            if numbers is not None:
                numbers.discard(number)
                if not numbers:
                    del self._by_type[each]

    def begin(self, live: Live, run: int, types: tuple[str, ...]) -> None:
        """A run of a live instance listens."""
        live.listening[run] = types
        self.add(live.number, types)

    def end(self, live: Live, run: int) -> None:
        """A run listens no longer; others of the same instance may."""
        types = live.listening.pop(run, None)
        if types is not None:
            others = {each for rest in live.listening.values() for each in rest}
            self.remove(live.number, (each for each in types if each not in others))

    def end_all(self, live: Live) -> None:
        """The instance is gone."""
        for types in live.listening.values():
            self.remove(live.number, types)
        live.listening.clear()

    def of(self, type: str) -> list[int]:
        """The instances that listen to this type, in the order of their numbers."""
        exact, every = self._by_type.get(type), self._by_type.get(ANY)
        return sorted((exact or set()) | (every or set()))
