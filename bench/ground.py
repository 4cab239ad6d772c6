"""What every benchmark stands on: a database of its own, the clocks, figures in a table.

A database is named after what it holds (rows, seed), is loaded once, and is used again as
long as migrations and generator are the same.
"""

import hashlib
import json
import math
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
# The files that decide how a generated company looks.
GENERATOR = ("src/wayfolk/*/migrations/0*.py", "bench/generator/*.py")
# Migrations of search, which are made anew without loading, see searching.building.
SEARCH_MIGRATIONS = (
    "src/wayfolk/identity/migrations/000[1-4]_*.py",
    "src/wayfolk/*/migrations/*_customer_search.py",
)
Figures = dict[str, Any]
Answer = TypeVar("Answer")


# --- the database ---------------------------------------------------------------------------


def own_database(name: str, load: Callable[[str], None], made_by: Sequence[str] = GENERATOR) -> str:
    """Connect Django to the benchmark's database; `load(owner's url)` fills it if it is new.

    A database made by other migrations or another generator (`made_by`, patterns of their
    file names) is made again; one that only lacks later migrations is brought up to date.
    Whatever stops a load half way leaves a database that the next run replaces. Returns the
    owner's URL.
    """
    sources = _sources(made_by)
    with psycopg.connect(url_of("postgres"), autocommit=True) as server:
        is_kept = _was_loaded_by(server, name, sources)
        identifier = sql.Identifier(name)
        if not is_kept:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
            server.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
    _connect_django(name)
    from wayfolk.config import database

    database.prepare()
    if not is_kept:
        print(f"Loading {name} ...", flush=True)
        load(url_of(name))
    with psycopg.connect(url_of("postgres"), autocommit=True) as server:
        mark = sql.Literal(json.dumps(sources))
        server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(identifier, mark))
    return url_of(name)


def _was_loaded_by(server: psycopg.Connection[Any], name: str, sources: dict[str, str]) -> bool:
    """Whether the database was loaded to its end, by sources that are still the same."""
    found = server.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    if not found or not found[0]:
        return False
    then: dict[str, str] = json.loads(found[0])
    return all(sources.get(path) == digest for path, digest in then.items())


def _sources(made_by: Sequence[str]) -> dict[str, str]:
    """File -> digest, of everything that decides what a loaded database looks like."""
    paths = files_of(made_by) - files_of(SEARCH_MIGRATIONS)
    return {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in sorted(paths)
    }


def files_of(patterns: Sequence[str]) -> set[Path]:
    return {path for pattern in patterns for path in ROOT.glob(pattern)}


def url_of(name: str) -> str:
    """The owner's URL of another database of the same server."""
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    return f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def _connect_django(name: str) -> None:
    """Every alias to this database, each on one connection of its own.

    A pool would hide which backend worked for us, and keep connections to databases that
    are made again.
    """
    for connection in connections.all():
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()
        connection.settings_dict["NAME"] = name
        connection.settings_dict["OPTIONS"].pop("pool", None)


def backend_pid() -> int:
    """The process of the database that answers Django in this thread."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid: int = cursor.fetchone()[0]
        return pid


# --- the clocks -----------------------------------------------------------------------------


@dataclass
class Clocks:
    """Wall time, our own CPU time and the database's of single calls, in milliseconds.

    On a machine that does other work at the same time, only the CPU times can be compared.
    """

    backend_pid: int
    wall: list[float] = field(default_factory=list)
    own_cpu: list[float] = field(default_factory=list)
    db_cpu: list[float] = field(default_factory=list)

    def time(self, call: Callable[[], Answer]) -> Answer:
        db_cpu = backend_cpu_ms(self.backend_pid)
        own_cpu, begun = time.thread_time(), time.perf_counter()
        answer = call()
        self.wall.append((time.perf_counter() - begun) * 1000)
        self.own_cpu.append((time.thread_time() - own_cpu) * 1000)
        spent = backend_cpu_ms(self.backend_pid)
        if db_cpu is not None and spent is not None:
            self.db_cpu.append(spent - db_cpu)
        return answer

    def figures(self) -> Figures:
        """Percentiles; the database's are None when the server runs on another machine."""
        return {
            "runs": len(self.wall),
            "p50_ms": percentile(self.wall, 50),
            "p95_ms": percentile(self.wall, 95),
            "p99_ms": percentile(self.wall, 99),
            "own_cpu_p50": percentile(self.own_cpu, 50),
            "own_cpu_p95": percentile(self.own_cpu, 95),
            "db_cpu_p50": percentile(self.db_cpu, 50),
            "db_cpu_p95": percentile(self.db_cpu, 95),
        }


def backend_cpu_ms(pid: int) -> float | None:
    """CPU time that this database process has used; None if it is not one of this machine.

    schedstat counts nanoseconds; utime and stime in stat are in ticks of 10 ms.
    """
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6
    except (OSError, ValueError, IndexError):
        pass
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None


def percentile(samples: Sequence[float], percent: float) -> float | None:
    """The smallest sample that `percent` of all do not exceed (nearest rank)."""
    if not samples:
        return None
    rank = max(1, math.ceil(len(samples) * percent / 100))
    return round(sorted(samples)[rank - 1], 3)


# --- the machine and the table --------------------------------------------------------------


def machine() -> Figures:
    """What the figures were measured on, and how busy it was."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "load_average": " ".join(f"{value:.2f}" for value in os.getloadavg()),
    }


def server_version() -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def table(rows: Iterable[Figures]) -> str:
    """Rows of figures as aligned text, one column a key."""
    listed = list(rows)
    columns = list(dict.fromkeys(key for row in listed for key in row))
    cells = [columns, *([_cell(row.get(column)) for column in columns] for row in listed)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
