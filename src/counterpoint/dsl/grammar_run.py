"""Grammar of `run`: containers, scripts, shell commands and workflows."""

from __future__ import annotations

from typing import Final

from counterpoint.dsl.grammar_parts import DURATION, RESOURCE
from counterpoint.dsl.report import Path, Report
from counterpoint.dsl.shapes import BOOLEAN, OBJECT, STRING, STRINGS, Shape, Text, closed, exactly_one
from counterpoint.values.json import JsonObject, JsonValue


class Arguments:
    """The arguments of a process: an array of strings.

    An object was the form of DSL 1.0.0 to 1.0.2 and is read with a warning (the official schema of 1.0.3 refuses it).
    """

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        if isinstance(value, dict):
            hint = "write an array of strings; other runtimes of DSL 1.0.3 refuse an object"
            report.warning("CP191", path, "arguments as an object are the form before DSL 1.0.3", hint)
        else:
            STRINGS.check(value, path, report)


def _lifetime(value: JsonObject, path: Path, report: Report) -> None:
    eventually = value.get("cleanup", "eventually") == "eventually"
    if eventually and "after" not in value:
        report.error("CP110", path, "`cleanup: eventually` needs `after`, the time until then")
    if not eventually and "after" in value:
        report.error("CP110", (path, "after"), "`after` needs `cleanup: eventually`", of_key=True)


_CLEANUP: Final = Text(values=("always", "never", "eventually"))
_PULL: Final = Text(values=("ifNotPresent", "always", "never"))
_PROCESS: Final[dict[str, Shape]] = {"stdin": STRING, "arguments": Arguments(), "environment": OBJECT}
_KINDS: Final[dict[str, Shape]] = {
    "container": closed(
        "a container",
        {
            **_PROCESS,
            "image!": STRING,
            "name": STRING,
            "command": STRING,
            "ports": OBJECT,
            "volumes": OBJECT,
            "lifetime": closed("a container's lifetime", {"cleanup!": _CLEANUP, "after": DURATION}, _lifetime),
            "pullPolicy": _PULL,
        },
    ),
    "script": closed(
        "a script",
        {**_PROCESS, "language!": STRING, "code": STRING, "source": RESOURCE},
        exactly_one("code", "source"),
    ),
    "shell": closed("a shell command", {**_PROCESS, "command!": STRING}),
    "workflow": closed(
        "a workflow to run", {"namespace!": STRING, "name!": STRING, "version!": STRING, "input": OBJECT}
    ),
}
_RETURN: Final = Text(values=("stdout", "stderr", "code", "all", "none"))
RUN: Final = closed("what to run", {**_KINDS, "await": BOOLEAN, "return": _RETURN}, exactly_one(*_KINDS))
