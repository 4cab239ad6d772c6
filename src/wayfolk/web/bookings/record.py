"""The page of one booking: what was booked, what it is connected to, who changed that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.bookings import connections, lines, queries, rules
from wayfolk.bookings.connections import ConnectionChange
from wayfolk.bookings.models import Booking
from wayfolk.bookings.operations import Connection
from wayfolk.bookings.payments import queries as payment_queries
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit.money import format_money
from wayfolk.partners import queries as partner_queries
from wayfolk.staff.rules import Actor
from wayfolk.stays.models import Stay
from wayfolk.web import brands
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings import party, presenters, pricing
from wayfolk.web.bookings.presenters import Figure, TargetShown
from wayfolk.web.changes import presenters as changes
from wayfolk.web.loyalty import on_bookings as extras
from wayfolk.web.payments import presenters as payments


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the audit part: who, when, from what, to what (TA-14)."""

    label: str
    author_name: str
    at: datetime
    before: TargetShown | None
    after: TargetShown | None
    url: str


@require_GET
@signed_in("bookings.view", module="bookings")
def detail(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    return render(request, "bookings/detail.html", page_of(booking, by))


@require_GET
@signed_in("bookings.view", module="bookings")
def history(request: HttpRequest, number: int) -> HttpResponse:
    """The History section, loaded when it is opened."""
    by = actor_of(request)
    by.require("history.view")
    booking = queries.get_booking_by_number(number, by=by)
    return render(request, "changes/history.html", changes.history_for(request, booking.id, by=by))


def page_of(booking: Booking, by: Actor) -> dict[str, Any]:
    """Everything that the page shows."""
    sees_history = by.may("history.view")
    steps = connections.list_history(booking.id, by=by) if sees_history else []
    return {
        **party.section_of(booking, by),
        **pricing.section_of(booking, by),
        **_after_the_trip(booking, by),
        "booking": booking,
        "row": presenters.row_of(booking, by),
        "facts": _facts(booking, by),
        "money": _money(booking, by),
        "trip": _trip(booking, by),
        "steps": _steps(steps, by),
        "sees_history": sees_history,
        "history_url": reverse("bookings:history", args=[booking.number]),
        "payments": payments.section_of(booking, by) if payment_queries.may_see(by) else None,
        "extras": extras.of_booking(booking, by),
        "may_edit": by.may("bookings.edit"),
        "may_cancel": by.may("bookings.edit") and booking.status != rules.CANCELLED,
        "may_connect": by.may("bookings.connect"),
        "may_recompute": bool(booking.partner_id)
        and by.has_module("partners")
        and by.may("bookings.edit")
        and by.may("partners.terms"),
    }


def _after_the_trip(booking: Booking, by: Actor) -> dict[str, str]:
    """Where the sections of service cases and questionnaires are loaded from, "" for none."""
    number = [booking.number]
    sees = by.may("service.view")
    return {
        "cases_url": reverse("cases:of_booking", args=number)
        if sees and by.has_module("service")
        else "",
        "questionnaires_url": reverse("questionnaires:of_booking", args=number)
        if sees and by.has_module("questionnaires")
        else "",
        "new_case_url": f"{reverse('cases:create')}?booking={booking.number}"
        if by.may("service.edit") and by.has_module("service")
        else "",
    }


def _facts(booking: Booking, by: Actor) -> list[Figure]:
    customer = booking.customer
    brand = brands.name_of(booking.brand_id)
    facts = [
        *([Figure("Brand", brand)] if brand else []),
        Figure(
            "Customer",
            customer.name,
            "deleted" if customer.deleted_at else f"No {customer.number}",
            _customer_url(customer.number, by),
        ),
        Figure("Booking date", f"{booking.booked_on:%-d %b %Y}"),
        Figure("Departure date", _day(booking.departs_on)),
        Figure("Return date", _day(booking.returns_on)),
        Figure("Transport", booking.transport),
        Figure("Resort", booking.resort),
        Figure("Hotel", booking.hotel),
        Figure("Pax", str(booking.pax), f"{booking.adults} adults, {booking.children} children"),
        Figure("Infants", str(booking.infants)),
        Figure("User", booking.assignee.name if booking.assignee else ""),
    ]
    if by.may_see("customer.phone"):
        facts.append(Figure("Phone", booking.contact_phone))
    source = booking.get_source_display() if booking.source else ""
    facts.append(Figure("Source", source))
    if booking.partner and partner_queries.may_see(by):
        url = reverse("partners:detail", args=[booking.partner.number])
        facts.append(Figure("Sold through", booking.partner.name, url=url))
    if presenters.sees_marks(by):
        facts.append(Figure("CHM / RHM", _marks(booking)))
    facts.append(Figure("Agency", booking.agency))
    facts.append(Figure("External reference", booking.reference))
    return facts


def _money(booking: Booking, by: Actor) -> list[Figure]:
    """Price, cost and profit as far as this reader may see them; own currency, then converted."""
    shown = []
    if by.may_see("booking.total"):
        shown.append(Figure("Price", format_money(booking.total)))
    if by.may_see("booking.cost"):
        shown.append(Figure("Cost", format_money(booking.cost) if booking.cost else "not known"))
    if presenters.sees_profit(by) and booking.cost:
        shown.append(Figure("Profit", format_money(booking.total + -booking.cost)))
    if booking.partner_id and by.may_see("booking.commission"):
        earned = format_money(booking.commission) if booking.commission else "not computed"
        shown.append(Figure("Commission", earned, booking.commission_basis))
    if by.may_see("booking.total") and booking.currency != by.currency:
        rate = f"{booking.exchange_rate.normalize():f}"
        of_lines = lines.figures_by_booking([booking.id]).get(booking.id, ())
        in_base = rules.price_in_base(queries.figures_of(booking, of_lines), by.currency)
        shown.append(Figure(f"Price in {by.currency}", format_money(in_base), f"at {rate}"))
    return shown


def _trip(booking: Booking, by: Actor) -> TargetShown | None:
    """The itinerary that the booking belongs to through its stay."""
    stay = booking.stay
    return presenters.show_itinerary(stay.itinerary, by) if stay and stay.itinerary else None


def _steps(changes: list[ConnectionChange], by: Actor) -> list[Step]:
    """The former and later targets, fetched at once."""
    both = [connection for change in changes for connection in (change.before, change.after)]
    stay_ids = {c.stay_id for c in both if c.stay_id}
    itinerary_ids = {c.itinerary_id for c in both if c.itinerary_id}
    stays = Stay.objects.select_related("hotel").in_bulk(stay_ids)
    itineraries = Itinerary.objects.in_bulk(itinerary_ids)

    def show(connection: Connection) -> TargetShown | None:
        if connection.stay_id in stays:
            return presenters.show_stay(stays[connection.stay_id], by)
        if connection.itinerary_id in itineraries:
            return presenters.show_itinerary(itineraries[connection.itinerary_id], by)
        return None

    return [
        Step(
            change.step.value,
            change.author_name,
            change.at,
            show(change.before),
            show(change.after),
            reverse("changes:detail", args=[change.change_set_id]),
        )
        for change in changes
    ]


def _marks(booking: Booking) -> str:
    """Both marks (decision 9), a dash for one that nobody gave; "" for none of them."""
    marks = (booking.customer_mark, booking.representative_mark)
    if not any(marks):
        return ""
    return " / ".join("–" if mark is None else str(mark) for mark in marks)


def _customer_url(number: int, by: Actor) -> str:
    return reverse("customers:detail", args=[number]) if by.may("customers.view") else ""


def _day(day: Any) -> str:
    return f"{day:%-d %b %Y}" if day else ""
