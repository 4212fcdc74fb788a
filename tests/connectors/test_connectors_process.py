"""`run: shell`, `script` and `container`: what goes in, what comes out, and that nothing is left running."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from counterpoint.connectors import NetworkPolicy
from counterpoint.connectors.http import HttpClient
from counterpoint.connectors.process import ProcessConnector, ProcessPolicy
from counterpoint.connectors.resources import Resources
from counterpoint.errors import ConnectorError
from counterpoint.ports.connector import Invocation
from counterpoint.values.problem import Outcome, short_type
from tests.connectors.origin import Answer, origin

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")


def run(kind: str, policy: ProcessPolicy | None = None, deadline: int | None = None, **arguments: Any) -> Any:
    async def invoke() -> Any:
        connector = ProcessConnector(policy)
        invocation = Invocation(
            key="k",
            function=kind,
            arguments=arguments,
            input={"in": 1},
            deadline=deadline,
            workflow="shop/orders:1.0.0",
            reference="/do/0/ship",
        )
        try:
            return (await connector.invoke(invocation)).output
        finally:
            await connector.close()

    return asyncio.run(asyncio.wait_for(invoke(), 30))


def fails(kind: str, policy: ProcessPolicy | None = None, **arguments: Any) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        run(kind, policy, **arguments)
    return caught.value


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        ({"command": "echo hello"}, "hello\n"),
        ({"command": "echo", "arguments": ["Hello", "John Doe"]}, "Hello John Doe\n"),
        ({"command": "echo", "arguments": ["$HOME; `id`", 5, True]}, "$HOME; `id` 5 true\n"),
        ({"command": "echo $2 $1", "arguments": ["a", "b"]}, "b a\n"),
        ({"command": "echo", "arguments": {"--user": "john"}}, "--user john\n"),
        (
            {"command": 'input=$(cat)\necho "STDIN was: $input"\necho "ARGS are $1 $2"\n', "arguments": ["Foo", "Bar"]}
            | {"stdin": "Hello World"},
            "STDIN was: Hello World\nARGS are Foo Bar\n",
        ),
        ({"command": "cat", "stdin": {"a": 1}}, '{"a":1}'),
        ({"command": "echo $NAME", "environment": {"NAME": "Ada", "N": 1}}, "Ada\n"),
        ({"command": "ls /nonexistent_directory", "return": "code"}, 2),
        ({"command": "echo out; echo err >&2; exit 3", "return": "stderr"}, "err\n"),
        (
            {"command": "echo out; echo err >&2; exit 3", "return": "all"},
            {"code": 3, "stdout": "out\n", "stderr": "err\n"},
        ),
        ({"command": "echo x", "return": "none"}, None),
        ({"command": "kill -9 $$", "return": "code"}, 137),
    ],
)
def test_shell_outputs(arguments: dict[str, Any], output: Any) -> None:
    assert run("shell", **arguments) == output


def test_a_bad_exit_is_a_runtime_error_with_unknown_outcome() -> None:
    error = fails("shell", command="echo before; echo 'disk full' >&2; exit 4")
    assert (short_type(error.problem.type), error.outcome) == ("runtime", Outcome.UNKNOWN)
    assert error.problem.detail == "the shell command ended with exit code 4: disk full"
    assert error.problem.extensions == {"code": 4, "stderr": "disk full"}


def test_processes_get_nothing_of_the_engines_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINE_SECRET", "hidden")
    assert "hidden" not in run("shell", command="env")
    assert "hidden" not in run("script", language="python", code="import os; print(dict(os.environ))")


def test_processes_run_in_an_empty_directory_of_their_own_that_is_gone_afterwards() -> None:
    directory = run("shell", command="touch left; pwd").strip()
    assert directory != str(Path.cwd())
    assert not Path(directory).exists()
    assert run("shell", command="ls") == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"command": ""}, "`command` must be"),
        ({"command": "a\0b"}, "NUL"),
        ({"command": "x", "arguments": "y"}, "`arguments` must be an array"),
        ({"command": "x", "environment": {"A=B": "1"}}, "not a valid name"),
        ({"command": "x", "environment": ["a"]}, "`environment` must be"),
        ({"command": "true", "return": "everything"}, "`return` must be one of"),
    ],
)
def test_arguments_are_checked(arguments: dict[str, Any], words: str) -> None:
    error = fails("shell", **arguments)
    assert words in str(error.problem.detail)
    assert (short_type(error.problem.type), error.outcome) == ("validation", Outcome.NONE)


@pytest.mark.parametrize("kind", ["shell", "script", "container"])
def test_what_the_policy_does_not_allow_is_refused(kind: str) -> None:
    error = fails(kind, ProcessPolicy.nothing(), command="x")
    assert (short_type(error.problem.type), error.outcome) == ("configuration", Outcome.NONE)
    assert f"add '{kind}' to the process policy's `allow`" in str(error.problem.detail)


def test_output_is_bounded() -> None:
    error = fails("shell", ProcessPolicy(output_bytes_max=1000), command="yes")
    assert "wrote more than output_bytes_max (1,000) to stdout" in str(error.problem.detail)


def test_a_deadline_kills_the_whole_process_group(tmp_path: Path) -> None:
    command = f"sleep 300 & echo $! > {tmp_path}/child; wait"
    with pytest.raises(ConnectorError) as caught:
        run("shell", deadline=time.time_ns() // 1_000_000 + 300, command=command)
    assert (short_type(caught.value.problem.type), caught.value.outcome) == ("timeout", Outcome.UNKNOWN)
    assert_gone(int((tmp_path / "child").read_text()))


def test_what_a_command_leaves_in_the_background_does_not_keep_the_task_waiting(tmp_path: Path) -> None:
    assert run("shell", command=f"sleep 300 & echo $! > {tmp_path}/child; echo done") == "done\n"
    assert_gone(int((tmp_path / "child").read_text()))


def test_cancellation_kills_the_process(tmp_path: Path) -> None:
    async def cancelled() -> None:
        connector = ProcessConnector()
        command = f"echo $$ > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid; exec sleep 300"
        task = asyncio.create_task(
            connector.invoke(Invocation(key="k", function="shell", arguments={"command": command}))
        )
        while not (tmp_path / "pid").exists():
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert_gone(int((tmp_path / "pid").read_text()))


def assert_gone(pid: int) -> None:
    """The process has ended; an orphan may stay as a zombie until it is reaped."""
    status = Path(f"/proc/{pid}/stat")
    for _ in range(1000):
        try:
            if status.read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except (FileNotFoundError, ProcessLookupError):
            return
        os.sched_yield()
    pytest.fail(f"process {pid} still runs")


def test_large_input_that_is_not_read_does_no_harm() -> None:
    assert run("shell", command="echo ok", stdin="x" * 1_000_000) == "ok\n"


def test_a_process_that_is_not_awaited_gives_the_input() -> None:
    assert run("shell", command="sleep 300", **{"await": False}) == {"in": 1}


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        ({"code": "print('hi')"}, "hi\n"),
        ({"code": "import sys; print(sys.argv[1:], sys.stdin.read())", "arguments": ["a", 2], "stdin": "in"}, None),
        ({"code": "print(greeting, count + 1)", "arguments": {"greeting": "hello", "count": 1}}, "hello 2\n"),
        ({"code": "import os; print(os.environ['A'])", "environment": {"A": "b"}}, "b\n"),
    ],
)
def test_python_scripts(arguments: dict[str, Any], output: str | None) -> None:
    assert run("script", language="python", **arguments) == (output or "['a', '2'] in\n")


def test_a_failing_script_tells_its_last_line() -> None:
    error = fails("script", language="python", code="raise ValueError('no stock')")
    assert error.problem.detail == "the python script ended with exit code 1: ValueError: no stock"


@needs_node
@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        ({"code": "console.log('hello from script');"}, "hello from script\n"),
        ({"code": "console.log(greetings)", "arguments": {"greetings": "Hello, world!"}}, "Hello, world!\n"),
        (
            {
                "code": "const [_, __, arg0, arg1] = process.argv;\nconsole.log('arg > ', arg0, arg1)",
                "arguments": ["hello", "world"],
            },
            "arg >  hello world\n",
        ),
        (
            {
                "code": "import { readFileSync } from 'node:fs';\n"
                "console.log(readFileSync(process.stdin.fd, 'utf8'), process.env.foo)",
                "stdin": "Hello",
                "environment": {"foo": "bar"},
            },
            "Hello bar\n",
        ),
        ({"code": "console.log(require('os').EOL.length)"}, "1\n"),
        ({"code": "await 1;\nconsole.log('late')"}, "late\n"),
    ],
)
def test_javascript(arguments: dict[str, Any], output: str) -> None:
    assert run("script", language="js", **arguments) == output


def test_javascript_without_node_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    error = fails("script", language="js", code="1")
    assert "Node.js (`node`) is not installed" in str(error.problem.detail)
    assert (short_type(error.problem.type), error.outcome) == ("configuration", Outcome.NONE)


def test_unknown_languages_are_refused() -> None:
    assert "did you mean 'python'" in str(fails("script", language="pyton", code="1").problem.detail)


def test_scripts_are_fetched_from_their_source(tmp_path: Path) -> None:
    (tmp_path / "local.py").write_text("print('local')")

    async def sourced() -> list[Any]:
        async with origin(Answer(body="print('remote')", headers={"Content-Type": "text/x-python"})) as server:
            client = HttpClient(NetworkPolicy.development())
            connector = ProcessConnector(resources=Resources(client, roots=[tmp_path]))
            outputs = []
            for uri in (f"{server.url}/script.py", "local.py"):
                arguments = {"language": "python", "source": {"endpoint": {"uri": uri}}}
                outputs.append(
                    (await connector.invoke(Invocation(key="k", function="script", arguments=arguments))).output
                )
            await client.close()
            return outputs

    assert asyncio.run(sourced()) == ["remote\n", "local\n"]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A container engine of its own: a program named `podman` that runs what it is told, and keeps a log."""
    program = tmp_path / "podman"
    program.write_text(
        f"""#!/bin/sh
[ "$1" = rm ] && {{ echo "$@" >> {tmp_path}/log; exit 0; }}
echo "$@" > {tmp_path}/log
while [ "${{1#-}}" != "$1" ] || [ "$1" = run ]; do shift; done
[ "$1" = absent ] && {{ echo "no such image" >&2; exit 125; }}
shift
[ $# -gt 0 ] && exec "$@"
echo started
"""
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("counterpoint.connectors.process.container.ENGINES", ("podman",))
    return tmp_path / "log"


def test_container_arguments(engine: Path) -> None:
    output = run(
        "container",
        ProcessPolicy(mounts=("/srv",)),
        image="alpine:3",
        command='input=$(cat)\necho "STDIN was: $input"\necho "ARGS are $1 $2 $SECRET"\n',
        stdin="Hello",
        arguments=["Foo", "Bar"],
        environment={"SECRET": "s3cret"},
        ports={"8080": 80},
        volumes={"/srv/data": "/data", "cache": "/cache"},
        pullPolicy="always",
        lifetime={"cleanup": "always"},
    )
    assert output == "STDIN was: Hello\nARGS are Foo Bar s3cret\n"
    told = engine.read_text()
    for part in ("--rm", "--pull=always", "--publish=8080:80", "--volume=/srv/data:/data", "--volume=cache:/cache"):
        assert part in told
    assert "--name=orders-" in told
    assert ".shop-ship" in told
    assert "--env=SECRET " in told
    assert "s3cret" not in told


def test_container_without_command_runs_its_own(engine: Path) -> None:
    assert run("container", image="hello-world", name="greeter") == "started\n"
    assert engine.read_text() == "run --interactive --name=greeter --pull=missing hello-world\n"


def test_a_plain_container_command_needs_no_shell(engine: Path) -> None:
    assert run("container", image="slim", command="echo -n", arguments=["a b"]) == "a b"
    assert "sh -c" not in engine.read_text()


def test_a_container_that_cannot_be_started_did_nothing(engine: Path) -> None:
    error = fails("container", image="absent")
    assert (short_type(error.problem.type), error.outcome) == ("configuration", Outcome.NONE)
    assert error.problem.detail == "the container absent could not be started: no such image"
    assert engine.exists()


def test_a_container_that_is_late_is_removed(engine: Path) -> None:
    with pytest.raises(ConnectorError, match="deadline"):
        run("container", deadline=time.time_ns() // 1_000_000 + 300, image="a", name="n", command="sleep 300")
    assert engine.read_text().endswith("rm --force n\n")


def test_a_container_is_removed_some_time_after_its_end(engine: Path) -> None:
    async def until_removed() -> None:
        connector = ProcessConnector()
        lifetime = {"cleanup": "eventually", "after": {"milliseconds": 1}}
        arguments = {"image": "a", "name": "n", "lifetime": lifetime}
        await connector.invoke(Invocation(key="k", function="container", arguments=arguments))
        while "rm --force n" not in engine.read_text():
            await asyncio.sleep(0.005)
        await connector.close()

    asyncio.run(asyncio.wait_for(until_removed(), 20))


def test_a_process_that_had_no_turn_before_its_deadline_did_nothing() -> None:
    async def crowded() -> None:
        connector = ProcessConnector(ProcessPolicy(processes_max=1))
        first = asyncio.create_task(
            connector.invoke(Invocation(key="a", function="shell", arguments={"command": "exec sleep 300"}))
        )
        await asyncio.sleep(0)
        late = time.time_ns() // 1_000_000 + 30
        with pytest.raises(ConnectorError, match="deadline") as caught:
            await connector.invoke(Invocation(key="b", function="shell", arguments={"command": "echo"}, deadline=late))
        assert caught.value.outcome is Outcome.NONE
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await connector.close()

    asyncio.run(crowded())


def test_what_a_process_that_is_not_awaited_ran_into_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def failing() -> None:
        connector = ProcessConnector()
        arguments = {"command": "exit 3", "await": False}
        await connector.invoke(Invocation(key="k", function="shell", arguments=arguments, reference="/do/0/a"))
        while not caplog.records:
            await asyncio.sleep(0.005)
        await connector.close()

    asyncio.run(asyncio.wait_for(failing(), 20))
    assert "/do/0/a, not awaited: runtime (500)" in caplog.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"image": "--privileged"}, "not the name of an image"),
        ({"image": "a", "pullPolicy": "sometimes"}, "`pullPolicy` must be one of"),
        ({"image": "a", "lifetime": {"cleanup": "soon"}}, "`lifetime.cleanup` must be one of"),
        ({"image": "a", "lifetime": {"cleanup": "eventually"}}, "`lifetime.after`"),
        ({"image": "a", "volumes": {"/etc": "/host"}}, "add it to the process policy's `mounts`"),
        ({"image": "a", "volumes": {"/srv/../etc": "/host"}}, "add it to the process policy's `mounts`"),
        ({"image": "a", "ports": [80]}, "`ports` must be an object"),
    ],
)
def test_container_arguments_are_checked(engine: Path, arguments: dict[str, Any], words: str) -> None:
    error = fails("container", ProcessPolicy(mounts=("/srv",)), **arguments)
    assert words in str(error.problem.detail)
    assert error.outcome is Outcome.NONE
    assert not engine.exists()


def test_without_a_container_engine_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    error = fails("container", image="hello-world")
    assert "neither docker nor podman is installed" in str(error.problem.detail)
    assert (short_type(error.problem.type), error.outcome) == ("configuration", Outcome.NONE)
