"""The live view, on a terminal that is none: a pseudo-terminal of 80 columns."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios

import pytest

from tests.cli.conftest import COMMAND, FUNCTIONS

TASKS = """\
- pay:
    call: note
    with: { what: paid }
    compensate: { do: [ { refund: { call: note, with: { what: refunded } } } ] }
- insist:
    try:
    - ask: { call: refuse_until, with: { file: there } }
    catch:
      retry: { delay: { milliseconds: 300 }, limit: { attempt: { count: 1 } } }
      do: [ { giveUp: { set: { a: 1 } } } ]
- pause: { wait: { milliseconds: 300 } }
- deliver: { call: refuse, with: { reason: no courier today } }
"""
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Screen:
    """A command on a pseudo-terminal."""

    def __init__(self, arguments, directory, environment, columns=80):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        kept = {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            cwd=directory,
            env={**kept, "TERM": "xterm-256color"},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self._master = master
        self.raw = ""

    def read(self, until=None):
        """Everything up to a text, or to the end."""
        while until is None or until not in ESCAPES.sub("", self.raw):
            try:
                block = os.read(self._master, 65536)
            except OSError:
                break
            if not block:
                break
            self.raw += block.decode()
        return ESCAPES.sub("", self.raw)

    def close(self):
        """Wait for the end."""
        code = self.process.wait(timeout=20)
        os.close(self._master)
        return code


@pytest.fixture
def screen(tmp_path, environment):
    """Start a command on a terminal."""
    return lambda *arguments, columns=80, **env: Screen(arguments, tmp_path, {**environment, **env}, columns)


def test_the_tree_shows_every_state_in_words_and_the_undo_in_violet(screen, document):
    shown = screen("run", document(TASKS), "--function", FUNCTIONS)
    text = shown.read()
    assert shown.close() == 1
    for seen in (
        "Ctrl-C stops here",
        "retrying",
        "attempt 2/2",
        "waiting",
        "◀◀",
        "undone",
        "failed",
        "✘ faulted, undone",
    ):
        assert seen in text, seen
    assert "\x1b[1;38;5;141m" in shown.raw
    kept = text[text.rindex("cli/thing:1.0.0") :].splitlines()
    assert [line.split()[1] for line in kept[1:4]] == ["pay", "refund", "insist"]
    assert max(len(line) for line in kept) <= 80


def test_no_color_and_a_narrow_terminal_are_respected(screen, document):
    shown = screen("run", document(TASKS), "--function", FUNCTIONS, columns=40, NO_COLOR="1")
    text = shown.read()
    assert shown.close() == 1
    assert "38;5;141" not in shown.raw
    assert "\x1b[32m" not in shown.raw
    tree = text[text.rindex("cli/thing") : text.rindex("✘ faulted")].splitlines()
    assert max(len(line) for line in tree) <= 40


def test_ctrl_c_leaves_the_terminal_as_it_was(screen, document):
    path = document("- hear: { listen: { to: { one: { with: { type: cli.go } } } } }\n")
    shown = screen("run", path, "--id", "r")
    shown.read("for cli.go")
    shown.process.send_signal(signal.SIGINT)
    text = shown.read()
    assert shown.close() == 130
    assert "counterpoint run --resume r" in text
    assert shown.raw.rindex("\x1b[?25h") > shown.raw.rindex("\x1b[?25l"), "the cursor is shown again"


def test_a_diagnostic_shows_the_line_with_a_caret(screen, document):
    path = document("- one:\n    set: { a: 1 }\n    iff: x\n", "bad")
    shown = screen("validate", path)
    lines = shown.read().splitlines()
    assert shown.close() == 2
    at = next(index for index, line in enumerate(lines) if line.split() == ["5", "iff:", "x"])
    assert lines[at + 1].index("^") == lines[at].index("iff")
