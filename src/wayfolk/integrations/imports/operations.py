"""Taking files in, saving mappings, starting and stopping imports."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs

from wayfolk.audit.change_sets import change_set
from wayfolk.integrations.imports import (
    fields,
    files,
    queries,
    reading,
    receiving,
    running,
)
from wayfolk.integrations.imports import (
    mapping as mappings,
)
from wayfolk.integrations.imports.mapping import Mapping
from wayfolk.integrations.models import ImportedRow, ImportRun, RowProblem, RunState, SavedMapping
from wayfolk.kit import clock, ids, tenancy, text
from wayfolk.kit.errors import Conflict, InvalidValue, NotAllowed
from wayfolk.staff.rules import Actor

RUN_TASK = "wayfolk.imports.run"
REMARK_TASK = "wayfolk.imports.remark_lookalikes"
NAME_MAX = 80


class WrongState(Conflict):
    """The import is not in a state in which this can be done."""

    code = "wrong_state"


def receive_file(file: BinaryIO, *, name: str, by: Actor) -> ImportRun:
    """Check and store a file; the run waits for its mapping. Payment cards are not stored.

    Raises InvalidValue (field "file") for what is no table of text.
    """
    by.require_module("imports")
    by.require("imports.run")
    run_id = ids.new_id()
    shown = text.clean(Path(name.replace("\\", "/")).name)[:200] or "file"
    path = files.path_of(by.organization_id, run_id)
    _allow_long_reading()
    received = receiving.receive(file, name=shown, into=path, max_bytes=settings.MAX_IMPORT_BYTES)
    try:
        with tenancy.scope(by.organization_id):
            return ImportRun.objects.create(
                id=run_id,
                file_name=shown,
                size_bytes=received.size_bytes,
                headers=received.headers,
                dropped_headers=received.dropped,
                notes=received.notes,
                row_count=received.rows,
                started_by=by.user_id,
                started_by_name=by.name,
            )
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _allow_long_reading() -> None:
    """A file of gigabytes takes minutes, in which the caller's transaction asks nothing."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '30min'")


def save_mapping(name: str, mapping: Mapping, *, by: Actor) -> SavedMapping:
    """Keep a mapping under a name; one of the same name is replaced (undo brings it back)."""
    by.require("imports.run")
    cleaned = text.clean(name)
    folded = text.fold(cleaned)
    if not folded or len(cleaned) > NAME_MAX:
        raise InvalidValue(
            f"A mapping needs a name of 1 to {NAME_MAX} characters.", field="mapping_name"
        )
    rules = mappings.to_json(mapping)
    with change_set(
        by=by, operation="imports.save_mapping", summary=f"Saved the import mapping {cleaned}"
    ):
        saved: SavedMapping | None
        saved = SavedMapping.objects.filter(folded_name=folded).locked().first()
        if saved is None:
            saved = SavedMapping.objects.create(name=cleaned, folded_name=folded, rules=rules)
        else:
            saved.name, saved.rules = cleaned, rules
            saved.save_changes("name", "rules")
    return saved


def keep_draft(run: ImportRun, mapping: Mapping, name: str = "") -> None:
    """Remember the mapping of a run that has not been started."""
    _require_state(run, RunState.DRAFT)
    run.mapping, run.mapping_name = mappings.to_json(mapping), name[:NAME_MAX]
    run.save_changes("mapping", "mapping_name")


def start_run(run_id: UUID, mapping: Mapping, *, by: Actor, is_job: bool = True) -> ImportRun:
    """Queue an import; as a job unless the caller carries it out itself.

    Raises NotAllowed naming the columns that this role may not fill, InvalidValue for a
    mapping that lacks something.
    """
    require_rights(mapping, by=by)
    with tenancy.scope(by.organization_id):
        run = _locked(run_id, by)
        _require_state(run, RunState.DRAFT)
        mappings.require_runnable(mapping, run.headers)
        run.mapping, run.state = mappings.to_json(mapping), RunState.QUEUED
        run.started_by, run.started_by_name = by.user_id, by.name
        run.save_changes("mapping", "state", "started_by", "started_by_name")
        if is_job:
            _defer(run)
    return run


def require_rights(mapping: Mapping, *, by: Actor) -> None:
    """Raises NotAllowed for a kind or a field that this actor may not write."""
    by.require_module("imports")
    by.require("imports.run")
    for kind in mapping.kinds:
        for permission in fields.EDIT_PERMISSIONS[kind]:
            by.require(permission)
        if kind in fields.MODULES:
            by.require_module(fields.MODULES[kind])
    for permission in {f.permission for f in mapping.fields() if f.permission}:
        by.require_module(permission.partition(".")[0])
        by.require(permission)
    if mapping.lookalikes != "create":
        by.require("customers.view")
    refused = [f.full_label for f in mapping.fields() if f.rule and not by.may_edit(f.rule)]
    if refused:
        raise NotAllowed(
            f"Nothing was imported: your role “{by.role_name}” may not change"
            f" {', '.join(refused)}. Leave these columns out, or ask an administrator."
        )


def stop_run(run_id: UUID, *, by: Actor) -> ImportRun:
    """Stop after the present batch; what was imported stays, and the rest can follow later."""
    with tenancy.scope(by.organization_id):
        run = _locked(run_id, by)
        _require_state(run, RunState.QUEUED, RunState.RUNNING)
        run.is_stop_requested = True
        if run.state == RunState.QUEUED:
            run.state, run.is_stop_requested = RunState.STOPPED, False
        run.save_changes("state", "is_stop_requested")
    return run


def continue_run(run_id: UUID, *, by: Actor) -> ImportRun:
    """Go on with a stopped or failed import where it ended."""
    with tenancy.scope(by.organization_id):
        run = _locked(run_id, by)
        _require_state(run, RunState.STOPPED, RunState.FAILED)
        if not run.is_file_stored:
            raise WrongState("The file of this import was removed. Choose the file again.")
        require_rights(mappings.from_json(run.mapping), by=by)
        run.state, run.failure, run.finished_at = RunState.QUEUED, "", None
        run.started_by, run.started_by_name = by.user_id, by.name
        run.save_changes("state", "failure", "finished_at", "started_by", "started_by_name")
        _defer(run)
    return run


def discard_draft(run_id: UUID, *, by: Actor) -> None:
    """Remove a file that was chosen and never imported."""
    with tenancy.scope(by.organization_id):
        run = _locked(run_id, by)
        _require_state(run, RunState.DRAFT)
        path = files.path_of(run.organization_id, run.id)
        ImportRun.objects.filter(id=run.id).delete()
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def import_file(
    path: Path,
    mapping: Mapping,
    *,
    by: Actor,
    on_progress: running.OnProgress | None = None,
) -> ImportRun:
    """Import a file at once, in this process: for the command line and for demo data."""
    with reading.started_reader() as reader:  # it gets ready while the file is stored
        with path.open("rb") as file:
            run = receive_file(file, name=path.name, by=by)
        fitted = mappings.matched(mapping, run.headers)
        try:
            start_run(run.id, fitted, by=by, is_job=False)
        except BaseException:
            discard_draft(run.id, by=by)
            raise
        return running.carry_out(run.id, by=by, on_progress=on_progress, waits=True, reader=reader)


def remark_later(run: ImportRun) -> bool:
    """Have the worker compare the new customers of a finished import; whether there are any."""
    if not run.count("customer", "created"):
        return False
    _defer(run, REMARK_TASK)
    return True


def remove_old_files(organization_id: int, *, now: datetime | None = None) -> int:
    """Delete the files of imports that are older than 30 days; returns how many.

    The runs and their figures stay; drafts nobody started go with their files.
    """
    before = (now or clock.now()) - timedelta(days=files.KEPT_DAYS)
    with tenancy.scope(organization_id):
        old = list(
            ImportRun.objects.filter(created_at__lt=before, is_file_stored=True).exclude(
                state__in=[RunState.QUEUED, RunState.RUNNING]
            )
        )
        drafts = [run.id for run in old if run.state == RunState.DRAFT]
        ImportRun.objects.filter(id__in=drafts).delete()
        ImportRun.objects.filter(id__in=[run.id for run in old]).update(is_file_stored=False)
    for run in old:
        files.path_of(organization_id, run.id).unlink(missing_ok=True)
    return len(old)


def forget_customer_rows(customer_ids: set[UUID]) -> int:
    """Forget what files said about these customers (their data is being erased)."""
    return int(ImportedRow.objects.filter(customer_id__in=customer_ids).delete()[0])


def has_problems(run: ImportRun) -> bool:
    return bool(RowProblem.objects.filter(run=run).exists())


def _locked(run_id: UUID, by: Actor) -> ImportRun:
    queries.get_run(run_id, by=by)
    return ImportRun.objects.filter(id=run_id).locked().get()


def _require_state(run: ImportRun, *states: RunState) -> None:
    if run.state not in states:
        raise WrongState(
            f"The import of {run.file_name} is “{RunState(run.state).label.lower()}” meanwhile."
            " Reload the page."
        )


def _defer(run: ImportRun, task: str = RUN_TASK) -> None:
    """In the caller's transaction: no job without its run, and none before its commit."""
    jobs.configure_task(task).defer(organization_id=run.organization_id, run_id=str(run.id))
