"""A lock between processes that the kernel releases when its holder dies."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class ExclusiveLock:
    """An ``flock`` on a file; the file also carries a note about the holder, for messages."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self, note: str = "") -> bool:
        """Take the lock without waiting; True when it is ours, also when it was already."""
        if self._descriptor is None:
            # Python opens files so that children do not inherit them: were the lock shared
            # with a child, it would still be held after our death.
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return False
            self._descriptor = descriptor
        self.write_note(note or f"process {os.getpid()}")
        return True

    def write_note(self, note: str) -> None:
        """Replace what others read about the holder; only while the lock is ours."""
        if self._descriptor is None:
            raise RuntimeError("the note belongs to the holder of the lock")
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, note.encode(), 0)

    def note(self) -> str:
        """What the holder wrote, or an empty text."""
        try:
            return self._path.read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return ""

    def release(self) -> None:
        """Let go; nothing happens when the lock is not ours."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
