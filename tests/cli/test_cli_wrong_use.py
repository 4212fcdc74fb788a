"""Whatever is wrong with a command line: exit code 2 and one line that says what, and what would be right."""

from __future__ import annotations

import subprocess
import sys

import pytest

from counterpoint import __version__
from shared_data import ROOT

HELLO = str(ROOT / "examples" / "hello.yaml")
CASES = [
    (("frobnicate",), "unknown command"),
    (("rnu", HELLO), 'Did you mean "run"?'),
    ((HELLO,), "counterpoint run"),
    (("run",), "name a document"),
    (("run", "missing.yaml"), "there is no file missing.yaml"),
    (("run", "."), "is a directory"),
    (("run", "no/such/file.yaml"), "there is no file"),
    (("run", HELLO, "other.yaml"), "unexpected: other.yaml"),
    (("run", HELLO, "--inptu", "{}"), "Did you mean --input?"),
    (("run", HELLO, "--input"), "requires an argument"),
    (("run", HELLO, "--input", '{"a":'), "is not JSON"),
    (("run", HELLO, "--input", "Ada"), "is not JSON"),
    (("run", HELLO, "--input", "@missing.json"), "there is no file"),
    (("run", HELLO, "--input", "@binary"), "UTF-8"),
    (("run", HELLO, "--input", "@empty"), "is empty"),
    (("run", HELLO, "--store", "."), "must name a file"),
    (("run", HELLO, "--store", "no/such/store.db"), "there is no directory"),
    (("run", HELLO, "--id", "a#b"), "cannot be an id"),
    (("run", HELLO, "--resume", "x"), "--resume"),
    (("run", "-", "--input", "-"), "standard input"),
    (("run", HELLO, "--function", "missing.py"), "there is no such file"),
    (("run", HELLO, "--function", "broken.py"), "SyntaxError"),
    (("run", HELLO, "--function", "json"), "nothing in it is marked"),
    (("run", HELLO, "--function", "json:nothing"), "there is no function 'nothing'"),
    (("run", HELLO, "--function", "no_such_module"), "cannot be imported"),
    (("run", HELLO, "--secrets", "missing.json"), "there is no file"),
    (("run", HELLO, "--secrets", "secret"), "must hold an object"),
    (("run", HELLO, "--allow-network", "10.0.0.0/99"), "neither a host nor a network"),
    (("validate",), "at least one document"),
    (("export", HELLO), "--portable or --author"),
    (("instances", "lst"), 'Did you mean "list"?'),
    (("instances", "list", "--status", "asleep"), "Choose from"),
    (("instances", "list", "--limit", "0"), "--limit"),
    (("instances", "list", "--limit", "many"), "--limit"),
    (("instances", "list", "--limit", "3.7"), "'3.7' is no whole number"),
    (("instances", "history", "x", "--after", "-1"), "--after"),
    (("events", "dead", "--limit", "2.5"), "'2.5' is no whole number"),
    (("simulate", "--seeds", "0"), "--seeds"),
    (("simulate", "--jobs", "0"), "--jobs"),
    (("simulate", "--from", "1.5"), "'1.5' is no whole number"),
    (("instances", "list", "--store", ":memory:"), "in memory"),
    (("instances", "fork", "x", "--at", "3.1", "--dry-run"), "'3.1' is no whole number"),
    (("instances", "resolve", "x", "1.5", "skip", "--reason", "r"), "'1.5' is no whole number"),
    (("events", "discard", "1.4"), "'1.4' is no whole number"),
    (("instances", "show"), "requires an argument"),
    (("events", "publish"), "name an event"),
]


@pytest.fixture(autouse=True)
def files(tmp_path):
    """Files that are not what they should be."""
    (tmp_path / "binary").write_bytes(bytes(range(128, 256)))
    (tmp_path / "empty").touch()
    (tmp_path / "secret").write_text("hunter2-hunter2")
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "broken.py").write_text("def (")


@pytest.mark.parametrize(("arguments", "told"), CASES, ids=lambda each: each if isinstance(each, str) else "")
def test_wrong_use_is_told_in_one_line(within, arguments, told):
    ran = within(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert ran.err.startswith("error: ")
    assert ran.err.count("\n") == 1
    assert "hunter2" not in ran.err


def test_documents_that_are_none_are_told_with_their_place(within):
    for text in ("binary", "empty"):
        ran = within("run", text)
        assert (ran.code, ran.out) == (2, "")
        assert f"{text}:1:1: error CP0" in ran.err


def test_a_process_says_it_too(counterpoint):
    ran = counterpoint("rnu")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert counterpoint("--version") == (0, f"{__version__}\n", "")


@pytest.mark.parametrize(
    "command",
    ["", "run", "validate", "export", "serve", "events publish"]
    + [f"instances {each}" for each in ("list", "show", "history", "cancel", "suspend", "resume", "retry")],
)
def test_help_has_examples_and_fits_a_terminal(within, command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    ran = within(*command.split(), "--help")
    assert ran.code == 0
    assert "Examples:" in ran.out
    assert max(len(line) for line in ran.out.splitlines()) <= 80


def test_a_fault_of_ours_is_one_line_and_debug_shows_where(within, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr("counterpoint.cli.commands.validate.read_source", broken)
    ran = within("validate", HELLO)
    assert ran.code == 1
    assert ran.err.startswith("error: RuntimeError: out of order\n")
    with pytest.raises(RuntimeError):
        within("validate", HELLO, "--debug")


def test_the_commands_are_built_without_the_engine():
    heavy = {
        "counterpoint.plan",
        "counterpoint.dsl",
        "counterpoint.engine",
        "httpx2",
        "rich",
        "jsonschema_rs",
        "sqlite3",
    }
    code = "import sys, counterpoint.cli.app as app; app.build(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not heavy & set(loaded)


def test_validate_does_not_load_an_engine():
    code = f"import sys; from counterpoint.cli.main import main; main(['validate', {HELLO!r}]); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"counterpoint.engine.runtime", "counterpoint.stores", "httpx2", "rich", "sqlite3"} & set(loaded)
