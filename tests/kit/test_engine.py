"""The embedded engine from start to stop, with real servers."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path
from urllib.parse import quote

import dj_database_url
import psycopg
import pytest

from tests.kit import engine_clusters
from wayfolk.kit.engine import EmbeddedPostgres, EngineError

pytestmark = pytest.mark.engine


def kept(root: Path) -> str:
    return str(
        engine_clusters.execute(root, "SELECT string_agg(body, ',' ORDER BY body) FROM note")
    )


def test_committed_rows_are_there_after_stop_and_start(engine_root: Path) -> None:
    with EmbeddedPostgres(engine_root) as engine:
        assert not engine.attached
        engine_clusters.execute(engine_root, "INSERT INTO note VALUES ('new')")
    assert not engine_clusters.is_answering(engine_root)
    with EmbeddedPostgres(engine_root):
        assert kept(engine_root) == "kept,new"


def test_start_twice_and_stop_twice_do_no_harm(engine_root: Path) -> None:
    engine = EmbeddedPostgres(engine_root)
    engine.start()
    first = engine_clusters.postmaster(engine_root)
    engine.start()
    assert engine_clusters.postmaster(engine_root) == first
    engine.stop()
    engine.stop()
    assert not engine_clusters.is_answering(engine_root)
    engine.start()
    assert kept(engine_root) == "kept"
    engine.stop()


def test_one_who_attached_leaves_the_server_running(engine_root: Path) -> None:
    with EmbeddedPostgres(engine_root):
        guest = EmbeddedPostgres(engine_root)
        guest.start()
        assert guest.attached
        guest.stop()
        assert kept(engine_root) == "kept"


def test_a_guest_takes_over_when_the_host_stops(engine_root: Path) -> None:
    host, guest = EmbeddedPostgres(engine_root), EmbeddedPostgres(engine_root)
    host.start()
    guest.start()
    assert not guest.revive()
    host.stop()
    assert guest.revive()
    assert not guest.attached
    assert kept(engine_root) == "kept"
    guest.stop()
    assert not engine_clusters.is_answering(engine_root)


def test_a_new_cluster_speaks_utf8_whatever_the_locale(engine_directory: Path) -> None:
    root = engine_directory / "new"
    with engine_clusters.supervisor_process(root, LANG="C", LC_ALL="C", LANGUAGE="") as child:
        assert engine_clusters.first_word(child) == "started"
        assert engine_clusters.execute(root, "SHOW server_encoding") == "UTF8"
        assert engine_clusters.execute(root, "SELECT lower('É')") == "é"
        trigrams = engine_clusters.execute(
            root, "CREATE EXTENSION pg_trgm", "SELECT show_trgm('É')"
        )
        assert trigrams
        assert engine_clusters.execute(root, "SHOW data_checksums") == "on"


def test_only_its_own_user_reaches_it(engine_root: Path) -> None:
    with EmbeddedPostgres(engine_root):
        assert engine_clusters.execute(engine_root, "SHOW listen_addresses") == ""
        for name in ("run", "data"):
            assert (engine_root / "postgres" / name).stat().st_mode & 0o777 == 0o700


def test_commits_are_durable(engine_root: Path) -> None:
    with EmbeddedPostgres(engine_root):
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert engine_clusters.execute(engine_root, f"SHOW {setting}") == "on"


def test_the_log_holds_no_personal_data(engine_root: Path) -> None:
    with EmbeddedPostgres(engine_root):
        engine_clusters.execute(engine_root, "ALTER TABLE note ADD UNIQUE (body)")
        for statement in (
            "INSERT INTO note VALUES ('kept')",
            "SELECT 'anna@example.org'::uuid",
            "SELECT anna FROM nowhere",
        ):
            with pytest.raises(psycopg.Error):
                engine_clusters.execute(engine_root, statement)
    log = (engine_root / "postgres/server.log").read_text()
    assert "ready to accept connections" in log
    assert "anna" not in log
    assert "note" not in log


def test_ones_own_settings_survive_a_start(engine_root: Path) -> None:
    local = engine_root / "postgres/data/local.conf"
    with EmbeddedPostgres(engine_root):
        assert engine_clusters.execute(engine_root, "SHOW max_connections") == "100"
    local.write_text("max_connections = 33\n")
    with EmbeddedPostgres(engine_root):
        assert engine_clusters.execute(engine_root, "SHOW max_connections") == "33"


def test_a_wrong_setting_is_shown_and_leaves_nothing_behind(engine_root: Path) -> None:
    with EmbeddedPostgres(engine_root):
        pass
    local = engine_root / "postgres/data/local.conf"
    local.write_text("shared_bufers = 1GB\n")
    with pytest.raises(EngineError, match="shared_bufers"):
        EmbeddedPostgres(engine_root).start()
    assert not engine_clusters.has_processes(engine_root)
    local.write_text("")
    with EmbeddedPostgres(engine_root):
        assert kept(engine_root) == "kept"


@pytest.mark.parametrize(
    "folder",
    ["x" * 120, "Séjours & Co, GmbH", 'with "quotes"', "50% Off Ünïcode/Sub Folder"],
    ids=["deep", "comma", "quotes", "escapes"],
)
def test_odd_and_deep_paths(engine_template: Path, engine_directory: Path, folder: str) -> None:
    root = engine_clusters.copy_root(engine_template, engine_directory / folder / "root")
    for directory in (root, *root.parents):
        if directory == engine_directory:
            break
        directory.chmod(0o711)
    with EmbeddedPostgres(root) as engine:
        assert kept(root) == "kept"
        url = engine.url(user="postgres", database="postgres")
        guest = EmbeddedPostgres(root)
        guest.start()
        assert guest.attached
        sockets = Path(dj_database_url.parse(url)["HOST"])
        assert sockets.stat().st_mode & 0o777 == 0o700
        assert len(os.fsencode(sockets / ".s.PGSQL.5432")) <= 107
    with EmbeddedPostgres(root) as engine:  # the same place again, and not one more each time
        assert engine.url(user="postgres", database="postgres") == url
    if not sockets.is_relative_to(root):
        shutil.rmtree(sockets)


def test_another_place_is_found_when_the_temporary_one_was_swept(
    engine_template: Path, engine_directory: Path
) -> None:
    root = engine_clusters.copy_root(engine_template, engine_directory / "a,b" / "root")
    root.parent.chmod(0o711)
    note = root / "postgres/socket-directory"
    with EmbeddedPostgres(root):
        first = Path(note.read_text())
    shutil.rmtree(first)
    first.mkdir(mode=0o777)  # by somebody else, who would like to listen in
    first.chmod(0o777)
    with EmbeddedPostgres(root):
        second = Path(note.read_text())
        assert second != first
        assert kept(root) == "kept"
    shutil.rmtree(first)
    shutil.rmtree(second)


def test_names_in_the_url_are_escaped(tmp_path: Path) -> None:
    url = EmbeddedPostgres(tmp_path).url(user="a/b@c", database="ta ble?")
    assert url.startswith("postgresql://a%2Fb%40c@")
    assert url.endswith(":5432/ta%20ble%3F")
    assert quote(str(tmp_path), safe="") in url


def test_it_refuses_to_start_where_the_server_would_die_with_a_thread(tmp_path: Path) -> None:
    refused: list[Exception] = []

    def start() -> None:
        try:
            EmbeddedPostgres(tmp_path / "root").start()
        except RuntimeError as error:
            refused.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(refused[0])


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError, match=r"file/root cannot be made.*--data"):
        EmbeddedPostgres(tmp_path / "file" / "root").start()


def test_a_fork_does_not_stop_its_parents_server(engine_root: Path) -> None:
    with EmbeddedPostgres(engine_root) as engine:
        assert engine_clusters.run_as(os.getuid(), engine.stop) == ""
        assert kept(engine_root) == "kept"
