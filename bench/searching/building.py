"""Deriving what search looks things up in, and noting that it was done.

Apart from the loading of a company: the tables of search change more often than customers do.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql

from bench import ground

SCHEMA = "search"
_REPORT_SECONDS = 15.0
_TABLES = ("src/wayfolk/identity/migrations/0001*.py",)
# Functions that migrations of search have made, those of other domains included.
_FUNCTIONS = "^search_|^(bookings|itineraries|stays)_(customers_of|past_trips|last_travelled)$"


def drop_outdated(url: str) -> None:
    """Take away what other migrations of search have made: theirs is made anew.

    A change of its functions costs nothing then, one of its tables a derivation of the keys,
    and neither the loading of a company.
    """
    try:
        connection = psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError:
        return  # no such database yet
    with connection:
        note = _note(connection)
        if note is None or note.get("migrations") == _digest(ground.SEARCH_MIGRATIONS):
            return
        if note.get("tables") == _digest(_TABLES):
            _drop_functions(connection, "")
            connection.execute(
                "DELETE FROM django_migrations WHERE name LIKE '%\\_customer\\_search'"
                " OR app = 'identity' AND name NOT LIKE '0001%'"
            )
            return
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(SCHEMA)))
        _drop_functions(connection, "CASCADE")
        connection.execute(
            "DELETE FROM django_migrations WHERE name LIKE '%\\_customer\\_search'"
            " OR app = 'identity'"
        )


def _drop_functions(connection: psycopg.Connection, how: str) -> None:
    """Those of search; without CASCADE, triggers and indexes keep the ones that they need."""
    functions = connection.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p"
        " WHERE p.pronamespace = 'public'::regnamespace AND p.proname ~ %s",
        [_FUNCTIONS],
    ).fetchall()
    for (function,) in functions:
        with suppress(psycopg.errors.DependentObjectsStillExist):
            connection.execute(f"DROP FUNCTION {function} {how}")


def built(url: str, organization_id: int, customers: int) -> ground.Figures:
    """What it took to derive the keys of all customers; done now unless it has been done."""
    from wayfolk.identity.search.spelling import KEYS_VERSION

    with psycopg.connect(url, autocommit=True) as owner:
        note = _note(owner) or {}
        # Taken before, because the files may change under a long derivation.
        digests = {"tables": _digest(_TABLES), "migrations": _digest(ground.SEARCH_MIGRATIONS)}
        if note.get("keys") == KEYS_VERSION and "figures" in note:
            figures: ground.Figures = note["figures"]
            _keep_note(owner, note | digests)
            return figures
        # What the load has queued is derived with everything else.
        owner.execute(f"TRUNCATE {SCHEMA}.pending, {SCHEMA}.new_word, matching.pending")
        figures = _derive(organization_id, customers)
        for (table,) in owner.execute(
            "SELECT c.oid::regclass::text FROM pg_class c"
            " WHERE c.relkind = 'r' AND c.relnamespace = %s::regnamespace",
            [SCHEMA],
        ).fetchall():
            owner.execute(f"VACUUM (ANALYZE) {table}")
        owner.execute("VACUUM (ANALYZE) customers_contactpoint")
        _keep_note(owner, {**digests, "keys": KEYS_VERSION, "figures": figures})
    return figures


def _derive(organization_id: int, customers: int) -> ground.Figures:
    """As `wayfolk search reindex` does it."""
    from wayfolk.identity.search import deriving

    print("Deriving the keys of search ...", flush=True)
    clocks = ground.Clocks(ground.backend_pid())
    reported = time.monotonic()

    def report(done: int) -> None:
        nonlocal reported
        if time.monotonic() - reported > _REPORT_SECONDS:
            print(f"  {done:,} customers", flush=True)
            reported = time.monotonic()

    clocks.time(lambda: deriving.rebuild_all(organization_id, report))
    return {
        "seconds": round(clocks.wall[0] / 1000, 1),
        "db_cpu_ms_a_row": round(sum(clocks.db_cpu) / customers, 4),
        "own_cpu_ms_a_row": round(clocks.own_cpu[0] / customers, 4),
    }


def catch_up(organization_id: int) -> None:
    """Derive everything that is queued, as the job in the background does every second."""
    from wayfolk.identity.search import deriving

    while deriving.catch_up(organization_id):
        pass


def _note(connection: psycopg.Connection) -> dict[str, Any] | None:
    """What was noted on the schema when its tables were filled; None without a schema."""
    found = connection.execute(
        "SELECT coalesce(obj_description(oid, 'pg_namespace'), '{}')"
        " FROM pg_namespace WHERE nspname = %s",
        [SCHEMA],
    ).fetchone()
    return json.loads(found[0]) if found else None


def _keep_note(connection: psycopg.Connection, note: dict[str, Any]) -> None:
    statement = sql.SQL("COMMENT ON SCHEMA {} IS {}")
    connection.execute(statement.format(sql.Identifier(SCHEMA), sql.Literal(json.dumps(note))))


def _digest(patterns: Sequence[str]) -> str:
    files = sorted(ground.files_of(patterns))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
