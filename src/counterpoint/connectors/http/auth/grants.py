"""Token requests (RFC 6749, RFC 7523, RFC 8693) from `oauth2` and `oidc` policies."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx2

from counterpoint.connectors.http.request import FORM, JSON, parse_url
from counterpoint.connectors.problems import configuration, did_you_mean, failure
from counterpoint.values.json import JsonObject
from counterpoint.values.problem import Outcome

TOKEN_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - a name, not a token
JWT_BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_PATH_DEFAULT: Final = "/oauth2/token"  # noqa: S105 - a path
CLIENT_METHODS: Final = ("client_secret_post", "client_secret_basic", "client_secret_jwt", "private_key_jwt", "none")
ASSERTION_SECONDS: Final = 60


def token_request(settings: JsonObject, scheme: str, endpoint: str | None, now: int) -> httpx2.Request:
    """The request for a token.

    `scheme` is oauth2 or oidc; `endpoint` overrides the policy's own; `now` in milliseconds since the epoch.
    Raises ConnectorError (configuration, outcome none) where the policy lacks something.
    """
    url, _ = parse_url(endpoint or oauth2_endpoint(settings))
    fields, headers = _client(settings, str(url), now)
    fields = {**_grant(settings), **fields}
    scopes = list(settings.get("scopes") or ())
    if scheme == "oidc" and settings["grant"] != "client_credentials" and "openid" not in scopes:
        # OpenID Connect Core, section 3.1.2.1. A client on its own has no identity to ask for.
        scopes.insert(0, "openid")
    for field, values in (("scope", scopes), ("audience", settings.get("audiences"))):
        if values:
            fields[field] = " ".join(values)
    encoding = (settings.get("request") or {}).get("encoding") or FORM
    if encoding not in (FORM, JSON):
        raise configuration(f"`request.encoding` must be {FORM} or {JSON}, got {encoding!r}")
    content = urlencode(fields).encode() if encoding == FORM else json.dumps(fields).encode()
    headers.update({"Content-Type": encoding, "Accept": JSON})
    return httpx2.Request("POST", url, headers=headers, content=content)


def oauth2_endpoint(settings: JsonObject) -> str:
    """The token endpoint: `endpoints.token` below the authority, or as it is where it is absolute."""
    path = (settings.get("endpoints") or {}).get("token") or TOKEN_PATH_DEFAULT
    if "://" in path:
        return str(path)
    return f"{authority_of(settings).rstrip('/')}/{path.lstrip('/')}"


def authority_of(settings: JsonObject) -> str:
    """The policy's `authority`."""
    authority = settings.get("authority")
    if not isinstance(authority, str) or not authority:
        raise configuration("the authentication policy needs `authority`, the URI of the OAuth2 or OIDC server")
    return authority


def check_issuer(settings: JsonObject, granted: JsonObject) -> None:
    """Refuse a token from an issuer that is not in `issuers`. Opaque tokens name no issuer."""
    issuers = {str(each).rstrip("/") for each in settings.get("issuers") or ()}
    if not issuers:
        return
    for name in ("access_token", "id_token"):
        issuer = _claims(granted.get(name)).get("iss")
        if isinstance(issuer, str) and issuer.rstrip("/") not in issuers:
            detail = f"the token was issued by {issuer}, which is not in `issuers`: {', '.join(sorted(issuers))}"
            raise failure("authentication", detail, Outcome.NONE)


def _grant(settings: JsonObject) -> dict[str, str]:
    grant = settings.get("grant")
    if grant == "client_credentials":
        return {"grant_type": grant}
    if grant == "password":
        return {"grant_type": grant, **{name: _need(settings, name, grant) for name in ("username", "password")}}
    if grant == "refresh_token":
        # The policy has no member of its own for it; `subject` is its token member.
        return {"grant_type": grant, "refresh_token": _token(settings, "subject", grant)["token"]}
    if grant == TOKEN_EXCHANGE:
        return {"grant_type": grant, **_exchanged(settings)}
    if grant == "authorization_code":
        raise configuration("the grant authorization_code needs a person at a browser; use client_credentials")
    known = ("client_credentials", "password", "refresh_token", TOKEN_EXCHANGE)
    raise configuration(f"unknown grant {grant!r}{did_you_mean(str(grant), known)}")


def _exchanged(settings: JsonObject) -> dict[str, str]:
    subject = _token(settings, "subject", TOKEN_EXCHANGE)
    fields = {"subject_token": subject["token"], "subject_token_type": subject["type"]}
    if settings.get("actor"):
        actor = _token(settings, "actor", TOKEN_EXCHANGE)
        fields |= {"actor_token": actor["token"], "actor_token_type": actor["type"]}
    return fields


def _client(settings: JsonObject, url: str, now: int) -> tuple[dict[str, str], dict[str, str]]:
    """The fields and headers by which the client proves who it is."""
    client = settings.get("client") or {}
    method = client.get("authentication") or CLIENT_METHODS[0]
    identifier, secret = client.get("id"), client.get("secret")
    if method not in CLIENT_METHODS:
        raise configuration(f"unknown client authentication {method!r}{did_you_mean(str(method), CLIENT_METHODS)}")
    if method == "none":
        return ({"client_id": identifier} if identifier else {}), {}
    if not identifier:
        raise configuration(f"`client.id` is required with the client authentication {method}")
    if method == "client_secret_basic":
        proof = f"{quote(identifier, safe='')}:{quote(secret or '', safe='')}".encode()  # RFC 6749, section 2.3.1
        return {}, {"Authorization": "Basic " + base64.b64encode(proof).decode()}
    if method == "client_secret_post":
        return {"client_id": identifier, **({"client_secret": secret} if secret else {})}, {}
    assertion = client.get("assertion") or _signed(method, identifier, secret, url, now)
    return {"client_id": identifier, "client_assertion_type": JWT_BEARER, "client_assertion": assertion}, {}


def _signed(method: str, identifier: str, secret: str | None, audience: str, now: int) -> str:
    """An assertion of our own (RFC 7523, section 3), where the policy gives the key and not the assertion."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, OctKey, RSAKey

    if not secret:
        raise configuration(
            f"the client authentication {method} needs `client.assertion`, or the key in `client.secret`"
        )
    claims: dict[str, Any] = {
        "iss": identifier,
        "sub": identifier,
        "aud": audience,
        "jti": str(uuid.uuid4()),
        "iat": now // 1000,
        "exp": now // 1000 + ASSERTION_SECONDS,
    }
    ways = (("HS256", OctKey),) if method == "client_secret_jwt" else (("RS256", RSAKey), ("ES256", ECKey))
    for algorithm, kind in ways:
        try:
            return jwt.encode({"alg": algorithm}, claims, kind.import_key(secret))
        except (JoseError, ValueError, TypeError):
            continue  # not a key of this kind; the message may quote the key, so it is not kept
    raise configuration(f"the key in `client.secret` cannot sign for {method}: a PEM or JWK key (RSA, P-256) is needed")


def _claims(token: object) -> JsonObject:
    """A JWT's claims, unverified: the token came from the authority itself over a verified connection."""
    from joserfc import jws
    from joserfc.errors import JoseError

    if not isinstance(token, str) or token.count(".") != 2:
        return {}
    try:
        claims = json.loads(jws.extract_compact(token.encode()).payload)
    except (JoseError, ValueError, TypeError):
        return {}  # opaque: not a JWT after all
    return claims if isinstance(claims, dict) else {}


def _token(settings: JsonObject, name: str, grant: str) -> dict[str, str]:
    token = settings.get(name)
    if not isinstance(token, dict) or not isinstance(token.get("token"), str):
        raise configuration(f"the grant {grant} needs `{name}` with `token` and `type`")
    return {"type": "urn:ietf:params:oauth:token-type:access_token", **token}


def _need(settings: JsonObject, name: str, grant: str) -> str:
    value = settings.get(name)
    if not isinstance(value, str):
        raise configuration(f"the grant {grant} needs `{name}`")
    return value
