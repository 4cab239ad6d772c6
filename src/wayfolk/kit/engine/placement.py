"""Where the engine's files and its socket live."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wayfolk.kit.engine.errors import EngineError

if TYPE_CHECKING:
    from wayfolk.kit.engine.accounts import Account

# The port only names the socket file: nothing listens on the network.
PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"
# Databases of root whose data directory no other user can enter, such as one under /root.
SYSTEM_STATE = Path("/var/lib/wayfolk")

# The field of the socket's address holds 108 bytes on Linux, 104 elsewhere, with a final NUL.
_LONGEST_SOCKET_PATH = 107 if sys.platform == "linux" else 103


@dataclass(frozen=True)
class Placement:
    """The directory that holds the cluster, its log and its socket."""

    home: Path

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def _socket_note(self) -> Path:
        return self.home / "socket-directory"

    def socket_directory(self) -> Path:
        """Where a running server of ours has its socket."""
        own = self.home / "run"
        if _suits_a_socket(own):
            return own
        try:
            return Path(self._socket_note.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return own  # not started yet: nothing answers there

    def make_socket_directory(self, account: Account) -> Path:
        """Make sure that the socket has a directory which only ``account`` can enter."""
        directory = self.socket_directory()
        if not _suits_a_socket(directory) or not _is_private(directory, account):
            directory = self.home / "run"
            if _suits_a_socket(directory):
                directory.mkdir(exist_ok=True)
            else:
                directory = Path(tempfile.mkdtemp(prefix="wayfolk-", dir=_short_temporary()))
                self._socket_note.write_text(str(directory), encoding="utf-8")
            account.take(directory, 0o700)
        return directory


def make_root(root: Path) -> None:
    """Make a data root; an existing one stays as it is."""
    try:
        # Root's server runs as another user, who has to pass through.
        root.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(
            f"The data directory {root} cannot be made ({error.strerror}). Choose another one "
            "with --data."
        ) from error


def find(root: Path) -> Placement:
    """Where the engine of a data root is, or will be."""
    return Placement((root / "postgres").resolve())


def settle(root: Path, account: Account) -> Placement:
    """Make the engine's directory; call it under the lock of the data root.

    When root runs the server as another user and that user cannot enter the data root, the
    files go to ``/var/lib/wayfolk`` and a symbolic link in the data root points there: opening
    up the parent directories is not ours to do.
    """
    link = root / "postgres"
    if not link.exists():
        if link.is_symlink():
            raise EngineError(
                f"{link} points to {link.readlink()}, which is gone. Bring that directory back, "
                "or remove the link to start with an empty database."
            )
        if account.can_enter(root):
            link.mkdir()
        else:
            link.symlink_to(_make_outside(root))
        # Others pass through to what they own, and see nothing else.
        link.chmod(0o711 if account.switches else 0o700)
    placement = find(root)
    if not account.can_enter(placement.home):
        raise EngineError(
            f"The database runs as the user {account.name}, who cannot enter {placement.home}. "
            "Choose another data directory with --data, or let that user pass through all "
            "directories above it (chmod o+x)."
        )
    return placement


def remove_unfinished(placement: Placement) -> None:
    """Clear away what killed initdb runs left; call it under the lock."""
    for leftover in placement.home.glob("data.initdb-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _make_outside(root: Path) -> Path:
    directory = SYSTEM_STATE / f"{root.name or 'data'}-{secrets.token_hex(4)}"
    try:
        directory.mkdir(parents=True)
        SYSTEM_STATE.chmod(0o755)
    except OSError as error:
        raise EngineError(
            f"PostgreSQL does not run as root, other users cannot enter {root}, and {directory} "
            f"cannot be made instead ({error.strerror}). Choose a data directory that others can "
            "reach with --data, or start Wayfolk as an ordinary user."
        ) from error
    (directory / "belongs-to").write_text(f"{root}\n", encoding="utf-8")
    return directory


def _suits_a_socket(directory: Path) -> bool:
    """Whether client and server can both name a socket in this directory.

    Libraries split host names, and the server its directories, at commas; the server reads
    double quotes as marks of its own.
    """
    path = os.fsencode(directory / SOCKET_NAME)
    return len(path) <= _LONGEST_SOCKET_PATH and not set(b',"') & set(path)


def _is_private(directory: Path, account: Account) -> bool:
    try:
        state = directory.lstat()
    except FileNotFoundError:
        return False
    mine = stat.S_ISDIR(state.st_mode) and state.st_uid == account.uid
    return mine and stat.S_IMODE(state.st_mode) == 0o700


def _short_temporary() -> str:
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) < 60 else "/tmp"  # noqa: S108 - a private folder in it
