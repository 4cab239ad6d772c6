"""Jobs of the search index: for each organisation, one call."""

import logging

from django.db import DatabaseError
from procrastinate.contrib.django import app

from wayfolk.identity.search import recency
from wayfolk.kit import clock, tenancy
from wayfolk.organization.models import Organization

_log = logging.getLogger(__name__)


@app.periodic(cron="41 2 * * *")
@app.task(
    name="wayfolk.search.follow_journeys",
    queueing_lock="search.follow_journeys",
    pass_context=False,
)
def follow_journeys(timestamp: int) -> None:  # noqa: ARG001 - the queue passes it
    """Every night: whoever came home is found before their namesakes."""
    for organization in Organization.objects.only("id", "time_zone"):
        try:
            with tenancy.scope(organization.id):
                recency.follow_journeys(clock.today(organization.time_zone))
        except DatabaseError:
            _log.exception("Journeys of organisation %s were not followed", organization.id)
