"""Jobs of the search index and of merges: for each organisation, one call."""

import logging

from django.db import DatabaseError
from procrastinate.contrib.django import app

from wayfolk.identity.merging import latecomers
from wayfolk.identity.search import recency
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import Refusal
from wayfolk.organization import actors
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


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="wayfolk.merging.gather_latecomers",
    queueing_lock="merging.gather_latecomers",
    pass_context=False,
)
def gather_latecomers(timestamp: int) -> None:  # noqa: ARG001 - the queue passes it
    """Every few minutes: rows that were being written while their customer was merged."""
    for organization in Organization.objects.all():
        try:
            latecomers.gather_all(by=actors.get_system_actor(organization, "Merging"))
        except (DatabaseError, Refusal):
            _log.exception("Rows of merges of organisation %s stay behind", organization.id)
