"""Where the work is done: DuckDB inside this machine, or Spark on many."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any, Protocol

from wayfolk.identity.matching.batch.dialects import DUCKDB, Dialect
from wayfolk.identity.matching.record import Facts
from wayfolk.kit import batching
from wayfolk.kit.errors import Conflict

COLUMNS = tuple(each.name for each in fields(Facts))
LISTS = frozenset(name for name in COLUMNS if isinstance(getattr(Facts(), name), tuple))
CHUNK = 50_000
MISSING = (
    "Finding duplicates in bulk needs further packages. Install them with:"
    " pip install --require-hashes -r requirements/base.txt"
)


class Engine(Protocol):
    dialect: Dialect

    def load(self, facts: Iterable[Any]) -> int:
        """Makes the table `facts` of Arrow tables as `tables` makes them; how many records."""

    def make(self, table: str, query: str) -> None:
        """Keeps the rows of a query as a table, in the place of one of the same name."""

    def rows(self, query: str) -> list[tuple[Any, ...]]: ...

    def splink(self) -> Any:
        """The database as Splink knows it."""


class DuckDB:
    """One process, all cores, spilling to disk beyond `memory_mb`."""

    dialect = DUCKDB

    def __init__(self, *, memory_mb: int = 2_500, folder: str = "") -> None:
        try:
            import duckdb
        except ImportError:
            raise Conflict(MISSING) from None
        self.connection = duckdb.connect()
        self.connection.execute(f"SET memory_limit = '{memory_mb}MB'")
        self.connection.execute("SET preserve_insertion_order = false")
        if folder:
            self.connection.execute("SET temp_directory = $1", [folder])

    def load(self, facts: Iterable[Any]) -> int:
        columns = ", ".join(
            f"{name} {self.dialect.text_array if name in LISTS else 'VARCHAR'}" for name in COLUMNS
        )
        self.connection.execute(f"CREATE OR REPLACE TABLE facts (n INTEGER, {columns})")
        count = 0
        for table in facts:
            self.connection.register("loaded", table)
            self.connection.execute("INSERT INTO facts SELECT * FROM loaded")
            self.connection.unregister("loaded")
            count += table.num_rows
        return count

    def make(self, table: str, query: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TABLE {table} AS {query}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return list(self.connection.execute(query).fetchall())

    def splink(self) -> Any:
        from splink import DuckDBAPI

        return DuckDBAPI(connection=self.connection)


def schema() -> Any:
    """Of the table facts, as Arrow has it."""
    import pyarrow as pa

    text = pa.string()
    columns = [(name, pa.list_(text) if name in LISTS else text) for name in COLUMNS]
    return pa.schema([("n", pa.int32()), *columns])


def tables(facts: Iterable[Facts]) -> Iterator[Any]:
    """Rows of the table facts as Arrow tables, numbered from 0."""
    count = 0
    for chunk in batching.batches(facts, CHUNK):
        yield table_of(chunk, count)
        count += len(chunk)


def table_of(facts: Sequence[Facts], first: int) -> Any:
    """One Arrow table. first: the number of the first of them."""
    import pyarrow as pa

    of = schema()
    values = [[getattr(each, name) for each in facts] for name in COLUMNS]
    numbers = list(range(first, first + len(facts)))
    arrays = [pa.array(v, f.type) for v, f in zip([numbers, *values], of, strict=True)]
    return pa.Table.from_arrays(arrays, schema=of)
