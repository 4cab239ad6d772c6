"""The file of refused (or remarked) rows: as they stood in the file, with the reason last."""

import csv
from collections.abc import Iterator

from wayfolk.integrations.imports import queries
from wayfolk.integrations.models import ImportRun
from wayfolk.kit import tenancy
from wayfolk.kit.text import neutralise_formula


class _Echo:
    """A file for the csv writer that gives back what is written."""

    def write(self, text: str) -> str:
        return text


def problem_lines(run: ImportRun, *, refusals: bool) -> Iterator[str]:
    """CSV, line by line, in a scope of its own. Cells that would run as formulas are quoted."""
    writer = csv.writer(_Echo())
    width = len(run.headers)
    yield "\ufeff"  # spreadsheet programs read UTF-8 only with its mark
    last = "why it was refused" if refusals else "remark"
    yield writer.writerow([*map(neutralise_formula, run.headers), "row in the file", last])
    with tenancy.scope(run.organization_id):
        for row, reason in queries.list_problems(run, refusals=refusals):
            cells = [*row.cells, *[""] * (width - len(row.cells))]
            if len(cells) > width:  # a ragged row: what is too much stays readable
                cells = [*cells[: width - 1], " | ".join(cells[width - 1 :])]
            yield writer.writerow([*map(neutralise_formula, cells), row.number, reason])
