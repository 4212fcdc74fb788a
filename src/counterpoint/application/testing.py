"""Testing: scenario files, the documents that they speak of, and what comes of running them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from counterpoint.application.publishing import read_document
from counterpoint.dsl import check as check_structure
from counterpoint.dsl import read_data
from counterpoint.errors import InvalidDocument, InvalidInput
from counterpoint.expressions import Compiler
from counterpoint.plan import Plan, compile_plan, external_resources
from counterpoint.plan import check as check_meaning
from counterpoint.scenarios import Contracts, Outcome, Reading, check_names, read, run
from counterpoint.trial import Library
from counterpoint.values.diagnostics import Diagnostic, Severity
from counterpoint.values.json import JsonObject, JsonValue

SUFFIXES: Final = (".scenarios.yaml", ".scenarios.yml", ".scenarios.json")


class Suite(msgspec.Struct, kw_only=True):
    """A scenario file with everything that it needs; without a plan it cannot run, and the diagnostics say why."""

    path: Path
    reading: Reading
    diagnostics: list[Diagnostic]
    text: str = ""
    plan: Plan | None = None
    library: Library
    contracts: Contracts

    @property
    def runs(self) -> bool:
        """Whether its scenarios can be run."""
        return self.plan is not None and not any(each.severity is Severity.ERROR for each in self.diagnostics)


def find_suites(places: Iterable[str | Path]) -> list[Path]:
    """Scenario files in the order of their names: files, those beside workflows, those below directories.

    Raises InvalidInput where a place has none.
    """
    found: dict[Path, None] = {}
    for place in map(Path, places):
        if place.is_dir():
            inside = [path for suffix in SUFFIXES for path in place.rglob(f"*{suffix}") if _is_ours(path, place)]
            if not inside:
                raise InvalidInput(f"there is no scenario file below {place}; they are called NAME{SUFFIXES[0]}")
            found.update(dict.fromkeys(sorted(inside)))
        elif place.name.endswith(SUFFIXES):
            found[place] = None
        else:
            found[_beside(place)] = None
    return list(found)


def open_suites(paths: Sequence[Path], compiler: Compiler) -> list[Suite]:
    """Read scenario files and their documents. What is wrong with them is in their diagnostics.

    Raises InvalidInput where a file cannot be read.
    """
    shelf = _Shelf(compiler)
    suites = [shelf.suite(path) for path in paths]
    plans = [suite.plan for suite in suites if suite.plan is not None]
    for suite in suites:
        own = [*plans, *suite.library.plans()]
        suite.library = Library(own)
        suite.contracts = Contracts(suite.library, suite.contracts.documents)
        if suite.plan is not None:
            suite.library.add(suite.plan)
            suite.diagnostics += check_names(suite.reading, suite.library.plans())
    return suites


def run_suite(suite: Suite, pattern: str = "") -> Iterator[Outcome]:
    """Run the scenarios whose names hold `pattern`, in their order. The suite must run (`Suite.runs`)."""
    assert suite.plan is not None
    assert suite.reading.file is not None
    for scenario in suite.reading.file.scenarios:
        if pattern.lower() in scenario.name.lower():
            yield run(scenario, suite.plan, suite.library, suite.contracts)


def compile_document(
    text: str | bytes, source: str, compiler: Compiler, resources: Mapping[str, JsonValue] | None = None
) -> tuple[Plan | None, list[Diagnostic]]:
    """The plan of a document, None where it may not run, and its errors."""
    checked = check_structure(text, source=source)
    found, definition = list(checked.diagnostics), checked.definition
    if definition is None:
        return None, found
    found += check_meaning(definition, compiler, None)
    errors = [each for each in found if each.severity is Severity.ERROR]
    if errors:
        return None, errors
    known = resources or {}
    needed = {
        each.name: known[name] for each in external_resources(definition) if (name := _named(each.uri, known)) in known
    }
    try:
        return compile_plan(definition, compiler, resources=needed), []
    except InvalidDocument as error:
        return None, list(error.diagnostics)


class _Shelf:
    """Documents by path, each read once."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._plans: dict[Path, tuple[Plan | None, list[Diagnostic]]] = {}

    def suite(self, path: Path) -> Suite:
        text, source = read_document(path)
        reading = read(text, source)
        suite = Suite(
            path=path,
            reading=reading,
            diagnostics=list(reading.diagnostics),
            text=text if isinstance(text, str) else text.decode("utf-8", "replace"),
            library=Library(),
            contracts=Contracts(Library()),
        )
        if reading.file is None:
            return suite
        documents: dict[str, JsonObject] = {}
        for index, name in enumerate(reading.file.documents):
            self._add(suite, documents, name, f"/with/{index}")
        suite.contracts = Contracts(suite.library, documents)
        place = path.parent / reading.file.workflow if reading.file.workflow else _workflow_of(path)
        if not place.is_file():
            message = f"there is no workflow {place}"
            suite.diagnostics.append(reading.diagnostic("CP403", "/workflow", message, "name it in `workflow`"))
            return suite
        suite.plan, found = self._plan(place, documents)
        suite.diagnostics += found
        return suite

    def _add(self, suite: Suite, documents: dict[str, JsonObject], name: str, pointer: str) -> None:
        """A further document: a workflow, or anything that others refer to."""
        place = suite.path.parent / name
        if not place.is_file():
            message = f"there is no document {place}"
            suite.diagnostics.append(suite.reading.diagnostic("CP403", pointer, message))
            return
        text, source = read_document(place)
        data = read_data(text, source=source)
        if isinstance(data, dict) and "do" in data and "document" in data:
            plan, found = self._plan(place, {})
            suite.diagnostics += found
            if plan is not None:
                suite.library.add(plan)
        elif isinstance(data, dict):
            documents[name] = documents[place.name] = data

    def _plan(self, place: Path, resources: Mapping[str, JsonValue]) -> tuple[Plan | None, list[Diagnostic]]:
        place = place.resolve()
        if place not in self._plans:
            text, _ = read_document(place)
            self._plans[place] = compile_document(text, str(_shown(place)), self._compiler, resources)
        return self._plans[place]


def _is_ours(path: Path, root: Path) -> bool:
    """Not within a hidden directory, such as a virtual environment or a version store."""
    return path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)


def _beside(document: Path) -> Path:
    """The scenario file beside a workflow."""
    for suffix in SUFFIXES:
        path = document.with_name(document.stem + suffix)
        if path.is_file():
            return path
    raise InvalidInput(f"there is no scenario file {document.with_name(document.stem + SUFFIXES[0])}")


def _workflow_of(path: Path) -> Path:
    suffix = next(each for each in SUFFIXES if path.name.endswith(each))
    stem = path.name.removesuffix(suffix)
    candidates = [path.with_name(stem + ending) for ending in (".yaml", ".yml", ".json")]
    return next((each for each in candidates if each.is_file()), candidates[0])


def _named(uri: str, known: Mapping[str, JsonValue]) -> str:
    """The name under which an external document is known: its URI, or the last part of it."""
    return uri if uri in known else PurePosixPath(uri).name


def _shown(place: Path) -> Path:
    return place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place
