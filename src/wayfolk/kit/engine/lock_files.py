"""Lock files that PostgreSQL left behind and would trip over.

PostgreSQL takes any living process whose number is in its lock file for a server. After a
restart of a container that number usually belongs to something else, and after a full disk
the file may be empty: both would refuse every start for ever.
"""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def cluster_name(data: Path) -> str:
    """The name that PostgreSQL shows in the titles of all processes of this cluster."""
    return f"wayfolk-{sha256(os.fsencode(data)).hexdigest()[:12]}"


def clear_stale(lock_file: Path, data: Path) -> None:
    """Remove a lock file that no process of this cluster stands behind.

    Call it under the lock of the data root. A file that names a dead process is left to
    PostgreSQL, which also checks that no orphan still uses the shared memory noted in it. While
    any process of the cluster lives, even an orphan, every file stays.
    """
    try:
        first_line = lock_file.read_bytes().split(b"\n", 1)[0]
    except FileNotFoundError:
        return
    if _names_a_dead_process(first_line) or has_living_processes(data):
        return
    lock_file.unlink(missing_ok=True)


def has_living_processes(data: Path) -> bool:
    """Whether a server on this data directory lives, or an orphan of one."""
    flag, title = os.fsencode(data), f"postgres: {cluster_name(data)}: ".encode()
    return any(
        words[0].startswith(title) or (b"-D" in words and flag in words)
        for words in _command_lines()
    )


def _names_a_dead_process(line: bytes) -> bool:
    try:
        os.kill(abs(int(line)), 0)
    except ProcessLookupError:
        return True
    except (ValueError, OverflowError, PermissionError):
        return False  # no number at all, or alive and somebody else's
    return False


def _command_lines() -> Iterator[list[bytes]]:
    """The words of every process's command line."""
    if sys.platform != "linux":
        yield from _command_lines_by_ps()
        return
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue  # it ended meanwhile
        yield words


def _command_lines_by_ps() -> Iterator[list[bytes]]:
    listing = subprocess.run(
        ["/bin/ps", "-axww", "-o", "command="], capture_output=True, check=False
    ).stdout
    for line in listing.splitlines():
        # ps does not mark where words end: a path with blanks is put back together.
        command, _, path = line.partition(b" -D ")
        yield [command, b"-D", path.split(b" -c ")[0]] if path else [command]
