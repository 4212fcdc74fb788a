"""`counterpoint serve --http` as its users meet it: a process that is told to stop, and refusals before it starts."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from counterpoint.cli.main import main
from tests.api.conftest import HEAD, HEARS

TOKEN = "correct-horse-battery-staple"
SECONDS_MAX = 30


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The command at a free port, with a token."""
    (tmp_path / "token").write_text(TOKEN + "\n")
    (tmp_path / "token").chmod(0o600)
    (tmp_path / "waits.yaml").write_text(HEAD.format(name="waits", version="1.0.0") + HEARS)
    command = [Path(sys.executable).with_name("counterpoint"), "serve", "waits.yaml"]
    process = subprocess.Popen(
        [*command, "--http", "127.0.0.1:0", "--token-file", "token"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith("COUNTERPOINT_")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate(timeout=SECONDS_MAX)


def test_serve_stops_within_ten_seconds_with_a_stream_open_and_forgets_nothing(serving):
    assert serving.stderr is not None
    url = re.search(r"http://[\d.:]+", serving.stderr.readline())
    assert url is not None
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx2.Client(base_url=url[0], headers=headers, trust_env=False, timeout=SECONDS_MAX) as client:
        body, key = {"definition": "cli/waits"}, {"Idempotency-Key": "k"}
        assert client.post("/v1/instances", json=body, headers=key).status_code == 404
        body = {"definition": "api/waits"}
        id = client.post("/v1/instances", json=body, headers=key).json()["id"]
        with client.stream("GET", f"/v1/instances/{id}/events") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "retry: 1000"
            serving.send_signal(signal.SIGTERM)
            assert any("InstanceStarted" in line for line in lines)
    assert serving.wait(timeout=10) == 0
    assert "Traceback" not in serving.stderr.read()


@pytest.mark.parametrize(
    ("arguments", "token", "told"),
    [
        (["--http", "0.0.0.0:8080"], None, "set an API token (COUNTERPOINT_API_TOKEN or --token-file)"),
        (["--http", "0.0.0.0:8080"], "short", "at least 16 characters"),
        (["--http", "nowhere"], None, "'nowhere' is no address to listen on"),
        (["--http", "8080", "--token-file", "missing"], None, "--token-file missing cannot be read"),
        (["--token-file", "missing"], None, "--token-file is for the HTTP API"),
    ],
)
def test_serve_refuses_before_anything_starts(arguments, token, told, monkeypatch, tmp_path, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUNTERPOINT_API_TOKEN", raising=False)
    if token is not None:
        monkeypatch.setenv("COUNTERPOINT_API_TOKEN", token)
    assert main(["serve", *arguments]) == 2
    assert told in capfd.readouterr().err
    assert not list(tmp_path.iterdir())


def test_importing_the_command_line_does_not_load_the_server():
    script = "import sys, counterpoint.cli.app as app; app.build(); sys.exit('litestar' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=SECONDS_MAX).returncode == 0
