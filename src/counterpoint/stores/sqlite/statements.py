"""The SQL, one statement a file under `queries/`, named by intent."""

from __future__ import annotations

from importlib.resources import files


def statement(name: str) -> str:
    """The text of `queries/{name}.sql`. Raises FileNotFoundError for a name that does not exist."""
    return files(__package__).joinpath("queries", f"{name}.sql").read_text("utf-8")


def whole() -> str:
    """What makes the view `whole` on a connection."""
    return files(__package__).joinpath("whole.sql").read_text("utf-8")


def migrations() -> list[str]:
    """The scripts under `migrations/` in order; the first makes schema version 1."""
    folder = files(__package__).joinpath("migrations")
    scripts = sorted((each for each in folder.iterdir() if each.name.endswith(".sql")), key=lambda each: each.name)
    return [script.read_text("utf-8") for script in scripts]
