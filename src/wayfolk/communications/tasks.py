"""Jobs of this package: find what it is about, one call."""

from uuid import UUID

from procrastinate.contrib.django import app

from wayfolk.communications.models import BulkSend
from wayfolk.communications.operations import bulk, bulk_running, delivering, sending
from wayfolk.kit import tenancy
from wayfolk.organization.models import Organization
from wayfolk.staff.rules import system_actor


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
        # One who left has no rights: the run ends before anything leaves.
        by = bulk_running.find_sender(found) or system_actor(organization_id, found.author_name)
    bulk_running.carry_out(found.id, by=by)
