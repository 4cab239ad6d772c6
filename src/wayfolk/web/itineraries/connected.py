"""What other domains show on the itinerary page, each part only where module and role allow."""

from typing import Any

from wayfolk.itineraries.models import Itinerary
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries
from wayfolk.web.bookings import presenters as bookings

STAYS_SHOWN = 50


def context_of(itinerary: Itinerary, *, by: Actor) -> dict[str, Any]:
    """`stays` (None where they are not for this reader), and what the bookings' part reads."""
    stays = None
    if stay_queries.may_see(by):
        stays = list(
            stay_queries.list_for_itinerary(itinerary.id, by=by)
            .select_related("hotel", "guest")
            .order_by("arrival_on", "id")[:STAYS_SHOWN]
        )
    return {"stays": stays, **bookings.for_itinerary(itinerary, by=by)}
