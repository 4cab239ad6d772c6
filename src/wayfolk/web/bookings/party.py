"""The section Passengers of a booking's page, who may join with one click (KP-18), and the
bookings of others on which a customer travels (KP-10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from wayfolk.bookings import companions, connections, passengers, queries
from wayfolk.bookings.companions import Group
from wayfolk.bookings.models import Booking
from wayfolk.bookings.passengers import DayOf, Party, PassengerShown
from wayfolk.customers.models import Customer
from wayfolk.kit import paging
from wayfolk.passengers import rules
from wayfolk.passengers.models import PassengerType, Preference
from wayfolk.passengers.preferences import queries as preferences
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries
from wayfolk.web.bookings import presenters
from wayfolk.web.passengers import preference_rows
from wayfolk.web.passengers.preference_rows import Mark


@dataclass(frozen=True, slots=True)
class TypeChoice:
    """What can be said of somebody's type by hand; "" leaves it to the age."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class PassengerRow:
    """A line of the table. `type_note`: why the type is as it is, or is not there.

    `marks`: allergies, diet, and what else this person prefers on the way (KP-38).
    """

    shown: PassengerShown
    name: str
    number: int
    url: str
    notes: Sequence[str]
    type: str
    type_note: str
    age: str
    born: str
    choices: Sequence[TypeChoice]
    marks: Sequence[Mark]

    @property
    def menu_id(self) -> str:
        return f"passenger-{self.number}"

    @property
    def is_lead(self) -> bool:
        return self.shown.passenger.is_lead


@dataclass(frozen=True, slots=True)
class Offer:
    """One button that adds somebody. `numbers`: the Customer Nos that it sends."""

    name: str
    numbers: str


@dataclass(frozen=True, slots=True)
class OfferGroup:
    """People with something in common; `everybody` adds all of a household, None elsewhere."""

    title: str
    offers: Sequence[Offer]
    everybody: Offer | None


def section_of(booking: Booking, by: Actor) -> dict[str, Any]:
    """What the section shows; a fixed number of queries."""
    party = passengers.party_of(booking, by=by)
    may_edit = by.may("bookings.edit")
    may_add = may_edit and by.may("customers.view")
    offers = companions.companions_of(booking, party, by=by) if may_add else []
    people = [shown.customer.id for shown in party.passengers]
    preferred = preferences.for_journey(people, by=by)
    return {
        "booking": booking,
        "passengers": [
            _row(shown, preferred.get(shown.customer.id, []), by) for shown in party.passengers
        ],
        "named_words": _named_words(booking, party),
        "day_words": _day_words(party, by),
        "ages_words": rules.in_words(party.band),
        "sees_birth": by.may_see("customer.birth_on"),
        "taken_words": _taken_words(booking, party) if may_edit else "",
        "offers": [_offers(group) for group in offers],
        "may_edit_passengers": may_edit,
        "may_add_passengers": may_add,
    }


def for_traveller(request: HttpRequest, customer: Customer, *, by: Actor) -> dict[str, Any]:
    """Context of bookings/for_traveller.html: a page of what others booked for the customer."""
    page = paging.page_of(
        queries.list_travelled(customer.id, by=by),
        order="-booked_on",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=presenters.CUSTOMER_PAGE,
    )
    url = reverse("bookings:of_traveller", args=[customer.number])
    return {
        "travels": [presenters.row_of(booking, by) for booking in page.rows],
        "travels_previous_url": f"{url}?before={page.previous_cursor}"
        if page.previous_cursor
        else "",
        "travels_next_url": f"{url}?after={page.next_cursor}" if page.next_cursor else "",
    }


def _row(shown: PassengerShown, preferred: Sequence[Preference], by: Actor) -> PassengerRow:
    customer, passenger = shown.customer, shown.passenger
    is_open = by.may("customers.view") and customer.deleted_at is None
    notes = ["deleted"] if customer.deleted_at else []
    if passenger.issued_name != customer.name:
        notes.append(f"issued as {passenger.issued_name}")
    choices = [TypeChoice("", "By age")] if shown.is_given else []
    choices += [
        TypeChoice(kind.value, str(kind.label))
        for kind in PassengerType
        if passenger.given_type != kind.value
    ]
    return PassengerRow(
        shown=shown,
        name=customer.name,
        number=customer.number,
        url=reverse("customers:detail", args=[customer.number]) if is_open else "",
        notes=notes,
        type=str(PassengerType(shown.type).label) if shown.type else "–",
        type_note=_type_note(shown),
        age="" if shown.age is None else str(shown.age),
        born=f"{shown.born_on:%-d %b %Y}" if shown.born_on else "",
        choices=choices,
        marks=[preference_rows.mark_of(each) for each in preferred],
    )


def _type_note(shown: PassengerShown) -> str:
    if shown.is_given:
        return "by hand"
    if shown.is_hidden:
        return "not for your role"
    if shown.type != rules.UNKNOWN:
        return ""
    return "born after that day" if shown.born_on else "date of birth not known"


def _named_words(booking: Booking, party: Party) -> str:
    named, is_booked = len(party.passengers), booking.adults + booking.children + booking.infants
    if named > is_booked:
        return f"{named} named, {is_booked} booked"
    if named and named == is_booked:
        return f"All {named} named" if named > 1 else "Named"
    return f"{named} of {is_booked} named"


def _day_words(party: Party, by: Actor) -> str:
    """The day of travel and where it is from; not one that this reader may not see."""
    travel = party.travel
    sees = {DayOf.STAY: stay_queries.may_see, DayOf.ITINERARY: connections.may_see_itineraries}
    if travel.of in sees and not sees[travel.of](by):
        return f"on the {travel.of}"
    return f"on {travel.day:%-d %b %Y}, the {travel.of}"


def _taken_words(booking: Booking, party: Party) -> str:
    """What the passengers would make of the booked numbers; "" where nothing, or not known."""
    if not party.passengers or party.unknown:
        return ""
    numbers = party.numbers
    is_same = all(getattr(booking, name) == count for name, count in numbers.items())
    return "" if is_same else rules.numbers_in_words(numbers)


def _offers(group: Group) -> OfferGroup:
    offers = [Offer(person.name, str(person.number)) for person in group.people]
    everybody = None
    if group.is_household and len(offers) > 1:
        everybody = Offer("Add all of this household", ",".join(o.numbers for o in offers))
    return OfferGroup(group.title, offers, everybody)
