"""What all kinds of processes have in common: arguments, environment, input, and what they give back."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from counterpoint.connectors.http.request import plain
from counterpoint.connectors.problems import failure, validation
from counterpoint.connectors.process.supervision import Ended
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Outcome

RETURNS: Final = ("stdout", "stderr", "code", "all", "none")
STDERR_SHOWN_MAX: Final = 2_000
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# $1, ${2}, $@, $*, $#: the command places its arguments itself.
_POSITIONAL: Final = re.compile(r"\$\{?[0-9@*#]")


class Words(msgspec.Struct, frozen=True):
    """Arguments as a list, and by name where the document gave a map (DSL before 1.0.3)."""

    positional: tuple[str, ...]
    named: JsonObject


def read_words(arguments: JsonValue) -> Words:
    """The `arguments` of a process: an array of values, or a map whose values are also known by name."""
    if arguments is None:
        return Words((), {})
    if isinstance(arguments, dict):
        pairs = ((name, "" if value is None else plain(value)) for name, value in arguments.items())
        return Words(tuple(word for pair in pairs for word in pair if word), arguments)
    if isinstance(arguments, list):
        return Words(tuple("" if each is None else plain(each) for each in arguments), {})
    raise validation(f"`arguments` must be an array, got {plain(arguments)}")


def read_environment(environment: JsonValue) -> dict[str, str]:
    """The `environment` of a process, as text."""
    if environment is None:
        return {}
    if not isinstance(environment, dict):
        raise validation("`environment` must be an object")
    for name, value in environment.items():
        if not _VARIABLE.fullmatch(name):
            raise validation(f"{name!r} is not a valid name of an environment variable")
        if "\0" in plain(value):
            raise validation(f"the environment variable {name} holds a NUL character")
    return {name: "" if value is None else plain(value) for name, value in environment.items()}


def read_text(arguments: JsonObject, name: str) -> str:
    """A text that must be there and not be empty."""
    value = arguments.get(name)
    if not isinstance(value, str) or not value.strip():
        raise validation(f"`{name}` must be a text that is not empty")
    if "\0" in value:
        raise validation(f"`{name}` holds a NUL character")
    return value


def read_stdin(stdin: JsonValue) -> bytes:
    """Standard input: texts as they are, other values as JSON."""
    return b"" if stdin is None else plain(stdin).encode()


def with_arguments(command: str) -> str:
    """A shell command that gets its arguments.

    A command of one line that does not place them itself (`$1`, `$@`) gets them at its end: `echo`.
    """
    line = command.strip()
    return command if "\n" in line or _POSITIONAL.search(line) else f'{line} "$@"'


def returned(what: str, ended: Ended, form: JsonValue) -> JsonValue:
    """The output that `return` asks for. Raises ConnectorError (runtime) for an exit code other than 0,
    unless the document asks for what tells of it: `code`, `stderr` or `all`."""
    form = form or "stdout"
    if form not in RETURNS:
        raise validation(f"`return` must be one of {', '.join(RETURNS)}, got {form!r}")
    if ended.code != 0 and form in ("stdout", "none"):
        raise exit_error(what, ended)
    outputs: dict[str, Any] = {"stdout": ended.stdout, "stderr": ended.stderr, "code": ended.code, "none": None}
    if form == "all":
        return {name: outputs[name] for name in ("code", "stdout", "stderr")}
    return outputs[form]


def exit_error(what: str, ended: Ended) -> Exception:
    """A program that ended badly: it may have done anything before."""
    tail = ended.stderr.strip()[-STDERR_SHOWN_MAX:]
    last = tail.splitlines()[-1] if tail else "it wrote nothing to stderr"
    detail = f"{what} ended with exit code {ended.code}: {last}"
    return failure("runtime", detail, Outcome.UNKNOWN, extensions={"code": ended.code, "stderr": tail})
