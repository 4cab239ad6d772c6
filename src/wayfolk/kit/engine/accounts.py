"""Which system account runs the server: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wayfolk.kit.engine.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path

UNPRIVILEGED_USER = "nobody"


@dataclass(frozen=True)
class Account:
    """The owner of the server's processes and files.

    ``user``, ``group`` and ``extra_groups`` are ready for ``Popen``: None unless children
    have to switch away from root.
    """

    name: str
    uid: int
    gid: int
    switches: bool

    @property
    def user(self) -> int | None:
        return self.uid if self.switches else None

    @property
    def group(self) -> int | None:
        return self.gid if self.switches else None

    @property
    def extra_groups(self) -> list[int] | None:
        return [] if self.switches else None

    def take(self, path: Path, mode: int) -> None:
        """Make a file or directory of ours belong to this account, with ``mode``."""
        if self.switches:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)

    def can_enter(self, directory: Path) -> bool:
        """Whether the account may pass through a directory and all that are above it.

        Asked of the system itself, because permission bits are not the whole story (access
        lists, mount options).
        """
        asked = subprocess.run(  # noqa: S603 - fixed program, path given as one argument
            ["/usr/bin/env", "test", "-x", directory],
            user=self.user,
            group=self.group,
            extra_groups=self.extra_groups,
            cwd="/",
            check=False,
        )
        return asked.returncode == 0


def choose(data: Path, db_user: str | None) -> Account:
    """Choose the account for a data directory, which may not exist yet.

    An ordinary user runs the server as itself. For root it is the owner of an existing data
    directory, else ``db_user``, else ``nobody``.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        return _ourselves(data, owner)
    wanted = _named(db_user) if db_user else None
    if owner is None:
        entry = wanted or _named(UNPRIVILEGED_USER)
    elif owner == 0:
        raise EngineError(
            f"The database in {data} belongs to root, and PostgreSQL refuses to run as root. "
            f"Give it to another user: chown -R {db_user or UNPRIVILEGED_USER} {data}"
        )
    elif wanted and wanted.pw_uid != owner:
        raise EngineError(
            f"The database in {data} belongs to {_name_of(owner)}, not to {db_user}. "
            f"Leave the user out, or give the files away: chown -R {db_user} {data}"
        )
    else:
        entry = _numbered(owner)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switches=True)


def _ourselves(data: Path, owner: int | None) -> Account:
    uid = os.geteuid()
    if owner is not None and owner != uid:
        raise EngineError(
            f"The database in {data} belongs to {_name_of(owner)}, and you are "
            f"{_name_of(uid)}. Start Wayfolk as that user or as root, or choose another data "
            "directory with --data."
        )
    return Account(_name_of(uid), uid, os.getegid(), switches=False)


def _named(name: str) -> pwd.struct_passwd:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise EngineError(
            f"There is no user {name!r} on this machine to run the database as."
        ) from None
    if entry.pw_uid == 0:
        raise EngineError(f"PostgreSQL refuses to run as {name!r}: name a user other than root.")
    return entry


def _numbered(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:  # usual in containers: files of a user that only the host knows
        return pwd.struct_passwd((str(uid), "x", uid, uid, "", "/", "/bin/false"))


def _name_of(uid: int) -> str:
    return _numbered(uid).pw_name
