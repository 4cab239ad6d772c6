"""Jobs of this package: find what it is about, one call."""

from uuid import UUID

from procrastinate.contrib.django import app

from wayfolk.communications.models import BulkSend
from wayfolk.communications.operations import bulk, bulk_running, delivering, sending
from wayfolk.kit import tenancy
from wayfolk.organization import actors
from wayfolk.organization.models import Organization


@app.task(name=sending.DELIVER_TASK)
def deliver(organization_id: int, message_id: str) -> None:
    """Hand one message over, if it still waits."""
    delivering.deliver(organization_id, UUID(message_id))


@app.periodic(cron="* * * * *")
@app.task(name="wayfolk.communications.watch", queueing_lock="communications.watch")
def watch(timestamp: int) -> None:  # noqa: ARG001 - the queue passes it
    """Every minute: what waits without a job gets one, what was interrupted is given up."""
    for organization_id in Organization.objects.values_list("id", flat=True):
        delivering.give_up_lost(organization_id)
        delivering.wake_waiting(organization_id)


@app.task(name=bulk.RUN_TASK)
def send_to_many(organization_id: int, bulk_id: str) -> None:
    """Send one text to many, with the rights that whoever started it has by now."""
    with tenancy.scope(organization_id):
        found = BulkSend.objects.filter(id=UUID(bulk_id)).first()
        if found is None:
            return
        by = actors.find_member_actor(found.author_id) if found.author_id else None
    if by is None and found.author_id is None:
        organization = Organization.objects.get(id=organization_id)
        by = actors.get_system_actor(organization, found.author_name)
    if by is None or not by.may("communications.bulk"):
        words = f"{found.author_name} may not write to many any more."
        bulk_running.stop(found.id, organization_id, words)
        return
    bulk_running.carry_out(found.id, by=by)
