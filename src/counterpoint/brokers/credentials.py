"""Logging in at a broker: with what a secret holds, which nothing that people read may show."""

from __future__ import annotations

from typing import Final

import msgspec

from counterpoint.brokers.addresses import is_own_machine
from counterpoint.brokers.settings import Connection
from counterpoint.errors import InvalidInput
from counterpoint.ports.secrets import Secrets

_SHOWN_INSTEAD: Final = "***"


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A user's name and password, or a token (NATS, Redis), or NATS's own credentials file as text."""

    username: str | None = None
    password: str | None = None
    token: str | None = None
    creds: str | None = None

    def __repr__(self) -> str:
        return "Credentials(***)"

    def without(self, text: str) -> str:
        """The text, with nothing secret in it."""
        for secret in (self.password, self.token, self.creds):
            if secret:
                text = text.replace(secret, _SHOWN_INSTEAD)
        return text

    def only(self, *allowed: str, of: str) -> Credentials:
        """Itself. Raises InvalidInput where it has what a broker of this kind does not know."""
        for name in self.__struct_fields__:
            if getattr(self, name) is not None and name not in allowed:
                raise InvalidInput(f"{of} does not log in with {name}; it takes {' and '.join(allowed)}")
        return self


def credentials_of(settings: Connection, secrets: Secrets) -> Credentials:
    """The credentials in the secret that the settings name: an object. Raises InvalidInput, which never shows them."""
    secret = settings.credentials
    if secret is None:
        return Credentials()
    if settings.tls is None and not settings.plaintext and not all(map(is_own_machine, settings.servers)):
        raise InvalidInput(
            "credentials would travel to another machine unencrypted: give `tls` ({} will do), "
            "or `plaintext: true` where the network itself encrypts"
        )
    value = secrets.get(secret)
    if value is None:
        raise InvalidInput(f"there is no secret {secret!r}, which the credentials of a broker are taken from")
    if not isinstance(value, dict):
        raise InvalidInput(f'the secret {secret!r} is no object; write {{"username": ..., "password": ...}}')
    try:
        return msgspec.convert(value, Credentials)
    except msgspec.ValidationError:
        names = ", ".join(Credentials.__struct_fields__)
        raise InvalidInput(f"the secret {secret!r} may hold {names}, all of them strings") from None
