"""Whatever is killed, and whatever it leaves behind: the next start works, no row is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.kit import engine_clusters
from wayfolk.kit.engine import EmbeddedPostgres, lock_files

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.engine


def add_rows(root: Path, count: int) -> None:
    with psycopg.connect(engine_clusters.superuser_url(root), autocommit=True) as connection:
        for number in range(count):
            connection.execute("INSERT INTO note VALUES (%s)", [str(number)])


def count_rows(root: Path) -> int:
    return int(engine_clusters.execute(root, "SELECT count(*) FROM note"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_the_server_ends_with_a_killed_supervisor(engine_root: Path) -> None:
    with engine_clusters.supervisor_process(engine_root) as child:
        assert engine_clusters.first_word(child) == "started"
        add_rows(engine_root, 200)
        server = engine_clusters.postmaster(engine_root)
        child.kill()
        child.wait()
        with EmbeddedPostgres(engine_root) as engine:  # at once, while the old one goes down
            assert not engine.attached
            assert engine_clusters.postmaster(engine_root) != server
            assert count_rows(engine_root) == 201


def test_a_killed_server_is_revived_though_an_orphan_works_on(engine_root: Path) -> None:
    with EmbeddedPostgres(engine_root) as engine:
        add_rows(engine_root, 200)
        busy = threading.Thread(target=_keep_a_backend_busy, args=[engine_root])
        busy.start()
        engine_clusters.wait_until(lambda: _is_backend_busy(engine_root))
        killed = engine_clusters.postmaster(engine_root)
        engine_clusters.kill(killed)
        engine_clusters.wait_until(engine.revive)
        assert engine_clusters.postmaster(engine_root) != killed
        busy.join()
        assert count_rows(engine_root) == 201


def _keep_a_backend_busy(root: Path) -> None:
    # Computes for some seconds without looking up: it notices only then that the server is gone,
    # and holds the shared memory until then.
    with suppress(psycopg.OperationalError):
        engine_clusters.execute(
            root, "SELECT count(*) FROM generate_series(1, 6000) a, generate_series(1, 6000) b"
        )


def _is_backend_busy(root: Path) -> bool:
    found = engine_clusters.execute(
        root,
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
        "AND state = 'active' AND starts_with(query, 'SELECT count'))",
    )
    return bool(found)


def test_both_killed_at_once(engine_root: Path) -> None:
    with engine_clusters.supervisor_process(engine_root) as child:
        assert engine_clusters.first_word(child) == "started"
        add_rows(engine_root, 200)
        engine_clusters.kill(engine_clusters.postmaster(engine_root))
        child.kill()
    with EmbeddedPostgres(engine_root) as engine:
        assert not engine.attached
        assert count_rows(engine_root) == 201


def foreign_process() -> int:
    """A living process that is no server of ours: the one that runs this test."""
    return os.getppid()


LEFTOVERS: dict[str, Callable[[Path], str]] = {
    "empty": lambda _data: "",
    "garbage": lambda _data: "\0\0\0",
    "absurd number": lambda _data: "9" * 40,
    "dead process": lambda data: f"{_dead_process()}\n{data}\n1\n5432\n\n\n     1 1\n",
    "foreign process": lambda data: f"{foreign_process()}\n{data}\n1\n5432\n\n\n     1 1\n",
    "first process of the machine": lambda data: f"1\n{data}\n1\n5432\n\n\n     1 1\n",
}


def _dead_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    return child.pid


@pytest.mark.parametrize("file", ["data/postmaster.pid", "run/.s.PGSQL.5432.lock"])
@pytest.mark.parametrize("leftover", LEFTOVERS)
def test_a_lock_file_of_a_dead_server_does_not_block(
    engine_root: Path, file: str, leftover: str
) -> None:
    data = engine_root / "postgres/data"
    lock_file = engine_root / "postgres" / file
    lock_file.write_text(LEFTOVERS[leftover](data))
    owner = data.stat()
    os.chown(lock_file, owner.st_uid, owner.st_gid)
    lock_file.chmod(0o600)
    begun = time.monotonic()
    with EmbeddedPostgres(engine_root) as engine:
        assert not engine.attached
        assert count_rows(engine_root) == 1
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("content", ["", "1\n"], ids=["truncated", "overwritten"])
def test_a_living_servers_lock_file_stays(engine_root: Path, content: str) -> None:
    with EmbeddedPostgres(engine_root):
        lock_file = engine_root / "postgres/data/postmaster.pid"
        whole = lock_file.read_text()
        lock_file.write_text(content)
        lock_files.clear_stale(lock_file, engine_root / "postgres/data")
        assert lock_file.exists()
        lock_file.write_text(whole)  # or the server would give up: it watches the file


@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="this machine has no ps")
def test_a_server_is_recognised_by_ps_where_there_is_no_proc(
    engine_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock_files, "_command_lines", lock_files._command_lines_by_ps)
    assert not engine_clusters.has_processes(engine_root)
    with EmbeddedPostgres(engine_root):
        assert engine_clusters.has_processes(engine_root)


def test_several_supervisors_at_once_make_one_cluster(engine_directory: Path) -> None:
    root = engine_directory / "new"
    children = [engine_clusters.spawn_supervisor(root) for _ in range(3)]
    try:
        words = sorted(engine_clusters.first_word(child) for child in children)
        assert words == ["attached", "attached", "started"]
        assert [path.name for path in (root / "postgres").glob("data*")] == ["data"]
    finally:
        for child in children:
            child.kill()
            child.communicate()
        engine_clusters.wait_until(lambda: not engine_clusters.has_processes(root))


def test_a_killed_initdb_leaves_no_half_cluster(engine_directory: Path) -> None:
    root = engine_directory / "new"
    home = root / "postgres"
    with engine_clusters.supervisor_process(root) as child:
        engine_clusters.wait_until(lambda: any(home.glob("data.initdb-*/base/1")))
        child.kill()
        child.wait()
        assert not (home / "data").exists()
    with EmbeddedPostgres(root):
        assert engine_clusters.execute(root, "SELECT count(*) > 0 FROM pg_class")
        assert [path.name for path in home.glob("data*")] == ["data"]
