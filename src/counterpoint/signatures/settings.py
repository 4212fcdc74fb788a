"""How messages are signed. Keys are named here, as secrets, and never written here."""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class Hmac(msgspec.Struct, frozen=True, kw_only=True, tag="hmac", rename="camel", forbid_unknown_fields=True):
    """HMAC-SHA256 over id, time and body (Standard Webhooks): headers `webhook-id`, `-timestamp`, `-signature`."""

    keys: tuple[str, ...]
    """Names of secrets, each `whsec_` and base64. All of them sign; any of them verifies: so keys are rotated."""
    tolerance_ms_max: int = 300_000
    """How old or how far ahead a message may be."""


class Jws(msgspec.Struct, frozen=True, kw_only=True, tag="jws", rename="camel", forbid_unknown_fields=True):
    """A detached JWS over the body (RFC 7515, RFC 7797) in the header `jws-signature`."""

    keys: tuple[str, ...]
    """Names of secrets, each a JWK or PEM. The first one signs; any of them verifies: so keys are rotated."""
    tolerance_ms_max: int = 300_000
    """How old or how far ahead a message may be, by `iat` of its header."""


Signature: TypeAlias = Hmac | Jws
