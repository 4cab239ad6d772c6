"""Two ways to search that come with PostgreSQL, on the same customers and queries.

Their table and indexes are in a schema of their own: nothing of it counts as the engine's.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import psycopg

from bench import ground
from bench.generator.plan import Plan
from bench.searching import likeness, measuring
from bench.searching.measuring import Measured
from wayfolk.kit import text

_QUERIES = 200
_SECONDS_A_CLASS = 12.0
# Filled from the product's own folded columns: the peers get all the help there is. Of a phone
# number both forms count: the digits as typed and those of the international form.
_TABLE = (
    "CREATE SCHEMA bench_peers",
    """
    CREATE TABLE bench_peers.customer AS
    SELECT c.id, trim(c.folded_given || ' ' || c.folded_family) AS name,
           concat_ws(' | ', c.number, trim(c.folded_given || ' ' || c.folded_family), r.reach,
                     a.folded_city) AS everything
    FROM customers_customer c
    LEFT JOIN (
        SELECT p.organization_id, p.customer_id, string_agg(
            CASE WHEN p.kind = 'email' THEN p.normalised
            ELSE concat_ws(' | ', d.international, nullif(d.typed, d.international)) END, ' | '
        ) AS reach
        FROM customers_contactpoint p CROSS JOIN LATERAL (
            SELECT ltrim(p.normalised, '+') AS international,
                   regexp_replace(p.value, '[^0-9]', '', 'g') AS typed
        ) d
        GROUP BY p.organization_id, p.customer_id
    ) r ON (r.organization_id, r.customer_id) = (c.organization_id, c.id)
    LEFT JOIN customers_address a
      ON (a.organization_id, a.customer_id, a.set) = (c.organization_id, c.id, 'primary')
    """,
    "CREATE INDEX peers_name ON bench_peers.customer USING gin (name gin_trgm_ops)",
    "CREATE INDEX peers_everything ON bench_peers.customer USING gin (everything gin_trgm_ops)",
    "VACUUM (ANALYZE) bench_peers.customer",
)
_BY_SIMILARITY = """
    SELECT id FROM bench_peers.customer WHERE name %% %s ORDER BY similarity(name, %s) DESC LIMIT 10
"""
_NAMES = (
    "last name", "beginnings of two names", "full name", "one typo", "two typos",
    "swapped order", "other diacritics", "nickname",
)  # fmt: skip
_REACH = (
    "name and city", "email", "email, local part", "email, one typo", "phone",
    "phone, formatted", "phone, last digits", "phone, one wrong digit",
)  # fmt: skip
MISSPELLED = ("one typo", "two typos")


@dataclass(frozen=True)
class Peer:
    """One of the two, and the classes of queries that it is asked."""

    name: str
    find: Callable[[psycopg.Connection, str], Sequence[UUID]]
    classes: tuple[str, ...]


def compare(measured: Sequence[Measured], url: str, of: Plan) -> list[ground.Figures]:
    """Figures of every peer and class, with how many times the engine's CPU it takes."""
    figures = []
    with psycopg.connect(url, autocommit=True) as connection:
        _ensure_table(connection)
        for peer in PEERS:
            for engine in measured:
                if engine.of.name in peer.classes:
                    own = _ask(peer, engine, connection)
                    measuring.judge([own], connection, of.organization_id)
                    figures.append(_figures(peer, own, engine))
    return figures


def size(url: str) -> int:
    """Bytes of the peers' two indexes."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_indexes_size('bench_peers.customer')").fetchone()
    return int(row[0]) if row else 0


def _by_similarity(connection: psycopg.Connection, asked: str) -> list[UUID]:
    folded = text.fold(asked)
    return [row[0] for row in connection.execute(_BY_SIMILARITY, [folded, folded])]


def _by_fragments(connection: psycopg.Connection, asked: str) -> list[UUID]:
    """Every word, or the digits of a number, somewhere in the text of the customer."""
    digits = likeness.digits(asked)
    if digits and not any(character.isalpha() for character in asked):
        words = [digits.removeprefix("00")]
    elif "@" in asked:
        words = [asked.lower()]
    else:
        words = text.fold(asked).split()
    tests = " AND ".join(["everything ILIKE %s"] * len(words))
    statement = f"SELECT id FROM bench_peers.customer WHERE {tests} LIMIT 10"
    return [row[0] for row in connection.execute(statement, [f"%{word}%" for word in words])]


PEERS = (
    Peer("trigram similarity", _by_similarity, _NAMES),
    Peer("ILIKE", _by_fragments, (*_NAMES, *_REACH)),
)


def _ensure_table(connection: psycopg.Connection) -> None:
    """Made once; a table of other customers than now would only show in its recall."""
    if connection.execute("SELECT to_regclass('bench_peers.customer')").fetchone() == (None,):
        connection.execute("DROP SCHEMA IF EXISTS bench_peers CASCADE")
        connection.execute("SET maintenance_work_mem = '512MB'")
        for statement in _TABLE:
            connection.execute(statement)


def _ask(peer: Peer, engine: Measured, connection: psycopg.Connection) -> Measured:
    """The first queries of a class, as many as its time allows."""
    own = Measured(engine.of, engine.queries[:_QUERIES])
    clocks = ground.Clocks(connection.info.backend_pid)
    until = time.monotonic() + _SECONDS_A_CLASS
    for at, query in enumerate(own.queries):
        if time.monotonic() > until:
            break
        answer: Any = clocks.time(partial(peer.find, connection, query.text))
        own.answers[at] = answer
    own.turns.append(clocks)
    return own


def _figures(peer: Peer, own: Measured, engine: Measured) -> ground.Figures:
    mine, theirs = (ground.percentile(each.db_cpu, 50) for each in (engine, own))
    return {
        "peer": peer.name,
        "class": own.of.name,
        "queries": len(own.answers),
        "recall": round(own.tie_aware, 3),
        "strict": round(own.strict, 3),
        "db_p50": theirs,
        "db_p99": ground.percentile(own.db_cpu, 99),
        "times_the_engine": round(theirs / mine, 1) if mine and theirs else None,
    }
