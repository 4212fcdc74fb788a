"""From settings and the secrets that they name to signers and verifiers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from counterpoint.errors import InvalidInput
from counterpoint.signatures.protocols import Signer, Verifier
from counterpoint.signatures.settings import Hmac, Signature
from counterpoint.signatures.webhooks import WebhookSignature
from counterpoint.values.json import JsonValue

if TYPE_CHECKING:
    from counterpoint.signatures.detached import DetachedJws

Lookup = Callable[[str], JsonValue]
"""The value of a secret by its name; None where there is none."""


def signer_of(settings: Signature, secret: Lookup) -> Signer:
    """What signs. Raises InvalidInput that names the secret which is missing, or is no key."""
    return _made(settings, secret)


def verifier_of(settings: Signature, secret: Lookup) -> Verifier:
    """What verifies. Raises InvalidInput that names the secret which is missing, or is no key."""
    return _made(settings, secret)


def _made(settings: Signature, secret: Lookup) -> WebhookSignature | DetachedJws:
    if not settings.keys:
        raise InvalidInput("a signature needs at least one key: name a secret in `keys`")
    kind = _kind(settings)
    values = []
    for name in settings.keys:
        value = secret(name)
        if value is None:
            raise InvalidInput(f"there is no secret {name!r}: set COUNTERPOINT_SECRET_{name}, or put it into --secrets")
        try:
            kind([value], settings.tolerance_ms_max)
        except InvalidInput as error:
            raise InvalidInput(f"the secret {name!r} is no key: {error.message}") from None
        values.append(value)
    return kind(values, settings.tolerance_ms_max)


def _kind(settings: Signature) -> type[WebhookSignature | DetachedJws]:
    if isinstance(settings, Hmac):
        return WebhookSignature
    from counterpoint.signatures.detached import DetachedJws  # with a library of cryptography that few need

    return DetachedJws
