"""docs/guide/brokers.md says what there is."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from counterpoint.bootstrap.configuration import read_configuration
from counterpoint.brokers import settings
from counterpoint.brokers.settings import Connection, KafkaSink, NatsSource
from counterpoint.brokers.tls import Tls

KINDS = [each for each in Connection.__subclasses__() if each.__module__ == settings.__name__]


@pytest.fixture(scope="module")
def guide(root: Path) -> str:
    return (root / "docs" / "guide" / "brokers.md").read_text()


def test_the_example_is_a_configuration(guide: str) -> None:
    example = re.search(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert example is not None
    events = read_configuration(example[1], "brokers.md").events
    assert isinstance(events.sources[0].from_, NatsSource)
    assert isinstance(events.sinks[0].to, KafkaSink)


@pytest.mark.parametrize("kind", [*KINDS, Tls], ids=lambda kind: kind.__name__)
def test_every_setting_is_told_of(guide: str, kind: type[msgspec.Struct]) -> None:
    missing = [name for name in msgspec.structs.fields(kind) if f"`{name.encode_name}`" not in guide]
    assert len(KINDS) == 10
    assert [each.encode_name for each in missing] == []
