"""Writing the batches of a file: what every kind of file must be able to do, and records."""

from collections.abc import Sequence
from typing import Any, Protocol, cast
from uuid import UUID

from wayfolk.audit import undoing
from wayfolk.audit.models import ChangeSet
from wayfolk.integrations.imports import households, lookalikes, resolving, staging
from wayfolk.integrations.imports.bookkeeping import Problems
from wayfolk.integrations.imports.preparing import Kind, Prepared
from wayfolk.integrations.imports.writing import Writer, Written
from wayfolk.integrations.models import ImportRun
from wayfolk.kit import clock, tenancy
from wayfolk.staff.rules import Actor


class Ingest(Protocol):
    """Writes one file, batch by batch. A row has a number, and can be refused with a reason."""

    def write(self, batch: Sequence[Any], problems: Problems) -> Written:
        """Inside the caller's change set. Raises RowsRefused, and what the database objects."""

    def committed(self) -> None:
        """The last batch is in."""


class Records:
    """Writes customers, with the stays, bookings and households of their rows."""

    def __init__(self, run: ImportRun, by: Actor, kind: Kind) -> None:
        self._run, self._by, self._kind = run, by, kind
        self._today = clock.today(by.time_zone)
        self._undone = undone_change_sets(by.organization_id)

    def write(self, batch: Sequence[Prepared], problems: Problems) -> Written:
        return self._write_records(self._ready(batch, problems), problems)

    def committed(self) -> None:
        """Nothing is kept from one batch to the next."""

    def _ready(self, batch: Sequence[Prepared], problems: Problems) -> list[Prepared]:
        """Rows to write; of rows that repeat each other only the first."""
        first_of: dict[str, Prepared] = {}
        for row in batch:
            if row.refusal:
                problems.refusals[row.number] = row.refusal
                continue
            if row.remarks:
                problems.remarks[row.number] = row.remarks
            first = first_of.setdefault(row.memory_id, row)
            if first is not row:
                is_same = first.fingerprints == row.fingerprints
                problems.note_repeated(resolving.Repeated(row.number, first.number, is_same))
        return list(first_of.values())

    def _write_records(self, ready: list[Prepared], problems: Problems) -> Written:
        run, kinds = self._run, self._kind.kinds
        if not ready:
            return Written()
        staging.stage(ready)
        resolving.remember(self._undone)
        for repeated in resolving.take_out_repeated(run.id):
            problems.note_repeated(repeated)
        unchanged = resolving.take_out_unchanged(run.id)
        if self._kind.lookalikes != "create":
            lookalikes.settle(self._kind.lookalikes, by=self._by)
        resolving.resolve(kinds)
        planned = households.HouseholdPlan()
        if any(row.household_line for row in ready):
            planned = households.plan(self._kind.system, self._today)
        writer = Writer(run.id, cast("UUID", run.change_set_id), self._by.currency, kinds)
        written = writer.write()
        planned.write()
        if planned.stated:
            written.add("household", *planned.counts())
        problems.note_remarks(writer.remarks)
        problems.note_remarks(planned.remarks)
        for kind in kinds:
            written.unchanged[kind] = written.unchanged.get(kind, 0) + unchanged
        return written


def undone_change_sets(organization_id: int) -> list[UUID]:
    """Change sets of earlier imports that were taken back: what their rows said is forgotten."""
    with tenancy.scope(organization_id):
        imported = ImportRun.objects.filter(change_set_id__isnull=False)
        undone = ChangeSet.objects.filter(
            undoes_id__in=list(imported.values_list("change_set_id", flat=True))
        )
        candidates = set(undone.values_list("undoes_id", flat=True))
        return [each for each in candidates if undoing.is_undone(each)]
