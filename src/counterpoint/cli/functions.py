"""`--function`: Python code given on the command line."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from counterpoint.connectors.functions import FunctionSpec
from counterpoint.errors import InvalidInput

Spec = FunctionSpec[..., Any]


def load_functions(given: Iterable[str]) -> list[Spec]:
    """The functions of files (`path/to/file.py`), modules (`module`) and single ones (`module:name`, `file.py:name`).

    Raises InvalidInput where one cannot be imported or has no function.
    """
    found: dict[str, Spec] = {}
    for each in given:
        for spec in _load(each):
            found.setdefault(spec.name, spec)
            if found[spec.name] is not spec:
                raise InvalidInput(f"--function {each}: there are two functions named {spec.name!r}")
    return list(found.values())


def _load(given: str) -> list[Spec]:
    place, _, name = given.partition(":")
    module = _imported(given, place)
    if name:
        return [_named(given, module, name)]
    specs = [each for each in vars(module).values() if isinstance(each, FunctionSpec)]
    if not specs:
        raise InvalidInput(
            f"--function {given}: nothing in it is marked with @function; "
            f"mark a function (from counterpoint import function), or name one: {place}:NAME"
        )
    return list({id(each): each for each in specs}.values())


def _named(given: str, module: ModuleType, name: str) -> Spec:
    value = getattr(module, name, None)
    if isinstance(value, FunctionSpec):
        return value
    if not callable(value):
        raise InvalidInput(f"--function {given}: there is no function {name!r} in {module.__name__}")
    return FunctionSpec(value)


def _imported(given: str, place: str) -> ModuleType:
    try:
        if place.endswith(".py") or "/" in place:
            return _from_file(Path(place))
        if "" not in sys.path and str(Path.cwd()) not in sys.path:
            # As `python -m` does: a module beside the documents is found.
            sys.path.insert(0, str(Path.cwd()))
        return importlib.import_module(place)
    except InvalidInput:
        raise
    except Exception as error:
        raise InvalidInput(f"--function {given} cannot be imported: {type(error).__name__}: {error}") from error


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise InvalidInput(f"--function {path}: there is no such file")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise InvalidInput(f"--function {path} is not Python code; its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    # Registered, or its dataclasses could not look up their annotations; its own directory is importable from it.
    sys.modules.setdefault(path.stem, module)
    sys.path.append(str(path.resolve().parent))
    spec.loader.exec_module(module)
    return module
