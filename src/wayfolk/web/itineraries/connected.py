"""What other domains show on the itinerary page, each part only where module and role allow."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from wayfolk.itineraries.models import Itinerary
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries

STAYS_SHOWN = 50


@dataclass
class Part:
    """A section of the page; its template reads `part.content`."""

    id: str
    title: str
    template: str
    count: int | str
    content: Any


def parts(request: HttpRequest, itinerary: Itinerary, *, by: Actor) -> list[Part]:
    """The sections in their order."""
    found: list[Part] = []
    if by.has_module("stays") and by.may("stays.view"):
        stays = list(
            stay_queries.list_for_itinerary(itinerary.id, by=by)
            .select_related("hotel", "guest")
            .order_by("arrival_on", "id")[:STAYS_SHOWN]
        )
        found.append(Part("stays", "Stays", "itineraries/_stays.html", len(stays), stays))
    return found
