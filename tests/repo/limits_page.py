"""The table of limits in docs/guide/limits.md is made from the source: `python -m tests.repo.limits_page`.

A limit is a field named `*_max` or `*_min` of a class of settings: one where such a field has a default.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
Constants = dict[str, int | float | None]
PAGE = ROOT / "docs" / "guide" / "limits.md"
BEGIN = "<!-- made by tests/repo/limits_page.py: begin -->"
END = "<!-- made by tests/repo/limits_page.py: end -->"


class Limit(NamedTuple):
    """One limit; a default of None is no limit."""

    name: str
    default: int | float | None
    meaning: str


def table() -> str:
    """The part of the page between the marks."""
    sections = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        module = ast.parse(path.read_text())
        constants = _constants(module)
        for node in module.body:
            limits = list(_limits(node, constants)) if isinstance(node, ast.ClassDef) else []
            if isinstance(node, ast.ClassDef) and any(limit.default is not None for limit in limits):
                sections.append(_section(node, limits))
    return "\n\n".join(sections)


def current() -> str:
    """The part of the page between the marks, as it is written now."""
    return PAGE.read_text().split(BEGIN)[1].split(END)[0].strip()


def _section(node: ast.ClassDef, limits: list[Limit]) -> str:
    summary = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ")
    rows = [f"| `{limit.name}` | {_shown(limit.default)} | {limit.meaning} |" for limit in limits]
    return "\n".join(
        [f"### `{node.name}`", "", summary, "", "| limit | default | meaning |", "| --- | --- | --- |", *rows]
    )


def _limits(node: ast.ClassDef, constants: Constants) -> Iterator[Limit]:
    for position, field in enumerate(node.body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and field.value is not None:
            name = field.target.id
            if name.endswith(("_max", "_min")) and not name.startswith("_"):
                meaning = _meaning(node.body[position + 1 : position + 2])
                yield Limit(name, _evaluated(field.value, constants), meaning)


def _constants(module: ast.Module) -> Constants:
    """The numbers that a module gives names, such as `MEBIBYTE`."""
    constants: Constants = {}
    for statement in module.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                constants[name] = _evaluated(value, constants)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                constants[name] = _evaluated(value, constants)
    return constants


def _evaluated(value: ast.expr, constants: Constants) -> int | float | None:
    """The value of a number, a named number or a product of numbers; None for anything else."""
    match value:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            factors = _evaluated(left, constants), _evaluated(right, constants)
            return None if factors[0] is None or factors[1] is None else factors[0] * factors[1]
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return constants.get(name)
    return None


def _meaning(following: list[ast.stmt]) -> str:
    for statement in following:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            return " ".join(str(statement.value.value).split()).replace("|", "\\|")
    return ""


def _shown(default: int | float | None) -> str:
    return "none" if default is None else f"{default:,}"


if __name__ == "__main__":
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}")
