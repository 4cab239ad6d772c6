"""Filling a fresh database with a generated company, by COPY in several processes.

As the owner of the tables with `wayfolk.migrating` on: a company that has always been there
has no change log. Constraints and triggers stay on; indexes are built after the rows.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql

from bench.generator import homes, people, plan, trade, travel
from bench.generator.plan import Plan

_SLICE = 20_000
_TABLES = (
    "customers_customer",
    "customers_contactpoint",
    "customers_address",
    "itineraries_itinerary",
    "itineraries_itinerarycustomer",
    "stays_property",
    "stays_stay",
    "bookings_booking",
    "households_household",
    "households_householdmember",
    "households_connection",
    "partners_partner",
    "partners_commissionterm",
    "partners_partnercontact",
)
# In the order in which foreign keys allow it; kinds of one group are loaded side by side.
_GROUPS = (("customer", "property"), ("itinerary", "household", "partner"), ("stay",), ("booking",))

Maker = Callable[[Plan, int, int], Iterator[tuple[str, dict[str, Any]]]]
Makers = Mapping[str, Maker]
COMPANY: Makers = {
    "customer": people.customers,
    "property": travel.properties,
    "itinerary": travel.itineraries,
    "stay": travel.stays,
    "booking": travel.bookings,
    "household": homes.households,
    "partner": trade.partners,
}
# 2026-01-01 UTC, a little later for every row.
_CREATED_FROM = 1_767_225_600.0


def load(of: Plan, url: str, makers: Makers = COMPANY) -> None:
    """All rows of the company into the database at `url` (the owner's); prints its progress.

    `makers` are functions of modules, kind -> (plan, first place, end) -> rows; kinds that are
    not in it are left out.
    """
    begun = time.monotonic()
    with _without_indexes(url), _processes(url) as pool:
        for group in _GROUPS:
            slices = [
                (of, makers[kind], start, min(start + _SLICE, of.count(kind)))
                for kind in group
                if kind in makers
                for start in range(0, of.count(kind), _SLICE)
            ]
            rows = sum(pool.imap_unordered(_load_slice, slices))
            names = " and ".join(group)
            print(f"  {names}: {rows:,} rows after {time.monotonic() - begun:.0f} s", flush=True)
    print(f"  indexes: after {time.monotonic() - begun:.0f} s", flush=True)
    _set_numbers(of, url)
    with psycopg.connect(url, autocommit=True) as connection:
        for table in _TABLES:
            connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
    print(f"  loaded in {time.monotonic() - begun:.0f} s", flush=True)


def load_small(of: Plan, url: str, makers: Makers = COMPANY) -> None:
    """The same rows in this process alone, with every index in place: for tests."""
    _prepare_process(url, sys.path)
    for group in _GROUPS:
        for kind in (each for each in group if each in makers):
            _load_slice((of, makers[kind], 0, of.count(kind)))
    _set_numbers(of, url)
    with psycopg.connect(url, autocommit=True) as connection:
        for table in _TABLES:
            connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))


@contextmanager
def _processes(url: str) -> Iterator[Any]:
    """Spawned, not forked: this process holds database connections and threads."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(os.cpu_count() or 1, _prepare_process, (url, sys.path)) as pool:
        yield pool


_url = ""


def _prepare_process(url: str, path: list[str]) -> None:
    global _url  # noqa: PLW0603 - one for the life of this process
    sys.path[:] = path
    _url = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wayfolk.config.settings")
    import django

    django.setup()


def _load_slice(task: tuple[Plan, Maker, int, int]) -> int:
    """One slice in one transaction, whose deferred constraints are checked at its end."""
    of, make, start, stop = task
    with psycopg.connect(_url, options=OPTIONS) as connection:
        return copy_rows(connection, make(of, start, stop), of, start)


OPTIONS = "-c wayfolk.migrating=on -c synchronous_commit=off"


def copy_rows(
    connection: psycopg.Connection[Any],
    made: Iterable[tuple[str, dict[str, Any]]],
    of: Plan,
    start: int = 0,
) -> int:
    """(table, values) into their tables, as if entered at one moment; how many rows it was."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for table, row in made:
        rows.setdefault(table, []).append(row)
    moment = datetime.fromtimestamp(_CREATED_FROM + start, UTC)
    with connection.cursor() as cursor:
        for table, listed in rows.items():
            _copy(cursor, table, listed, of.organization_id, moment)
    return sum(map(len, rows.values()))


def _copy(
    cursor: psycopg.Cursor[Any],
    table: str,
    rows: list[dict[str, Any]],
    organization_id: int,
    moment: datetime,
) -> None:
    columns = {**_defaults(table), "organization_id": organization_id}
    columns.update(created_at=moment, updated_at=moment)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(statement) as copy:
        for values in rows:
            copy.write_row([values.get(name, default) for name, default in columns.items()])


def _defaults(table: str) -> dict[str, Any]:
    """Column -> what the model gives a row that does not say; the database has no defaults."""
    from wayfolk.audit import tables

    own = {"id", "organization_id", "created_at", "updated_at"}
    return {
        str(field.column): None if field.name in own else field.get_default()
        for field in tables.model_of(table)._meta.concrete_fields
    }


@contextmanager
def _without_indexes(url: str) -> Iterator[None]:
    """Indexes that enforce nothing are dropped, and built again from full tables."""
    with psycopg.connect(url, autocommit=True) as connection:
        definitions = connection.execute(
            "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid"
            " WHERE NOT i.indisunique AND NOT i.indisexclusion AND t.relname = ANY (%s)",
            [list(_TABLES)],
        ).fetchall()
        for name, _ in definitions:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        try:
            yield
        finally:
            connection.execute("SET maintenance_work_mem = '512MB'")
            for _, definition in definitions:
                connection.execute(definition)


def _set_numbers(of: Plan, url: str) -> None:
    """The next number of each range follows the last one that was loaded."""
    following = {
        "customer": plan.customer_number(of.customers),
        "itinerary": plan.itinerary_number(of.itineraries),
        "booking": plan.booking_number(of.bookings),
        "household": plan.household_number(of.households),
    }
    with psycopg.connect(url, options=OPTIONS) as connection:
        for place, (kind, number) in enumerate(following.items()):
            connection.execute(
                "INSERT INTO organization_numbering (id, organization_id, kind, next_value,"
                " version, created_at, updated_at) VALUES (%s, %s, %s, %s, 1, now(), now())"
                " ON CONFLICT (organization_id, kind)"
                " DO UPDATE SET next_value = excluded.next_value",
                [
                    plan.row_id("property", place, 1),
                    of.organization_id,
                    kind,
                    number,
                ],
            )
