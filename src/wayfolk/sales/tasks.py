"""Jobs of this package: for each organisation, one call."""

import logging

from django.db import DatabaseError
from procrastinate.contrib.django import app

from wayfolk.organization import actors
from wayfolk.organization.models import Organization
from wayfolk.sales.operations import daily

_log = logging.getLogger(__name__)


@app.periodic(cron="17 * * * *")
@app.task(name="wayfolk.sales.follow_time", queueing_lock="sales.follow_time", pass_context=False)
def follow_time(timestamp: int) -> None:  # noqa: ARG001 - the queue passes it
    """Every hour, since midnight and morning come at another hour in each time zone."""
    for organization in Organization.objects.all():
        by = actors.get_system_actor(organization, "Reminders")
        try:
            daily.follow_time(by=by)
        except DatabaseError:
            _log.exception("Offers of organisation %s were not followed", organization.id)
