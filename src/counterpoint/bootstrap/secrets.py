"""Secrets given in code or by the environment."""

from __future__ import annotations

import json
from collections.abc import Mapping

from counterpoint.ports.secrets import Secrets
from counterpoint.values.json import JsonValue

ENVIRONMENT_PREFIX = "COUNTERPOINT_SECRET_"


class MappedSecrets:
    """Secrets from a mapping."""

    def __init__(self, values: Mapping[str, JsonValue]) -> None:
        self._values = dict(values)

    def get(self, name: str) -> JsonValue:
        """See `Secrets.get`."""
        return self._values.get(name)


def secrets_of(given: Secrets | Mapping[str, JsonValue] | None) -> Secrets:
    """The secrets port for what was given; nothing is no secrets."""
    if given is None:
        return MappedSecrets({})
    return MappedSecrets(given) if isinstance(given, Mapping) else given


def environment_secrets(environment: Mapping[str, str]) -> Secrets:
    """Secrets from variables `COUNTERPOINT_SECRET_<name>`; a value that is a JSON object or array is read as such."""
    values: dict[str, JsonValue] = {}
    for name, text in environment.items():
        if name.startswith(ENVIRONMENT_PREFIX):
            values[name.removeprefix(ENVIRONMENT_PREFIX)] = _read(text)
    return MappedSecrets(values)


def _read(text: str) -> JsonValue:
    if text.lstrip().startswith(("{", "[")):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return text
    return text
