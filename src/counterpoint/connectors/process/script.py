"""`run: script`: Python by the interpreter that runs the engine, JavaScript by Node where it is installed."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Final

import msgspec

from counterpoint.connectors.problems import configuration, did_you_mean
from counterpoint.connectors.process.arguments import Words, read_environment, read_stdin, read_words
from counterpoint.connectors.process.shell import minimal_environment
from counterpoint.connectors.process.supervision import Program
from counterpoint.values.json import JsonObject

LANGUAGES: Final = ("js", "javascript", "python")
_MODULE: Final = re.compile(r"^\s*(?:import\b(?!\s*[(.])|export\b)|^(?:await|for await)\b", re.MULTILINE)

# Runs a file as a program, with the named arguments as its global variables.
_PYTHON_LAUNCHER: Final = (
    "import json,runpy,sys\n"
    "file,named=sys.argv[1:3]\n"
    "sys.argv[:3]=[file]\n"
    "runpy.run_path(file,init_globals=json.loads(named),run_name='__main__')"
)


def script_program(arguments: JsonObject, code: str, directory: str, output_bytes_max: int) -> Program:
    """A script, written into `directory`. Raises ConnectorError: validation, or configuration for its language."""
    language = str(arguments.get("language") or "").lower()
    words = read_words(arguments.get("arguments"))
    if language == "python":
        argv = _python(code, words, directory)
    elif language in LANGUAGES:
        argv = _javascript(code, words, directory)
    else:
        raise configuration(f"scripts in {language!r} cannot be run{did_you_mean(language, LANGUAGES)}")
    return Program(
        what=f"the {language} script",
        argv=argv,
        environment=minimal_environment(directory) | read_environment(arguments.get("environment")),
        directory=directory,
        stdin=read_stdin(arguments.get("stdin")),
        output_bytes_max=output_bytes_max,
    )


def _python(code: str, words: Words, directory: str) -> tuple[str, ...]:
    file = Path(directory, "script.py")
    file.write_text(code, encoding="utf-8")
    # -I: neither the environment nor the user's site packages change what runs.
    named = msgspec.json.encode(words.named).decode()
    return (sys.executable, "-I", "-c", _PYTHON_LAUNCHER, str(file), named, *words.positional)


def _javascript(code: str, words: Words, directory: str) -> tuple[str, ...]:
    node = shutil.which("node")
    if node is None:
        raise configuration("JavaScript cannot be run: Node.js (`node`) is not installed on the engine's machine")
    file = Path(directory, "script.mjs" if _MODULE.search(code) else "script.cjs")
    # On the same line, so that the positions in error messages are those of the document.
    prelude = f"Object.assign(globalThis, {msgspec.json.encode(words.named).decode()});" if words.named else ""
    file.write_text(prelude + code, encoding="utf-8")
    return (node, str(file), *words.positional)
