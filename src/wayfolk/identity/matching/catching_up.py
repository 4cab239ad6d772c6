"""New and changed customers are compared with everybody, by the job that follows what is written.

The database queues them (triggers of migration 0009), whoever wrote them. A chunk is taken in
the transaction that stores what was found: nobody is left out when it fails, and whoever is
compared twice has the same pairs.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from wayfolk.identity.matching import comparing
from wayfolk.identity.search import store
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor

CHUNK = 300
WAITING_MOST = 10_000  # counted at most
# Names the lock among the advisory ones of the database; any number. Shared by those who compare
# some customers, held alone by who compares everybody.
_LOCK = 8_190_332


def catch_up(organization_id: int, *, chunk: int = CHUNK) -> int:
    """Compare some that wait, in one transaction; returns how many, 0 while nobody is due.

    May run anywhere, at any time, more than once at a time. While everybody is compared it waits.
    """
    with tenancy.scope(organization_id):
        ((may_begin,),) = store.rows(
            "SELECT pg_try_advisory_xact_lock_shared(%s, %s)", [_LOCK, organization_id]
        )
        if not may_begin:
            return 0
        ((taken,),) = store.rows("SELECT matching_take(%s)", [chunk])
        if taken:
            comparing.compare_and_keep(taken)
    return len(taken)


def organizations_behind() -> list[int]:
    """Organisations with customers who wait."""
    return [row[0] for row in store.rows("SELECT matching_organizations_behind()", [])]


def waiting(*, by: Actor) -> int:
    """How many customers are still to be compared, counted up to WAITING_MOST."""
    by.require("customers.view")
    with tenancy.scope(by.organization_id):
        ((count,),) = store.rows("SELECT matching_waiting(%s)", [WAITING_MOST])
    return int(count)


@contextmanager
def everybody_at_once(organization_id: int) -> Iterator[str]:
    """Nobody else compares meanwhile; gives the name of what the database holds by now.

    Who is written later waits, and is compared with everybody afterwards. The lock is that of the
    connection: it goes with it, should the job be killed.
    """
    store.rows("SELECT pg_advisory_lock(%s, %s)", [_LOCK, organization_id])
    try:
        ((seen,),) = store.rows("SELECT pg_current_snapshot()::text", [])
        yield seen
    finally:
        if not connection.needs_rollback:
            store.rows("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, organization_id])


def forget_seen(seen: str) -> None:
    """Whoever waited when everybody began to be compared has been compared by now."""
    store.rows("SELECT matching_forget(%s::pg_snapshot)", [seen])
