"""What an import would do with the first rows of a file; nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from wayfolk.integrations.imports import fields, queries, running
from wayfolk.integrations.imports.cleaned import CleanRow
from wayfolk.integrations.imports.mapping import Mapping
from wayfolk.integrations.imports.receiving import StoredRow
from wayfolk.integrations.imports.rows import RowCleaner
from wayfolk.integrations.imports.trade import planning
from wayfolk.integrations.models import ImportRun
from wayfolk.kit import money
from wayfolk.staff.rules import Actor

PREVIEW_ROWS = 20
SAMPLE_ROWS = 500


@dataclass(frozen=True)
class PreviewCell:
    text: str
    is_faulty: bool


@dataclass(frozen=True)
class PreviewRow:
    number: int
    cells: list[PreviewCell]
    refusal: str
    remarks: list[str]


@dataclass(frozen=True)
class Preview:
    """`columns`: labels of the fields that the mapping fills. Counts are of the sample."""

    columns: list[str]
    rows: list[PreviewRow]
    sampled: int
    refused: int
    remarked: int


def preview(run: ImportRun, mapping: Mapping, *, by: Actor) -> Preview:
    """The first 20 rows as records, and how many of the first 500 would be refused.

    Relations of trade partners are looked at in files that are no longer than that.
    """
    cleaner = RowCleaner(mapping, run.headers, running.surroundings(by))
    cleaned = [cleaner.clean(row) for row in islice(queries.read_rows(run), SAMPLE_ROWS)]
    if "partner" in mapping.kinds and run.row_count <= SAMPLE_ROWS:
        planning.mark(cleaned, running.surroundings(by), mapping.system)
    shown = _shown_fields(mapping, cleaned[:PREVIEW_ROWS])
    return Preview(
        columns=[spec.full_label for spec in shown],
        rows=[_row(row, shown, by) for row in cleaned[:PREVIEW_ROWS]],
        sampled=len(cleaned),
        refused=sum(bool(row.refusal) for row in cleaned),
        remarked=sum(bool(row.remarks) for row in cleaned),
    )


def samples(run: ImportRun) -> dict[str, list[str]]:
    """The first values of each column, for guessing and for the page."""
    rows: Iterator[StoredRow] = queries.read_rows(run)
    whole = [row.cells for row in islice(rows, SAMPLE_ROWS) if not row.problem]
    return {header: [cells[i] for cells in whole] for i, header in enumerate(run.headers)}


def _shown_fields(mapping: Mapping, rows: list[CleanRow]) -> list[fields.Field]:
    """The fields that are filled; of a full name the parts that occur."""
    targets = {rule.target for rule in mapping.active_rules}
    if "customer.full_name" in targets:
        parts = {f"customer.{name}" for name in fields.NAMES}
        targets |= {
            key for key in parts if any(row.values[fields.POSITION[key]] for row in rows)
        } or {"customer.given_name"}
    return [f for f in fields.ALL_FIELDS if f.key in targets and f.part != "composed"]


def _row(row: CleanRow, shown: list[fields.Field], by: Actor) -> PreviewRow:
    faults = set(row.faults)
    if "customer.full_name" in faults:
        faults |= {f"customer.{name}" for name in fields.NAMES}
    cells = [PreviewCell(_text(row, spec, by), spec.key in faults) for spec in shown]
    return PreviewRow(row.number, cells, row.refusal, row.remarks)


def _text(row: CleanRow, spec: fields.Field, by: Actor) -> str:
    value = row.values[fields.POSITION[spec.key]]
    if value is None:
        return ""
    if spec.shape == "amount":
        currency = row.values[fields.POSITION["booking.currency"]] or by.currency
        return str(money.Money(value, currency))
    return str(value)[:80]
