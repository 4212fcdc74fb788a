"""Local servers that behave as the hosts of the conformance kit and of the specification's examples do."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PETS = [
    {"id": 1, "name": "Rex", "status": "available", "photoUrls": [], "tags": []},
    {"id": 2, "name": "Felix", "status": "available", "photoUrls": [], "tags": []},
    {"id": 69, "name": "Milou", "status": "sold", "photoUrls": [], "tags": []},
]

Reply = tuple[int, Any]


@contextmanager
def hosts() -> Iterator[dict[str, str]]:
    """Start them; gives the local address of each `https://` host."""
    servers = {host: _serve(answer) for host, answer in _ANSWERS.items()}
    try:
        yield {f"https://{host}": f"http://127.0.0.1:{server.server_address[1]}" for host, server in servers.items()}
    finally:
        for server in servers.values():
            server.shutdown()
            server.server_close()


def localised(text: str, addresses: dict[str, str]) -> str:
    """A document with every known host replaced by its local address."""
    for host, address in addresses.items():
        text = text.replace(host, address)
    return text


class _Request:
    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        self.method = handler.command
        self.path = parts.path
        self.query = parse_qs(parts.query)
        self.headers = handler.headers
        length = int(handler.headers.get("Content-Length") or 0)
        self.body = handler.rfile.read(length) if length else b""


def _petstore(request: _Request) -> Reply:
    if request.path == "/v2/swagger.json":
        return 200, _swagger(request.headers["Host"])
    if request.path == "/v2/pet/findByStatus":
        wanted = {status for value in request.query.get("status", []) for status in value.split(",")}
        return 200, [pet for pet in PETS if pet["status"] in wanted]
    if request.method == "PUT" and request.path in {"/v2/pet", "/v2/pet/"}:
        return 200, json.loads(request.body)
    if re.fullmatch(r"/v2/pet/\d+", request.path):
        found = [pet for pet in PETS if pet["id"] == int(request.path.rsplit("/", 1)[1])]
        return (200, found[0]) if found else (404, {"code": 1, "type": "error", "message": "Pet not found"})
    return 404, {"code": 404, "type": "unknown", "message": "null for uri"}


def _httpbin(request: _Request) -> Reply:
    _, kind, user, password = request.path.split("/")
    expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    if kind != "basic-auth" or request.headers.get("Authorization") != expected:
        return 401, None
    return 200, {"authenticated": True, "user": user}


def _star_wars(request: _Request) -> Reply:
    here = f"http://{request.headers['Host']}"
    luke = {"name": "Luke Skywalker", "homeworld": f"{here}/api/planets/1/"}
    if request.path == "/api/people/":
        wanted = request.query.get("search", [""])[0].lower()
        found = [luke] if wanted in "luke skywalker" else []
        return 200, {"count": len(found), "results": found}
    if request.path.startswith("/api/people/"):
        return 200, luke
    return 200, {"name": "Tatooine"}


def _accepts_anything(request: _Request) -> Reply:
    return 200, {"accepted": request.path}


_ANSWERS = {
    "petstore.swagger.io": _petstore,
    "httpbin.org": _httpbin,
    "swapi.dev": _star_wars,
    "superbet-casinos.com": _accepts_anything,
    "fake-hospital.com": _accepts_anything,
    "fake-chat-api.com": _accepts_anything,
    "virtual-wf-powered-race.com": _accepts_anything,
    "external-service.example.com": _accepts_anything,
    "hospital.example.com": _accepts_anything,
    "example.com": _accepts_anything,
    "fake.com": _accepts_anything,
}


def _swagger(host: str) -> Any:
    status = {"name": "status", "in": "query", "required": True, "type": "array", "collectionFormat": "multi"}
    pet = {"name": "petId", "in": "path", "required": True, "type": "integer", "format": "int64"}
    responses = {"200": {"description": "successful operation"}}
    return {
        "swagger": "2.0",
        "info": {"title": "Petstore", "version": "1.0.7"},
        "host": host,
        "basePath": "/v2",
        "schemes": ["http"],
        "paths": {
            "/pet/findByStatus": {
                "get": {
                    "operationId": "findPetsByStatus",
                    "produces": ["application/json"],
                    "parameters": [{**status, "items": {"type": "string", "enum": ["available", "pending", "sold"]}}],
                    "responses": responses,
                }
            },
            "/pet/{petId}": {
                "get": {
                    "operationId": "getPetById",
                    "produces": ["application/json"],
                    "parameters": [pet],
                    "responses": responses,
                }
            },
        },
    }


def _serve(answer: Any) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            status, content = answer(_Request(self))
            body = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """The tests' output stays readable."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server
