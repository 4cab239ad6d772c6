"""Jobs of this package: load, one call."""

from uuid import UUID

from procrastinate.contrib.django import app

from wayfolk.kit import tenancy
from wayfolk.organization import actors
from wayfolk.segments.models import BulkChange
from wayfolk.segments.operations import many


@app.task(name=many.RUN_TASK)
def change_many(organization_id: int, change_id: str) -> None:
    """Carry a change of many customers out, with the rights that who asked for it has today."""
    with tenancy.scope(organization_id):
        change = BulkChange.objects.filter(id=UUID(change_id)).first()
        by = actors.find_actor(user_id=change.asked_by) if change else None
    if change is None:
        return
    if by is None:
        words = f"{change.asked_by_name} is no longer a member of the organisation."
        many.fail(change.id, words, organization_id)
        return
    many.carry_out(change.id, by=by)
