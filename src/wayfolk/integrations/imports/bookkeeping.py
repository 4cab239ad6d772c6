"""What a run writes down about itself: problems of rows, figures, statistics for the planner."""

from collections.abc import Mapping
from contextlib import suppress
from typing import cast

from django.db import OperationalError, connection

from wayfolk.integrations.imports import fields, resolving
from wayfolk.integrations.imports.writing import Written
from wayfolk.integrations.models import ImportRun, RowProblem
from wayfolk.kit import clock, tenancy


class Statistics:
    """Keeps the planner informed of what has grown: with the first batch, then at each fourfold."""

    def __init__(self, organization_id: int) -> None:
        self._organization_id = organization_id
        self._rows = 0
        self._due_at = 1

    def count(self, rows: int) -> None:
        self._rows += rows
        if self._rows < self._due_at:
            return
        self._due_at = 4 * self._rows
        # Another import may be at it; then its result serves us as well.
        with (
            suppress(OperationalError),
            tenancy.scope(self._organization_id),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT integrations_analyze()")


class Problems:
    """Refusals and remarks of one batch, by row number."""

    def __init__(self) -> None:
        self.refusals: dict[int, str] = {}
        self.remarks: dict[int, str] = {}

    def note_repeated(self, row: resolving.Repeated) -> None:
        if row.is_same:
            repeats = f"The row repeats row {row.first}; it was imported once."
            self.note_remarks({row.row_number: repeats})
            return
        self.remarks.pop(row.row_number, None)
        self.refusals[row.row_number] = (
            f"Row {row.first} is about the same record and says something else. Only row"
            f" {row.first} was imported: keep the one that is right."
        )

    def note_remarks(self, remarks: Mapping[int, str]) -> None:
        for number, text in remarks.items():
            self.remarks[number] = " ".join(filter(None, (self.remarks.get(number, ""), text)))

    def store(self, run: ImportRun) -> None:
        RowProblem.objects.bulk_create(
            RowProblem(run=run, row_number=number, is_refusal=is_refusal, text=text)
            for is_refusal, found in ((True, self.refusals), (False, self.remarks))
            for number, text in found.items()
        )


class Progress:
    """The run's figures once a batch is in: stored with it, shown after its commit."""

    def __init__(self, run: ImportRun, rows: int, written: Written, problems: Problems) -> None:
        refused = len(problems.refusals)
        self._run = run
        self._values: dict[str, object] = {
            "position": run.position + rows,
            "done_count": run.done_count + rows - refused,
            "refused_count": run.refused_count + refused,
            "remarked_count": run.remarked_count + len(problems.remarks),
            "counts": {
                kind: {
                    outcome: run.count(kind, outcome) + getattr(written, outcome).get(kind, 0)
                    for outcome in ("created", "updated", "unchanged")
                }
                for kind in {*run.counts, *written.unchanged}
            },
        }

    def summary(self) -> str:
        counts = cast("dict[str, dict[str, int]]", self._values["counts"])
        parts = [
            f"{counts[kind]['created']:,} {fields.KIND_PLURALS[kind]} created"
            + (f", {counts[kind]['updated']:,} updated" if counts[kind]["updated"] else "")
            for kind in fields.KIND_PLURALS
            if kind in counts
        ]
        return f"Imported {self._run.file_name}: {'; '.join(parts)}"

    def store(self) -> None:
        ImportRun.objects.filter(id=self._run.id).update(updated_at=clock.now(), **self._values)

    def apply(self) -> None:
        for name, value in self._values.items():
            setattr(self._run, name, value)
