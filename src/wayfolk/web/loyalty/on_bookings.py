"""Extras on the page of a booking: what its travellers can use on the way (TQ-20)."""

from typing import Any

from django.urls import reverse

from wayfolk.bookings.models import Booking
from wayfolk.loyalty import queries
from wayfolk.staff.rules import Actor
from wayfolk.web.loyalty import presenters


def of_booking(booking: Booking, by: Actor) -> list[dict[str, Any]]:
    """The extras usable today or on the day of departure, with whose they are."""
    if not queries.may_see(by):
        return []
    sees_customers = by.may("customers.view")
    return [
        {
            "extra": presenters.extra_row(extra, by),
            "customer": extra.customer.name,
            "url": reverse("customers:detail", args=[extra.customer.number])
            if sees_customers
            else "",
        }
        for extra in queries.extras_for_booking(booking, by=by)
    ]
