"""From options and environment variables to an engine."""

from __future__ import annotations

import logging
import os
import stat
import sys
from ipaddress import ip_network
from pathlib import Path
from typing import Final

import msgspec

from counterpoint.bootstrap import Engine
from counterpoint.bootstrap.configuration import Configuration
from counterpoint.bootstrap.secrets import environment_secrets
from counterpoint.cli.debugging import debugging
from counterpoint.cli.functions import load_functions
from counterpoint.cli.options import MEMORY, EngineOptions
from counterpoint.cli.sources import read_source
from counterpoint.cli.terminal import Streams
from counterpoint.connectors import NetworkPolicy
from counterpoint.errors import InvalidInput
from counterpoint.ports.secrets import Secrets
from counterpoint.telemetry.settings import TelemetrySettings, from_environment
from counterpoint.values.json import JsonObject, JsonValue

NETWORK_VARIABLE: Final = "COUNTERPOINT_ALLOW_NETWORK"
TOKEN_VARIABLE: Final = "COUNTERPOINT_API_TOKEN"  # noqa: S105 (the name of a variable)
_PRIVATE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")


def engine_of(
    store: str,
    options: EngineOptions,
    streams: Streams,
    configuration: Configuration | None = None,
    *,
    metrics: bool = False,
    logs: bool = False,
    schedules: bool = False,
) -> Engine:
    """The engine on a store, as the options and a server's configuration want it. Raises InvalidInput."""
    _tell_warnings()
    return Engine.embedded(
        None if store == MEMORY else _store_path(store),
        functions=load_functions(options.functions),
        secrets=_secrets(options.secrets, streams),
        network=_network(options.allow_network),
        resources=options.resources,
        events=None if configuration is None else configuration.events,
        telemetry=_telemetry(configuration, metrics, logs),
        careful=True,
        schedules=schedules,
        limits=None if configuration is None else configuration.limits,
        circuits=None if configuration is None else configuration.circuits,
    )


def _telemetry(configuration: Configuration | None, metrics: bool, logs: bool) -> TelemetrySettings:
    settings = from_environment(os.environ, None if configuration is None else configuration.telemetry)
    return msgspec.structs.replace(settings, prometheus=settings.prometheus or metrics, logs=logs)


def api_token(file: str | None, streams: Streams) -> str | None:
    """The token of the HTTP API: of the file, or else of the environment. Raises InvalidInput."""
    if file is None:
        return os.environ.get(TOKEN_VARIABLE) or None
    try:
        token = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"--token-file {file} cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from error
    if not token:
        raise InvalidInput(f"--token-file {file} is empty; write the token into it")
    _warn_of_readers(file, "the API token", streams)
    return token


def _warn_of_readers(file: str, what: str, streams: Streams) -> None:
    if Path(file).stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        streams.warn(f"everyone on this machine can read {what} in {file}; `chmod 600 {file}` mends that")


class _Log(logging.Handler):
    """What the engine warns of, in one line; where it comes from only for those who debug."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write to what standard error is at the moment: a live view may have taken its place."""
        print(f"{record.levelname.lower()}: {record.getMessage()}", file=sys.stderr)


def log_to(format: str, level: str, streams: Streams) -> None:
    """Log to standard error as whoever serves wants it; as JSON, notes are records too, of the level info."""
    from counterpoint.telemetry.logs import configure

    configure(format, level, sys.stderr)
    if format == "json":
        streams.log = logging.getLogger("counterpoint.serve")


def _tell_warnings() -> None:
    logger = logging.getLogger("counterpoint")
    if not (logger.handlers or logging.getLogger().handlers or debugging()):
        logger.addHandler(_Log(logging.WARNING))
        logger.propagate = False


def _store_path(store: str) -> Path:
    path = Path(store)
    if not store or path.is_dir():
        raise InvalidInput(f"--store {store or '(empty)'} must name a file, for example counterpoint.db")
    if not path.absolute().parent.is_dir():
        raise InvalidInput(f"--store {store}: there is no directory {path.parent}; make it first")
    return path


def _network(allowed: tuple[str, ...]) -> NetworkPolicy:
    entries = [*allowed, *os.environ.get(NETWORK_VARIABLE, "").split(",")]
    names = [each.strip() for each in entries if each.strip()]
    hosts: list[str] = []
    for name in names:
        hosts.extend(_PRIVATE if name == "private" else () if name == "loopback" else (name,))
    for host in hosts:
        _refuse_malformed(host)
    return NetworkPolicy(allow=tuple(hosts), loopback="loopback" in names)


def _refuse_malformed(host: str) -> None:
    if "/" not in host:
        return
    try:
        ip_network(host)
    except ValueError:
        raise InvalidInput(
            f"--allow-network {host} is neither a host nor a network; write for example payments.internal, 10.0.0.7, "
            "10.0.0.0/8, loopback or private"
        ) from None


class _Layered:
    """Secrets of the file that was named, then those of the environment."""

    def __init__(self, values: JsonObject, environment: Secrets) -> None:
        self._values = values
        self._environment = environment

    def get(self, name: str) -> JsonValue:
        """See `Secrets.get`."""
        return self._values[name] if name in self._values else self._environment.get(name)


def _secrets(file: str | None, streams: Streams) -> Secrets:
    environment = environment_secrets(os.environ)
    if file is None:
        return environment
    from counterpoint.dsl import read_data

    source = read_source(file)
    if source.name == file:
        _warn_of_readers(file, "the secrets", streams)
    try:
        values = read_data(source.text, source=source.name)
    except InvalidInput:
        # The reader's message may quote the text: not here.
        raise InvalidInput(f"--secrets {file} is neither JSON nor YAML; write for example apiKey: s3cr3t") from None
    if not isinstance(values, dict):
        raise InvalidInput(f"--secrets {file} must hold an object: a name and a value for each secret")
    return _Layered(values, environment)
