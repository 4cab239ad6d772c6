"""Undos that are too large for one request: asked for here, carried out by a job."""

import logging
from collections.abc import Mapping
from uuid import UUID

from django.db import DatabaseError, connection

from wayfolk.audit import history, taking_back
from wayfolk.audit.models import UndoJob, UndoState
from wayfolk.audit.undo_report import UndoReport
from wayfolk.audit.wording import Reader
from wayfolk.kit import clock, database_errors, tenancy
from wayfolk.kit.errors import NotFound, Refusal

logger = logging.getLogger(__name__)

ROW_COUNT_MAX = 1_000_000  # counted no further
_PATIENCE = "30min"
_FAULT = "Something went wrong in Wayfolk, and nothing was changed. Ask your administrator."


def ask_for(
    change_set_id: UUID, *, by: Reader, choices: Mapping[str, str] | None = None
) -> tuple[UndoJob, bool]:
    """The job that will take it back, and whether it is new: asking twice makes one job.

    Raises NotFound, NotAllowed at once; what the undo itself meets is told by the job.
    """
    with tenancy.scope(by.organization_id):
        taking_back.require_undoable(history.get_entry(change_set_id, by=by).change_set, by)
        present = _unfinished(change_set_id)
        if present is not None:
            return present, False
        job = UndoJob.objects.create(
            change_set_id=change_set_id,
            asked_by_id=by.author_id,
            asked_by_name=by.name,
            choices=None if choices is None else dict(choices),
            row_count=history.count_rows(change_set_id, cap=ROW_COUNT_MAX),
        )
    return job, True


def get_job(job_id: UUID, *, by: Reader) -> UndoJob:
    """The job, for whoever asked for it and for those who may undo for others."""
    job: UndoJob | None = UndoJob.objects.filter(id=job_id).first()
    if job is None or not (job.asked_by_id == by.author_id or by.may("history.undo")):
        raise NotFound("There is no such undo under way.")
    return job


def run(job_id: UUID, *, by: Reader) -> UndoJob:
    """Carry a job out and note the outcome on it. A second run of a finished one does nothing."""
    with tenancy.scope(by.organization_id):
        job: UndoJob = UndoJob.objects.get(id=job_id)
        if job.is_over:
            return job
        _note(job, UndoState.RUNNING)
    try:
        with tenancy.scope(by.organization_id):
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = '{_PATIENCE}'")
            report = taking_back.take_back(job.change_set_id, by=by, choices=job.choices)
            _note(job, UndoState.DONE, in_short(report), report.change_set_id)
    except Refusal as refused:
        refuse(job, refused.message, by=by)
    except DatabaseError as error:
        known = database_errors.find_refusal(error)
        logger.warning("undo job %s: %s", job_id, error)
        refuse(job, known.message if known else _FAULT, by=by)
    return job


def in_short(report: UndoReport) -> str:
    """Reversed, kept and conflicts in one sentence."""
    parts = [f"{report.reversed_count:,} taken back"]
    if report.kept_count:
        parts.append(f"{report.kept_count:,} kept")
    if report.conflict_count:
        parts.append(f"{report.conflict_count:,} left as they are now")
    return ", ".join(parts) + "."


def _unfinished(change_set_id: UUID) -> UndoJob | None:
    found: UndoJob | None = UndoJob.objects.filter(
        change_set_id=change_set_id, state__in=[UndoState.WAITING, UndoState.RUNNING]
    ).first()
    return found


def refuse(job: UndoJob, message: str, *, by: Reader) -> None:
    """End the job without having changed anything; the message says why."""
    with tenancy.scope(by.organization_id):
        _note(job, UndoState.REFUSED, message)


def _note(job: UndoJob, state: UndoState, message: str = "", result_id: UUID | None = None) -> None:
    job.state, job.message, job.result_id = state, message, result_id
    job.finished_at = clock.now() if job.is_over else None
    job.save_changes("state", "message", "result_id", "finished_at")
