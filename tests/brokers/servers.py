"""Real brokers, each a process of its own on free ports of this machine, with its data in a directory of the test run.

All of them ask for `USER` and `PASSWORD`, except the mock of Kafka, which knows no users.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from tests.connectors.tls import contexts

USER = "counterpoint"
PASSWORD = "correct-horse-battery"
START_SECONDS = 60.0


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def found(*candidates: str) -> str | None:
    """The first program that is there: a path, or a name to look for."""
    for each in candidates:
        path = shutil.which(each)
        if path is not None:
            return path
    return None


class Server:
    """A broker that can be started, stopped, killed, and started again on what it had on the disk."""

    name: ClassVar[str]
    package: ClassVar[str] = ""
    """The Debian package that brings it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self._process: subprocess.Popen[Any] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @classmethod
    def program(cls) -> str | None:
        """Where its program is, or None."""
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    def prepare(self) -> None:
        """Write what it is configured by."""

    def answers(self) -> bool:
        """Whether it takes connections."""
        with socket.socket() as probe:
            probe.settimeout(0.5)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def start(self) -> None:
        """Returns when it takes connections."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.prepare()
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                env={**os.environ, **self.environment()},
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        wait_until(self.answers, f"{self.name} to start", self._log, self._process)

    def stop(self) -> None:
        """Ask it to end, as its operator would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As if the machine's power had failed for this process."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """Whatever is left of it ends, also where it never came up."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # it leads a session of its own
            self._process.wait(30)
            self._process = None

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        with suppress(ProcessLookupError):  # it was faster
            os.kill(self.broker_pid(), how)
        self._process.wait(30)
        self._process = None
        wait_until(lambda: not self.answers(), f"{self.name} to be gone", self._log)

    def broker_pid(self) -> int:
        """The process that is the broker."""
        assert self._process is not None
        return self._process.pid

    def _log(self) -> str:
        path = self.directory / "log"
        return path.read_text(errors="replace")[-2000:] if path.exists() else ""


def wait_until(
    holds: Callable[[], bool],
    what: str,
    log: Callable[[], str] = str,
    process: subprocess.Popen[Any] | None = None,
    seconds: float = START_SECONDS,
) -> None:
    """Until it holds. Fails where the process has ended, or the time is up."""
    end = time.monotonic() + seconds
    while not holds():
        assert process is None or process.poll() is None, f"waiting for {what}: it ended\n{log()}"
        assert time.monotonic() < end, f"waited for {what}\n{log()}"
        time.sleep(0.05)


class NatsServer(Server):
    """NATS with JetStream, which writes to the disk before it acknowledges."""

    name = "nats"
    tls = False
    """Whether it wants TLS, as `localhost`."""

    @classmethod
    def program(cls) -> str | None:
        return found(str(Path(sysconfig.get_path("scripts")) / "nats-server"), "nats-server")

    def prepare(self) -> None:
        tls = ""
        if self.tls:
            contexts(self.directory, host="localhost")
            tls = f'tls {{ cert_file: "{self.directory / "cert.pem"}", key_file: "{self.directory / "key.pem"}" }}\n'
        (self.directory / "nats.conf").write_text(
            f"host: 127.0.0.1\nport: {self.port}\nmax_payload: 2MB\n"
            f'authorization {{ user: "{USER}", password: "{PASSWORD}" }}\n'
            f'jetstream {{ store_dir: "{self.directory / "store"}", sync_interval: always }}\n{tls}'
        )

    def command(self) -> list[str]:
        return [self.program() or "", "-c", str(self.directory / "nats.conf")]


class RedisServer(Server):
    """Redis, which writes to the disk before it answers."""

    name = "redis"
    package = "redis-server"

    @classmethod
    def program(cls) -> str | None:
        return found("redis-server")

    def prepare(self) -> None:
        (self.directory / "redis.conf").write_text(
            f"bind 127.0.0.1\nport {self.port}\ndir {self.directory}\n"
            f'appendonly yes\nappendfsync always\nsave ""\n'
            f"user default off\nuser {USER} on >{PASSWORD} ~* &* +@all\n"
        )

    def command(self) -> list[str]:
        return [self.program() or "", str(self.directory / "redis.conf")]


class MosquittoServer(Server):
    """Mosquitto. It writes what it keeps after each change, but not before it acknowledges: do not kill it."""

    name = "mqtt"
    package = "mosquitto"

    @classmethod
    def program(cls) -> str | None:
        return found("mosquitto", "/usr/sbin/mosquitto")

    def prepare(self) -> None:
        password_file = self.directory / "passwords"
        if not password_file.exists():
            password_file.touch(mode=0o600)
            tool = found("mosquitto_passwd", "/usr/bin/mosquitto_passwd") or "mosquitto_passwd"
            subprocess.run([tool, "-b", str(password_file), USER, PASSWORD], check=True, capture_output=True)
        (self.directory / "mosquitto.conf").write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {password_file}\n"
            f"persistence true\npersistence_location {self.directory}/\n"
            "autosave_on_changes true\nautosave_interval 1\n"
            "max_queued_messages 100000\nuser root\n"
        )

    def command(self) -> list[str]:
        return [self.program() or "", "-c", str(self.directory / "mosquitto.conf")]


class RabbitMqServer(Server):
    """RabbitMQ, with a node name and a port mapper (epmd) of its own."""

    name = "rabbitmq"
    package = "rabbitmq-server"

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._distribution = free_port()
        self._mapper_port = free_port()
        self._mapper: subprocess.Popen[Any] | None = None

    @classmethod
    def program(cls) -> str | None:
        # Debian's wrapper in /usr/sbin changes to another user.
        return found("/usr/lib/rabbitmq/bin/rabbitmq-server")

    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.directory),
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"counterpoint{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "RABBITMQ_CONF_ENV_FILE": str(self.directory / "none"),
            "RABBITMQ_CONFIG_FILE": str(self.directory / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.directory / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.directory / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.directory / "logs"),
            "RABBITMQ_PID_FILE": str(self.directory / "pid"),
        }

    def prepare(self) -> None:
        (self.directory / "pid").unlink(missing_ok=True)  # that of the last time may be another process by now
        (self.directory / "plugins").write_text("[].\n")
        (self.directory / "rabbitmq.conf").write_text(
            f"default_user = {USER}\ndefault_pass = {PASSWORD}\nlog.file.level = warning\n"
            "vm_memory_high_watermark.relative = 0.9\ndisk_free_limit.absolute = 1MB\n"
        )
        if self._mapper is None:
            epmd = found("epmd", "/usr/bin/epmd") or "epmd"
            self._mapper = subprocess.Popen(
                [epmd, "-port", str(self._mapper_port), "-address", "127.0.0.1"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def command(self) -> list[str]:
        return [self.program() or ""]

    def broker_pid(self) -> int:
        """The script that was started waits for this one."""
        path = self.directory / "pid"
        return int(path.read_text()) if path.exists() else super().broker_pid()

    def close(self) -> None:
        super().close()
        if self._mapper is not None:
            self._mapper.kill()
            self._mapper.wait()


class KafkaMock(Server):
    """librdkafka's mock of a Kafka cluster: three brokers in one process, in memory. It is no Kafka.

    `kill` and `stop` make its brokers refuse connections, and drop those that are there; what they hold stays.
    """

    name = "kafka-mock"

    @classmethod
    def program(cls) -> str | None:
        return sys.executable

    @property
    def address(self) -> str:
        return self._bootstrap

    def start(self) -> None:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("kafka_mock.py"))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self._bootstrap = self._told()
        else:
            self._say("up")

    def stop(self) -> None:
        self._say("down")

    kill = stop

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _say(self, word: str) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        assert self._told() == word

    def _told(self) -> str:
        assert self._process is not None and self._process.stdout is not None
        return str(self._process.stdout.readline()).strip()


SERVERS: dict[str, type[Server]] = {
    each.name: each for each in (NatsServer, KafkaMock, RabbitMqServer, RedisServer, MosquittoServer)
}
