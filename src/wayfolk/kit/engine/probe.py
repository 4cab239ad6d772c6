"""Asks a server whether it is there, and whether Wayfolk can live on it."""

from __future__ import annotations

import psycopg
from psycopg import pq

from wayfolk.kit.engine.errors import EngineError

MINIMUM_MAJOR = 15
REQUIRED_EXTENSIONS = ("btree_gin", "pg_trgm")
_CONNECT_TIMEOUT_SECONDS = 5


def answers(url: str) -> bool:
    """Whether the server runs a statement: the only proof that it is up."""
    try:
        with psycopg.connect(url, connect_timeout=_CONNECT_TIMEOUT_SECONDS) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.Error:
        return False


def is_getting_ready(url: str) -> bool:
    """Whether a server is there that turns everyone away: starting, recovering or stopping."""
    return pq.PGconn.ping(url.encode()) == pq.Ping.REJECT


def check_server(url: str) -> None:
    """Refuse a server that Wayfolk cannot use, with the reason and the remedy.

    Wants PostgreSQL 15 or newer, a database in UTF-8, and the extensions that the migrations
    create.
    """
    try:
        with psycopg.connect(url, connect_timeout=_CONNECT_TIMEOUT_SECONDS) as connection:
            version, encoding, available = _describe(connection)
    except psycopg.Error as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise EngineError(
            f"The PostgreSQL server cannot be used: {reason}. Check that the server is "
            "running and that DATABASE_URL reads postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
        ) from error
    refuse_unsuitable(version, encoding, available)


def refuse_unsuitable(version: int, encoding: str, available: set[str]) -> None:
    """Raise unless a server's facts suit; ``version`` is PostgreSQL's number, such as 180006."""
    if version < MINIMUM_MAJOR * 10_000:
        raise EngineError(
            f"The server runs PostgreSQL {version // 10_000}; Wayfolk needs "
            f"{MINIMUM_MAJOR} or newer. Upgrade it, or point DATABASE_URL at another server."
        )
    if encoding != "UTF8":
        raise EngineError(
            f"The database is encoded in {encoding}; names from everywhere need UTF8. Create it "
            "with: CREATE DATABASE wayfolk ENCODING 'UTF8' TEMPLATE template0"
        )
    missing = [name for name in REQUIRED_EXTENSIONS if name not in available]
    if missing:
        raise EngineError(
            f"The server lacks the extension {' and '.join(missing)}. Install PostgreSQL's "
            "contrib package on it (Debian has it in postgresql, Fedora in postgresql-contrib)."
        )


def _describe(connection: psycopg.Connection) -> tuple[int, str, set[str]]:
    row = connection.execute(
        "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), "
        "ARRAY(SELECT name::text FROM pg_available_extensions WHERE name = ANY(%s))",
        [list(REQUIRED_EXTENSIONS)],
    ).fetchone()
    if row is None:
        raise psycopg.OperationalError("the server returned no row for its own settings")
    return row[0], row[1], set(row[2])
