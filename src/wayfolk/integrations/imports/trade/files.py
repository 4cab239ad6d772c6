"""A file of trade partners, opened: its relations resolved, its rows in the order of writing."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from wayfolk.integrations.imports import ingesting
from wayfolk.integrations.imports import mapping as mappings
from wayfolk.integrations.imports.reading import Task
from wayfolk.integrations.imports.rows import RowCleaner
from wayfolk.integrations.imports.trade import planning
from wayfolk.integrations.imports.trade.writing import TradePartners
from wayfolk.integrations.models import ImportRun
from wayfolk.kit import batching, tenancy
from wayfolk.staff.rules import Actor

BATCH_ROWS = 1_000


def open_file(run: ImportRun, by: Actor, task: Task) -> tuple[TradePartners, Iterator[list[Any]]]:
    """What writes the file, and its batches from the run's position on."""
    cleaner = RowCleaner(mappings.from_json(task.mapping), task.headers, task.around)
    sketches = planning.read_sketches(task.path, cleaner, task.around)
    with tenancy.scope(by.organization_id):
        plan = planning.resolve(sketches, task.kind.system)
    undone = ingesting.undone_change_sets(by.organization_id)
    ingest = TradePartners(run, by, task.kind, plan, undone)
    rows = planning.in_order(task.path, plan, cleaner)
    for row in islice(rows, task.skip):
        ingest.skip(row.number)
    return ingest, batching.batches((ingest.row_of(row) for row in rows), BATCH_ROWS)
