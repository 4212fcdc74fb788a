"""TLS towards a broker: always with the broker's certificate checked."""

from __future__ import annotations

import ssl

import msgspec

from counterpoint.errors import InvalidInput


class Tls(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Encrypt, and check that the broker is who it says. Files are PEM."""

    ca_file: str | None = None
    """The authorities that are trusted; the machine's own where there is none."""
    certificate_file: str | None = None
    """Our certificate, where the broker asks for one."""
    key_file: str | None = None
    """Its key, where it is not in the same file; without a passphrase."""


def context_of(tls: Tls | None) -> ssl.SSLContext | None:
    """What sockets are wrapped with, or None without TLS. Raises InvalidInput for files that cannot be used."""
    if tls is None:
        return None
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
        if tls.certificate_file is not None:
            context.load_cert_chain(tls.certificate_file, tls.key_file, password=_no_passphrase)
    except (OSError, ssl.SSLError, ValueError) as error:
        raise InvalidInput(f"the TLS files for a broker cannot be used: {error}") from error
    return context


def _no_passphrase() -> str:
    raise ValueError("the key has a passphrase; store it without one, readable for this process alone")
