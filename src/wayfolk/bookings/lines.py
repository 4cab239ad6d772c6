"""Reading booking lines, their categories and the pickup points."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from wayfolk.bookings import adjustment_rules
from wayfolk.bookings.models import (
    Booking,
    BookingLine,
    LineCategory,
    PickupPoint,
    PriceAdjustment,
)
from wayfolk.bookings.rules import LineFigures
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor


def list_lines(booking_id: UUID, *, by: Actor) -> Sequence[BookingLine]:
    """The lines of a booking in their order, with category and pickup point."""
    by.require_module("bookings")
    by.require("bookings.view")
    rows = BookingLine.objects.filter(booking_id=booking_id).order_by("position", "id")
    return list(rows.select_related("category", "pickup_point"))


def figures_by_booking(booking_ids: Collection[UUID]) -> dict[UUID, list[LineFigures]]:
    """What the totals need of the lines of these bookings; without those that have none."""
    found: dict[UUID, list[LineFigures]] = defaultdict(list)
    rows = BookingLine.objects.filter(booking_id__in=booking_ids).order_by()
    for booking_id, *values in rows.values_list("booking_id", "kind", "amount_minor", "cost_minor"):
        found[booking_id].append(LineFigures(*values))
    return found


def find_having_lines(booking_ids: Collection[UUID]) -> set[UUID]:
    """Those of these bookings that have lines."""
    rows = BookingLine.objects.filter(booking_id__in=booking_ids).order_by()
    return set(rows.values_list("booking_id", flat=True))


def list_categories(*, by: Actor, with_retired: bool = True) -> Sequence[LineCategory]:
    """The categories in their order."""
    by.require_module("bookings")
    by.require("bookings.view")
    rows = LineCategory.objects.order_by("position", "id")
    return list(rows if with_retired else rows.filter(is_retired=False))


def get_category(category_id: UUID, *, by: Actor) -> LineCategory:
    """One category; raises NotFound."""
    found = next((each for each in list_categories(by=by) if each.id == category_id), None)
    if found is None:
        raise NotFound("There is no such category of booking lines.")
    return found


def list_pickup_points(*, by: Actor, with_retired: bool = True) -> Sequence[PickupPoint]:
    """The pickup points by their codes."""
    by.require_module("bookings")
    by.require("bookings.view")
    rows = PickupPoint.objects.order_by("code", "id")
    return list(rows if with_retired else rows.filter(is_retired=False))


def list_adjustments(*, by: Actor, with_retired: bool = True) -> Sequence[PriceAdjustment]:
    """The discounts and supplements of the catalogue by their codes."""
    by.require_module("bookings")
    by.require("bookings.view")
    rows = PriceAdjustment.objects.select_related("beside").order_by("code", "id")
    return list(rows if with_retired else rows.filter(is_retired=False))


def get_adjustment(adjustment_id: UUID, *, by: Actor) -> PriceAdjustment:
    """One discount or supplement; raises NotFound."""
    by.require_module("bookings")
    by.require("bookings.view")
    found: PriceAdjustment | None = PriceAdjustment.objects.filter(id=adjustment_id).first()
    if found is None:
        raise NotFound("There is no such discount or supplement.")
    return found


def adjustments_for(
    booking: Booking, present: Sequence[BookingLine], *, by: Actor
) -> list[PriceAdjustment]:
    """Those that may be chosen for a booking with these lines; not those with a bonus code."""
    offered = list_adjustments(by=by, with_retired=False)
    return [
        each
        for each in offered
        if not each.bonus_code and obstacle_to(each, booking, present) == ""
    ]


def obstacle_to(
    adjustment: PriceAdjustment, booking: Booking, present: Sequence[BookingLine]
) -> str:
    """Why it is not for this booking, in words; "" where it is."""
    if adjustment.is_retired:
        return f"{adjustment} is retired."
    if not adjustment_rules.is_for(adjustment.product, booked=booking.product):
        return f"{adjustment} is for “{adjustment.product}”, not for “{booking.product}”."
    if adjustment.amount_minor is not None and adjustment.currency != booking.currency:
        return f"{adjustment} is in {adjustment.currency}, the booking in {booking.currency}."
    categories = {line.category_id for line in present}
    if not adjustment_rules.may_stand(adjustment.beside_id, categories):
        return f"{adjustment} is only for bookings that have a line “{adjustment.beside}”."
    return ""


def get_pickup_point(pickup_point_id: UUID, *, by: Actor) -> PickupPoint:
    """One pickup point; raises NotFound."""
    by.require_module("bookings")
    by.require("bookings.view")
    found: PickupPoint | None = PickupPoint.objects.filter(id=pickup_point_id).first()
    if found is None:
        raise NotFound("There is no such pickup point.")
    return found
