"""Comparing published versions and documents, in a process that may be killed."""

from __future__ import annotations

import asyncio
import sys
import time

import pytest

from counterpoint import Engine
from counterpoint.application.comparing import ComparisonLimits, Side, compare_versions
from counterpoint.dsl import load
from counterpoint.errors import CounterpointError, InvalidDocument, InvalidInput, NotFound

pytestmark = pytest.mark.anyio
HEAD = "document: {{ dsl: '1.0.3', namespace: shop, name: {name}, version: '{version}' }}\n"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def document(version="1.0.0", schema="", name="order", tasks="- pay: { set: { a: 1 } }"):
    head = f"input: {{ schema: {{ document: {schema} }} }}\n" if schema else ""
    return HEAD.format(name=name, version=version) + head + f"do:\n{tasks}\n"


async def test_published_versions_and_files_are_compared(tmp_path):
    (tmp_path / "next.yaml").write_text(document("1.1.0", "{ required: [order] }"))
    async with Engine.embedded() as engine:
        await engine.publish(document())
        await engine.publish(document("1.0.1", tasks="- pay: { set: { a: 2 } }"))
        between = await engine.compare("order:1.0.0", "order")
        assert [each.kind for each in between.findings] == ["task-changed"]
        coming = await engine.compare("order:^1", tmp_path / "next.yaml")
        assert (coming.before, coming.after, coming.verdict) == ("shop/order:1.0.1", "shop/order:1.1.0", "breaking")
        with pytest.raises(NotFound):
            await engine.compare("order:1.0.0", "order:2")
        (tmp_path / "next.yaml").write_text("do: 7")
        with pytest.raises(InvalidDocument):
            await engine.compare("order:1.0.0", tmp_path / "next.yaml")


async def test_two_workflows_are_not_compared():
    sides = [Side(load(document(name=name))) for name in ("order", "refund")]
    with pytest.raises(InvalidInput, match="shop/order and shop/refund are two workflows"):
        await compare_versions(*sides)


async def test_schemas_that_take_too_long_count_as_different_and_the_rest_is_told():
    """Three ways for each of twelve members: judging that takes minutes."""

    def hard(count):
        ways = "[{ required: [a%d] }, { required: [b%d] }, { properties: { c%d: { type: string } } }]"
        return "{ allOf: [" + ", ".join(f"{{ anyOf: {ways % (each, each, each)} }}" for each in range(count)) + "] }"

    before = Side(load(document("1.0.0", hard(12))))
    after = Side(load(document("2.0.0", hard(13), tasks="- pay: { set: { a: 2 } }")))
    began = time.monotonic()
    comparison = await compare_versions(before, after, ComparisonLimits(comparison_ms_max=3_000))
    assert [each.kind for each in comparison.findings] == ["input-narrowed", "task-changed"]
    assert "it cannot be shown" in comparison.findings[0].what
    assert time.monotonic() - began < 60


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a process within its address space")
async def test_a_process_without_room_to_work_is_an_error_and_no_hang():
    sides = [
        Side(load(document(version, "{ type: object }", tasks=f"- pay: {{ set: {{ a: {version[0]} }} }}")))
        for version in ("1.0.0", "2.0.0")
    ]
    with pytest.raises(CounterpointError, match=r"could not be compared|has failed"):
        await compare_versions(*sides, ComparisonLimits(comparison_bytes_max=1_000_000))


async def test_many_comparisons_take_turns():
    async with Engine.embedded() as engine:
        await engine.publish(document())
        await engine.publish(document("1.0.1", tasks="- pay: { set: { a: 2 } }"))
        found = await asyncio.gather(*(engine.compare("order:1.0.0", "order") for _ in range(6)))
        assert {each.bump_needed for each in found} == {"patch"}
