"""The job that writes an export. Interrupted, even killed, it starts again from its beginning."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import parse_qs
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import DatabaseError
from django.utils import timezone

from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer, CustomerQuerySet, Status
from wayfolk.integrations.exports import files, queries, spooling, writing
from wayfolk.integrations.models import ExportLog, ExportRun, RunState
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import NotFound, Refusal
from wayfolk.kit.exclusive_lock import ExclusiveLock
from wayfolk.segments.queries import chosen, matching
from wayfolk.segments.queries import columns as values
from wayfolk.segments.queries.pages import in_order
from wayfolk.segments.rules import parsing
from wayfolk.segments.rules.fields import Column
from wayfolk.staff.rules import Actor

logger = logging.getLogger(__name__)

BATCH = 2_000


class Cancelled(Exception):
    """Somebody asked for the end of the export."""


def carry_out(run_id: UUID, *, by: Actor) -> ExportRun:
    """Write a queued export, or one that was interrupted; an ended one is left alone."""
    run = _begin(run_id, by.organization_id)
    if run.state != RunState.RUNNING:
        return run
    part, ids, lock_path = files.unfinished(by.organization_id, run.id)
    with _alone(lock_path) as is_alone:
        if not is_alone:  # another worker writes it; this job was given out twice
            return run
        try:
            _write(run, part, ids, by)
        except Cancelled:
            _end(run, RunState.STOPPED)
        except Refusal as refused:
            fail(run, refused.message)
        except (OSError, DatabaseError):
            fail(run, "Wayfolk could not write the file. Start the export again.")
            logger.exception("export %s failed", run.id)
        finally:
            part.unlink(missing_ok=True)
            ids.unlink(missing_ok=True)
    return run


def fail(run: ExportRun, words: str) -> None:
    """End it with words for the reader."""
    run.failure = words
    _end(run, RunState.FAILED)


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    lock = ExclusiveLock(path)
    is_alone = lock.acquire()
    try:
        yield is_alone
    finally:
        if is_alone:
            lock.release()
            path.unlink(missing_ok=True)


def _begin(run_id: UUID, organization_id: int) -> ExportRun:
    with tenancy.scope(organization_id):
        run: ExportRun | None = ExportRun.objects.filter(id=run_id).locked().first()
        if run is None:
            raise NotFound("There is no such export. It may have been removed.")
        if run.is_under_way:
            run.state, run.done_count = RunState.RUNNING, 0
            run.save_changes("state", "done_count")
    return run


def _write(run: ExportRun, part: Path, ids: Path, by: Actor) -> None:
    by.require("exports.run")
    columns = queries.columns_of(run.columns, by=by)
    with tenancy.scope(by.organization_id):
        run.row_count = spooling.spool(_customers(run, by), ids)
        run.save_changes("row_count")
    if run.format == "xlsx" and run.row_count > writing.SHEET_ROWS_MAX:
        raise NotFound(
            f"These are {run.row_count:,} customers; an Excel sheet has {writing.SHEET_ROWS_MAX:,}"
            " rows. Choose CSV, or narrow the list."
        )
    written = writing.writer_for(part, run.format, is_marked=run.is_marked)
    with closing(written), timezone.override(ZoneInfo(by.time_zone)):
        written.write([queries.heading_of(column, by.currency) for column in columns])
        for batch in spooling.batches(ids, BATCH):
            _write_batch(run, batch, columns, written, by)
    _keep(run, part, columns, by)


def _customers(run: ExportRun, by: Actor) -> CustomerQuerySet:
    """Whom the requester may see today, never anybody whose data is restricted."""
    asked = parse_qs(run.query)
    if run.numbers:
        rows = chosen(run.numbers, by=by)
    else:
        rows = matching(parsing.parse(asked, by=by).require_sound(), by=by)
    return in_order(rows.exclude(status=Status.RESTRICTED), asked.get("sort", [""])[0], by=by)


def _write_batch(
    run: ExportRun,
    batch: Sequence[UUID],
    columns: Sequence[Column],
    written: writing.Writer,
    by: Actor,
) -> None:
    """Lines of these customers; whoever was deleted or merged meanwhile is left out."""
    with tenancy.scope(by.organization_id):
        if ExportRun.objects.filter(id=run.id, is_stop_requested=True).exists():
            raise Cancelled
        found = Customer.objects.present().exclude(status=Status.RESTRICTED).in_bulk(batch)
        customers = [found[customer_id] for customer_id in batch if customer_id in found]
        known = values.load(customers, columns, by=by)
        for customer in customers:
            written.write([values.value_of(customer, column, known) for column in columns])
        run.done_count += len(customers)
        run.save_changes("done_count")


def _keep(run: ExportRun, part: Path, columns: Sequence[Column], by: Actor) -> None:
    """The file under its own name, and the note in the history that the list left."""
    path = files.path_of(by.organization_id, run.id, run.format)
    part.chmod(0o600)
    part.replace(path)
    run.size_bytes, run.is_file_stored = path.stat().st_size, True
    noun = "customer" if run.done_count == 1 else "customers"
    summary = f"Exported {run.done_count:,} {noun} ({run.get_format_display()})"
    with change_set(by=by, operation="exports.run", summary=summary):
        ExportLog.objects.create(
            run_id=run.id,
            list_name="customers",
            format=run.format,
            row_count=run.done_count,
            columns=[column.name for column in columns],
            filters=sorted(set(parse_qs(run.query)) - {"columns", "sort"}),
        )
        _end(run, RunState.FINISHED)


def _end(run: ExportRun, state: RunState) -> None:
    run.state, run.finished_at = state, clock.now()
    with tenancy.scope(run.organization_id):
        run.save_changes("state", "failure", "finished_at", "size_bytes", "is_file_stored")
