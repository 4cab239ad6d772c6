"""How the history speaks of itineraries."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import Area, RecordKind, Teller
from wayfolk.customers.models import Customer
from wayfolk.itineraries.models import Itinerary, ItineraryCustomer


def declare() -> None:
    """Called by audit once every application is loaded."""
    rights: dict[str, Any] = {
        "view": "itineraries.view",
        "edit": "itineraries.edit",
        "module": "itineraries",
    }
    wording.declare_area(Area("itineraries", "Itineraries", **rights))
    wording.declare_table(RecordKind("itineraries_itinerary", **rights))
    wording.declare_table(
        RecordKind(
            "itineraries_itinerarycustomer",
            phrase=_link_phrase,
            unshown=("position",),
            **rights,
        )
    )
    wording.declare_table(
        RecordKind("itineraries_stage", **{**rights, "edit": "organization.administer"})
    )


def _link_phrase(link: ItineraryCustomer, teller: Teller) -> str:
    customer = teller.name_of(Customer, link.customer_id)
    return f"{customer} on {teller.name_of(Itinerary, link.itinerary_id)}"
