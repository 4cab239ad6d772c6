"""Stays as the templates show them."""

from dataclasses import dataclass

from django.urls import reverse

from wayfolk.staff.rules import Actor
from wayfolk.stays.models import Stay
from wayfolk.web.bookings import presenters as bookings
from wayfolk.web.bookings.presenters import Figure, TargetShown
from wayfolk.web.stays.forms import STATUS_TONES


@dataclass(frozen=True, slots=True)
class StayRow:
    """A stay in the list."""

    stay: Stay
    url: str
    party: str
    status: str
    tone: str
    itinerary: TargetShown | None


def row_of(stay: Stay, by: Actor) -> StayRow:
    """The stay with guest, hotel and itinerary loaded."""
    return StayRow(
        stay=stay,
        url=reverse("stays:detail", args=[stay.id]),
        party=bookings.party_of(stay),
        status=stay.get_status_display(),
        tone=STATUS_TONES[stay.status],
        itinerary=bookings.show_itinerary(stay.itinerary, by) if stay.itinerary else None,
    )


def facts_of(stay: Stay, by: Actor) -> list[Figure]:
    """The facts of the page. A stay of a deleted guest still says whose it was."""
    guest = stay.guest
    url = reverse("customers:detail", args=[guest.number]) if by.may("customers.view") else ""
    nights = "day visit" if stay.nights == 0 else f"{stay.nights} nights"
    return [
        Figure("Guest", guest.name, "deleted" if guest.deleted_at else f"No {guest.number}", url),
        Figure("Hotel", stay.hotel.name),
        Figure("Arrival", f"{stay.arrival_on:%-d %b %Y}"),
        Figure("Departure", f"{stay.departure_on:%-d %b %Y}", nights),
        Figure("Room", stay.room, stay.room_type),
        Figure("Meals", stay.meal_plan),
        Figure("Guests", str(stay.pax), f"{stay.adults} adults, {stay.children} children"),
        Figure("Infants", str(stay.infants)),
        Figure("Source", stay.source),
    ]
