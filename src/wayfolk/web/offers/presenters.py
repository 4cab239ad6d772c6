"""Offers as the templates show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from wayfolk.customers.models import Customer
from wayfolk.kit import clock, paging
from wayfolk.kit.money import format_money
from wayfolk.organization.models import Brand
from wayfolk.sales.models import Offer
from wayfolk.sales.queries import offers as queries
from wayfolk.sales.queries.offers import OfferFilters
from wayfolk.staff.rules import Actor
from wayfolk.web.bookings.presenters import Figure
from wayfolk.web.brands import ByReference, name_of
from wayfolk.web.offers.forms import STATUS_TONES, STATUS_WORDS

CUSTOMER_PAGE = 10


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer in a table. `price` is "" for a reader who may not see it, `due` when it is not."""

    offer: Offer
    url: str
    place: str
    period: str
    party: str
    price: str
    status: str
    tone: str
    due: str
    brand: Brand | None = None


@dataclass(frozen=True, slots=True)
class CustomerOffers:
    """A page of a customer's offers."""

    rows: Sequence[OfferRow]
    previous_url: str
    next_url: str
    sees_price: bool
    create_url: str


def page_url(offer: Offer) -> str:
    return reverse("offers:detail", args=[offer.number])


def row_of(offer: Offer, by: Actor, *, brands: ByReference | None = None) -> OfferRow:
    """The offer with customer and assignee loaded."""
    return OfferRow(
        offer=offer,
        url=page_url(offer),
        place=", ".join(part for part in (offer.resort, offer.hotel) if part),
        period=period_of(offer),
        party=party_of(offer),
        price=price_of(offer, by),
        status=STATUS_WORDS[offer.status],
        tone=STATUS_TONES[offer.status],
        due=_due(offer, clock.today(by.time_zone)),
        brand=(brands or {}).get(offer.brand_id),
    )


def party_of(offer: Offer) -> str:
    """Pax, and infants apart (decision 7): 2 + 1 inf."""
    return f"{offer.pax} + {offer.infants} inf" if offer.infants else str(offer.pax)


def price_of(offer: Offer, by: Actor) -> str:
    """Empty for no price and for a reader who may not see it."""
    return format_money(offer.price) if offer.price and by.may_see("offer.price") else ""


def period_of(offer: Offer) -> str:
    """Both days, or what is known: 10 Jun – 14 Jun 2026."""
    first, last = offer.departs_on, offer.returns_on
    if first and last:
        begins = f"{first:%-d %b}" if first.year == last.year else f"{first:%-d %b %Y}"
        return f"{begins} – {last:%-d %b %Y}"
    day = first or last
    return f"{day:%-d %b %Y}" if day else ""


def day(value: date | None) -> str:
    return f"{value:%-d %b %Y}" if value else ""


def _due(offer: Offer, today: date) -> str:
    if not offer.is_open or offer.follow_up_on is None or offer.follow_up_on > today:
        return ""
    late = (today - offer.follow_up_on).days
    if not late:
        return "Today"
    return f"{late} day{'' if late == 1 else 's'} late"


def for_customer(request: HttpRequest, customer: Customer, *, by: Actor) -> dict[str, Any]:
    """Context of offers/for_customer.html; the page comes from the query string."""
    rows = queries.list_offers(OfferFilters(customer_id=customer.id), by=by).in_lines()
    page = paging.page_of(
        rows,
        order="-number",
        after=request.GET.get("offers_after", ""),
        before=request.GET.get("offers_before", ""),
        size=CUSTOMER_PAGE,
    )
    base = reverse("offers:of_customer", args=[customer.number])
    may_create = by.may("offers.edit")
    return {
        "customer_offers": CustomerOffers(
            rows=[row_of(offer, by) for offer in page.rows],
            previous_url=_neighbour(base, "offers_before", page.previous_cursor),
            next_url=_neighbour(base, "offers_after", page.next_cursor),
            sees_price=by.may_see("offer.price"),
            create_url=f"{reverse('offers:create')}?customer={customer.number}"
            if may_create
            else "",
        )
    }


def _neighbour(base: str, name: str, cursor: str) -> str:
    return f"{base}?{name}={cursor}" if cursor else ""


def facts_of(offer: Offer, by: Actor) -> list[Figure]:
    """What the page says of the offer, without its price."""
    brand = name_of(offer.brand_id)
    return [
        *([Figure("Brand", brand)] if brand else []),
        _addressee(offer, by),
        *_offeree(offer, by),
        Figure("Type", offer.get_kind_display()),
        Figure("Customer type", offer.get_customer_type_display() if offer.customer_type else ""),
        Figure("Proposed dates", period_of(offer)),
        Figure("Transport", offer.transport),
        Figure("Resort", offer.resort),
        Figure("Hotel", offer.hotel),
        Figure("Pax", str(offer.pax), f"{offer.adults} adults, {offer.children} children"),
        Figure("Infants", str(offer.infants)),
        Figure("Assignee", offer.assignee.name if offer.assignee else ""),
        _written("Created", offer.created_at.date(), offer.created_by),
        _written("Updated", offer.updated_at.date(), offer.updated_by),
    ]


def _written(label: str, on: date, who: Any) -> Figure:
    return Figure(label, day(on), f"by {who.name}" if who else "")


def _addressee(offer: Offer, by: Actor) -> Figure:
    customer = offer.customer
    if customer is None:
        return Figure("Offeree", offer.offeree_name, "not a customer yet")
    url = reverse("customers:detail", args=[customer.number]) if by.may("customers.view") else ""
    note = "deleted" if customer.deleted_at else f"No {customer.number}"
    return Figure("Customer", customer.name, note, url)


def _offeree(offer: Offer, by: Actor) -> list[Figure]:
    figures = []
    if offer.customer and offer.offeree_name:
        figures.append(Figure("Typed as", offer.offeree_name))
    if offer.offeree_email and by.may_see("customer.email"):
        figures.append(Figure("Email", offer.offeree_email))
    if offer.offeree_phone and by.may_see("customer.phone"):
        figures.append(Figure("Phone", offer.offeree_phone))
    return figures
