"""Publishing, validating and exporting documents."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from counterpoint import Engine
from counterpoint.application import export, validate
from counterpoint.errors import Conflict, InvalidDocument, InvalidInput, NotFound
from counterpoint.expressions import Compiler
from tests.engine.documents import SAGA, document

pytestmark = pytest.mark.anyio
NOTE = "- note: {set: {version: '%s'}}"


async def test_the_same_document_may_be_published_again_but_not_another_under_its_version():
    async with Engine.embedded() as engine:
        ref = await engine.publish(document(NOTE % "1"))
        assert await engine.publish(document(NOTE % "1")) == ref
        with pytest.raises(Conflict):
            await engine.publish(document(NOTE % "2"))


async def test_a_document_is_given_as_text_or_as_a_path(tmp_path, monkeypatch):
    path = tmp_path / "flow.yaml"
    path.write_text(document(NOTE % "1"))
    async with Engine.embedded() as engine:
        ref = await engine.publish(path)
        assert await engine.publish(path.read_bytes()) == ref
        with pytest.raises(InvalidInput, match=r"nowhere.yaml cannot be read"):
            await engine.publish(Path("nowhere.yaml"))
        monkeypatch.chdir(tmp_path)
        path.rename("flow")
        for text in ("flow", str(tmp_path / "flow"), ""):  # a text is never taken for the name of a file
            with pytest.raises(InvalidDocument):
                await engine.publish(text)
        with pytest.raises(InvalidInput, match=r"'flow.yaml' is no document; where a file .* is meant, give a Path"):
            await engine.publish("flow.yaml")


async def test_every_diagnostic_of_structure_and_meaning_is_told_with_its_place():
    text = document("- a: {set: '${ .x | }', then: nowhere}\n- b: {call: http, with: {method: get}}")
    async with Engine.embedded() as engine:
        with pytest.raises(InvalidDocument) as refused:
            await engine.publish(text)
    assert refused.value.diagnostics
    assert all(each.position for each in refused.value.diagnostics)


async def test_a_definition_is_found_by_parts_of_its_name():
    async with Engine.embedded() as engine:
        for version in ("1.9.0", "1.10.0", "2.0.0-rc.1"):
            await engine.publish(document(NOTE % version, version=version))
        for reference, version in (
            ("flow", "1.10.0"),
            ("test/flow", "1.10.0"),
            ("test/flow:latest", "1.10.0"),
            ("test/flow:~1.9", "1.9.0"),
            ("test/flow:>=2.0.0-rc.0", "2.0.0-rc.1"),
            ("flow:1.9.0", "1.9.0"),
            ("test/flow:1.10.0", "1.10.0"),
        ):
            view = await engine.result(await engine.start(reference), timeout=5)
            assert view.output == {"version": version}
        with pytest.raises(NotFound, match=r"versions of test/flow: 2.0.0-rc.1, 1.10.0, 1.9.0"):
            await engine.start("flow:3.0.0")


def test_validation_tells_all_and_raises_nothing():
    assert not validate(document(NOTE % "1"), Compiler())
    assert validate("a: [", Compiler())
    assert validate(document("- a: {set: '${ .x | }'}"), Compiler())


def test_export_to_portable_form_and_back_loses_nothing():
    portable = export(document(SAGA), portable=True)
    assert "compensate" in portable["do"][0]["reserve"]["metadata"]
    assert export(document(SAGA), portable=False)["do"][0]["reserve"]["compensate"]


async def test_what_a_version_refers_to_stays_as_it_was_when_it_was_published(tmp_path):
    path, function = tmp_path / "store.db", tmp_path / "function.yaml"
    text = document(f"- called: {{call: 'file://{function}'}}")
    function.write_text("do:\n- one: {set: {by: first}}\n")
    async with Engine.embedded(path, resources=[str(tmp_path)]) as engine:
        reference = await engine.publish(text)
        function.write_text("do:\n- zero: {set: {by: nobody}}\n- one: {set: {by: second}}\n")
        again = await asyncio.gather(*(engine.publish(text) for _ in range(3)))
        assert set(again) == {reference}
        function.unlink()  # nor is it read again
        assert await engine.publish(text) == reference
    async with Engine.embedded(path, resources=[str(tmp_path)]) as engine:
        assert await engine.publish(text) == reference
        view = await engine.result(await engine.start(reference), timeout=5)
    assert view.output == {"by": "first"}


async def test_two_who_publish_one_version_at_once_publish_one_content(tmp_path):
    path, read = tmp_path / "store.db", iter(range(9))
    text = document("- called: {call: 'https://catalog.example.com/function.yaml'}")

    async def changing(_):
        await asyncio.sleep(0)
        return f"do:\n- one: {{set: {{by: {next(read)}}}}}\n".encode()

    async with Engine.embedded(path) as engine:
        engine.service.definitions._publisher.fetch_from = changing
        [reference, *_] = await asyncio.gather(*(engine.publish(text) for _ in range(3)))
        before = (await engine.result(await engine.start(reference), timeout=5)).output
    async with Engine.embedded(path) as engine:
        assert (await engine.result(await engine.start(reference), timeout=5)).output == before
