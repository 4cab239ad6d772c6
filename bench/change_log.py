"""What the change log costs: writes of one row and of many, with its triggers and without.

The same statements run with the triggers of customers_address enabled and disabled, in turns,
so that a busy minute of the machine hits both; a table with few indexes shows the log's cost
best. Targets: under 30
microseconds for a row in bulk, under 0.3 ms for a single row.
"""

from collections.abc import Callable
from statistics import median
from uuid import UUID

import psycopg

from bench import company, ground
from bench.generator.plan import Plan

TARGET_BULK_US = 30
TARGET_SINGLE_MS = 0.3
_TABLE = "customers_address"
_SINGLES = 200
_TURNS = 3
_CHANGE_SET = "00000000-0000-7000-8000-00000000c4a6"


def run(rows: int = 100_000, seed: int = 1) -> ground.Figures:
    """Cost of the log for each kind of write, and how much it stores for a changed row."""
    of = company.prepared(rows, seed)
    with psycopg.connect(of.owner_url, autocommit=True) as connection:
        connection.execute(f"SET wayfolk.change_set_id = '{_CHANGE_SET}'")
        connection.execute("SET wayfolk.migrating = 'off'")
        bench = _Writes(connection, of.plan, rows)
        many = len(bench.ids)
        figures = [
            _compared("insert, 1 row", bench.insert_singles, bench, 1),
            _compared("update, 1 row", bench.update_singles, bench, 1),
            _compared(f"insert, {many:,} rows", lambda: bench.insert(many), bench, many),
            _compared(f"update, {many:,} rows", lambda: bench.update(many), bench, many),
        ]
        size = bench.bytes_per_changed_row()
    return {
        "targets": f"bulk under {TARGET_BULK_US} us a row, single under {TARGET_SINGLE_MS} ms",
        "bytes_per_changed_row": size,
        "writes": figures,
    }


class _Writes:
    """The statements, each in a transaction that is rolled back: every turn meets the same rows.

    CPU of the database process is what is measured; where that cannot be read, wall time.
    """

    def __init__(self, connection: psycopg.Connection, of: Plan, most: int) -> None:
        self.connection = connection
        self.of = of
        self.pid = connection.info.backend_pid
        found = connection.execute(
            "SELECT id FROM customers_address WHERE organization_id = %s AND set = 'primary'"
            " ORDER BY id LIMIT %s",
            [of.organization_id, most],
        )
        self.ids: list[UUID] = [row[0] for row in found.fetchall()]

    def insert(self, rows: int, at: int = 0) -> None:
        """A second address beside each of these."""
        self.connection.execute(
            "INSERT INTO customers_address SELECT (jsonb_populate_record(a,"
            " jsonb_build_object('id', gen_random_uuid(), 'set', 'secondary'))).*"
            " FROM customers_address a WHERE a.organization_id = %s AND a.id >= %s AND a.id <= %s",
            [self.of.organization_id, self.ids[at], self.ids[at + rows - 1]],
        )

    def update(self, rows: int, at: int = 0) -> None:
        self.connection.execute(
            "UPDATE customers_address SET lines = lines || '.', city = city || '.'"
            " WHERE organization_id = %s AND id >= %s AND id <= %s",
            [self.of.organization_id, self.ids[at], self.ids[at + rows - 1]],
        )

    def insert_singles(self) -> None:
        for at in range(_SINGLES):
            self.insert(1, at)

    def update_singles(self) -> None:
        for at in range(_SINGLES):
            self.update(1, at)

    def bytes_per_changed_row(self) -> int:
        """Heap and indexes of the log for an update of two columns, kept for good."""
        before = self._log_size()
        self.update(len(self.ids))
        return (self._log_size() - before) // len(self.ids)

    def _log_size(self) -> int:
        row = self.connection.execute(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
            " WHERE inhparent = 'audit_change'::regclass"
        ).fetchone()
        return int(row[0]) if row else 0

    def cost(self, write: Callable[[], None], *, logged: bool) -> float:
        """Milliseconds of one run of `write`, rolled back."""
        clocks = ground.Clocks(self.pid)
        # Within a transaction, so that nobody else ever sees the table without its triggers.
        with self.connection.transaction(force_rollback=True):
            if not logged:
                self.connection.execute(f"ALTER TABLE {_TABLE} DISABLE TRIGGER USER")
            clocks.time(write)
        return (clocks.db_cpu or clocks.wall)[0]


def _compared(name: str, write: Callable[[], None], bench: _Writes, rows: int) -> ground.Figures:
    bench.cost(write, logged=True)  # plans and pages are warm from here on
    turns = [
        (bench.cost(write, logged=False), bench.cost(write, logged=True)) for _ in range(_TURNS)
    ]
    statements = _SINGLES if rows == 1 else rows
    without, logged = (median(turn[i] for turn in turns) * 1000 / statements for i in (0, 1))
    target = TARGET_SINGLE_MS * 1000 if rows == 1 else TARGET_BULK_US
    return {
        "write": name,
        "without_us": round(without, 1),
        "with_us": round(logged, 1),
        "log_us": round(logged - without, 1),
        "target_us": target,
        "kept": "yes" if logged - without < target else "no",
    }
