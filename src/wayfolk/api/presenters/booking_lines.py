"""Booking lines, their catalogues and a customer's totals as the API shows them."""

from collections.abc import Sequence
from typing import Any

from wayfolk.api.presenters import bookings
from wayfolk.api.schemas import booking_lines as shapes
from wayfolk.bookings.models import (
    Booking,
    BookingLine,
    CustomerYear,
    LineCategory,
    PickupPoint,
    PriceAdjustment,
)
from wayfolk.bookings.operations import choosing_pickup
from wayfolk.bookings.rules import Totals
from wayfolk.staff.rules import Actor

_PARTS = {
    "basic": "basic_minor",
    "insurance": "insurance_minor",
    "transfer": "transfers_minor",
    "fee": "fees_minor",
    "discount": "discounts_minor",
    "supplement": "supplements_minor",
    "pickup": "pickup_minor",
    "other": "others_minor",
}


def category(record: LineCategory) -> shapes.Category:
    values = {name: getattr(record, name) for name in shapes.Category.model_fields}
    return shapes.Category.model_construct(**values)


def pickup_point(record: PickupPoint, *, by: Actor) -> shapes.PickupPoint:
    names = set(shapes.PickupPoint.model_fields)
    if not by.may_see("booking.cost"):
        names -= {"cost_minor"}
    values = {name: getattr(record, name) for name in names}
    values["meets_at"] = f"{record.meets_at:%H:%M}" if record.meets_at else None
    return shapes.PickupPoint.model_construct(**values)


def adjustment(record: PriceAdjustment) -> shapes.Adjustment:
    values = {name: getattr(record, name) for name in shapes.Adjustment.model_fields}
    values["rate"] = None if record.rate is None else f"{record.rate.normalize():f}"
    return shapes.Adjustment.model_construct(**values)


def lines(record: Booking, found: Sequence[BookingLine], *, by: Actor) -> shapes.Lines:
    """The lines of a booking whose price the caller may see."""
    values: dict[str, Any] = {"currency": record.currency, "total_minor": record.total_minor}
    if by.may_see("booking.cost"):
        values["cost_minor"] = record.cost_minor
    items = [_line(each, record, by) for each in found]
    return shapes.Lines.model_construct(**values, items=items)


def _line(record: BookingLine, booking: Booking, by: Actor) -> shapes.Line:
    names = ["id", "pickup_point_id", "adjustment_id", "description", "pax", "amount_minor"]
    if by.may_see("booking.cost"):
        names.append("cost_minor")
    values = {name: getattr(record, name) for name in names}
    record.booking = booking
    until = choosing_pickup.choosable_until(record, by=by) if by.may("bookings.edit") else None
    if until:
        values["guest_chooses_until"] = until
        values["guest_url"] = choosing_pickup.link_of(record)
    return shapes.Line.model_construct(**values, category=category(record.category))


def customer_totals(
    totals: Totals, years: Sequence[CustomerYear], *, by: Actor
) -> shapes.CustomerTotals:
    values = bookings.totals_values(totals, by=by)
    if by.may_see("booking.total"):
        parts: dict[str, Any] = {_PARTS[kind]: part.minor for kind, part in totals.parts.items()}
        values["parts"] = shapes.Parts.model_construct(**parts)
    values["last_departure_on"] = totals.last_departure_on
    shown = [_year(each, by) for each in years]
    return shapes.CustomerTotals.model_construct(**values, years=shown)


def _year(each: CustomerYear, by: Actor) -> shapes.Year:
    names = ["year", "bookings", "pax"]
    names += ["turnover_minor"] if by.may_see("booking.total") else []
    names += ["cost_minor"] if by.may_see("booking.cost") else []
    values = {name: getattr(each, name) for name in names}
    if bookings.sees_profit(by):
        values["profit_minor"] = each.turnover_minor - each.cost_minor
    return shapes.Year.model_construct(**values)
