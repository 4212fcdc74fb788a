"""HMAC signatures of Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks)."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from counterpoint.errors import InvalidInput, SignatureRefused

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
_VERSION: Final = "v1"
_PREFIX: Final = "whsec_"
_DIGITS_MAX: Final = 12


class WebhookSignature:
    """Signs with all of its keys, and verifies with any of them."""

    def __init__(self, secrets: Sequence[str], tolerance_ms_max: int) -> None:
        """Raises InvalidInput for what is no key; what it says holds nothing of it."""
        self._keys = [_key(each) for each in secrets]
        self._tolerance_ms_max = tolerance_ms_max

    def sign(self, id: str, body: bytes, now: int) -> dict[str, str]:
        """See `Signer`."""
        seconds = now // 1000
        return {ID: id, TIMESTAMP: str(seconds), SIGNATURE: " ".join(self._signatures(id, seconds, body))}

    def verify(self, headers: Mapping[str, str], body: bytes, now: int) -> None:
        """See `Verifier`."""
        id, time, given = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
        if not (id and time and given):
            raise SignatureRefused(f"the message is not signed: {ID}, {TIMESTAMP} and {SIGNATURE} are needed", True)
        if not (time.isascii() and time.isdecimal()) or len(time) > _DIGITS_MAX:
            raise SignatureRefused(f"{TIMESTAMP} is not a time in seconds")
        seconds = int(time)
        refuse_out_of_time(seconds, now, self._tolerance_ms_max)
        expected = [_bytes(each) for each in self._signatures(id, seconds, body)]
        for each in given.split():
            version, _, signature = each.partition(",")
            actual = _bytes(f"{_VERSION},{signature}") if version == _VERSION else b""
            if actual and any(hmac.compare_digest(actual, one) for one in expected):
                return
        raise SignatureRefused("no key of ours gives this signature")

    def _signatures(self, id: str, seconds: int, body: bytes) -> list[str]:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise SignatureRefused("the body is not UTF-8") from None
        try:
            at = datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, OSError, ValueError):
            raise SignatureRefused(f"{TIMESTAMP} is not a time in seconds") from None
        return [each.sign(id, at, text) for each in self._keys]


def refuse_out_of_time(seconds: int, now: int, tolerance_ms_max: int) -> None:
    """Raises SignatureRefused for a message that is too old or too new. Times since the epoch; `now` in ms."""
    if abs(now - seconds * 1000) > tolerance_ms_max + 999:
        word = "old" if seconds * 1000 < now else "new"
        raise SignatureRefused(f"the message is too {word}: its time is {abs(now // 1000 - seconds):,} s from ours")


def _key(secret: str) -> Webhook:
    try:
        return Webhook(secret)
    except (binascii.Error, ValueError, RuntimeError, EmptyWebhookSecretError) as error:
        raise InvalidInput(f"a key for HMAC is {_PREFIX} and base64: {type(error).__name__}") from None


def _bytes(versioned: str) -> bytes:
    try:
        return base64.b64decode(versioned.partition(",")[2])
    except (binascii.Error, ValueError):
        return b""
