"""Bookings and their totals as the API shows them; hidden figures are absent."""

from collections.abc import Sequence
from typing import Any

from wayfolk.api.presenters import customers, itineraries, preferences, stays
from wayfolk.api.schemas import bookings as shapes
from wayfolk.bookings import passengers, queries, rules
from wayfolk.bookings.connections import ConnectionChange, may_see_itineraries
from wayfolk.bookings.models import Booking
from wayfolk.bookings.passengers import DayOf, Party, PassengerShown
from wayfolk.bookings.rules import Totals
from wayfolk.partners import queries as partner_queries
from wayfolk.passengers.models import Preference
from wayfolk.passengers.preferences import queries as preference_queries
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries
from wayfolk.stays.models import Stay

_FIELDS = (
    "number",
    "version",
    "booked_on",
    "created_at",
    "updated_at",
    *shapes.BookingFields.model_fields,
)
_MONEY = ("booking.total", "booking.cost", "booking.profit")


def booking(record: Booking, *, by: Actor) -> shapes.Booking:
    """A booking as `queries.list_bookings` loads it."""
    values: dict[str, Any] = {name: getattr(record, name) for name in _FIELDS if _may_see(name, by)}
    if _may_see("exchange_rate", by):
        values["exchange_rate"] = f"{record.exchange_rate.normalize():f}"
    if sees_profit(by) and record.cost_minor is not None:
        values["profit_minor"] = record.total_minor - record.cost_minor
    values["customer"] = customers.customer_reference(record.customer, by=by)
    values["brand"] = record.brand.code if record.brand else None
    values["assignee"] = itineraries.person(record.assignee)
    values |= _trade(record, by)
    values["connection"] = connection(record, by=by)
    return shapes.Booking.model_construct(**values)


def whole_booking(record: Booking, *, by: Actor) -> shapes.Booking:
    """A single booking, with who travels on it."""
    shown = booking(record, by=by)
    party = passengers.party_of(record, by=by)
    return shown.model_copy(update={"passengers": _passengers(party, by)})


def passenger_list(record: Booking, *, by: Actor) -> shapes.Passengers:
    """Who travels on a booking, and by which ages."""
    party = passengers.party_of(record, by=by)
    band = party.band
    values: dict[str, Any] = {
        "ages": shapes.PassengerAges(infant_below=band.infant_below, child_below=band.child_below),
        "items": _passengers(party, by),
    }
    sees = {DayOf.STAY: stay_queries.may_see, DayOf.ITINERARY: may_see_itineraries}
    if party.travel.of not in sees or sees[party.travel.of](by):
        values["travel_on"] = party.travel.day
    return shapes.Passengers.model_construct(**values)


def _passengers(party: Party, by: Actor) -> list[shapes.Passenger]:
    people = [shown.customer.id for shown in party.passengers]
    preferred = preference_queries.for_journey(people, by=by)
    return [_passenger(p, preferred.get(p.customer.id, []), by) for p in party.passengers]


def _passenger(
    shown: PassengerShown, preferred: Sequence[Preference], by: Actor
) -> shapes.Passenger:
    values: dict[str, Any] = {
        "customer": customers.customer_reference(shown.customer, by=by),
        "is_lead": shown.passenger.is_lead,
        "issued_name": shown.passenger.issued_name,
        "is_type_given": shown.is_given,
    }
    if not shown.is_hidden:
        values["type"] = shown.type or None
    if by.may("customers.view"):
        values["preferences"] = [preferences.preference(each) for each in preferred]
    if by.may_see("customer.birth_on"):
        values |= {"age": shown.age, "birth_on": shown.born_on}
    return shapes.Passenger.model_construct(**values)


def _trade(record: Booking, by: Actor) -> dict[str, Any]:
    """Through whom it was sold, and what that earned."""
    values: dict[str, Any] = {}
    if partner_queries.may_see(by):
        sold_by = record.partner and record.partner.customer
        values["partner"] = sold_by and customers.customer_reference(sold_by, by=by)
    if by.may_see("booking.commission"):
        values["commission_minor"] = record.commission_minor
        values["commission_basis"] = record.commission_basis
    return values


def connection(record: Booking, *, by: Actor) -> shapes.Connection:
    """What the booking belongs to, as far as the actor sees such records."""
    values: dict[str, Any] = {}
    if stay_queries.may_see(by):
        values["stay"] = record.stay and stay_reference(record.stay)
    if may_see_itineraries(by):
        trip = record.itinerary or (record.stay and record.stay.itinerary)
        values["itinerary"] = trip and stays.itinerary_reference(trip)
    return shapes.Connection.model_construct(**values)


def stay_reference(record: Stay) -> shapes.StayReference:
    return shapes.StayReference.model_construct(
        id=record.id, reservation_number=record.reservation_number, property=record.hotel.name
    )


def connection_step(change: ConnectionChange) -> shapes.ConnectionStep:
    return shapes.ConnectionStep.model_construct(
        step=change.step.value,
        at=change.at,
        author=change.author_name,
        summary=change.summary,
        change_id=change.change_set_id,
    )


def with_totals(records: Sequence[Booking], *, by: Actor) -> shapes.BookingsWithTotals:
    """The bookings of a stay or an itinerary, and what they add up to."""
    totals = queries.totals_of(records, by=by)
    return shapes.BookingsWithTotals.model_construct(
        items=[booking(record, by=by) for record in records],
        totals=shapes.Totals.model_construct(**totals_values(totals, by=by)),
    )


def totals_values(totals: Totals, *, by: Actor) -> dict[str, Any]:
    """The figures that this actor may see."""
    names = ("pax", "infants", "confirmed", "waitlisted", "cancelled")
    values: dict[str, Any] = {
        "currency": by.currency,
        **{name: getattr(totals, name) for name in names},
    }
    if by.may_see("booking.total"):
        values["turnover_minor"] = totals.turnover.minor
    if by.may_see("booking.cost"):
        values |= {"cost_minor": totals.cost.minor, "without_cost": totals.without_cost}
    if sees_profit(by):
        per_pax = totals.profit_per_pax
        values["profit_minor"] = totals.profit.minor
        values["profit_per_pax_minor"] = per_pax and per_pax.minor
    return values


def sees_profit(by: Actor) -> bool:
    """From the profit and one of the two others the third could be told."""
    return all(by.may_see(code) for code in _MONEY)


def _may_see(name: str, by: Actor) -> bool:
    code = rules.FIELD_RULES.get(name)
    return code is None or by.may_see(code)
