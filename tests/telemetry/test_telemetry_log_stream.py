"""The log stream of a server whose logs are for programs: JSON and nothing else, and no flood of one complaint."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from counterpoint.telemetry.unreachable import EXPORTERS, Unreachable
from tests.engine.documents import document
from tests.telemetry.served_process import SECONDS_MAX, Serving

JSON = ("--log-format", "json", "--log-level", "info")
UNRULY = '''
"""Functions that do what nobody asked for."""
import threading
import warnings

from counterpoint import function


@function
def misbehave() -> str:
    warnings.warn("this way is old")
    failing = threading.Thread(target=lambda: 1 / 0)
    failing.start()
    failing.join()
    return "done"
'''


@pytest.fixture
def nobody() -> str:
    """The address of a collector that is not there."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listened on: whoever connects is refused
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def test_everything_is_json_and_an_absent_collector_is_one_warning(tmp_path, nobody):
    (tmp_path / "unruly.py").write_text(UNRULY)
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": nobody, "OTEL_METRIC_EXPORT_INTERVAL": "100"}
    with Serving(tmp_path, *JSON, "--function", "unruly.py", **environment) as serving:
        serving.publish(document("- a: {call: misbehave, with: {}}"))
        id = serving.start("test/flow", wait=10)["id"]
        written = serving.stop()
    records = [json.loads(line) for line in written.splitlines()]  # or it is not JSON
    assert serving.output.read_text() == ""
    told = [each["message"] for each in records if each["logger"] == "counterpoint.telemetry"]
    assert len([each for each in told if "the OpenTelemetry collector does not take" in each]) == 1
    assert "Connection refused" in told[0]
    assert not [each for each in records if each["logger"] in EXPORTERS]
    events = [each for each in records if each["logger"] == "counterpoint.lifecycle"]
    assert [each["message"] for each in events][0::4] == ["workflow started", "workflow completed"]
    assert {each["instance"] for each in events} == {id} and events[1]["task"] == "/do/0/a"
    assert any("this way is old" in each["message"] for each in records if each["logger"] == "py.warnings")
    [failed] = [each for each in records if each["message"] == "a thread failed: ZeroDivisionError"]
    assert "1 / 0" in failed["exception"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["broken.yaml"], "error CP003: not YAML"),
        (["missing.yaml"], "there is no file missing.yaml"),
        (["--colour"], "unknown option: --colour"),
        (["--http", "0.0.0.0:0"], "can be reached from other machines"),
        (["--config", "wrong.yaml"], "unknown member `evnts`"),
    ],
)
def test_what_keeps_a_server_from_starting_is_json_too(tmp_path, arguments, told):
    (tmp_path / "broken.yaml").write_text("a: [")
    (tmp_path / "wrong.yaml").write_text("evnts: {}")
    command = [str(Path(sys.executable).with_name("counterpoint")), "serve", *arguments, "--log-format=json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    [record] = [json.loads(line) for line in done.stderr.splitlines()]
    assert (record["level"], told in record["message"], done.stdout) == ("error", True, "")
    assert done.returncode != 0


def test_events_as_json_stay_on_standard_output(tmp_path):
    with Serving(tmp_path, *JSON, "--json") as serving:
        serving.publish(document("- a: {set: {x: 1}}"))
        serving.start("test/flow", wait=10)
        written = serving.stop()
    events = [json.loads(line)["type"] for line in serving.output.read_text().splitlines()]
    assert events[-1] == "io.serverlessworkflow.workflow.completed.v1"
    assert "counterpoint.lifecycle" not in written


def complaint(kind="span"):
    message = "Transient error %s encountered while exporting %s batch, retrying in %.2fs."
    error = ConnectionError(OSError(111, "Connection refused"))
    return logging.LogRecord(EXPORTERS[0], logging.WARNING, "", 1, message, (error, kind, 0.5), None)


def test_a_complaint_is_told_once_a_minute_with_how_many_there_were(caplog):
    clock = [0.0]
    unreachable = Unreachable(lambda: clock[0])
    for second in range(0, 121, 10):
        clock[0] = float(second)
        assert not unreachable.filter(complaint())
    told = [each.getMessage() for each in caplog.records]
    assert len(told) == 3
    assert told[0].startswith("the OpenTelemetry collector does not take spans: Connection refused;")
    assert "(5 more attempts have failed)" in told[1] and "(5 more attempts have failed)" in told[2]


def test_what_an_exporter_says_besides_is_not_touched(caplog):
    other = logging.LogRecord(EXPORTERS[0], logging.WARNING, "", 1, "Dropping span batch: %d bytes", (7,), None)
    assert Unreachable().filter(other)
    assert not caplog.records


@pytest.mark.parametrize(
    ("message", "arguments", "told"),
    [
        ("Failed to export %s batch code: %s, reason: %s", ("metrics", 401, "Unauthorized"), "401 Unauthorized"),
        ("Failed to export %s batch due to timeout, max retries or shutdown.", ("span",), "given up after several"),
        ("Shutdown in progress, aborting retry.", (), "stopped while it cannot be reached"),
    ],
)
def test_every_complaint_is_one_line(caplog, message, arguments, told):
    record = logging.LogRecord(EXPORTERS[1], logging.ERROR, "", 1, message, arguments, None)
    assert not Unreachable().filter(record)
    [only] = caplog.records
    assert told in only.getMessage() and "\n" not in only.getMessage() and only.exc_info is None
