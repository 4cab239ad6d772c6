"""What other domains show on the customer page, each part only where module and role allow."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_resolver, reverse

from wayfolk.bookings import queries as booking_queries
from wayfolk.customers.models import Customer, Kind
from wayfolk.households import queries as household_queries
from wayfolk.itineraries import queries as itinerary_queries
from wayfolk.itineraries.operations import deletion
from wayfolk.partners import queries as partner_queries
from wayfolk.sales.queries import offers as offer_queries
from wayfolk.sales.queries.offers import OfferFilters
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries
from wayfolk.stays.models import StayQuerySet
from wayfolk.web.bookings import presenters as bookings
from wayfolk.web.bookings import totals_panel
from wayfolk.web.changes import presenters as changes
from wayfolk.web.households import on_customers as households
from wayfolk.web.partners import on_customers as partners

STAYS_SHOWN = 50


@dataclass(frozen=True)
class Lazy:
    """A section that another part of the product fills when it is opened.

    `url_name` takes the customer's number and answers with the content alone to htmx, with a
    whole page to a browser without scripts.
    """

    id: str
    title: str
    url_name: str
    module: str
    permission: str


LAZY = (
    Lazy("offers", "Offers", "offers:of_customer", "offers", "offers.view"),
    Lazy("cases", "Service cases", "cases:of_customer", "service", "service.view"),
    Lazy("bonus", "Bonus packages", "bonus:of_customer", "loyalty", "loyalty.view"),
    Lazy("catalogs", "Catalog orders", "catalogs:of_customer", "catalogs", "catalogs.view"),
    Lazy("extras", "Customer extras", "extras:of_customer", "loyalty", "loyalty.view"),
    Lazy("payments", "Payments", "payments:of_customer", "payments", "payments.view"),
    Lazy(
        "communications",
        "Communications",
        "communications:of_customer",
        "communications",
        "communications.view",
    ),
)


@dataclass
class Part:
    """A section of the page. `lazy_url` loads its content when it is first opened."""

    id: str
    title: str
    template: str = ""
    count: int | str = ""
    flush: bool = True
    is_open: bool = True
    lazy_url: str = ""
    content: Any = None


def sections(request: HttpRequest, customer: Customer, *, by: Actor) -> dict[str, Any]:
    """The parts in their order; the booking rows come with their own paging."""
    parts: list[Part] = []
    context: dict[str, Any] = {"parts": parts}
    if household_queries.may_see(by) and customer.kind == Kind.PERSON:
        lives = households.of_customer(customer, by=by)
        context["lives"] = lives
        template = "households/of_customer.html"
        parts.append(Part("household", "Household", template, len(lives.rows) or "", content=lives))
    if partner_queries.may_see(by):
        parts += _trade_parts(customer, by)
    if by.has_module("itineraries") and by.may("itineraries.view"):
        links = itinerary_queries.list_for_customer(customer.id, by=by)
        parts.append(
            Part(
                "itineraries",
                "Itineraries",
                "customers/_itineraries.html",
                len(links),
                content=links,
            )
        )
    if by.has_module("stays") and by.may("stays.view"):
        stays = list(_stays(customer, by).order_by("-arrival_on", "id")[:STAYS_SHOWN])
        parts.append(Part("stays", "Stays", "customers/_stays.html", len(stays), content=stays))
    if by.has_module("bookings") and by.may("bookings.view"):
        booked = bookings.for_customer(request, customer, by=by)
        context |= booked
        context |= totals_panel.for_customer(customer, by=by)
        parts.append(Part("bookings", "Bookings", "bookings/for_customer.html", content=booked))
    parts += [_lazy_part(lazy, customer) for lazy in LAZY if _is_shown(lazy, by)]
    if by.may("history.view"):
        parts.append(
            Part(
                "history",
                "History",
                flush=False,
                is_open=False,
                lazy_url=reverse("customers:history", args=[customer.number]),
            )
        )
    return context


def _is_shown(lazy: Lazy, by: Actor) -> bool:
    mounted = lazy.url_name.partition(":")[0] in get_resolver().namespace_dict
    return mounted and by.has_module(lazy.module) and by.may(lazy.permission)


def _lazy_part(lazy: Lazy, customer: Customer) -> Part:
    address = reverse(lazy.url_name, args=[customer.number])
    return Part(lazy.id, lazy.title, is_open=False, lazy_url=address)


def _trade_parts(customer: Customer, by: Actor) -> list[Part]:
    """What makes the customer a trade partner, and the partners that they speak for."""
    parts = []
    as_partner, contact_at = partners.of_customer(customer, by=by)
    if as_partner:
        parts.append(Part("trade", "Trade partner", "partners/of_company.html", content=as_partner))
    if contact_at:
        template = "partners/of_person.html"
        parts.append(
            Part("contact-at", "Contact at", template, len(contact_at), content=contact_at)
        )
    return parts


def _stays(customer: Customer, by: Actor) -> StayQuerySet:
    return stay_queries.list_stays(by=by).filter(guest_id=customer.id)


def history(request: HttpRequest, subject_id: UUID, *, by: Actor) -> HttpResponse:
    """The History section of a record."""
    context = changes.history_for(request, subject_id, by=by)
    return render(request, "changes/history.html", context)


def deletion_preview(customer: Customer, *, by: Actor) -> dict[str, Any]:
    """What deleting touches: itineraries with who is promoted, and what keeps its record."""
    departures = deletion.preview(customer.id, by=by)
    return {
        "itineraries": [
            {
                "trip_id": departure.itinerary.trip_id,
                "name": departure.itinerary.name,
                "promoted": departure.promoted.name if departure.promoted else "",
            }
            for departure in departures
        ],
        "touched": _kept_in_words(customer, by),
    }


def _kept_in_words(customer: Customer, by: Actor) -> str:
    """Which records keep the customer; of what this actor may see."""
    kept: list[tuple[int, str, str]] = []  # how many, the noun, what follows it
    if booking_queries.may_see(by):
        bought = booking_queries.list_for_customer(customer.id, by=by).count()
        travelled = booking_queries.list_travelled(customer.id, by=by).count()
        kept += [(bought, "booking", ""), (travelled, "booking", " of others on which they travel")]
    if stay_queries.may_see(by):
        kept.append((_stays(customer, by).count(), "stay", ""))
    if offer_queries.may_see(by):
        made = offer_queries.list_offers(OfferFilters(customer_id=customer.id), by=by)
        kept.append((made.count(), "offer", ""))
    words = [f"{n} {noun}{'' if n == 1 else 's'}{rest}" for n, noun, rest in kept if n]
    if not words:
        return ""
    verb = "keeps its" if sum(n for n, *_ in kept) == 1 else "keep their"
    listed = " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
    return f"{listed} {verb} record of this customer."
