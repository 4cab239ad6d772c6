"""Who may join a booking with one click (KP-18): people who have to do with it already."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wayfolk.bookings.connections import may_see_itineraries
from wayfolk.bookings.models import Booking
from wayfolk.bookings.passengers import Party
from wayfolk.customers.models import Customer, Kind, Status
from wayfolk.households import queries as household_queries
from wayfolk.itineraries.models import ItineraryCustomer
from wayfolk.kit import clock
from wayfolk.partners import queries as partner_queries
from wayfolk.partners.models import Level, Partner, PartnerContact, PartnerStatus
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries

PEOPLE_MAX = 30  # of one group; beyond that one searches


@dataclass(frozen=True, slots=True)
class Group:
    """People with something in common. `is_household`: they can be added all at once."""

    title: str
    people: Sequence[Customer]
    is_household: bool = False


def companions_of(booking: Booking, party: Party, *, by: Actor) -> list[Group]:
    """Those who are no passengers yet, each once, in the group that comes first.

    Household, then the agency that sold it, trip and stay; what this actor does not see is not
    there. A handful of queries, however many people there are.
    """
    by.require("customers.view")
    taken = {shown.customer.id for shown in party.passengers}
    groups = [
        *_households(booking, party, by),
        Group("Customer of the booking", [booking.customer]),
        *_agency(booking, by),
        *_trip(booking, by),
    ]
    left = []
    for group in groups:
        people = _travellers(group.people, taken)[:PEOPLE_MAX]
        taken |= {person.id for person in people}
        if people:
            left.append(Group(group.title, people, is_household=group.is_household))
    return left


def _travellers(people: Iterable[Customer], taken: Collection[UUID]) -> list[Customer]:
    """People of the present, in their order, each once."""
    found = {
        person.id: person
        for person in people
        if person.id not in taken
        and person.kind == Kind.PERSON
        and person.deleted_at is None
        and person.status != Status.MERGED
    }
    return list(found.values())


def _households(booking: Booking, party: Party, by: Actor) -> list[Group]:
    """Of the customer and of the lead, as they are today."""
    whose = {booking.customer_id} | ({party.lead.customer.id} if party.lead else set())
    return _homes_of(whose, by)


def households_of(customer_id: UUID, *, by: Actor) -> list[Group]:
    """The households that a customer lives in today, with everybody in them who can travel."""
    by.require("customers.view")
    groups = [
        Group(group.title, _travellers(group.people, ())[:PEOPLE_MAX], is_household=True)
        for group in _homes_of({customer_id}, by)
    ]
    return [group for group in groups if group.people]


def _homes_of(whose: Collection[UUID], by: Actor) -> list[Group]:
    memberships = household_queries.current_memberships(whose, by=by)
    homes = {m.household_id: m.household for found in memberships.values() for m in found}
    if not homes:
        return []
    people: dict[UUID, list[Customer]] = {home_id: [] for home_id in homes}
    for member in household_queries.list_housemates(homes, by=by):
        people[member.household_id].append(member.customer)
    return [
        Group(f"Household {home}", people[home_id], is_household=True)
        for home_id, home in homes.items()
    ]


def _agency(booking: Booking, by: Actor) -> list[Group]:
    """Whoever sold it: contacts of today, and the agents of the same desk who are people."""
    partner = booking.partner
    if partner is None or not partner_queries.may_see(by):
        return []
    desk = partner
    if partner.level == Level.AGENT and partner.parent_id is not None:
        desk = Partner.objects.select_related("customer").get(id=partner.parent_id)
    present = PartnerContact.objects.on(clock.today(by.time_zone))
    contacts = present.filter(partner_id__in=[partner.id, desk.id]).select_related("person")
    agents = Partner.objects.filter(
        parent_id=desk.id, level=Level.AGENT, status=PartnerStatus.ACTIVE
    ).select_related("customer")
    people: list[Any] = [contact.person for contact in contacts.order_by("from_on", "id")]
    people += [agent.customer for agent in agents.order_by("sort_key", "id")[:PEOPLE_MAX]]
    return [Group(f"{desk.name}: contacts and agents", [partner.customer, *people])]


def _trip(booking: Booking, by: Actor) -> list[Group]:
    """Travellers of the itinerary, and the guest of the stay."""
    groups = []
    stay = booking.stay
    trip = stay.itinerary if stay is not None else booking.itinerary
    if trip is not None and may_see_itineraries(by):
        links = ItineraryCustomer.objects.filter(itinerary_id=trip.id, is_travelling=True)
        travelling = links.select_related("customer").order_by("position", "id")
        groups.append(Group(f"Itinerary {trip}", [link.customer for link in travelling]))
    if stay is not None and stay_queries.may_see(by):
        guest = Customer.objects.filter(id=stay.guest_id)
        groups.append(Group(f"Guest of stay {stay.reservation_number}", list(guest)))
    return groups
