"""Runs the child processes of a Wayfolk: starts them, watches them, stops them in order."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wayfolk.kit import child_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# A service that dies sooner than this has not really started.
_SETTLED_AFTER_SECONDS = 10.0
_FALSE_STARTS_ALLOWED = 2
_LONGEST_PAUSE_SECONDS = 30.0
_WATCH_INTERVAL_SECONDS = 0.2


class ServiceFailedError(Exception):
    """A service does not stay up; the text says which."""


@dataclass
class Service:
    """One child process that should always run, in a session of its own.

    The session keeps a Ctrl-C in the terminal from reaching it, so that the order of stopping
    is ours; and its process group takes along what the child has started itself.
    """

    name: str
    command: Sequence[str]
    stop_patience_seconds: float = 15.0
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started_at: float = field(default=0.0, init=False)
    _false_starts: int = field(default=0, init=False)
    _resumes_at: float = field(default=0.0, init=False)

    def start(self) -> None:
        self._started_at = time.monotonic()
        self._child = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=child_processes.tied_to_parent(signal.SIGTERM),  # noqa: PLW1509 - prctl
        )

    def is_running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def keep_up(self, report: Callable[[str], None]) -> None:
        """Start it again when it has ended, a little later each time; give up on false starts."""
        if self._child is not None:
            code = self._child.poll()
            if code is None:
                return
            self._bury(self._child)
            self._plan_restart(code, report)
        if time.monotonic() >= self._resumes_at:
            self.start()

    def stop(self) -> None:
        """Ask it to finish, and end it and all it started when it does not."""
        if self._child is None:
            return
        self._child.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(self.stop_patience_seconds)
        self._bury(self._child)

    def _bury(self, child: subprocess.Popen[bytes]) -> None:
        # What it started may outlive it, and hold the port or a job.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        self._child = None

    def _plan_restart(self, code: int, report: Callable[[str], None]) -> None:
        lasted = time.monotonic() - self._started_at
        self._false_starts = self._false_starts + 1 if lasted < _SETTLED_AFTER_SECONDS else 1
        if self._false_starts > _FALSE_STARTS_ALLOWED:
            raise ServiceFailedError(
                f"The {self.name} ended {self._false_starts} times in a row right after its "
                f"start ({_describe(code)}). What it said is above."
            )
        pause = min(2.0 ** (self._false_starts - 1) - 1, _LONGEST_PAUSE_SECONDS)
        self._resumes_at = time.monotonic() + pause
        report(f"The {self.name} ended ({_describe(code)}); starting it again.")


@dataclass(frozen=True)
class Services:
    """All services of one runner; they stop in the order in which they were started."""

    report: Callable[[str], None]
    _members: list[Service] = field(default_factory=list, init=False)

    def start(self, service: Service) -> None:
        self._members.append(service)
        service.start()

    def keep_up_until(self, done: Callable[[], bool]) -> None:
        """Watch over all of them until ``done`` says so."""
        while not done():
            for service in self._members:
                service.keep_up(self.report)
            time.sleep(_WATCH_INTERVAL_SECONDS)

    def stop(self) -> None:
        for service in self._members:
            service.stop()


def _describe(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"killed by {signal.Signals(-code).name}"
    return f"killed by signal {-code}"
