"""How itineraries and their customers are shown: words, days in the organisation's zone, links."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse

from wayfolk.itineraries import queries
from wayfolk.itineraries.models import Itinerary
from wayfolk.itineraries.operations.outcomes import Outcome
from wayfolk.itineraries.queries import LinkedCustomer
from wayfolk.staff.rules import Actor
from wayfolk.web import toasts


@dataclass(frozen=True, slots=True)
class RowUrls:
    """Where a row of the customers' table leads to and posts to."""

    poc: str
    travelling: str
    leader: str
    remove: str
    edit: str
    customer: str


@dataclass(frozen=True)
class CustomerRow:
    """A linked customer as the table shows it. `lacks`: what a point of contact misses (TP-22)."""

    number: str
    name: str
    email: str
    phone: str
    city: str
    past_trips: str
    is_poc: bool
    is_travelling: bool
    is_leader: bool
    is_inactive: bool
    lacks: str
    urls: RowUrls

    @property
    def menu_id(self) -> str:
        return f"menu-customer-{self.number}"


def day(at: datetime | None, by: Actor) -> str:
    """A day like "1 May 2026" in the organisation's time zone; "" for none."""
    return f"{at.astimezone(ZoneInfo(by.time_zone)):%-d %b %Y}" if at else ""


def moment(at: datetime | None, by: Actor) -> str:
    """An instant like "Fri 1 May 2026, 14:00" in the organisation's time zone; "" for none."""
    return f"{at.astimezone(ZoneInfo(by.time_zone)):%a %-d %b %Y, %H:%M}" if at else ""


def party(itinerary: Itinerary) -> str:
    """The party in words, "2 adults, 1 child"; "" for nobody."""
    counts = (
        (itinerary.adults, "adult", "adults"),
        (itinerary.children, "child", "children"),
        (itinerary.infants, "infant", "infants"),
    )
    return ", ".join(
        f"{count} {one if count == 1 else more}" for count, one, more in counts if count
    )


def customer_rows(
    itinerary: Itinerary, links: list[LinkedCustomer], by: Actor
) -> list[CustomerRow]:
    """The rows of the customers' table, in their order."""
    urls = _row_urls(itinerary)
    return [
        CustomerRow(
            number=str(linked.customer.number),
            name=linked.customer.name,
            email=linked.email,
            phone=linked.phone,
            city=linked.city,
            past_trips=str(linked.past_trips),
            is_poc=linked.link.is_poc,
            is_travelling=linked.link.is_travelling,
            is_leader=linked.link.is_leader,
            is_inactive=queries.is_inactive(linked.customer),
            lacks=_lacks(linked, by) if linked.link.is_poc else "",
            urls=urls(linked.customer.number),
        )
        for linked in links
    ]


def _row_urls(itinerary: Itinerary) -> Callable[[int], RowUrls]:
    """Addresses of a row, made from one set for the whole table: resolving them takes time."""
    on_trip = [
        reverse(f"itineraries:{name}", args=[itinerary.number, 0]).split("/0/")
        for name in ("point_of_contact", "travelling", "leader", "remove")
    ]
    edit = reverse("customers:edit", args=[0]).split("/0/")
    page = reverse("customers:detail", args=[0]).split("/0/")
    back = f"?next={reverse('itineraries:detail', args=[itinerary.number])}"

    def of(number: int) -> RowUrls:
        joint = f"/{number}/"
        poc, travelling, leader, remove = (joint.join(parts) for parts in on_trip)
        return RowUrls(poc, travelling, leader, remove, joint.join(edit) + back, joint.join(page))

    return of


def _lacks(linked: LinkedCustomer, by: Actor) -> str:
    missing = [
        word
        for word, value in (("email", linked.email), ("phone", linked.phone))
        if not value and by.may_see(f"customer.{word}")
    ]
    return f"No {' or '.join(missing)}" if missing else ""


def facts(itinerary: Itinerary, rows: list[CustomerRow], by: Actor) -> list[dict[str, object]]:
    """The head of an itinerary (TA-24), for components/definition_list.html."""
    leader = next((row for row in rows if row.is_leader), None)
    return [
        {"label": "Trip ID", "value": itinerary.trip_id},
        {"label": "Arrival", "value": moment(itinerary.arrival_at, by)},
        {"label": "Departure", "value": moment(itinerary.departure_at, by)},
        {"label": "Guests", "value": party(itinerary)},
        {
            "label": "Trip leader",
            "value": leader.name if leader else "",
            "url": reverse("customers:detail", args=[leader.number])
            if leader and by.may("customers.view")
            else "",
            "note": " · ".join(p for p in (leader.phone, leader.email) if p) if leader else "",
        },
        {"label": "Assignee", "value": itinerary.assignee.name if itinerary.assignee else ""},
        {"label": "Created", "value": moment(itinerary.created_at, by)},
    ]


def announce(request: HttpRequest, outcome: Outcome, text: str) -> None:
    """The toast after a write: what was done with Undo, and each warning (TP-22)."""
    if outcome.change_set_id is None:
        toasts.add(request, "Nothing had changed.", level="info")
    else:
        toasts.add(request, text, undo_url=undo_url(outcome.change_set_id))
    for warning in outcome.warnings[:2]:
        toasts.add(request, warning, level="warning")


def undo_url(change_set_id: UUID) -> str:
    return reverse("changes:undo", args=[change_set_id])
