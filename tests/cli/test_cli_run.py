"""`counterpoint run`: what it prints, and what its exit code says."""

from __future__ import annotations

import http.server
import json
import threading

import pytest

from shared_data import ROOT
from tests.cli.conftest import FUNCTIONS

HELLO = ROOT / "examples" / "hello.yaml"
SAGA = """\
- pay:
    call: note
    with: { what: paid }
    compensate:
      do:
      - refund: { call: note, with: { what: refunded } }
- deliver: { call: refuse, with: { reason: no courier } }
"""


def test_a_completed_run_exits_with_0_and_prints_its_output(counterpoint, tmp_path):
    ran = counterpoint("run", HELLO, "--input", '{"name": "Ada"}')
    assert (ran.code, ran.err) == (0, "")
    assert "greet" in ran.out
    assert '"greeting": "Hello, Ada!"' in ran.out
    assert (tmp_path / "counterpoint.db").is_file()


def test_json_is_one_object_and_nothing_else_even_if_functions_print(counterpoint, document):
    ran = counterpoint("run", document(SAGA), "--function", FUNCTIONS, "--json")
    assert ran.code == 1
    assert list(ran.json) == ["id", "status", "saga", "output", "error", "tasks"]
    assert (ran.json["status"], ran.json["saga"], ran.json["output"]) == ("faulted", "compensated", None)
    assert ran.json["error"]["status"] == 503
    assert ran.json["tasks"][0] == {"reference": "/do/0/pay", "name": "pay", "status": "completed", "attempt": 1}
    assert "printed by a function" in ran.err


def test_json_with_watch_tells_the_story_on_standard_error(within):
    ran = within("run", HELLO, "--json", "--watch")
    assert ran.json["status"] == "completed"
    assert "greet" in ran.err


def test_a_faulted_run_exits_with_1_and_tells_what_was_undone(within, document, tmp_path):
    ran = within("run", document(SAGA), "--function", FUNCTIONS)
    assert ran.code == 1
    assert "<< undoing" in ran.out
    assert "<< undone" in ran.out
    assert "faulted, undone: communication 503: no courier" in ran.out
    paid, refunded = [line.split() for line in (tmp_path / "ledger.txt").read_text().splitlines()]
    assert (paid[0], refunded[0]) == ("paid", "refunded")


def test_a_run_with_an_incident_exits_with_3_and_goes_on_by_retry(counterpoint, document, tmp_path):
    tasks = """\
- pay:
    call: note
    with: { what: paid }
    compensate:
      do: [ { refund: { call: refuse_until, with: { file: mended } } } ]
      retry: { limit: { attempt: { count: 0 } } }
- deliver: { call: refuse, with: { reason: no courier } }
"""
    ran = counterpoint("run", document(tasks), "--function", FUNCTIONS, "--id", "stuck")
    assert ran.code == 3
    assert "counterpoint instances retry stuck" in ran.out
    again = counterpoint("instances", "retry", "stuck", "--function", FUNCTIONS)
    assert again.code == 3
    (tmp_path / "mended").touch()
    mended = counterpoint("instances", "retry", "stuck", "--function", FUNCTIONS, "--json")
    assert (mended.code, mended.json["status"], mended.json["saga"]) == (1, "faulted", "compensated")


@pytest.mark.parametrize("given", ["@order.json", "@order.yaml", "-"])
def test_input_comes_from_files_and_standard_input(counterpoint, tmp_path, given):
    (tmp_path / "order.json").write_text('{"name": "Grace"}')
    (tmp_path / "order.yaml").write_text("name: Grace\n")
    ran = counterpoint("run", HELLO, "--json", "--input", given, input='{"name": "Grace"}')
    assert ran.json["output"]["greeting"] == "Hello, Grace!"


def test_input_that_does_not_meet_the_schema_starts_nothing(within, document):
    schema = "input: { schema: { document: { type: object, required: [order] } } }\n"
    ran = within("run", document("- a: { set: { b: 1 } }\n", more=schema), "--input", "{}")
    assert (ran.code, ran.out) == (2, "")
    assert "does not meet the schema" in ran.err
    assert "order" in ran.err
    assert within("instances", "list", "--json").json == []


def test_a_document_on_standard_input_with_another_that_it_calls(counterpoint, document):
    child = document("- a: { set: { from: child } }\n", "child")
    parent = document("- a: { run: { workflow: { namespace: cli, name: child, version: '1.0.0' } } }\n", "parent")
    ran = counterpoint("run", "-", "--with", child, "--json", input=parent.read_text())
    assert ran.json["output"] == {"from": "child"}


def test_other_content_under_a_published_version_is_refused_with_a_way_out(within, document):
    assert within("run", document("- a: { set: { b: 1 } }\n")).code == 0
    ran = within("run", document("- a: { set: { b: 2 } }\n"))
    assert ran.code == 2
    assert "new version" in ran.err
    assert ":memory:" in ran.err
    assert within("run", document("- a: { set: { b: 2 } }\n"), "--store", ":memory:").code == 0


@pytest.fixture
def url():
    """A service on this machine that answers everything with an empty object."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            """Not into the output of the tests."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_this_machine_is_reached_only_if_allowed_and_the_error_says_how(within, document, url):
    call = document(f"- ask: {{ call: http, with: {{ method: get, endpoint: '{url}' }} }}\n")
    refused = within("run", call)
    assert refused.code == 1
    assert "--allow-network loopback" in refused.out
    assert within("run", call, "--allow-network", "loopback").code == 0
    assert within("run", call, env={"COUNTERPOINT_ALLOW_NETWORK": "example.com,loopback"}).code == 0


def test_secrets_come_from_the_environment_and_a_file_and_are_never_shown(within, document, tmp_path):
    tasks = """\
- use: { call: reveal, with: { secret: '${ $secrets.token }' } }
- tell: { set: { length: '${ .length }', seen: '${ $secrets.token }' } }
- fail: { call: refuse, with: { reason: '${ "with " + $secrets.token }' } }
"""
    path = document(tasks, more="use: { secrets: [token] }\n")
    value = "hunter2-hunter2"
    ran = within("run", path, "--function", FUNCTIONS, "--id", "a", env={"COUNTERPOINT_SECRET_token": value})
    assert "length 15" in ran.err
    (tmp_path / "secrets.yaml").write_text(f"token: {value}-longer\n")
    (tmp_path / "secrets.yaml").chmod(0o600)
    other = within("run", path, "--function", FUNCTIONS, "--id", "b", "--secrets", "secrets.yaml")
    assert "length 22" in other.err
    shown = [within("instances", what, "a", *more) for what in ("show", "history") for more in ((), ("--json",))]
    for each in (ran, other, *shown):
        assert value not in each.out + each.err
    (tmp_path / "secrets.yaml").chmod(0o644)
    warned = within("run", HELLO, "--secrets", "secrets.yaml")
    assert warned.code == 0
    assert "chmod 600" in warned.err


def test_output_stays_readable_where_only_ascii_can_be_written(counterpoint, document):
    path = document("- grüßen: { set: { gruß: 'schön' } }\n")
    ran = counterpoint("run", path, env={"PYTHONIOENCODING": "ascii"})
    assert ran.code == 0
    assert ran.out.isascii()
    assert "+ completed" in ran.out
    assert json.loads(ran.out[ran.out.index("{") :]) == {"gruß": "schön"}
