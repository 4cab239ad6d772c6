"""Guests choose another pickup point of the same route, until some days before departure (TQ-55).

They come by a link that is signed for one line of their booking; it is never stored, and holds as
long as the line lets them choose.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import line_rules
from wayfolk.bookings.models import Booking, BookingLine, BookingStatus, PickupPoint
from wayfolk.bookings.operations.pricing import move_on
from wayfolk.bookings.operations.recording import lock_booking
from wayfolk.communications.operations import sending
from wayfolk.communications.rules import texts
from wayfolk.customers.models import ContactPoint
from wayfolk.kit import clock
from wayfolk.kit.errors import InvalidValues, NotAllowed, NotFound, Refusal
from wayfolk.kit.guest_links import GuestLinks
from wayfolk.kit.money import Money
from wayfolk.organization import actors
from wayfolk.organization.models import Organization
from wayfolk.staff.rules import Actor

BY_LINK = "bookings.choose_pickup"  # the one thing that a guest may do
LINKS = GuestLinks("wayfolk.bookings.pickup", "/pickup/")


class ChoiceOver(Refusal):
    """There is nothing to choose, or not any more; the message says why."""

    code = "choice_over"


@dataclass(frozen=True)
class Choice:
    """A pickup point that the guest may take, and what the line would cost with it."""

    point: PickupPoint
    amount: Money


@dataclass(frozen=True)
class Offer:
    """What a guest may choose from, by the hour of meeting; the present one is among them."""

    line: BookingLine
    choices: list[Choice]
    until: date


def guest_actor(organization: Organization) -> Actor:
    return actors.get_guest_actor(organization, BY_LINK)


def find_line(token: str) -> BookingLine | None:
    """The line that a link is for; needs the organisation's scope."""
    return _find(UUID(LINKS.subject_of(token)))


def offer_of(line: BookingLine, *, by: Actor) -> Offer:
    """What may be chosen today. Raises ChoiceOver in words for the guest."""
    booking, point = line.booking, line.pickup_point
    last = line_rules.last_day_of_choice(booking.departs_on, point.choice_days if point else None)
    if point is None or last is None or not point.route:
        raise ChoiceOver("The place where you are picked up cannot be changed here.")
    if booking.status == BookingStatus.CANCELLED:
        raise ChoiceOver("This booking was cancelled.")
    if clock.today(by.time_zone) > last:
        raise ChoiceOver(f"The place could be changed until {last:%-d %B %Y}.")
    offered = PickupPoint.objects.filter(route=point.route, currency=line.currency)
    found = [each for each in offered if each.id == point.id or not each.is_retired]
    found.sort(key=lambda each: (each.meets_at is None, each.meets_at, each.code))
    return Offer(line, [Choice(each, _amount(line, each)) for each in found], last)


def choosable_until(line: BookingLine, *, by: Actor) -> date | None:
    """Until when the guest of this line may choose; None where there is no other place to take."""
    try:
        offer = offer_of(line, by=by)
    except ChoiceOver:
        return None
    return offer.until if len(offer.choices) > 1 else None


def choose(token: str, pickup_point_id: UUID, *, by: Actor) -> BookingLine:
    """The guest takes this point: hour, price and cost of the line follow.

    Raises NotAllowed, NotFound, ChoiceOver, InvalidValues (not one of those offered).
    """
    if not by.may(BY_LINK):
        raise NotAllowed("Only the guest who has the link chooses over it. Change the line.")
    by.require_module("bookings")
    with change_set(by=by, operation="bookings.choose_pickup_point", summary="") as current:
        found = find_line(token)
        if found is None:
            raise NotFound("There is no such link.")
        booking = lock_booking(found.booking_id)
        line = _require_line(found.id)
        offered = {choice.point.id: choice.point for choice in offer_of(line, by=by).choices}
        if pickup_point_id not in offered:
            raise InvalidValues({"pickup_point": "That place is not offered any more."})
        if pickup_point_id != line.pickup_point_id:
            _take(line, offered[pickup_point_id])
            current.summary = f"The guest chose {line.pickup_point} for booking {booking}"
            move_on(booking)
    return line


def send_link(line_id: UUID, *, by: Actor) -> Booking:
    """Mail the guest the link to choose.

    Raises NotFound, NotAllowed, ChoiceOver, InvalidValues, NotToBeWrittenTo.
    """
    by.require_module("bookings")
    by.require("bookings.edit")
    with change_set(by=by, operation="bookings.send_pickup_link", summary="") as current:
        line = _require_line(line_id)
        booking: Booking = line.booking
        offer = offer_of(line, by=by)
        address = _email_of(booking)
        if not address:
            raise ChoiceOver(f"{booking.customer.name} has no email address to send the link to.")
        current.summary = current.summary or f"Sent the choice of pickup points for {booking}"
        sending.send_message(
            customer=booking.customer,
            address=address,
            channel="email",
            subject=f"Where shall we pick you up? Booking {booking.number}",
            body=_body(offer, by),
            private_link=link_of(line),
            about=booking.id,
            by=by,
        )
    return booking


def link_of(line: BookingLine) -> str:
    """The address of the guest's page."""
    return LINKS.address_of(LINKS.token(line.organization_id, line.id.hex))


def _find(line_id: UUID) -> BookingLine | None:
    found: BookingLine | None = (
        BookingLine.objects.filter(id=line_id)
        .select_related("booking__customer", "pickup_point")
        .first()
    )
    return found


def _require_line(line_id: UUID) -> BookingLine:
    found = _find(line_id)
    if found is None:
        raise NotFound("The booking has no such line any more. Reload the page.")
    return found


def _amount(line: BookingLine, point: PickupPoint) -> Money:
    """The present point's as it was agreed, whatever the catalogue says today."""
    if point.id == line.pickup_point_id:
        return line.amount
    return Money(point.amounts_for(line.pax)["amount_minor"], line.currency)


def _take(line: BookingLine, point: PickupPoint) -> None:
    line.pickup_point = point
    line.description = line_rules.description_of(point)
    line.cost_minor = None
    for name, minor in point.amounts_for(line.pax).items():
        setattr(line, name, minor)
    line.save_changes("pickup_point", "description", "amount_minor", "cost_minor")


def _email_of(booking: Booking) -> str:
    rows = ContactPoint.objects.filter(customer_id=booking.customer_id, kind="email")
    return rows.filter(set="primary").values_list("value", flat=True).first() or ""


def _body(offer: Offer, by: Actor) -> str:
    booking = offer.line.booking
    return "\n\n".join(
        [
            f"Dear {booking.customer.name},",
            f"for your trip {booking.product} (booking {booking.number}) we pick you up here:",
            offer.line.description,
            f"If another place suits you better, choose it here: {texts.PRIVATE_LINK}",
            f"You can do so until {offer.until:%-d %B %Y}.",
            by.organization_name,
        ]
    ).strip()
