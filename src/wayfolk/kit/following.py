"""A thread of the worker that follows what is written, awake about once a second.

No queue entry for each written record, and nothing to enqueue: what bypasses the program is
followed just the same. Several workers may follow at once; they share the work.
"""

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connection

INTERVAL_SECONDS = 0.8
_LONGEST_PAUSE_SECONDS = 30.0
_log = logging.getLogger(__name__)


class Follower(Thread):
    """Follows until `stop`. A database that is away is tried again, ever less often."""

    def __init__(self, name: str, follow: Callable[[Event], None]) -> None:
        """follow: does everything that is due, or what it can until the event is set."""
        super().__init__(name=name, daemon=True)
        self._follow = follow
        self._stopped = Event()

    def stop(self) -> None:
        self._stopped.set()

    def run(self) -> None:
        pause = INTERVAL_SECONDS
        while not self._stopped.wait(pause):
            try:
                self._follow(self._stopped)
                pause = INTERVAL_SECONDS
            except DatabaseError:
                pause = min(_LONGEST_PAUSE_SECONDS, pause * 2)
                _log.exception("%s could not go on; next try in %.0f s", self.name, pause)
                close_old_connections()
        connection.close()
