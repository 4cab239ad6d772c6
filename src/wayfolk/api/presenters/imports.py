"""Import runs as the API shows them."""

import csv
import tempfile
from typing import IO

from wayfolk.api.schemas import imports as shapes
from wayfolk.integrations.imports import queries
from wayfolk.integrations.models import ImportRun
from wayfolk.kit import text

_IN_MEMORY = 1024**2
_FIELDS = (
    "id",
    "file_name",
    "state",
    "headers",
    "notes",
    "row_count",
    "done_count",
    "refused_count",
    "not_attempted_count",
    "remarked_count",
    "counts",
    "started_at",
    "finished_at",
    "failure",
)


def run(record: ImportRun) -> shapes.ImportRun:
    return shapes.ImportRun.model_construct(
        **{name: getattr(record, name) for name in _FIELDS},
        change_id=record.change_set_id,
        started_by=record.started_by_name,
    )


def refused_rows(record: ImportRun) -> IO[bytes]:
    """A CSV file of the refused rows as they stood in the file, the reason in a last column.

    Written out before the answer begins, because the rows are read in this transaction; a
    large one lies on disk.
    """
    found = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, mode="w+b")  # noqa: SIM115
    lines = _Utf8Lines(found)
    writer = csv.writer(lines)
    writer.writerow([*record.headers, "reason"])
    for row, reason in queries.list_problems(record, refusals=True):
        writer.writerow([text.neutralise_formula(cell) for cell in (*row.cells, reason)])
    found.seek(0)
    return found


class _Utf8Lines:
    """What csv.writer writes to: lines of text, kept as bytes."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target = target

    def write(self, line: str) -> int:
        return self.target.write(line.encode())
