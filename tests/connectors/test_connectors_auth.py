"""Authentication: digest, token grants, client proofs, caching, renewal, discovery."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from counterpoint.connectors.http.auth.grants import ASSERTION_SECONDS, JWT_BEARER, TOKEN_EXCHANGE
from counterpoint.values.problem import Outcome, short_type
from tests.connectors.http_calls import Caller, with_origin
from tests.connectors.origin import Answer, Asked, Origin


class Authority:
    """An OAuth2 server and the resource that it protects, on one origin: tokens t1, t2 ..."""

    def __init__(self, **granted: Any) -> None:
        self.granted = {"token_type": "bearer", "expires_in": 3600, **granted}
        self.requests: list[Asked] = []
        self.valid: set[str] = set()

    def __call__(self, asked: Asked) -> Answer:
        if asked.path.endswith("/token"):
            self.requests.append(asked)
            token = f"t{len(self.requests)}"
            self.valid = {token}
            return Answer(body={"access_token": token, **self.granted})
        shown = asked.headers.get("authorization", "").removeprefix("Bearer ")
        return Answer(body={"token": shown}) if shown in self.valid else Answer(401)


def oauth2(server: Origin, **settings: Any) -> dict[str, Any]:
    policy = {"authority": server.url, "grant": "client_credentials", "client": {"id": "me", "secret": "s"}}
    return {"uri": f"{server.url}/thing", "authentication": {"oauth2": {**policy, **settings}}}


def test_a_token_is_asked_for_once_and_shared() -> None:
    async def test(server: Origin, call: Caller) -> None:
        server.respond = authority = Authority()
        results = await asyncio.gather(*(call(oauth2(server)) for _ in range(10)))
        assert results == [{"token": "t1"}] * 10
        assert len(authority.requests) == 1
        await call(oauth2(server, scopes=["other"]))
        assert len(authority.requests) == 2

    with_origin(test)


def test_a_token_is_renewed_before_it_expires() -> None:
    clock = [1_000_000]

    async def test(server: Origin, call: Caller) -> None:
        server.respond = authority = Authority(expires_in=100)
        for later, tokens in ((0, 1), (89_000, 1), (91_000, 2)):
            clock[0] = 1_000_000 + later
            await call(oauth2(server))
            assert len(authority.requests) == tokens

    with_origin(test, caller={"now": lambda: clock[0]})


def test_a_cached_token_that_is_refused_is_renewed() -> None:
    async def test(server: Origin, call: Caller) -> None:
        server.respond = authority = Authority()
        await call(oauth2(server))
        authority.valid = set()
        assert await call(oauth2(server)) == {"token": "t2"}

    with_origin(test)


def test_a_token_that_is_refused_is_renewed_once_only() -> None:
    async def test(server: Origin, call: Caller) -> None:
        authority = Authority()
        server.respond = lambda asked: authority(asked) if asked.path.endswith("/token") else Answer(401)
        error = await call.fails(oauth2(server))
        assert (error.problem.status, len(authority.requests)) == (401, 1)
        await call.fails(oauth2(server))
        assert len(authority.requests) == 2

    with_origin(test)


def test_completion_tells_scheme_and_parameter() -> None:
    async def test(server: Origin, call: Caller) -> None:
        server.respond = Authority()
        done = await call.complete(oauth2(server))
        assert done.authorization == {"scheme": "Bearer", "parameter": "t1"}

    with_origin(test)


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        ({"grant": "password", "username": "u", "password": "p"}, {"grant_type": "password", "username": "u"}),
        ({"grant": "refresh_token", "subject": {"token": "r"}}, {"grant_type": "refresh_token", "refresh_token": "r"}),
        (
            {"grant": TOKEN_EXCHANGE, "subject": {"token": "a", "type": "x"}, "actor": {"token": "b", "type": "y"}},
            {"subject_token": "a", "subject_token_type": "x", "actor_token": "b", "actor_token_type": "y"},
        ),
        ({"scopes": ["a", "b"], "audiences": ["c"]}, {"scope": "a b", "audience": "c"}),
        ({"client": {"authentication": "none"}}, {"grant_type": "client_credentials"}),
    ],
)
def test_grants_and_their_fields(settings: dict[str, Any], fields: dict[str, str]) -> None:
    async def test(server: Origin, call: Caller) -> None:
        server.respond = authority = Authority()
        await call(oauth2(server, **settings))
        assert fields.items() <= authority.requests[0].form.items()
        assert authority.requests[0].path == "/oauth2/token"
        if settings.get("client"):
            assert "client_id" not in authority.requests[0].form

    with_origin(test)


def test_client_secret_basic_escapes_its_parts() -> None:
    async def test(server: Origin, call: Caller) -> None:
        server.respond = authority = Authority()
        await call(oauth2(server, client={"id": "a:b", "secret": "c/d", "authentication": "client_secret_basic"}))
        expected = base64.b64encode(b"a%3Ab:c%2Fd").decode()
        assert authority.requests[0].headers["authorization"] == f"Basic {expected}"
        assert "client_secret" not in authority.requests[0].form

    with_origin(test)


@pytest.mark.parametrize("method", ["client_secret_jwt", "RSA", "EC"])
def test_assertions_are_signed_where_the_policy_gives_the_key(method: str) -> None:
    key = {
        "client_secret_jwt": lambda: OctKey.import_key("a secret that is long enough for HS256"),
        "RSA": lambda: RSAKey.generate_key(2048),
        "EC": lambda: ECKey.generate_key("P-256"),
    }[method]()
    secret = key.raw_value.decode() if isinstance(key, OctKey) else key.as_pem(private=True).decode()

    async def test(server: Origin, call: Caller) -> None:
        server.respond = authority = Authority()
        way = method if method == "client_secret_jwt" else "private_key_jwt"
        await call(oauth2(server, client={"id": "me", "secret": secret, "authentication": way}))
        form = authority.requests[0].form
        assert form["client_assertion_type"] == JWT_BEARER
        claims = jwt.decode(form["client_assertion"], key).claims
        assert (claims["iss"], claims["sub"], claims["aud"]) == ("me", "me", f"{server.url}/oauth2/token")
        assert claims["exp"] - claims["iat"] == ASSERTION_SECONDS

    with_origin(test)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"grant": "authorization_code"}, "needs a person"),
        ({"grant": "client_credential"}, "did you mean 'client_credentials'"),
        ({"grant": "password"}, "needs `username`"),
        ({"client": {"secret": "x"}}, "`client.id` is required"),
        ({"client": {"id": "x", "authentication": "private_key_jwt"}}, "needs `client.assertion`"),
        ({"client": {"id": "x", "secret": "zz", "authentication": "private_key_jwt"}}, "cannot sign"),
        ({"client": {"id": "x", "authentication": "secret"}}, "unknown client authentication"),
        ({"request": {"encoding": "text/xml"}}, "`request.encoding` must be"),
        ({"authority": ""}, "needs `authority`"),
    ],
)
def test_policies_that_cannot_work_are_configuration_errors(settings: dict[str, Any], words: str) -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(oauth2(server, **settings))
        assert (short_type(error.problem.type), error.outcome) == ("configuration", Outcome.NONE)
        assert words in str(error.problem.detail)
        assert server.asked == []

    with_origin(test)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            Answer(400, {"error": "invalid_client", "error_description": "who?"}),
            "authentication",
            "invalid_client – who?",
        ),
        (Answer(503), "communication", "refused with 503"),
        (Answer(200, {"no": "token"}), "authentication", "gave no `access_token`"),
        (Answer(200, "<html>"), "authentication", "gave no `access_token`"),
    ],
)
def test_a_token_that_is_not_given_did_nothing(answer: Answer, kind: str, words: str) -> None:
    async def test(server: Origin, call: Caller) -> None:
        server.respond = lambda _: answer
        error = await call.fails(oauth2(server), "post")
        assert (short_type(error.problem.type), error.outcome) == (kind, Outcome.NONE)
        assert words in str(error.problem.detail)

    with_origin(test)


def test_a_token_of_another_issuer_is_refused() -> None:
    def token(issuer: str) -> str:
        parts = [base64.urlsafe_b64encode(json.dumps(each).encode()) for each in ({"alg": "HS256"}, {"iss": issuer})]
        return b".".join([*(part.rstrip(b"=") for part in parts), b"c2ln"]).decode()

    async def test(server: Origin, call: Caller) -> None:
        for issuer in ("https://good.example", "https://evil.example"):
            server.queue += [Answer(body={"access_token": token(issuer)}), Answer(body={"fine": True})]
        assert await call(oauth2(server, issuers=["https://good.example/"])) == {"fine": True}
        error = await call.fails(oauth2(server, issuers=["https://other.example/"]))
        assert "was issued by https://evil.example" in str(error.problem.detail)

    with_origin(test)


@pytest.mark.parametrize("authority", ["/realm/.well-known/openid-configuration", "/realm", "/realm/"])
def test_oidc_discovers_the_token_endpoint(authority: str) -> None:
    async def test(server: Origin, call: Caller) -> None:
        tokens = Authority()

        def respond(asked: Asked) -> Answer:
            if asked.path == "/realm/.well-known/openid-configuration":
                return Answer(body={"token_endpoint": f"{server.url}/deep/token"})
            return tokens(asked)

        server.respond = respond
        policy = oauth2(server)["authentication"]["oauth2"] | {"authority": server.url + authority}
        assert await call({"uri": f"{server.url}/x", "authentication": {"oidc": policy}}) == {"token": "t1"}
        assert tokens.requests[0].path == "/deep/token"

    with_origin(test)


def test_oidc_authority_without_discovery_is_the_token_endpoint() -> None:
    async def test(server: Origin, call: Caller) -> None:
        server.queue = [Answer(404), Answer(body={"access_token": "t"}), Answer(body=1)]
        policy = oauth2(server)["authentication"]["oauth2"] | {"authority": f"{server.url}/issue"}
        await call({"uri": f"{server.url}/x", "authentication": {"oidc": policy}})
        assert [each.path for each in server.asked] == ["/issue/.well-known/openid-configuration", "/issue", "/x"]

    with_origin(test)


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_digest_proves_the_password(algorithm: str) -> None:
    hashed = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm]

    def digest(text: str) -> str:
        return hashed(text.encode()).hexdigest()

    def respond(asked: Asked) -> Answer:
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', asked.headers.get("authorization", "")))
        if not given:
            challenge = f'Digest realm="r@host", qop="auth,auth-int", nonce="n1", opaque="o1", algorithm={algorithm}'
            return Answer(401, headers={"WWW-Authenticate": challenge})
        first = digest("Mufasa:r@host:Circle Of Life")
        second = digest(f"{asked.method}:{asked.target}")
        proof = digest(f"{first}:n1:{given['nc']}:{given['cnonce']}:auth:{second}")
        return Answer(body={"ok": asked.body.decode()}) if given["response"] == proof else Answer(401)

    async def test(server: Origin, call: Caller) -> None:
        server.respond = respond
        good = {"username": "Mufasa", "password": "Circle Of Life"}
        done = await call.complete(
            {"uri": f"{server.url}/dir/index.html?a=b", "authentication": {"digest": good}}, "post", body="hello"
        )
        assert done.output == {"ok": "hello"}
        assert done.authorization is not None
        assert done.authorization["scheme"] == "Digest"
        bad = {"username": "Mufasa", "password": "wrong"}
        error = await call.fails({"uri": server.url, "authentication": {"digest": bad}})
        assert (error.problem.status, error.outcome) == (401, Outcome.NONE)
        assert "wrong" not in str(error.problem.to_json())

    with_origin(test)


@pytest.mark.parametrize(
    "challenge",
    [
        'Basic realm="x"',
        'Digest realm="r", qop="auth-int", nonce="n"',
        "Digest nonsense",
        'Digest realm="r", nonce="n", algorithm=X',
    ],
)
def test_a_challenge_that_digest_cannot_answer_is_an_authentication_error(challenge: str) -> None:
    async def test(server: Origin, call: Caller) -> None:
        policy = {"digest": {"username": "u", "password": "p"}}
        error = await call.fails({"uri": server.url, "authentication": policy}, "post")
        assert (short_type(error.problem.type), error.outcome) == ("authentication", Outcome.NONE)

    with_origin(test, Answer(401, headers={"WWW-Authenticate": challenge}))


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"basik": {}}, "did you mean 'basic'"),
        ({"basic": {"username": "u"}}, "needs `password`"),
        ({"bearer": "x"}, "must be an object"),
        ({"bearer": {"token": "a\nb"}}, "characters that a header cannot carry"),
    ],
)
def test_malformed_policies_are_explained(policy: dict[str, Any], words: str) -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails({"uri": server.url, "authentication": policy})
        assert words in str(error.problem.detail)
        assert (error.outcome, server.asked) == (Outcome.NONE, [])

    with_origin(test)
