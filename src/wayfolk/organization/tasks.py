"""Jobs that act for a member: find who it is, one call."""

from uuid import UUID

from procrastinate.contrib.django import app

from wayfolk.audit import undo_jobs
from wayfolk.audit.models import UndoJob
from wayfolk.kit import tenancy
from wayfolk.organization import actors
from wayfolk.organization.models import Organization


@app.task(name="undo", queue="undo")
def undo(organization_id: int, job_id: str) -> None:
    """Carry out an undo that somebody asked for, with the rights that they have by now."""
    with tenancy.scope(organization_id):
        job = UndoJob.objects.get(id=UUID(job_id))
        by = actors.find_member_actor(job.asked_by_id)
    if by is None:
        organization = Organization.objects.get(id=organization_id)
        by = actors.get_system_actor(organization)
        undo_jobs.refuse(job, f"{job.asked_by_name} is no longer an active member.", by=by)
        return
    undo_jobs.run(job.id, by=by)
