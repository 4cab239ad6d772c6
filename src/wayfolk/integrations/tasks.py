"""Jobs of this package: load, one call."""

from uuid import UUID

from procrastinate.contrib.django import app

from wayfolk.integrations import lost_files
from wayfolk.integrations.exports import operations as exports
from wayfolk.integrations.exports import running as exporting
from wayfolk.integrations.imports import lookalikes, operations, running
from wayfolk.integrations.models import ExportRun, ImportRun
from wayfolk.kit import tenancy
from wayfolk.organization import actors
from wayfolk.organization.models import Organization
from wayfolk.staff.rules import Actor

BUSY_PAUSE_SECONDS = 3


@app.task(name=operations.RUN_TASK)
def run_import(organization_id: int, run_id: str) -> None:
    """Carry an import out. While another one of the organisation runs, come back later."""
    by = _starter(organization_id, UUID(run_id))
    if by is None:
        return
    try:
        run = running.carry_out(UUID(run_id), by=by)
        operations.remark_later(run)
    except running.ImportBusy:
        run_import.configure(schedule_in={"seconds": BUSY_PAUSE_SECONDS}).defer(
            organization_id=organization_id, run_id=run_id
        )


@app.task(name=operations.REMARK_TASK)
def remark_lookalikes(organization_id: int, run_id: str) -> None:
    """Compare the new customers of a finished import with those who were there."""
    by = _starter(organization_id, UUID(run_id))
    if by is not None:
        lookalikes.remark(UUID(run_id), by=by)


def _starter(organization_id: int, run_id: UUID) -> Actor | None:
    """Who started the import, with the rights of today; None once run or member is gone."""
    organization = Organization.objects.get(id=organization_id)
    with tenancy.scope(organization_id):
        run = ImportRun.objects.filter(id=run_id).first()
        if run is None:
            return None
        if run.started_by is None:
            return actors.get_system_actor(organization, run.started_by_name or "Wayfolk")
        by = actors.find_actor(user_id=run.started_by)
        if by is None:
            running.fail(run, f"{run.started_by_name} is no longer a member of the organisation.")
        return by


@app.periodic(cron="23 3 * * *")
@app.task(name="wayfolk.imports.remove_old_files", queueing_lock="imports.remove_old_files")
def remove_old_files(timestamp: int) -> None:  # noqa: ARG001 - the queue passes it
    """Every night: files are kept for 30 days."""
    for organization_id in Organization.objects.values_list("id", flat=True):
        operations.remove_old_files(organization_id)


@app.task(name=exports.RUN_TASK)
def run_export(organization_id: int, run_id: str) -> None:
    """Write an export with the rights that who asked for it has today."""
    with tenancy.scope(organization_id):
        run: ExportRun | None = ExportRun.objects.filter(id=UUID(run_id)).first()
        by = actors.find_actor(user_id=run.asked_by) if run and run.asked_by else None
    if run is None:
        return
    if by is None:
        words = f"{run.asked_by_name} is no longer a member of the organisation."
        exporting.fail(run, words)
        return
    exporting.carry_out(run.id, by=by)


@app.periodic(cron="47 3 * * *")
@app.task(name="wayfolk.exports.remove_old_files", queueing_lock="exports.remove_old_files")
def remove_old_exports(timestamp: int) -> None:  # noqa: ARG001 - the queue passes it
    """Every night: files of exports are kept for 7 days."""
    for organization_id in Organization.objects.values_list("id", flat=True):
        exports.remove_old_files(organization_id)


@app.periodic(cron="7 4 * * *")
@app.task(name="wayfolk.files.remove_lost", queueing_lock="files.remove_lost")
def remove_lost_files(timestamp: int) -> None:  # noqa: ARG001 - the queue passes it
    """Every night: files of exports and imports that no run leads to any more."""
    for organization_id in Organization.objects.values_list("id", flat=True):
        lost_files.remove_lost(organization_id)


@app.periodic(cron="* * * * *")
@app.task(
    name="wayfolk.jobs.revive_stalled", queueing_lock="jobs.revive_stalled", pass_context=False
)
async def revive_stalled(timestamp: int) -> None:  # noqa: ARG001
    """Give jobs whose worker died to another: every job of ours can be started again."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)
