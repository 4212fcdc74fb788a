"""The shape of the source: small files, small functions, plain names, documented in public.

An exemption stands beside its rule, with its reason. An exemption that is no longer needed fails too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath
from statistics import median

import pytest

FILE_LINES_MAX = 500
FILE_LINES_MEDIAN_MAX = 170
FUNCTION_LINES_MAX = 60
FORBIDDEN_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "base", "misc"}

LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


def test_no_file_is_longer_than_500_lines(sources):
    lengths = {path: sources.text(path).count("\n") for path in sources.python()}
    long = {path: length for path, length in lengths.items() if length > FILE_LINES_MAX}
    assert not _unexcused(long, LONG_FILES), "split these by idea"


def test_the_median_module_is_small(sources):
    lengths = [sources.text(path).count("\n") for path in sources.python("src") if _name(path) != "__init__"]
    assert median(lengths) <= FILE_LINES_MEDIAN_MAX


def test_no_function_is_longer_than_60_lines(sources):
    long = {
        f"{path}::{function.name}": length
        for path in sources.python()
        for function in _functions(sources.tree(path))
        if (length := _lines_of_code(function)) > FUNCTION_LINES_MAX
    }
    assert not _unexcused(long, LONG_FUNCTIONS)


def _lines_of_code(function):
    """Its lines without the docstring, which for a command is the help that people read."""
    length = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return length
    return length - ((first.end_lineno or 0) - first.lineno + 1)


def test_no_module_is_named_for_nothing(sources):
    named = [
        path
        for path in sources.python()
        for part in PurePosixPath(path).with_suffix("").parts
        if FORBIDDEN_NAMES & set(part.split("_"))
    ]
    assert not named, "name a module for its idea"


def test_test_files_have_unique_names(sources):
    names = [_name(path) for path in sources.python("tests") if _name(path) != "conftest"]
    assert sorted(names) == sorted(set(names))


def test_every_public_module_class_and_function_has_a_docstring(sources):
    bare = [
        f"{path}:{getattr(node, 'lineno', 1)} {getattr(node, 'name', 'module')}"
        for path in sources.python("src", "examples", "bench")
        for node in _public(sources.tree(path))
        if not ast.get_docstring(node)
    ]
    assert not bare


def test_every_test_module_says_what_it_tests(sources):
    bare = [path for path in sources.python("tests") if not ast.get_docstring(sources.tree(path))]
    assert not bare


@pytest.mark.parametrize("exemptions", [LONG_FILES, LONG_FUNCTIONS])
def test_every_exemption_has_a_reason(exemptions):
    assert all(len(reason.split()) >= 3 for reason in exemptions.values())


def _unexcused(found: dict[str, int], exemptions: dict[str, str]) -> dict[str, object]:
    """What is found without an exemption, and the exemptions that nothing needs."""
    stale = {key: "exempt without need" for key in exemptions if key not in found}
    return {key: length for key, length in found.items() if key not in exemptions} | stale


def _name(path: str) -> str:
    return PurePosixPath(path).stem


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _public(tree: ast.Module) -> Iterator[ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    yield tree
    for node in tree.body:
        named = isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith(
            "_"
        )
        # The overloads of a function share the docstring of its implementation.
        if named and "overload" not in map(ast.unparse, node.decorator_list):
            yield node
