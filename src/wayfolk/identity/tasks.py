"""Jobs of the search index, of matching and of merges: load, one call."""

import logging
from uuid import UUID

from django.db import DatabaseError
from procrastinate.contrib.django import app

from wayfolk.identity.matching import searching
from wayfolk.identity.merging import latecomers
from wayfolk.identity.models import DuplicateSearch
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


@app.task(name=searching.RUN_TASK)
def find_everywhere(organization_id: int, search_id: str) -> None:
    """Look for duplicates among everybody, with the rights that who asked for it has today."""
    with tenancy.scope(organization_id):
        search = DuplicateSearch.objects.filter(id=UUID(search_id)).first()
        by = actors.find_actor(user_id=search.asked_by) if search else None
    if search is None or not search.is_under_way:
        return
    if by is None:
        words = f"{search.asked_by_name} is no longer a member of the organisation."
        searching.fail(search.id, words, organization_id)
        return
    searching.carry_out(search.id, by=by)
