"""Real clusters for the engine's tests: quick copies of one that initdb has made."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from wayfolk.kit.engine import EmbeddedPostgres, lock_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCE = Path(__file__).resolve().parents[2] / "src"
IS_ROOT = os.geteuid() == 0

_SUPERVISE = """
import signal, sys
from pathlib import Path
from wayfolk.kit.engine import EmbeddedPostgres, lock_files
engine = EmbeddedPostgres(Path(sys.argv[1]))
engine.start()
print("attached" if engine.attached else "started", flush=True)
signal.pause()
"""


@contextmanager
def reachable_directory() -> Iterator[Path]:
    """A temporary directory that the server's user can enter, also when the tests run as root.

    pytest's own are closed to other users, which is a case of its own.
    """
    directory = Path(tempfile.mkdtemp(prefix="wayfolk-engine-"))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory)


def copy_root(template: Path, root: Path) -> Path:
    """Copy a data root with its owners, as a restored backup would be."""
    root.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", template, root], check=True)
    return root


def superuser_url(root: Path) -> str:
    return EmbeddedPostgres(root).url(user="postgres", database="postgres")


def execute(root: Path, *statements: str) -> Any:
    """Run statements, each committed; gives the last one's first value, if it has any."""
    with psycopg.connect(superuser_url(root), autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


@contextmanager
def supervisor_process(root: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs (or attaches to) the engine of a root until it is killed."""
    child = spawn_supervisor(root, **environment)
    try:
        yield child
    finally:
        child.kill()
        child.communicate()
        wait_until(lambda: not has_processes(root))


def spawn_supervisor(root: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _SUPERVISE, str(root)],
        env=os.environ | {"PYTHONPATH": str(SOURCE)} | environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def first_word(child: subprocess.Popen[str]) -> str:
    """Wait until the process is up: "started" or "attached"."""
    assert child.stdout is not None
    return child.stdout.readline().strip()


def postmaster(root: Path) -> int:
    """The number of the running server's process."""
    return int((root / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def is_answering(root: Path) -> bool:
    try:
        return execute(root, "SELECT 1") is not None
    except psycopg.OperationalError:
        return False


def has_processes(root: Path) -> bool:
    return lock_files.has_living_processes((root / "postgres/data").resolve())


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def run_as(uid: int, act: Callable[[], object]) -> str:
    """Run ``act`` as another user, in a fork of this process; gives what it raised, as text.

    A fork has its modules loaded, so the other user needs no way to our interpreter.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "it ended without a word"
        try:
            if uid != os.getuid():
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
            act()
            said = ""
        except BaseException as error:  # noqa: BLE001 - a fork of pytest must not live on
            said = f"{type(error).__name__}: {error}"
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said
