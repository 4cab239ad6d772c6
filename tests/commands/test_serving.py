"""`serve` and `demo` as a person uses them: started, interrupted, killed, started twice."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.kit import engine_clusters
from wayfolk.commands import serving
from wayfolk.commands.addresses import Address

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

SOURCE = Path(__file__).resolve().parents[2] / "src"
# A first start makes all tables; beside other tests each step takes several times as long.
PATIENCE_SECONDS = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Running:
    """A `wayfolk` command in a process of its own, and what it has said so far."""

    def __init__(self, *arguments: object) -> None:
        environment = os.environ | {"PYTHONPATH": str(SOURCE)}
        for name in ("DATABASE_URL", "WAYFOLK_DATA", "DJANGO_SETTINGS_MODULE"):
            environment.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wayfolk", *map(str, arguments)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line

    def wait_to_say(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def wait_to_serve(self, port: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _serves(port):
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.2)

    def end(self, request: signal.Signals) -> int:
        self.process.send_signal(request)
        return self.wait()

    def wait(self) -> int:
        """Wait for its end, and for all that it said."""
        code = self.process.wait(PATIENCE_SECONDS)
        self._listener.join(30)
        return code


@contextmanager
def running(*arguments: object) -> Iterator[Running]:
    command = Running(*arguments)
    try:
        yield command
    finally:
        if command.process.poll() is None:
            command.end(signal.SIGTERM)
        assert command.process.stdout is not None
        command.process.stdout.close()


def status_of(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def processes_of(directory: Path) -> dict[int, str]:
    """What belongs to a demo, by process number: its web server, worker and database."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            environment = (path / "environ").read_bytes()
            words = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if f"WAYFOLK_DATA={directory}\0".encode() in environment or str(directory) in words:
            found[int(path.name)] = words
    return found


def web_server_of(demo: Running, directory: Path) -> int:
    """The process that the demo itself started: not one of the web server's own workers."""
    [server] = (
        pid
        for pid, words in processes_of(directory).items()
        if "granian" in words and _parent_of(pid) == demo.process.pid
    )
    return server


def _parent_of(pid: int) -> int:
    """The fourth field of stat; the second, a name in brackets, may hold spaces."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[1])


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory that the database's user can enter, when root runs the tests."""
    with engine_clusters.reachable_directory() as path:
        yield path


@pytest.mark.engine
@pytest.mark.slow
def test_a_demo_from_start_to_ctrl_c_and_through_kills(directory: Path) -> None:
    port, data = free_port(), directory / "demo"
    with running("demo", "--empty", "--port", port, "--data", data) as demo:
        demo.wait_to_say(f"Wayfolk is ready: http://127.0.0.1:{port}")
        assert status_of(port, "/account/login/") == 200, demo.said

        with running("demo", "--empty", "--port", free_port(), "--data", data) as second:
            assert second.wait() == 1
        assert f"Wayfolk already runs on {data}" in second.said
        assert f"http://127.0.0.1:{port}" in second.said
        assert "Traceback" not in second.said

        engine_clusters.kill(engine_clusters.postmaster(data))
        demo.wait_to_say("The database had ended; it runs again.")
        assert status_of(port, "/account/login/") == 200, demo.said

        engine_clusters.kill(web_server_of(demo, data))
        demo.wait_to_say("The web server ended (killed by SIGKILL); starting it again.")
        demo.wait_to_serve(port)

        assert demo.end(signal.SIGINT) == 0
        assert "Stopping" in demo.said
        assert processes_of(data) == {}
    with running("serve", "--port", port, "--data", data) as again:
        again.wait_to_say(f"Wayfolk serves http://127.0.0.1:{port}")
        again.end(signal.SIGKILL)
        engine_clusters.wait_until(lambda: processes_of(data) == {}, PATIENCE_SECONDS)


def _serves(port: int) -> bool:
    try:
        return status_of(port, "/account/login/") == 200
    except OSError:
        return False


@pytest.mark.parametrize("command", [serving.serve, serving.demo], ids=["serve", "demo"])
def test_a_taken_port_is_told_in_one_sentence(
    command: click.Command, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("WAYFOLK_DEMO", "")  # put back afterwards: the command sets it
    before = signal.getsignal(signal.SIGINT)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(
            command, ["--port", str(port), "--data", str(directory / "data")]
        )
    assert result.exit_code == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in result.output
    assert "choose another port, such as --port" in result.output
    assert not (directory / "data/postgres").exists()
    assert signal.getsignal(signal.SIGINT) is before


def test_a_host_that_is_not_ours_is_told(directory: Path) -> None:
    result = CliRunner().invoke(
        serving.serve, ["--host", "192.0.2.1", "--data", str(directory / "data")]
    )
    assert result.exit_code == 1
    assert "--host 127.0.0.1" in result.output


def test_a_server_that_is_not_there_is_told(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://anna:hush@/wayfolk?host={directory}")
    result = CliRunner().invoke(
        serving.serve, ["--port", str(free_port()), "--data", str(directory / "data")]
    )
    assert result.exit_code == 1
    assert "The PostgreSQL server cannot be used" in result.output
    assert "hush" not in result.output
    assert "Traceback" not in result.output


def test_addresses_are_shown_as_a_browser_takes_them() -> None:
    assert Address("0.0.0.0", 8000).url == "http://127.0.0.1:8000"
    assert Address("::1", 8000).url == "http://[::1]:8000"
