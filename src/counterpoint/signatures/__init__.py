"""Signatures over messages: HMAC as Standard Webhooks has it, and detached JWS. Keys and time are given."""

from counterpoint.signatures.keys import signer_of, verifier_of
from counterpoint.signatures.protocols import Signer, Verifier
from counterpoint.signatures.settings import Hmac, Jws, Signature

__all__ = ["Hmac", "Jws", "Signature", "Signer", "Verifier", "signer_of", "verifier_of"]
