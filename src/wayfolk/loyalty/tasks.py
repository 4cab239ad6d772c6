"""Nightly jobs: points of bookings that came back, points that are over."""

import logging

from django.db import DatabaseError
from procrastinate.contrib.django import app

from wayfolk.kit.errors import Refusal
from wayfolk.loyalty.operations import earning
from wayfolk.organization import actors
from wayfolk.organization.models import Organization

_log = logging.getLogger(__name__)


@app.periodic(cron="11 3 * * *")
@app.task(name="wayfolk.loyalty.settle", queueing_lock="loyalty.settle", pass_context=False)
def settle(timestamp: int) -> None:  # noqa: ARG001 - the queue passes it
    """For each organisation that uses it; a fault of one keeps no other from its points."""
    for organization in Organization.objects.order_by("id"):
        by = actors.get_system_actor(organization)
        if not by.has_module("loyalty"):
            continue
        try:
            earning.expire_points(by=by)
            earning.settle_points(by=by)
        except (DatabaseError, Refusal):
            _log.exception("Points of organisation %s were not settled", organization.id)
