"""Asking for an export, cancelling it, removing files whose days are over."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from wayfolk.integrations.exports import files, queries, running
from wayfolk.integrations.models import ExportFormat, ExportRun, RunState
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import Conflict, InvalidValue
from wayfolk.segments.operations import QUERY_MAX, state_of
from wayfolk.segments.rules import fields, parsing
from wayfolk.staff.rules import Actor

RUN_TASK = "wayfolk.exports.run"
NUMBER_MAX = 2**63 - 1  # of the column


def ask_for(
    *,
    by: Actor,
    query: str = "",
    numbers: Collection[int] = (),
    columns: Sequence[str] = (),
    file_format: str = "csv",
    is_marked: bool = True,
    is_job: bool = True,
) -> ExportRun:
    """Queue an export of a list of customers, or of those with these numbers.

    `query`: the list's address. `columns`: none for all that the requester may see. Raises
    NotAllowed, InvalidValue(s) for a format, a column or a filter that is none.
    """
    by.require("exports.run")
    by.require("customers.view")
    if file_format not in ExportFormat.values:
        raise InvalidValue(f"“{file_format[:20]}” is no format. Use csv or xlsx.", field="format")
    unknown = [name for name in columns if name not in fields.COLUMN_BY_NAME]
    if unknown:
        known = ", ".join(fields.COLUMN_BY_NAME)
        raise InvalidValue(
            f"There is no column “{unknown[0][:40]}”. Columns are {known}.", field="columns"
        )
    odd = next((number for number in numbers if not 0 < number <= NUMBER_MAX), None)
    if odd is not None:
        raise InvalidValue(f"{str(odd)[:20]} is no Customer No.", field="customers")
    if len(query) > QUERY_MAX:
        raise InvalidValue("These filters are too long. Take some off.", field="query")
    parsing.parse(parse_qs(query.lstrip("?")), by=by).require_sound()
    with tenancy.scope(by.organization_id):
        run: ExportRun = ExportRun.objects.create(
            format=file_format,
            is_marked=is_marked,
            query=state_of(query),
            numbers=sorted(set(numbers)),
            columns=[each.name for each in queries.columns_of(columns, by=by)],
            asked_by=by.user_id,
            asked_by_name=by.name,
        )
        if is_job:
            _defer(run)
    return run


def cancel(run_id: UUID, *, by: Actor) -> ExportRun:
    """End an export; its file is not kept."""
    with tenancy.scope(by.organization_id):
        run = _locked(run_id, by)
        if not run.is_under_way:
            raise Conflict("This export has ended already. Reload the page.")
        run.is_stop_requested = True
        if run.state == RunState.QUEUED:
            run.state, run.finished_at = RunState.STOPPED, clock.now()
        run.save_changes("is_stop_requested", "state", "finished_at")
    return run


def start_again(run_id: UUID, *, by: Actor) -> ExportRun:
    """Write a cancelled or failed export from its beginning."""
    with tenancy.scope(by.organization_id):
        run = _locked(run_id, by)
        if run.state not in {RunState.STOPPED, RunState.FAILED}:
            raise Conflict("Only an export that was cancelled or failed can start again.")
        run.state, run.failure, run.finished_at = RunState.QUEUED, "", None
        run.is_stop_requested, run.done_count = False, 0
        run.asked_by, run.asked_by_name = by.user_id, by.name
        run.save_changes(
            "state",
            "failure",
            "finished_at",
            "is_stop_requested",
            "done_count",
            "asked_by",
            "asked_by_name",
        )
        _defer(run)
    return run


def export_file(path: Path, *, by: Actor, run: ExportRun) -> ExportRun:
    """Write it at once, in this process, and put the file there: for the command line."""
    finished = running.carry_out(run.id, by=by)
    if finished.is_file_stored:
        source = files.path_of(by.organization_id, run.id, run.format)
        with source.open("rb") as written, path.open("xb") as out:
            while block := written.read(1 << 20):
                out.write(block)
    return finished


def remove_old_files(organization_id: int, *, now: datetime | None = None) -> int:
    """Delete the files of exports that are older than a week; returns how many."""
    before = (now or clock.now()) - timedelta(days=files.KEPT_DAYS)
    with tenancy.scope(organization_id):
        rows = ExportRun.objects.filter(created_at__lt=before, is_file_stored=True)
        old = list(rows.exclude(state__in=[RunState.QUEUED, RunState.RUNNING]))
        ExportRun.objects.filter(id__in=[run.id for run in old]).update(is_file_stored=False)
    for run in old:
        files.remove(organization_id, run.id, run.format)
    return len(old)


def _locked(run_id: UUID, by: Actor) -> ExportRun:
    queries.get_run(run_id, by=by)
    run: ExportRun = ExportRun.objects.filter(id=run_id).locked().get()
    return run


def _defer(run: ExportRun) -> None:
    """In the caller's transaction: no job without its run, and none before its commit."""
    jobs.configure_task(RUN_TASK).defer(organization_id=run.organization_id, run_id=str(run.id))
