"""What a customer is worth: the figures right on their page, and turnover by year (TQ-21..30).

`for_customer` gives the context of bookings/totals_panel.html, which other pages may include.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.bookings import counting, queries
from wayfolk.bookings.models import CustomerYear
from wayfolk.bookings.rules import Totals
from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import Customer
from wayfolk.identity.search import trips
from wayfolk.kit import clock
from wayfolk.kit.money import Money, format_money
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings import narrowing, presenters
from wayfolk.web.bookings.presenters import Figure

# Codes of counting.FIGURES in groups, as they stand below one another.
GROUPS = (
    ("turnover", "bookings", "pax", "infants"),
    ("basic", "insurance", "transfers", "fees", "others"),
    ("pickup", "discounts", "supplements"),
    ("cost", "profit"),
    ("waitlisted", "cancelled"),
)
LABELS = {"bookings": "Booking numbers", "pax": "Pax number", "infants": "Inf number"}


@dataclass(frozen=True, slots=True)
class Panel:
    """The figures in their groups. `as_of`: the moment at which they were true."""

    groups: Sequence[Sequence[Figure]]
    currency: str
    as_of: datetime
    years_url: str


@dataclass(frozen=True, slots=True)
class YearShown:
    """A bar of the plot and a row of its table. `amount`: in units of the currency."""

    year: int
    amount: str
    turnover: str
    cost: str
    profit: str
    bookings: int
    pax: int


def for_customer(customer: Customer, *, by: Actor) -> dict[str, Any]:
    """Context of bookings/totals_panel.html; empty where bookings are not for this reader."""
    if not queries.may_see(by):
        return {}
    totals = queries.customer_totals(customer.id, by=by)
    groups = [
        [_figure(code, totals, customer, by) for code in codes if _is_shown(code, by)]
        for codes in GROUPS
    ]
    groups[0].insert(1, _trips(customer))
    if presenters.sees_profit(by):
        groups[3].append(_per_pax(totals))
    sees_years = by.may_see("booking.total") and totals.confirmed
    return {
        "totals_panel": Panel(
            groups=[group for group in groups if group],
            currency=by.currency,
            as_of=clock.now(),
            years_url=reverse("bookings:years_of_customer", args=[customer.number])
            if sees_years
            else "",
        )
    }


@require_GET
@signed_in("bookings.view", module="bookings")
def years(request: HttpRequest, number: int) -> HttpResponse:
    """Turnover by year of departure: the part of the panel, or a page of its own."""
    by = actor_of(request)
    by.require("customers.view")
    customer = customer_queries.get_customer_by_number(number, by=by)
    shown = []
    if by.may_see("booking.total"):
        found = queries.customer_years(customer.id, by=by)
        shown = [_year(each, by) for each in found]
    context = {
        "customer": customer,
        "years": shown,
        "currency": by.currency,
        "sees_cost": by.may_see("booking.cost"),
        "sees_profit": presenters.sees_profit(by),
    }
    is_part = htmx.wants_fragment(request)
    template = "bookings/_years.html" if is_part else "bookings/years_of_customer.html"
    return render(request, template, context)


def _is_shown(code: str, by: Actor) -> bool:
    return counting.FIGURES[code].is_open_to(by)


def _figure(code: str, totals: Totals, customer: Customer, by: Actor) -> Figure:
    """Zero opens nothing: there is no booking behind it."""
    figure = counting.FIGURES[code]
    value = figure.of(totals)
    opens = totals.confirmed if code in {"turnover", "profit"} else value
    return Figure(
        LABELS.get(code, figure.label),
        narrowing.in_words(code, value, by),
        note=_note(code, totals),
        url=narrowing.list_url(customer.number, code) if opens else "",
    )


def _trips(customer: Customer) -> Figure:
    """KP-29. Opens the bookings that are over; some trips may be known by their itinerary alone."""
    count = trips.count_past(customer.id)
    past = f"{reverse('bookings:of_customer', args=[customer.number])}?bookings=past"
    more = "+" if count >= trips.COUNTED_MAX else ""
    return Figure("Trips taken", f"{count:,}{more}", url=past if count else "")


def _note(code: str, totals: Totals) -> str:
    if code == "cost" and totals.without_cost:
        return f"not known for {totals.without_cost:,} of {totals.confirmed:,}"
    if code == "profit" and totals.without_cost:
        return "without the costs not known yet"
    return ""


def _per_pax(totals: Totals) -> Figure:
    share = totals.profit_per_pax
    return Figure("Profit per PAX", "" if share is None else format_money(share))


def _year(each: CustomerYear, by: Actor) -> YearShown:
    turnover, cost = (Money(minor, by.currency) for minor in (each.turnover_minor, each.cost_minor))
    return YearShown(
        each.year,
        f"{turnover.amount:f}",
        format_money(turnover),
        format_money(cost),
        format_money(turnover + -cost),
        each.bookings,
        each.pax,
    )
