"""The job that follows what is written: a thread of the worker, awake once a second.

No queue entry for each written customer, and nothing to enqueue: what bypasses the program is
followed just the same. Several workers may follow at once; they share the work.
"""

import logging
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connection

from wayfolk.identity.search import deriving

INTERVAL_SECONDS = 0.8
_LONGEST_PAUSE_SECONDS = 30.0
_log = logging.getLogger(__name__)


class Follower(Thread):
    """Follows until `stop`. A database that is away is tried again, ever less often."""

    def __init__(self) -> None:
        super().__init__(name="search-follower", daemon=True)
        self._stopped = Event()

    def stop(self) -> None:
        self._stopped.set()

    def run(self) -> None:
        pause = INTERVAL_SECONDS
        while not self._stopped.wait(pause):
            try:
                follow(self._stopped)
                pause = INTERVAL_SECONDS
            except DatabaseError:
                pause = min(_LONGEST_PAUSE_SECONDS, pause * 2)
                _log.exception("The search index could not follow; next try in %.0f s", pause)
                close_old_connections()
        connection.close()


def follow(stopped: Event) -> None:
    """Derive everything that is due, or until `stopped`; queued customers go first."""
    while not stopped.is_set():
        is_done = True
        for organization_id in deriving.organizations_behind():
            has_caught_up = not deriving.catch_up(organization_id)
            if not (has_caught_up and deriving.rebuild_step(organization_id).is_finished):
                is_done = False
        if is_done:
            return
