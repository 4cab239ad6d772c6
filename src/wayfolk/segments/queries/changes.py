"""Changes of many customers: how far they are."""

from uuid import UUID

from wayfolk.kit.errors import NotFound
from wayfolk.segments.models import BulkChange
from wayfolk.staff.rules import Actor


def get_change(change_id: UUID, *, by: Actor) -> BulkChange:
    """One, for whoever asked for it and for those who may undo for others."""
    by.require("customers.view")
    found: BulkChange | None = BulkChange.objects.filter(id=change_id).first()
    if found is None or not (found.asked_by == by.user_id or by.may("history.undo")):
        raise NotFound("There is no such change of customers.")
    return found
