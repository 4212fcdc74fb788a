"""`run: container`, through the command line of Docker or Podman."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from counterpoint.connectors.http.request import plain
from counterpoint.connectors.problems import configuration, failure, validation
from counterpoint.connectors.process.arguments import (
    STDERR_SHOWN_MAX,
    read_environment,
    read_stdin,
    read_text,
    read_words,
    with_arguments,
)
from counterpoint.connectors.process.policy import Mounts
from counterpoint.connectors.process.supervision import Ended, Program
from counterpoint.ports.connector import Invocation
from counterpoint.values.duration import parse_duration
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Outcome

ENGINES: Final = ("docker", "podman")
PULL: Final = {"ifNotPresent": "missing", "always": "always", "never": "never"}
CLEANUP: Final = ("always", "never", "eventually")
ENGINE_FAILED: Final = 125
"""The exit code of `docker run` when the container was not started."""
NOT_STARTED: Final = (126, 127)
"""The exit codes when the command in the container cannot be started or found."""

_ENGINE_VARIABLES: Final = re.compile(r"PATH|HOME|XDG_\w+|DOCKER_\w+|CONTAINER_\w+|CONTAINERS_\w+|PODMAN_\w+")
_PLAIN_WORD: Final = re.compile(r"[\w./:@%+,=-]+")
_NAME: Final = re.compile(r"[^a-zA-Z0-9_.-]+")


def find_engine() -> str:
    """The container engine's program. Raises ConnectorError (configuration) where there is none."""
    for name in ENGINES:
        if found := shutil.which(name):
            return found
    raise configuration("containers cannot be run: neither docker nor podman is installed on the engine's machine")


def container_name(arguments: JsonObject, invocation: Invocation) -> str:
    """The document's own name, or `{workflow}-{uuid}.{namespace}-{task}` (dsl-reference, container process)."""
    if given := arguments.get("name"):
        return plain(given)
    namespace, _, rest = invocation.workflow.partition("/")
    task = invocation.reference.rpartition("/")[2]
    name = f"{rest.partition(':')[0] or 'workflow'}-{uuid.uuid4()}.{namespace or 'default'}-{task or 'task'}"
    return _NAME.sub("-", name)


def container_program(
    engine: str, name: str, arguments: JsonObject, mounts: Mounts, directory: str, output_bytes_max: int
) -> Program:
    """`docker run` for a container process. Raises ConnectorError (validation or configuration)."""
    image = read_text(arguments, "image")
    if image.startswith("-"):
        raise validation(f"{image!r} is not the name of an image")
    variables = read_environment(arguments.get("environment"))
    environment = {key: value for key, value in os.environ.items() if _ENGINE_VARIABLES.fullmatch(key)}
    argv = [engine, "run", "--interactive", f"--name={name}", f"--pull={_pull(arguments)}"]
    if cleanup(arguments) == "always":
        argv.append("--rm")
    for key, value in variables.items():
        # By name only, where that is possible: command lines are visible to other users of the machine.
        hidden = key not in environment and not _ENGINE_VARIABLES.fullmatch(key)
        argv.append(f"--env={key}" if hidden else f"--env={key}={value}")
        if hidden:
            environment[key] = value
    argv += [f"--publish={host}:{plain(port)}" for host, port in _mapping(arguments, "ports").items()]
    argv += [f"--volume={_volume(source, plain(target), mounts)}" for source, target in _volumes(arguments)]
    return Program(
        what=f"the container {image}",
        argv=(*argv, image, *_command(arguments)),
        environment=environment,
        directory=directory,
        stdin=read_stdin(arguments.get("stdin")),
        output_bytes_max=output_bytes_max,
    )


def cleanup(arguments: JsonObject) -> str:
    """When the container is deleted: always (at its end), eventually, or never (the default)."""
    wanted = (arguments.get("lifetime") or {}).get("cleanup") or "never"
    if wanted not in CLEANUP:
        raise validation(f"`lifetime.cleanup` must be one of {', '.join(CLEANUP)}, got {wanted!r}")
    return str(wanted)


def cleanup_delay(arguments: JsonObject) -> float:
    """The seconds after which a container with the clean-up `eventually` is deleted."""
    try:
        return parse_duration((arguments.get("lifetime") or {}).get("after")) / 1000
    except ValueError as error:
        raise validation(f"`lifetime.after`: {error}") from error


def removal_program(engine: str, name: str, program: Program) -> Program:
    """`docker rm --force` for the container of a program."""
    argv = (engine, "rm", "--force", name)
    return msgspec.structs.replace(program, what=f"the removal of {name}", argv=argv, stdin=b"")


def check_started(what: str, ended: Ended) -> None:
    """Raise ConnectorError where the engine could not start the container: nothing happened."""
    told = ended.stderr.strip()[-STDERR_SHOWN_MAX:]
    if ended.code == ENGINE_FAILED:
        raise configuration(f"{what} could not be started: {told or 'the container engine does not say why'}")
    if ended.code in NOT_STARTED and not ended.stdout:
        detail = f"{what}: its command could not be started: {told}"
        raise failure("runtime", detail, Outcome.NONE, extensions={"code": ended.code})


def _pull(arguments: JsonObject) -> str:
    policy = arguments.get("pullPolicy") or "ifNotPresent"
    if policy not in PULL:
        raise validation(f"`pullPolicy` must be one of {', '.join(PULL)}, got {policy!r}")
    return PULL[policy]


def _command(arguments: JsonObject) -> tuple[str, ...]:
    words = read_words(arguments.get("arguments")).positional
    command = arguments.get("command")
    if not command:
        return words
    text = read_text(arguments, "command")
    parts = text.split()
    if all(_PLAIN_WORD.fullmatch(part) for part in parts) and "\n" not in text.strip():
        return (*parts, *words)  # no shell is needed, and slim images have none
    return ("sh", "-c", with_arguments(text) if words else text, "sh", *words)


def _volumes(arguments: JsonObject) -> list[tuple[str, JsonValue]]:
    return list(_mapping(arguments, "volumes").items())


def _volume(source: str, target: str, mounts: Mounts) -> str:
    if not source.startswith(("/", ".", "~")):
        return f"{source}:{target}"
    real = Path(source).resolve()
    if not any(PurePosixPath(real).is_relative_to(Path(mount).resolve()) for mount in mounts):
        raise configuration(f"the directory {source} may not be mounted; add it to the process policy's `mounts`")
    return f"{real}:{target}"


def _mapping(arguments: JsonObject, name: str) -> JsonObject:
    value = arguments.get(name) or {}
    if not isinstance(value, dict):
        raise validation(f"`{name}` must be an object")
    return value
