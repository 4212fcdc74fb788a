"""Who runs the workflow: `$runtime` (dsl.md, Runtime Descriptor)."""

from __future__ import annotations

from typing import Final

from counterpoint.values.json import JsonObject

VERSION: Final = "0.1.0"

RUNTIME: Final[JsonObject] = {"name": "counterpoint", "version": VERSION, "metadata": {}}
