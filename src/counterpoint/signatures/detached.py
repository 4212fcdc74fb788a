"""Detached JWS (RFC 7515, appendix F) over the bytes of a body as they are (RFC 7797)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from counterpoint.errors import InvalidInput, SignatureRefused
from counterpoint.signatures.webhooks import refuse_out_of_time
from counterpoint.values.json import JsonValue

HEADER: Final = "jws-signature"
_ALGORITHMS: Final = {"Ed25519": "Ed25519", "P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
"""By the key's curve. The algorithm follows from the key, never from the message."""
_PARTS: Final = 3
_BODY_BYTES_MAX: Final = 1 << 40
"""Whoever receives a body has bounds of its own; the library's is a few kilobytes."""


class DetachedJws:
    """Signs with its first key, and verifies with any of them."""

    def __init__(self, secrets: Sequence[JsonValue], tolerance_ms_max: int) -> None:
        """Raises InvalidInput for what is no key; what it says holds nothing of it."""
        self._keys = [_key(each) for each in secrets]
        self._tolerance_ms_max = tolerance_ms_max

    def sign(self, id: str, body: bytes, now: int) -> dict[str, str]:
        """See `Signer`."""
        key, algorithm = self._keys[0]
        protected: dict[str, Any] = {"alg": algorithm, "b64": False, "crit": ["b64"], "iat": now // 1000}
        if key.kid:
            protected["kid"] = key.kid
        signed = jws.serialize_compact(protected, body, key, registry=_registry(algorithm))
        header, _, rest = signed.partition(".")
        return {HEADER: f"{header}..{rest.rpartition('.')[2]}"}

    def verify(self, headers: Mapping[str, str], body: bytes, now: int) -> None:
        """See `Verifier`."""
        given = headers.get(HEADER, "")
        if not given:
            raise SignatureRefused(f"the message is not signed: {HEADER} is needed", True)
        parts = given.split(".")
        if len(parts) != _PARTS or parts[1]:
            raise SignatureRefused(f"{HEADER} is not a detached JWS: HEADER..SIGNATURE")
        for key, algorithm in self._keys:
            try:
                found = jws.deserialize_compact(given, key, registry=_registry(algorithm), payload=body)
            except (JoseError, ValueError, TypeError):
                continue
            header = found.headers()
            issued = header.get("iat")
            if header.get("b64") is not False or "b64" not in header.get("crit", ()):
                raise SignatureRefused(f"{HEADER} must sign the body as it is: b64 is false, and critical (RFC 7797)")
            if not isinstance(issued, int) or isinstance(issued, bool):
                raise SignatureRefused(f"the protected header of {HEADER} has no `iat`")
            refuse_out_of_time(issued, now, self._tolerance_ms_max)
            return
        raise SignatureRefused("no key of ours gives this signature")


def _registry(algorithm: str) -> JWSRegistry:
    registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_payload_length = _BODY_BYTES_MAX
    return registry


def _key(secret: JsonValue) -> tuple[ECKey | OctKey | OKPKey | RSAKey, str]:
    try:
        key = JWKRegistry.import_key(secret) if isinstance(secret, dict) else _pem(str(secret))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise InvalidInput(f"a key for JWS is a JWK (a JSON object) or PEM: {type(error).__name__}") from None
    if isinstance(key, OctKey):
        return key, "HS256"
    if isinstance(key, RSAKey):
        return key, "PS256"
    algorithm = _ALGORITHMS.get(key.curve_name)
    if algorithm is None:
        raise InvalidInput(f"a key of the curve {key.curve_name} cannot sign here: {', '.join(_ALGORITHMS)}")
    return key, algorithm


def _pem(text: str) -> ECKey | OctKey | OKPKey | RSAKey:
    for kind in (OKPKey, ECKey, RSAKey):
        try:
            return kind.import_key(text)
        except (JoseError, ValueError, TypeError, AttributeError):
            continue
    raise ValueError("no PEM of a kind that we know")
