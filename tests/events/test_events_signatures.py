"""Signatures: what is signed verifies, and nothing else does."""

from __future__ import annotations

import base64
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from counterpoint.errors import InvalidInput, SignatureRefused
from counterpoint.signatures import Hmac, Jws, signer_of, verifier_of

NOW = 1_767_225_600_000
HMACS = {name: "whsec_" + base64.b64encode(name.encode() * 8).decode() for name in ("new", "old", "foreign")}
KEYS = {
    "ed25519": OKPKey.generate_key("Ed25519", private=True).as_dict(private=True),
    "es256": ECKey.generate_key("P-256", private=True).as_dict(private=True),
    "rsa": RSAKey.generate_key(2048, private=True).as_dict(private=True),
    "hs256": OctKey.generate_key(256).as_dict(private=True),
    "pem": ECKey.generate_key("P-384", private=True).as_pem(private=True).decode(),
}
SECRETS = {**HMACS, **KEYS}
WAYS = [Hmac(keys=("new",)), *(Jws(keys=(name,)) for name in KEYS)]


@cache
def of(way):
    return signer_of(way, SECRETS.get), verifier_of(way, SECRETS.get)


def signed(way, body, id="id"):
    return of(way)[0].sign(id, body, NOW)


def verified(way, headers, body, now=NOW):
    of(way)[1].verify(headers, body, now)


@pytest.mark.parametrize("way", WAYS, ids=str)
@settings(max_examples=20, deadline=None)
@given(id=st.text(min_size=1).filter(str.isprintable), body=st.text().map(str.encode))
def test_what_was_signed_verifies(way, id, body):
    verified(way, signed(way, body, id), body)


@pytest.mark.parametrize("way", WAYS, ids=str)
@settings(max_examples=20, deadline=None)
@given(body=st.text().map(str.encode), other=st.text().map(str.encode))
def test_another_body_does_not(way, body, other):
    if body == other:
        other += b"."
    headers = signed(way, body)
    with pytest.raises(SignatureRefused, match="no key of ours"):
        verified(way, headers, other)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_body_may_be_large(way):
    body = b"x" * 1_000_000
    verified(way, signed(way, body), body)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_missing_signature_is_told_from_a_wrong_one(way):
    with pytest.raises(SignatureRefused) as missing:
        verified(way, {}, b"{}")
    assert missing.value.missing
    headers = signed(way, b"{}")
    with pytest.raises(SignatureRefused) as wrong:
        verified(way, headers, b"[]")
    assert not wrong.value.missing


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize(("skew_ms", "word"), [(-301_000, "new"), (301_000, "old"), (-299_000, ""), (299_000, "")])
def test_a_message_is_only_good_for_a_while(way, skew_ms, word):
    headers = signed(way, b"{}")
    if word:
        with pytest.raises(SignatureRefused, match=f"too {word}"):
            verified(way, headers, b"{}", NOW + skew_ms)
    else:
        verified(way, headers, b"{}", NOW + skew_ms)


def test_keys_are_rotated_without_a_moment_of_refusal():
    """The receiver learns of the new key first, the sender then signs with both, and the old one goes."""
    old, both, new = (Hmac(keys=keys) for keys in (("old",), ("new", "old"), ("new",)))
    for signing, verifying in [(old, both), (both, both), (both, old), (both, new), (new, both)]:
        verified(verifying, signed(signing, b"{}"), b"{}")
    with pytest.raises(SignatureRefused):
        verified(Hmac(keys=("foreign",)), signed(both, b"{}"), b"{}")
    jws_new, jws_both = Jws(keys=("ed25519",)), Jws(keys=("es256", "ed25519"))
    verified(jws_both, signed(jws_new, b"{}"), b"{}")


def test_the_algorithm_follows_from_the_key_and_not_from_the_message():
    """No confusion: a public key is no secret of an HMAC, and `none` is nothing."""
    header = (
        base64.urlsafe_b64encode(b'{"alg":"none","b64":false,"crit":["b64"],"iat":1767225600}').decode().rstrip("=")
    )
    for forged in (f"{header}..", f"{header}..AAAA", "..", "a.b.c", "x"):
        with pytest.raises(SignatureRefused):
            verified(Jws(keys=("rsa",)), {"jws-signature": forged}, b"{}")
    with pytest.raises(SignatureRefused):
        verified(Jws(keys=("rsa",)), signed(Jws(keys=("hs256",)), b"{}"), b"{}")


@pytest.mark.parametrize("value", [None, "whsec_", "not base64!", 7])
def test_a_secret_that_is_no_key_is_named_and_not_shown(value):
    with pytest.raises(InvalidInput, match="'shop'") as refused:
        signer_of(Hmac(keys=("shop",)), {"shop": value}.get)
    assert "not base64!" not in refused.value.message


@pytest.mark.parametrize("value", [{"kty": "oct"}, "-----BEGIN nothing-----", 7, {"kty": "EC", "crv": "secp256k1"}])
def test_a_secret_that_is_no_jwk_is_named(value):
    with pytest.raises(InvalidInput, match="'shop'"):
        signer_of(Jws(keys=("shop",)), {"shop": value}.get)
