"""Service cases as the templates show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from wayfolk.bookings import passengers
from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.models import Booking
from wayfolk.kit.money import format_money
from wayfolk.service.models import CaseAttachment, Reason, ServiceCase
from wayfolk.staff.rules import Actor
from wayfolk.web.bookings.presenters import Figure
from wayfolk.web.brands import name_of
from wayfolk.web.service.forms import STATUS_TONES


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a table. `booking` is "" for one about no booking.

    `moved_to`: the booking's present customer where that is not the case's any more, else "".
    """

    number: int
    url: str
    kind: str
    status: str
    tone: str
    reasons: str
    customer: str
    customer_url: str
    booking: str
    booking_url: str
    moved_to: str
    handler: str
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """An attachment with its addresses."""

    id: UUID
    name: str
    size: int
    added_by: str
    added_at: datetime
    url: str
    remove_url: str


def row_of(case: ServiceCase, reasons: Sequence[Reason], by: Actor) -> CaseRow:
    """A case with customer, booking and handler loaded."""
    booking = case.booking
    sees_bookings = booking_queries.may_see(by)
    return CaseRow(
        number=case.number,
        url=page_url(case.number),
        kind=str(case.get_kind_display()),
        status=str(case.get_status_display()),
        tone=STATUS_TONES[case.status],
        reasons=", ".join(each.name for each in reasons),
        customer=case.customer.name,
        customer_url=customer_url(case.customer.number, by),
        booking=str(booking.number) if booking else "",
        booking_url=reverse("bookings:detail", args=[booking.number])
        if booking and sees_bookings
        else "",
        moved_to=moved_to.name if (moved_to := case.booking_moved_to) and sees_bookings else "",
        handler=case.handler.name if case.handler else "",
        opened_on=case.opened_on,
        closed_on=case.closed_on,
    )


def rows_of(
    cases: Sequence[ServiceCase], reasons: Mapping[UUID, Sequence[Reason]], by: Actor
) -> list[CaseRow]:
    return [row_of(case, reasons.get(case.id, ()), by) for case in cases]


def page_url(number: int) -> str:
    return reverse("cases:detail", args=[number])


def customer_url(number: int, by: Actor) -> str:
    return reverse("customers:detail", args=[number]) if by.may("customers.view") else ""


def facts_of(case: ServiceCase, reasons: Sequence[Reason], by: Actor) -> list[Figure]:
    """The case's own values, as far as this reader may see them."""
    closed = f"{case.closed_on:%-d %b %Y}" if case.closed_on else ""
    who = f"by {case.closed_by.name}" if case.closed_by else ""
    customer = case.customer
    facts = [
        Figure(
            "Customer", customer.name, f"No {customer.number}", customer_url(customer.number, by)
        ),
        Figure("Kind", str(case.get_kind_display())),
        Figure("Reasons", ", ".join(each.name for each in reasons)),
        Figure("Opened", f"{case.opened_on:%-d %b %Y}"),
        Figure("Handler", case.handler.name if case.handler else ""),
        Figure("Closed", closed, who),
    ]
    if by.may_see("customer.email"):
        facts.append(Figure("Email", case.email, "of this case"))
    if by.may_see("customer.phone"):
        facts.append(Figure("Phone", case.phone, "of this case"))
    if by.may_see("service.compensation"):
        amount = case.compensation
        kind = str(case.get_compensation_kind_display()) if case.compensation_kind else ""
        facts.append(Figure("Compensation", format_money(amount) if amount else "", kind))
    return facts


def booking_facts(booking: Booking, by: Actor) -> list[Figure]:
    """The booking that a case is about, read-only (TQ-46); two queries for who travels."""
    customer = booking.customer
    party = passengers.party_of(booking, by=by)
    ages = [
        f"{shown.type} {shown.age}" if shown.age is not None else shown.type
        for shown in party.passengers
    ]
    counts = (
        (booking.adults, "adult", "adults"),
        (booking.children, "child", "children"),
        (booking.infants, "infant", "infants"),
    )
    stay = booking.stay
    place = ", ".join(part for part in (booking.resort, booking.hotel) if part)
    brand = name_of(booking.brand_id)
    room = " ".join(part for part in (stay.room_type, stay.room) if part) if stay else ""
    return [
        *([Figure("Brand", brand)] if brand else []),
        Figure(
            "Booking",
            str(booking.number),
            booking.product,
            reverse("bookings:detail", args=[booking.number]),
        ),
        Figure(
            "Customer of the booking",
            customer.name,
            f"No {customer.number}",
            customer_url(customer.number, by),
        ),
        Figure("Pax", _counted(counts), ", ".join(ages)),
        Figure("Destination", place or (stay.hotel.name if stay else "")),
        Figure("Departure date", f"{booking.departs_on:%-d %b %Y}" if booking.departs_on else ""),
        Figure("Hotel", stay.hotel.name if stay else booking.hotel, room),
    ]


def _counted(counts: Iterable[tuple[int, str, str]]) -> str:
    return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counts if n)


def file_rows(case: ServiceCase, files: Sequence[CaseAttachment]) -> list[FileRow]:
    return [
        FileRow(
            id=each.id,
            name=each.name,
            size=each.size,
            added_by=each.added_by,
            added_at=each.created_at,
            url=reverse("cases:attachment", args=[case.number, each.id]),
            remove_url=reverse("cases:remove_attachment", args=[case.number, each.id]),
        )
        for each in files
    ]


def about(case: ServiceCase, by: Actor) -> dict[str, Any]:
    """The booking of a case for its page; where bookings are not for this reader, the number."""
    if case.booking_id is None:
        return {"booking_facts": []}
    if not booking_queries.may_see(by):
        return {"booking_facts": [Figure("Booking", str(case.booking.number))]}
    booking = booking_queries.get_booking(case.booking_id, by=by)
    return {"booking_facts": booking_facts(booking, by), "moved_to": case.booking_moved_to}
