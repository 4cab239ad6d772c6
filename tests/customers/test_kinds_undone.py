"""KP-06: what undo, imports and raw SQL meet where they would give a company a person's place."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError

from tests.bookings import travelling
from tests.bookings.making import itinerary, last_change_set, stay
from tests.households.making import START, dump, household, person
from tests.itineraries.test_point_of_contact_constraint import at_once
from tests.partners import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import operations as bookings
from wayfolk.bookings.models import Booking
from wayfolk.customers.models import Customer
from wayfolk.customers.operations import converting
from wayfolk.customers.rules.conversion import Names
from wayfolk.households.models import Connection, HouseholdMember
from wayfolk.households.operations import connecting, guarding, moving
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit import clock, tenancy
from wayfolk.kit.database_errors import find_refusal
from wayfolk.partners.operations import contacts, partners
from wayfolk.stays.models import Stay

Gone = tuple[UUID, str]  # who, and what they become meanwhile


def today_and(days: int = 0) -> date:
    return clock.today("UTC") + timedelta(days=days)


def convert(cast: Cast, customer_id: UUID, kind: str) -> None:
    names = Names(company_name="Bo Ltd") if kind == "company" else Names(family_name="Holm")
    converting.convert(customer_id, kind, names, by=cast.manager)


def refused(cast: Cast, change: Callable[[], object]) -> None:
    """The change is refused in words, and every row is as it was."""
    before = dump(cast.organization.id)
    with pytest.raises(DatabaseError) as failed, tenancy.scope(cast.organization.id):
        change()
    refusal = find_refusal(failed.value)
    assert refusal is not None
    assert refusal.code == "conversion_forbidden"
    assert "travel on a booking" in refusal.message
    assert dump(cast.organization.id) == before


def moved_out(cast: Cast) -> Gone:
    bo = person(cast, "Bo")
    home = household(cast, (person(cast), "head"), (bo, "adult"))
    moving.move_out(home.id, [bo.id], on=today_and(), by=cast.manager)
    return bo.id, "company"


def disconnected(cast: Cast) -> Gone:
    bo, home = person(cast, "Bo"), household(cast)
    connecting.connect_person(home.id, bo.id, kind="payer", from_on=START, by=cast.manager)
    row = Connection.objects.get(customer_id=bo.id)
    connecting.end_connection(row.id, on=today_and(), by=cast.manager)
    return bo.id, "company"


def no_guardian(cast: Cast) -> Gone:
    bo, emil = person(cast, "Bo"), person(cast, "Emil")
    row = guarding.add_guardian(emil.id, bo.id, from_on=START, by=cast.manager)
    guarding.end_guardian(row.id, on=today_and(), by=cast.manager)
    return bo.id, "company"


def no_ward(cast: Cast) -> Gone:
    bo, emil = person(cast, "Bo"), person(cast, "Emil")
    row = guarding.add_guardian(emil.id, bo.id, from_on=START, by=cast.manager)
    guarding.end_guardian(row.id, on=today_and(), by=cast.manager)
    return emil.id, "company"


def no_contact(cast: Cast) -> Gone:
    owner, mette = making.partner(cast.manager), making.person(cast.manager)
    row = contacts.add_contact(owner.id, mette.id, role="sales", by=cast.manager)
    contacts.remove_contact(row.id, by=cast.manager)
    return mette.id, "company"


def no_agency(cast: Cast) -> Gone:
    agency = making.partner(cast.manager)
    partners.remove_partner(agency.id, by=cast.manager)
    return agency.customer_id, "person"


def taken_off(cast: Cast) -> Gone:
    bo = person(cast, "Bo")
    booking = travelling.booked(cast, person(cast), bo, departs_on=today_and(30))
    bookings.remove_passenger(booking.id, bo.id, by=cast.manager)
    return bo.id, "company"


def cancelled(cast: Cast) -> Gone:
    bo = person(cast, "Bo")
    booking = travelling.booked(cast, person(cast), bo, departs_on=today_and(30))
    with change_set(by=cast.manager, operation="test", summary="Cancelled"):
        Booking.objects.filter(id=booking.id).update(status="cancelled")
    return bo.id, "company"


WAYS = (
    moved_out,
    disconnected,
    no_guardian,
    no_ward,
    no_contact,
    no_agency,
    taken_off,
    cancelled,
)


@pytest.mark.parametrize("way", WAYS)
def test_kp06_undo_gives_nobody_a_place_that_their_kind_cannot_have(
    cast: Cast, way: Callable[[Cast], Gone]
) -> None:
    with tenancy.scope(cast.organization.id):
        who, kind = way(cast)
    ended = last_change_set(cast.manager)
    with tenancy.scope(cast.organization.id):
        convert(cast, who, kind)
        converted = last_change_set(cast.manager)
    refused(cast, lambda: undoing.undo_change_set(ended.id, by=cast.manager))
    with tenancy.scope(cast.organization.id):
        undoing.undo_change_set(converted.id, by=cast.manager)
        undoing.undo_change_set(ended.id, by=cast.manager)
        assert Customer.objects.get(id=who).kind != kind


def test_kp06_undo_of_a_conversion_leaves_who_travels_a_person(cast: Cast) -> None:
    with tenancy.scope(cast.organization.id):
        holm = making.company(cast.manager, "Holm")
        convert(cast, holm.id, "person")
        converted = last_change_set(cast.manager)
        nina = Customer.objects.get(id=holm.id)
    booking = travelling.booked(cast, nina, departs_on=today_and(30))
    refused(cast, lambda: undoing.undo_change_set(converted.id, by=cast.manager))
    with tenancy.scope(cast.organization.id):
        bookings.remove_passenger(booking.id, nina.id, by=cast.manager)
        undoing.undo_change_set(converted.id, by=cast.manager)
        assert Customer.objects.get(id=holm.id).kind == "company"


@pytest.mark.parametrize("returns_in", [-1, 0, 30])
def test_kp06_a_journey_counts_to_the_day_of_its_return(cast: Cast, returns_in: int) -> None:
    bo = person(cast, "Bo")
    days = {"departs_on": today_and(-20), "returns_on": today_and(returns_in)}
    travelling.booked(cast, person(cast), bo, **days)

    def become_a_company() -> None:
        with change_set(by=cast.manager, operation="test", summary=""):
            Customer.objects.filter(id=bo.id).update(kind="company")

    if returns_in >= 0:
        refused(cast, become_a_company)
    else:
        become_a_company()


def test_kp06_a_journey_that_is_over_is_not_moved_ahead_with_a_company_on_it(cast: Cast) -> None:
    bo = person(cast, "Bo")
    booking = travelling.booked(cast, person(cast), bo, departs_on=today_and(-20))
    convert(cast, bo.id, "company")

    def postpone(**values: object) -> None:
        with change_set(by=cast.manager, operation="test", summary=""):
            Booking.objects.filter(id=booking.id).update(**values)

    refused(cast, lambda: postpone(departs_on=today_and(20)))
    with tenancy.scope(cast.organization.id):
        postpone(departs_on=today_and(-10), product="Another")


def test_kp06_nor_by_the_stay_that_the_booking_belongs_to(cast: Cast) -> None:
    bo = person(cast, "Bo")
    here = stay(cast.manager, bo, arrival_on=today_and(-9), departure_on=today_and(-2))
    booking = travelling.booked(cast, bo, departs_on=None)
    with change_set(by=cast.manager, operation="test", summary=""):
        Booking.objects.filter(id=booking.id).update(stay=here)
    convert(cast, bo.id, "company")

    def prolong() -> None:
        with change_set(by=cast.manager, operation="test", summary=""):
            Stay.objects.filter(id=here.id).update(departure_on=today_and(2))

    refused(cast, prolong)


def test_kp06_nor_by_the_itinerary(cast: Cast) -> None:
    bo = person(cast, "Bo")
    trip = itinerary(cast.manager, departure_at=clock.now() - timedelta(days=3))
    booking = travelling.booked(cast, bo, departs_on=None)
    with change_set(by=cast.manager, operation="test", summary=""):
        Booking.objects.filter(id=booking.id).update(itinerary=trip)
    convert(cast, bo.id, "company")

    def postpone() -> None:
        with change_set(by=cast.manager, operation="test", summary=""):
            Itinerary.objects.filter(id=trip.id).update(
                departure_at=clock.now() + timedelta(days=3)
            )

    refused(cast, postpone)


def test_kp06_converting_and_undoing_at_once_leave_no_company_in_a_household(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    for _ in range(4):
        with tenancy.scope(cast.organization.id):
            who, kind = moved_out(cast)
        ended = last_change_set(cast.manager)
        answers = at_once(
            lambda ended=ended: undoing.undo_change_set(ended.id, by=cast.manager),
            lambda who=who, kind=kind: convert(cast, who, kind),
        )
        assert sum(isinstance(answer, Exception) for answer in answers) == 1
        with tenancy.scope(cast.organization.id):
            lives = HouseholdMember.objects.filter(customer_id=who, to_on=None).exists()
            assert lives == (Customer.objects.get(id=who).kind == "person")
