"""Starts, attaches to and stops the server of one data root."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from wayfolk.kit.engine import accounts, binaries, cluster, configuration, placement, probe, server
from wayfolk.kit.engine.errors import EngineError
from wayfolk.kit.exclusive_lock import ExclusiveLock

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE_SECONDS = 60
_RECOVERY_PATIENCE_SECONDS = 900
_LAST_GASP_SECONDS = 3  # for which a server may answer that has lost its supervisor


class EmbeddedPostgres:
    """The server of one data root; whoever comes first runs it, others attach.

    A lock decides who is first. It falls with its holder's death, and on Linux the server then
    stops by itself, so the next ``start`` always finds a free way.
    """

    def __init__(self, root: Path, *, db_user: str | None = None) -> None:
        self._root = root.expanduser().absolute()
        self._db_user = db_user
        self._lock = ExclusiveLock(self._root / "postgres.lock")
        self._server: server.Server | None = None
        self._attached = False

    @property
    def attached(self) -> bool:
        """Whether somebody else runs the server, so that ``stop`` leaves it alone."""
        return self._attached

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server, or attach to one that answers; nothing happens when it runs already.

        Call it from the main thread: on Linux the server lives as long as the thread that
        started it.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("start the database from the main thread: it dies with its thread")
        placement.make_root(self._root)
        begun = time.monotonic()
        while not (self._is_running() or self._take_charge()):
            self._wait_for_holder(time.monotonic() - begun)

    def revive(self) -> bool:
        """Bring the server back if it is gone, also one that somebody else ran.

        True when it had to. Cheap enough to be asked every few seconds.
        """
        if self._is_running():
            return False
        self.start()
        return True

    def url(self, *, user: str, database: str) -> str:
        """The address of a database for libpq, over the socket."""
        directory = quote(str(placement.find(self._root).socket_directory()), safe="")
        who, what = quote(user, safe=""), quote(database, safe="")
        return f"postgresql://{who}@{directory}:{placement.PORT}/{what}"

    def stop(self) -> None:
        """Stop the server and wait for it, unless it is somebody else's."""
        running, self._server = self._server, None
        self._attached = False
        try:
            if running is not None:
                running.stop()
        finally:
            self._lock.release()

    def _is_running(self) -> bool:
        if self._server is not None:
            return self._server.is_alive()
        return self._attached and self._answers()

    def _answers(self) -> bool:
        return probe.answers(self.url(user=cluster.SUPERUSER, database="postgres"))

    def _take_charge(self) -> bool:
        """Run the server if nobody else does; False while somebody holds the lock in silence."""
        try:
            is_ours = self._lock.acquire()
        except OSError as error:
            raise EngineError(
                f"The data directory {self._root} cannot be written to ({error.strerror}). Make "
                "it yours, or choose another one with --data."
            ) from error
        try:
            if self._answers_steadily(nobody_holds_lock=is_ours):
                self._attached = True
                self._lock.release()
                return True
            if is_ours:
                self._attached = False
                self._launch()
        except BaseException:
            self._lock.release()
            raise
        return is_ours

    def _answers_steadily(self, *, nobody_holds_lock: bool) -> bool:
        """Whether there is a server to attach to, and not the last gasp of one.

        With the lock free its supervisor may have died this instant, and the kernel's signal to
        the server be on its way.
        """
        if not self._answers():
            return False
        until = time.monotonic() + (_LAST_GASP_SECONDS if nobody_holds_lock else 0)
        while time.monotonic() < until:
            time.sleep(0.1)
            if not self._answers():
                return False
        return True

    def _launch(self) -> None:
        link = placement.find(self._root)
        account = accounts.choose(link.data, self._db_user)
        settled = placement.settle(self._root, account)
        placement.remove_unfinished(settled)
        programs = binaries.for_account(binaries.choose(settled.data), account, settled.home)
        sockets = settled.make_socket_directory(account)
        if not settled.data.exists():
            cluster.create(settled, programs, account)
        configuration.write(settled.data, account)
        launched = server.Server(settled, programs, account, sockets)
        launched.start(self._answers, patience_seconds=_PATIENCE_SECONDS)
        self._server = launched

    def _wait_for_holder(self, waited_seconds: float) -> None:
        patience = _PATIENCE_SECONDS
        if waited_seconds > patience and probe.is_getting_ready(
            self.url(user=cluster.SUPERUSER, database="postgres")
        ):
            patience = _RECOVERY_PATIENCE_SECONDS
        if waited_seconds > patience:
            raise EngineError(
                f"The database in {self._root} is held by {self._lock.note() or 'a process'}, but "
                f"does not answer after {patience} seconds. Stop that process and try again; "
                f"the server's log is {placement.find(self._root).log}"
            )
        time.sleep(0.05)
