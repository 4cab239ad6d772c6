"""Who may join a booking with one click (KP-18)."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.bookings import making, travelling
from tests.bookings.travelling import family
from tests.households.making import company, household, person
from tests.partners.making import partner
from tests.world import Cast
from wayfolk.bookings import companions, operations, queries
from wayfolk.bookings.models import Booking
from wayfolk.households.operations import moving
from wayfolk.itineraries.operations import linking
from wayfolk.kit import tenancy
from wayfolk.partners.operations import contacts, partners
from wayfolk.partners.rules.records import PartnerData
from wayfolk.staff.rules import Actor
from wayfolk.stays import operations as stay_operations


def groups(cast: Cast, booking: Booking, *, by: Actor | None = None) -> dict[str, list[str]]:
    reader = by or cast.advisor
    party = travelling.party(cast, booking, by=reader)
    with tenancy.scope(cast.organization.id):
        whole = queries.get_booking(booking.id, by=reader)
        found = companions.companions_of(whole, party, by=reader)
    return {group.title: [each.given_name for each in group.people] for group in found}


def test_kp18_the_households_of_customer_and_lead_as_they_are_today(cast: Cast) -> None:
    people = family(cast)
    home = household(
        cast, (people["anna"], "head"), (people["bent"], "partner"), (people["emil"], "child")
    )
    gone = person(cast, "Karl")
    moving.move_in(
        home.id, [moving.Placement(gone.id, "child")], on=date(2020, 2, 1), by=cast.advisor
    )
    moving.move_out(home.id, [gone.id], on=date(2021, 1, 1), by=cast.advisor)
    household(cast, (people["ulla"], "head"), (people["cora"], "child"), name="Aunt")
    booking = making.booking(cast.advisor, people["anna"])
    assert groups(cast, booking) == {f"Household {home}": ["Anna", "Bent", "Emil"]}
    travelling.add(cast, booking, people["ulla"])  # leads, and brings her own household
    found = groups(cast, booking)
    assert sorted(found.values()) == [["Anna", "Bent", "Emil"], ["Cora"]]
    travelling.add(cast, booking, people["anna"], people["bent"], people["emil"])
    assert list(groups(cast, booking).values()) == [["Cora"]]


def test_kp18_the_desk_that_sold_it(cast: Cast) -> None:
    by, buyer = cast.manager, person(cast, "Anna")
    agency, piet = partner(by), person(cast, "Piet", "Bakker")
    with tenancy.scope(by.organization_id):
        data = PartnerData({"level": "agent", "parent_id": agency.id})
        agent = partners.create_partner(piet.id, data, by=by)
    now, former, coming = (person(cast, name) for name in ("Mette", "Former", "Coming"))
    with tenancy.scope(by.organization_id):
        contacts.add_contact(agency.id, now.id, role="sales", from_on=date(2020, 1, 1), by=by)
        contacts.add_contact(
            agency.id, former.id, role="sales", from_on=date(2019, 1, 1),
            to_on=date(2020, 1, 1), by=by,
        )  # fmt: skip
        contacts.add_contact(agency.id, coming.id, role="sales", from_on=date(2190, 1, 1), by=by)
    title = "Nordic Horizons: contacts and agents"
    for through in (agency, agent):
        booking = making.booking(by, buyer, partner_id=through.id)
        found = groups(cast, booking)
        assert sorted(found[title]) == ["Mette", "Piet"], "companies and former contacts stay out"
    assert title not in groups(cast, booking, by=making.without_module(cast.advisor, "partners"))


def test_kp18_trip_and_stay_as_far_as_one_sees_them(cast: Cast) -> None:
    by, people = cast.advisor, family(cast)
    trip, firm = making.itinerary(by), company(cast)
    with tenancy.scope(by.organization_id):
        linking.link_customers(trip.id, [people["emil"].id, firm.id], by=by)
        linking.link_customers(trip.id, [people["cora"].id], by=by)
        linking.set_travelling(trip.id, people["cora"].id, False, by=by)
    stay = making.stay(by, people["bent"])
    booking = making.booking(by, people["anna"])
    with tenancy.scope(by.organization_id):
        stay_operations.set_itinerary(stay.id, trip.id, by=by)
        operations.connect_booking(booking.id, by=by, stay_id=stay.id)
    assert groups(cast, booking) == {
        "Customer of the booking": ["Anna"],
        f"Itinerary {trip}": ["Emil"],
        f"Guest of stay {stay.reservation_number}": ["Bent"],
    }
    blind = making.without_module(making.without_module(by, "itineraries"), "stays")
    assert list(groups(cast, booking, by=blind)) == ["Customer of the booking"]


def test_kp18_the_number_of_queries_does_not_grow_with_the_people(cast: Cast) -> None:
    anna = person(cast, "Anna")
    home = household(cast, (anna, "head"))
    booking = making.booking(cast.advisor, anna)

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            groups(cast, booking)
        return len(captured)

    few = count()
    more = [moving.Placement(person(cast, f"P{n}").id, "child") for n in range(6)]
    moving.move_in(home.id, more, on=date(2020, 2, 1), by=cast.advisor)
    assert count() == few
