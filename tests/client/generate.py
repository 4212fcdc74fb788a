"""Makes the client's types and operations from the OpenAPI document, and its blocking face from the asynchronous one.

    python -m tests.client.generate

Run it whenever a route or a body has changed. What it writes is checked in; a test holds it to the document.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from counterpoint.api import describe
from tests.client.generate_operations import operations
from tests.client.generate_types import MARK, Types
from tests.client.unasync import blocking

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "counterpoint" / "client"
DERIVED = ("client.py", "connection.py")
"""Written by hand, asynchronously; their blocking twins are made from them."""
HAND = frozenset({"types/answered.py"})
# What `counterpoint.client.blocking` has.
BLOCKING = f'''{MARK}"""The client without an event loop: as `counterpoint.client`, method for method, blocking."""

from counterpoint.client.blocking.client import Client

__all__ = ["Client"]
'''


def files() -> dict[str, str]:
    """Every file that is made, by its path below the client's package; not formatted."""
    document = describe()
    types = Types(document)
    made = {f"types/{name}.py": text for name, text in types.modules().items()}
    asynchronous = {f"operations/{name}.py": text for name, text in operations(document, types).items()}
    twins = {**asynchronous, **{name: (PACKAGE / name).read_text() for name in DERIVED}}
    made |= asynchronous
    made |= {f"blocking/{name}": blocking(text) for name, text in twins.items()}
    return made | {"blocking/__init__.py": BLOCKING}


def stale(made: dict[str, str]) -> list[str]:
    """Files that are made no longer."""
    folders = [PACKAGE / "operations", PACKAGE / "blocking", PACKAGE / "types"]
    there = [path.relative_to(PACKAGE).as_posix() for folder in folders for path in folder.rglob("*.py")]
    return [path for path in there if path not in made and path not in HAND]


def main() -> None:
    """Write what is made, formatted where ruff is there."""
    made = files()
    for path in stale(made):
        (PACKAGE / path).unlink()
    for path, text in made.items():
        (PACKAGE / path).parent.mkdir(parents=True, exist_ok=True)
        (PACKAGE / path).write_text(text)
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    if ruff is None:
        print("ruff is not installed: run `make check` once, and this again, to have the files formatted")
        return
    subprocess.run([ruff, "check", "--fix", "--quiet", "--select", "I,F401", str(PACKAGE)], check=True)
    subprocess.run([ruff, "format", "--quiet", str(PACKAGE)], check=True)


if __name__ == "__main__":
    main()
