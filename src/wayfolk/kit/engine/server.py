"""One running server as our child process."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from wayfolk.kit import child_processes
from wayfolk.kit.engine import cluster, lock_files, placement
from wayfolk.kit.engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wayfolk.kit.engine.accounts import Account
    from wayfolk.kit.engine.binaries import Binaries

_LOG_ROTATES_AT_BYTES = 5_000_000
_RECOVERY_PATIENCE_SECONDS = 900
_STOP_PATIENCE_SECONDS = 60
# Refusals that pass: orphans of a killed server still hold its lock file or its shared memory.
_PASSING_REFUSALS = (b"lock file", b"shared memory")


class Server:
    """The postmaster of one data directory, from start to stop."""

    def __init__(
        self, place: placement.Placement, programs: Binaries, account: Account, sockets: Path
    ) -> None:
        self._place = place
        self._programs = programs
        self._account = account
        self._sockets = sockets
        self._child: subprocess.Popen[bytes] | None = None
        self._parent = os.getpid()

    def is_alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def start(self, answers: Callable[[], bool], *, patience_seconds: float) -> None:
        """Start it and wait for an answer; try again while remains of an older one pass away."""
        deadline = time.monotonic() + patience_seconds
        while True:
            for lock_file in (
                self._place.data / "postmaster.pid",
                self._sockets / f"{placement.SOCKET_NAME}.lock",
            ):
                lock_files.clear_stale(lock_file, self._place.data)
            begins_at = self._rotate_log()
            try:
                self._spawn()
                if self._answered(answers):
                    return
            except BaseException:
                self.stop()
                raise
            self._judge_refusal(self._log_since(begins_at), deadline)
            time.sleep(0.25)

    def stop(self) -> None:
        """Ask for a fast shutdown and wait; insist if it does not come."""
        child, self._child = self._child, None
        if child is None or os.getpid() != self._parent:
            return  # a fork of ours has no business with our child
        for request, patience in (
            (signal.SIGINT, _STOP_PATIENCE_SECONDS),
            (signal.SIGQUIT, _STOP_PATIENCE_SECONDS),  # like a crash: recovery at the next start
            (signal.SIGKILL, None),
        ):
            child.send_signal(request)
            with suppress(subprocess.TimeoutExpired):
                child.wait(patience)
                return

    def _spawn(self) -> None:
        settings = {
            "listen_addresses": "",
            "port": str(placement.PORT),
            "unix_socket_directories": f'"{self._sockets}"',
            "unix_socket_permissions": "0700",
            "cluster_name": lock_files.cluster_name(self._place.data),
        }
        command = [str(self._programs.program("postgres")), "-D", str(self._place.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self._place.log.open("ab") as log:
            self._child = subprocess.Popen(  # noqa: S603 - our own program
                command,
                user=self._account.user,
                group=self._account.group,
                extra_groups=self._account.extra_groups,
                cwd=self._place.home,
                env=cluster.server_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in a terminal is for us; we pass it on in order
                preexec_fn=child_processes.tied_to_parent(signal.SIGINT),  # noqa: PLW1509 - prctl
            )

    def _answered(self, answers: Callable[[], bool]) -> bool:
        """Wait until it answers (True) or ends (False); crash recovery may take its time."""
        deadline = time.monotonic() + _RECOVERY_PATIENCE_SECONDS
        while self.is_alive():
            if answers():
                return True
            if time.monotonic() > deadline:
                raise EngineError(
                    f"The database in {self._place.data} did not get ready within "
                    f"{_RECOVERY_PATIENCE_SECONDS} seconds. Its log is {self._place.log}"
                )
            time.sleep(0.02)
        return False

    def _judge_refusal(self, said: bytes, deadline: float) -> None:
        passes = any(sign in said for sign in _PASSING_REFUSALS)
        if passes and time.monotonic() < deadline:
            return
        raise EngineError(
            f"PostgreSQL did not start on {self._place.data}. It said:\n"
            f"{said.decode(errors='replace').strip() or '(nothing)'}\n"
            f"Its log is {self._place.log}"
        )

    def _rotate_log(self) -> int:
        """Put a long log aside, keeping one old one; gives the place where news will begin."""
        log = self._place.log
        if not log.exists():
            log.touch(mode=0o600)
        size = log.stat().st_size
        if size < _LOG_ROTATES_AT_BYTES:
            return size
        log.replace(log.with_name(f"{log.name}.1"))
        log.touch(mode=0o600)
        return 0

    def _log_since(self, begins_at: int) -> bytes:
        with self._place.log.open("rb") as log:
            log.seek(begins_at)
            return log.read()
