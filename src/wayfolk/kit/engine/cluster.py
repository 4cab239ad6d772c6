"""Makes the cluster's files: initdb, so that a half-made one never looks whole."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

from wayfolk.kit import child_processes
from wayfolk.kit.engine.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path

    from wayfolk.kit.engine.accounts import Account
    from wayfolk.kit.engine.binaries import Binaries
    from wayfolk.kit.engine.placement import Placement

SUPERUSER = "postgres"
_BUILTIN_LOCALES_SINCE = 17


def server_environment() -> dict[str, str]:
    """What the server's processes get to know: no secret of ours, no PG* setting of the user.

    The locale is fixed: with LANG=C, usual under cron and ssh, the server would not know É for a
    letter, and the search would ignore it.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {"PATH": os.defpath, **kept, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def create(placement: Placement, binaries: Binaries, account: Account) -> None:
    """Run initdb aside and rename the result to ``data``; call it under the lock."""
    unfinished = placement.home / f"data.initdb-{secrets.token_hex(4)}"
    unfinished.mkdir()
    try:
        account.take(unfinished, 0o700)
        _run_initdb(unfinished, binaries, account)
        unfinished.rename(placement.data)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    _flush_directory(placement.home)


def _run_initdb(directory: Path, binaries: Binaries, account: Account) -> None:
    locale = ["--locale=C.UTF-8"]
    if binaries.major >= _BUILTIN_LOCALES_SINCE:
        locale.append("--locale-provider=builtin")
    command = [
        str(binaries.program("initdb")),
        f"--pgdata={directory}",
        f"--username={SUPERUSER}",
        "--encoding=UTF8",
        *locale,
        "--data-checksums",
        "--auth-local=trust",
        "--auth-host=reject",
        "--no-instructions",
    ]
    ran = subprocess.run(  # noqa: S603 - our own program
        command,
        user=account.user,
        group=account.group,
        extra_groups=account.extra_groups,
        cwd=directory.parent,
        env=server_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        preexec_fn=child_processes.tied_to_parent(signal.SIGKILL),
    )
    if ran.returncode != 0:
        raise EngineError(
            f"The database could not be created in {directory.parent}:\n{ran.stdout.strip()}\n"
            "Check that the disk has room (80 MB) and can be written to."
        )


def _flush_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
