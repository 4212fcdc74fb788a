"""Scenarios: documents, and everything that happens to them. As JSON, one is a regression that is kept for ever."""

from __future__ import annotations

from random import Random
from typing import Final, Literal, TypeAlias

import msgspec

from counterpoint.simulation.documents import compose, services_of
from counterpoint.values.json import JsonObject

Conduct: TypeAlias = Literal["refuse", "vanish", "lose", "late", "hang", "twice", "delayed", "unsure"]
"""How a service misbehaves:

refuse     does nothing and says so          lose     acts; its answer is lost
vanish     the request is lost               late     acts; answers seconds later
hang       acts and never answers            twice    acts; its answer comes two times
delayed    the caller hears of a failure; the effect takes place seconds later
unsure     a probe does not know
"""

_CONDUCTS: Final[tuple[Conduct, ...]] = (
    ("refuse",) * 5 + ("vanish",) * 2 + ("lose",) * 2 + ("late",) * 2 + ("hang", "twice", "delayed", "unsure")
)
_ACTIONS: Final = ("cancel", "cancel", "abandon", "suspend", "resume", "retry", "compensate", "compensate")
_TIMES_MS: Final = (0, 1, 5, 20, 100, 500, 1_000, 2_000, 5_000, 20_000)


class CallFault(msgspec.Struct, frozen=True, tag="call"):
    """A service misbehaves from its call number `first` (from 1) to `last`."""

    service: str
    first: int
    last: int
    conduct: Conduct


class StoreFault(msgspec.Struct, frozen=True, tag="store"):
    """At a write of the store (from 1): `lost`, the engine dies in its place; `unheard`, the engine dies after it and
    before it hears of it; `full`, the disk is full for a while."""

    write: int
    kind: Literal["lost", "unheard", "full"]
    lasts_ms: int = 0


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """The engine is killed, or (`gently`) closed, and starts again."""

    at_ms: int
    gently: bool = False


class Operator(msgspec.Struct, frozen=True, tag="operator"):
    """A person intervenes with an instance."""

    at_ms: int
    action: str
    instance: int = 0


class Arrival(msgspec.Struct, frozen=True, tag="event"):
    """An event is delivered, `copies` times."""

    at_ms: int
    copies: int = 1


Fault: TypeAlias = CallFault | StoreFault | Stop | Operator | Arrival


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One run is a function of this."""

    seed: int
    """Of the order of callbacks, of how long calls take, and of what the engine draws."""
    documents: list[JsonObject]
    """The last one is started; the others are its sub-workflows."""
    faults: list[Fault] = []
    instances: int = 1
    tight: bool = False
    """The engine has room for one instance in memory, and for few tasks in one transition."""
    ordered: bool = False
    """Callbacks run in the order of asyncio, not in one that the seed draws."""


def generate(seed: int) -> Scenario:
    """The scenario of a seed."""
    random = Random(seed)  # noqa: S311 (a simulation must be the same each time)
    documents = compose(random)
    faults: list[Fault] = []
    for service in services_of(documents):
        if random.random() < (0.18 if service.startswith("f") else 0.25):
            faults.append(_call_fault(random, service))
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        faults.append(_store_fault(random))
    for _ in range(random.choice([0, 0, 0, 1])):
        faults.append(Stop(_time(random), random.random() < 0.3))
    instances = random.choice([1, 1, 1, 2])
    for _ in range(random.choice([0, 0, 1, 2, 3])):
        faults.append(Operator(_time(random), random.choice(_ACTIONS), random.randrange(instances)))
    for _ in range(random.choice([0, 1, 2])):
        faults.append(Arrival(_time(random), random.choice([1, 1, 2])))
    return Scenario(
        seed=seed,
        documents=documents,
        faults=faults,
        instances=instances,
        tight=random.random() < 0.3,
        ordered=random.random() < 0.3,
    )


def encode(scenario: Scenario) -> bytes:
    """As JSON, indented for people."""
    return msgspec.json.format(msgspec.json.encode(scenario), indent=1)


def decode(text: bytes) -> Scenario:
    """From JSON."""
    return msgspec.json.decode(text, type=Scenario)


def _call_fault(random: Random, service: str) -> CallFault:
    first = random.choice([1, 1, 1, 2])
    lasting = random.choice([1, 1, 2, 3, 30])
    conduct = random.choice(_CONDUCTS)
    if service.startswith("probe") and random.random() < 0.5:
        conduct = "unsure"
    return CallFault(service, first, first + lasting - 1, conduct)


def _store_fault(random: Random) -> StoreFault:
    kind = random.choice(("lost", "unheard", "full"))
    lasts_ms = random.choice([10, 200, 3_000]) if kind == "full" else 0
    return StoreFault(random.randint(1, 25), kind, lasts_ms)  # type: ignore[arg-type]


def _time(random: Random) -> int:
    return random.choice(_TIMES_MS) + random.randint(0, 3)
