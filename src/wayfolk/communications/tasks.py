"""Jobs of this package: find what it is about, one call."""

from uuid import UUID

from procrastinate.contrib.django import app

from wayfolk.communications.operations import delivering, sending
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
