"""Grammar of the parts that many tasks share: durations, endpoints, authentication, events, data flow."""

from __future__ import annotations

from typing import Final

from counterpoint.dsl.patterns import is_expression, is_iso_duration, is_uri
from counterpoint.dsl.report import Path, Report, one_of
from counterpoint.dsl.shapes import (
    ANYTHING,
    INTEGER,
    OBJECT,
    STRING,
    STRINGS,
    Array,
    ByKind,
    Entries,
    Members,
    Shape,
    Text,
    closed,
    exactly_one,
    opened,
)
from counterpoint.values.json import JsonObject, JsonValue

EXPRESSION: Final = Text(what="an expression in `${ }` on one line", fits=is_expression, example="${ .order.id }")
URI: Final = Text(what="a URI", fits=is_uri, example="https://example.com/orders/{id}")
NOT_EMPTY: Final = Text(what="a string that is not empty", fits=len)


def _expression_or_uri(text: str) -> bool:
    return is_expression(text) or is_uri(text)


def _expression_or_duration(text: str) -> bool:
    return is_expression(text) or is_iso_duration(text)


def _not_expression(text: str) -> bool:
    return not is_expression(text)


URI_OR_EXPRESSION: Final = Text(
    what="a URI or an expression in `${ }` on one line", fits=_expression_or_uri, example="https://example.com/orders"
)


class Literal(Text, frozen=True, kw_only=True):
    """A string that may not be an expression, because the official schema matches one twice and so refuses it."""

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        if isinstance(value, str) and is_expression(value):
            hint = "the official schema takes a literal string only; set the value with a task before this one"
            report.error("CP111", path, "an expression cannot stand here", hint)
        else:
            super().check(value, path, report)


DURATION: Final = ByKind(
    what="a duration: an object such as `{ seconds: 5 }` or a string such as `PT5S`",
    text=Text(what="an ISO 8601 duration or an expression", fits=_expression_or_duration, example="PT1M30S"),
    object=closed(
        "a duration", dict.fromkeys(("days", "hours", "minutes", "seconds", "milliseconds"), INTEGER), minimum=1
    ),
)
TIMEOUT: Final = closed("a timeout", {"after!": DURATION})
TIMEOUT_OR_NAME: Final = ByKind(what="a timeout or the name of one in `use.timeouts`", text=STRING, object=TIMEOUT)

# --- authentication ---------------------------------------------------------------------------------

SECRET: Final = closed("a secret's reference", {"use!": NOT_EMPTY})


class OrSecret(Members, frozen=True, kw_only=True):
    """The properties of an authentication scheme, or `use` with the secret that holds them."""

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        if isinstance(value, dict) and "use" in value:
            SECRET.check(value, path, report)
        else:
            Members.check(self, value, path, report)


def _or_secret(shape: Members) -> OrSecret:
    return OrSecret(known=shape.known, required=shape.required, what=shape.what)


_TOKEN: Final = closed("a token", {"token!": STRING, "type!": STRING})
_GRANTS: Final = (
    "authorization_code", "client_credentials", "password", "refresh_token",
    "urn:ietf:params:oauth:grant-type:token-exchange",
)  # fmt: skip
_CLIENT_AUTHENTICATIONS: Final = (
    "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none",
)  # fmt: skip
_OIDC: Final[dict[str, Shape]] = {
    "authority!": URI,
    "grant!": Text(values=_GRANTS),
    "client": closed(
        "an OAuth2 client",
        {
            "id": STRING,
            "secret": STRING,
            "assertion": STRING,
            "authentication": Text(values=_CLIENT_AUTHENTICATIONS),
        },
    ),
    "request": opened(
        "a token request", {"encoding": Text(values=("application/x-www-form-urlencoded", "application/json"))}
    ),
    "issuers": STRINGS,
    "scopes": STRINGS,
    "audiences": STRINGS,
    "username": STRING,
    "password": STRING,
    "subject": _TOKEN,
    "actor": _TOKEN,
}
_ENDPOINTS: Final = opened("OAuth2 endpoints", {"token": STRING, "revocation": STRING, "introspection": STRING})
SCHEMES: Final[dict[str, Shape]] = {
    "basic": _or_secret(closed("basic authentication", {"username!": STRING, "password!": STRING})),
    "bearer": _or_secret(closed("bearer authentication", {"token!": STRING})),
    "digest": _or_secret(closed("digest authentication", {"username!": STRING, "password!": STRING})),
    "oauth2": _or_secret(closed("OAuth2 authentication", {**_OIDC, "endpoints": _ENDPOINTS})),
    "oidc": _or_secret(closed("OpenID Connect authentication", _OIDC)),
}


def _one_sound_scheme(value: JsonObject, path: Path, report: Report) -> None:
    # The official schema leaves this object open: of the schemes that are there, exactly one must be sound.
    sound: list[str] = []
    trial = Report()
    for name in (name for name in SCHEMES if name in value):
        attempt = Report()
        SCHEMES[name].check(value[name], (path, name), attempt)
        if not attempt.failed:
            sound.append(name)
        trial.extend(attempt)
    if len(sound) > 1:
        message = f"`{sound[1]}` cannot stand beside `{sound[0]}`"
        report.error("CP108", (path, sound[1]), message, "keep one of them", of_key=True)
    elif not sound and trial.failed:
        report.extend(trial)
    elif not sound:
        report.error("CP102", path, f"needs {one_of(list(SCHEMES))}")


AUTHENTICATION: Final = opened("an authentication policy", {}, _one_sound_scheme)
AUTHENTICATION_OR_NAME: Final = closed(
    "an authentication policy or `use` with the name of one",
    {"use": NOT_EMPTY, **SCHEMES},
    exactly_one("use", *SCHEMES),
)

# --- resources --------------------------------------------------------------------------------------

ENDPOINT: Final = ByKind(
    what="an endpoint: a URI, an expression or an object with `uri`",
    text=URI_OR_EXPRESSION,
    object=closed("an endpoint", {"uri!": URI_OR_EXPRESSION, "authentication": AUTHENTICATION_OR_NAME}),
)
RESOURCE: Final = closed("an external resource", {"name": STRING, "endpoint!": ENDPOINT})
CATALOG: Final = closed("a catalog", {"endpoint!": ENDPOINT})

# --- data flow --------------------------------------------------------------------------------------

SCHEMA: Final = closed(
    "a schema", {"format": STRING, "document": ANYTHING, "resource": RESOURCE}, exactly_one("document", "resource")
)
_TRANSFORMATION: Final = ByKind(what="an expression or an object", text=STRING, object=OBJECT)
INPUT: Final = closed("an input", {"schema": SCHEMA, "from": _TRANSFORMATION})
OUTPUT: Final = closed("an output", {"schema": SCHEMA, "as": _TRANSFORMATION})
EXPORT: Final = closed("an export", {"schema": SCHEMA, "as": _TRANSFORMATION})

# --- errors and retries -----------------------------------------------------------------------------

ERROR: Final = closed(
    "an error",
    {
        "type!": URI_OR_EXPRESSION,
        "status!": INTEGER,
        "instance": Literal(what="a JSON pointer"),
        "title": STRING,
        "detail": STRING,
    },
)
ERROR_FILTER: Final = opened(
    "an error filter",
    {"type": STRING, "status": INTEGER, "instance": STRING, "title": STRING, "detail": STRING},
    minimum=1,
)
_BACKOFFS: Final = ("constant", "exponential", "linear")
RETRY: Final = closed(
    "a retry policy",
    {
        "when": STRING,
        "exceptWhen": STRING,
        "delay": DURATION,
        "backoff": closed("a backoff", dict.fromkeys(_BACKOFFS, OBJECT), exactly_one(*_BACKOFFS)),
        "limit": closed(
            "a retry limit",
            {
                "attempt": closed("a limit of attempts", {"count": INTEGER, "duration": DURATION}),
                "duration": DURATION,
            },
        ),
        "jitter": closed("a jitter", {"from!": DURATION, "to!": DURATION}),
    },
)
RETRY_OR_NAME: Final = ByKind(what="a retry policy or the name of one in `use.retries`", text=STRING, object=RETRY)

# --- events -----------------------------------------------------------------------------------------

_EVENT: Final[dict[str, Shape]] = {
    "id": STRING,
    "source": URI_OR_EXPRESSION,
    "type": STRING,
    "time": Literal(what="a date and time (RFC 3339)"),
    "subject": STRING,
    "datacontenttype": STRING,
    "dataschema": URI_OR_EXPRESSION,
}
EVENT: Final = opened("an event's attributes", {**_EVENT, "type!": STRING})
_CORRELATION: Final = opened("a correlation", {"from!": STRING, "expect": STRING})
_EVENT_FILTER: Final = closed(
    "an event filter",
    {"with!": opened("an event's attributes", _EVENT, minimum=1), "correlate": Entries(values=_CORRELATION)},
)
_EVENT_FILTERS: Final = Array(items=_EVENT_FILTER)


def _until_beside_any(value: JsonObject, path: Path, report: Report) -> None:
    if "until" in value and "any" not in value:
        report.error("CP110", (path, "until"), "`until` needs `any` beside it", of_key=True)


_STRATEGY: Final[dict[str, Shape]] = {"all": _EVENT_FILTERS, "any": _EVENT_FILTERS, "one": _EVENT_FILTER}
_UNTIL: Final = closed("the events that end the listening", _STRATEGY, exactly_one(*_STRATEGY))
STRATEGY: Final = closed(
    "the events to listen to",
    {**_STRATEGY, "until": ByKind(what="an expression or the events that end it", text=STRING, object=_UNTIL)},
    exactly_one(*_STRATEGY),
    _until_beside_any,
)
READ_AS: Final = Text(values=("data", "envelope", "raw"))
