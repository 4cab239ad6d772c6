"""Passengers of a booking: who, who leads, and as what they travel (KP-10, KP-11, KP-15)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection

from tests.bookings import making, travelling
from tests.bookings.travelling import add, booked, family, in_words
from tests.households.making import company, dump, person
from tests.world import Cast
from wayfolk.audit.change_sets import change_set, last_written_id
from wayfolk.audit.undoing import undo_change_set
from wayfolk.bookings import operations
from wayfolk.bookings.models import Booking, BookingPassenger
from wayfolk.bookings.operations.travelling import TypesUnknown
from wayfolk.bookings.rules import BookingData
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.kit.errors import Conflict, InvalidValues, NotAllowed, NotFound
from wayfolk.passengers import operations as age_operations
from wayfolk.passengers.rules import BandData
from wayfolk.staff.rules import FieldAccess


def _undo(cast: Cast, change_set_id: UUID | None) -> None:
    assert change_set_id is not None
    undo_change_set(change_set_id, by=cast.advisor)


def _written() -> UUID:
    written = last_written_id()
    assert written is not None
    return written


def _remove(cast: Cast, booking: Booking, who: Customer) -> UUID:
    with tenancy.scope(cast.organization.id):
        operations.remove_passenger(booking.id, who.id, by=cast.advisor)
    return _written()


def _lead(cast: Cast, booking: Booking, who: Customer) -> UUID:
    with tenancy.scope(cast.organization.id):
        operations.set_lead(booking.id, who.id, by=cast.advisor)
    return _written()


def _type(cast: Cast, booking: Booking, who: Customer, said: str) -> None:
    with tenancy.scope(cast.organization.id):
        operations.set_type(booking.id, who.id, said, by=cast.advisor)


def test_kp10_the_same_people_travel_on_many_bookings(cast: Cast) -> None:
    people = family(cast)
    first = booked(cast, people["anna"], people["emil"])
    second = booked(cast, people["bent"], people["anna"], people["emil"])
    assert in_words(cast, first) == ["Anna 42 adult lead", "Emil 9 child"]
    assert in_words(cast, second) == ["Bent 43 adult lead", "Anna 42 adult", "Emil 9 child"]
    assert add(cast, second, people["emil"], people["ulla"], people["ulla"]) == ["Ulla"]


def test_kp11_the_bookings_customer_leads_else_the_first(cast: Cast) -> None:
    people = family(cast)
    booking = making.booking(cast.advisor, people["bent"])
    add(cast, booking, people["anna"], people["bent"])
    assert in_words(cast, booking)[1] == "Bent 43 adult lead"
    other = making.booking(cast.advisor, people["ulla"], departs_on=travelling.DEPARTURE)
    add(cast, other, people["emil"], people["anna"])
    assert in_words(cast, other)[0] == "Emil 9 child lead"
    _lead(cast, other, people["anna"])
    assert in_words(cast, other) == ["Emil 9 child", "Anna 42 adult lead"]


def test_kp11_the_first_of_the_others_leads_when_the_lead_goes(cast: Cast) -> None:
    people = family(cast)
    booking = booked(cast, people["anna"], people["bent"], people["emil"])
    before = dump(cast.organization.id)
    removal = _remove(cast, booking, people["anna"])
    assert in_words(cast, booking) == ["Bent 43 adult lead", "Emil 9 child"]
    _undo(cast, removal)
    assert [row for row in dump(cast.organization.id) if "bookingpassenger" in row[0]] == [
        row for row in before if "bookingpassenger" in row[0]
    ]
    for key in ("anna", "bent", "emil"):
        _remove(cast, booking, people[key])
    assert in_words(cast, booking) == []
    with tenancy.scope(cast.organization.id):  # nothing happens to somebody who is not on it
        removed = operations.remove_passenger(booking.id, people["anna"].id, by=cast.advisor)
    assert removed.removed is None


def test_kp11_an_undo_keeps_who_was_made_lead_since(cast: Cast) -> None:
    people = family(cast)
    booking = booked(cast, people["anna"], people["bent"], people["emil"])
    removal = _remove(cast, booking, people["anna"])
    _lead(cast, booking, people["emil"])
    _undo(cast, removal)
    assert in_words(cast, booking) == ["Anna 42 adult", "Bent 43 adult", "Emil 9 child lead"]
    change = _lead(cast, booking, people["bent"])
    _lead(cast, booking, people["anna"])
    _undo(cast, change)
    assert in_words(cast, booking) == ["Anna 42 adult lead", "Bent 43 adult", "Emil 9 child"]


def test_kp11_taking_the_first_back_leaves_the_others_with_a_lead(cast: Cast) -> None:
    people = family(cast)
    booking = booked(cast, people["anna"])
    first = _written()
    add(cast, booking, people["bent"])
    _undo(cast, first)
    assert in_words(cast, booking) == ["Bent 43 adult lead"]


def test_kp15_the_type_follows_departure_birth_date_and_ages(cast: Cast) -> None:
    people, org = family(cast), cast.organization.id
    booking = booked(cast, people["anna"], people["emil"], people["cora"], product="River cruise")
    assert in_words(cast, booking) == ["Anna 42 adult lead", "Emil 9 child", "Cora 1 infant"]
    with tenancy.scope(org):
        data = BookingData({"departs_on": date(2027, 1, 20)})  # Cora's second birthday
        operations.update_booking(booking.id, data, by=cast.advisor)
    assert in_words(cast, booking)[1:] == ["Emil 9 child", "Cora 2 child"]
    with tenancy.scope(org):
        data = CustomerData({"birth_on": date(2015, 1, 20)})
        customer_operations.update_customer(people["emil"].id, data, by=cast.advisor)
    assert in_words(cast, booking)[1] == "Emil 12 adult"
    with tenancy.scope(org):
        cruise = BandData({"product": "cruise", "child_below": 16})
        age_operations.create_band(cruise, by=cast.administrator)
    assert in_words(cast, booking)[1] == "Emil 12 child"


def test_kp15_without_departure_the_stay_the_trip_or_the_booking_counts(cast: Cast) -> None:
    by, dora = cast.advisor, person(cast, "Dora", born=date(2024, 6, 11))
    booking = booked(cast, dora, departs_on=None, booked_on=date(2025, 6, 11))
    assert in_words(cast, booking) == ["Dora 1 infant lead"]
    # In Lisbon, where the organisation is, it is half past midnight: the second birthday.
    trip = making.itinerary(by, arrival_at=datetime(2026, 6, 10, 23, 30, tzinfo=UTC))
    with tenancy.scope(by.organization_id):
        operations.connect_booking(booking.id, by=by, itinerary_id=trip.id)
    assert in_words(cast, booking) == ["Dora 2 child lead"]
    stay = making.stay(by, arrival_on=date(2040, 6, 10), departure_on=date(2040, 6, 12))
    with tenancy.scope(by.organization_id):
        operations.connect_booking(booking.id, by=by, stay_id=stay.id)
    assert in_words(cast, booking) == ["Dora 15 adult lead"]


def test_kp15_what_is_said_by_hand_stays_and_can_be_left_to_the_age(cast: Cast) -> None:
    people = family(cast)
    booking = booked(cast, people["anna"], people["ulla"])
    assert in_words(cast, booking)[1] == "Ulla unknown"
    _type(cast, booking, people["ulla"], "adult")
    _type(cast, booking, people["anna"], "child")
    assert in_words(cast, booking) == ["Anna 42 child by hand lead", "Ulla adult by hand"]
    _type(cast, booking, people["anna"], "")
    assert in_words(cast, booking)[0] == "Anna 42 adult lead"
    with pytest.raises(InvalidValues, match="adult, child, infant"):
        _type(cast, booking, people["anna"], "senior")


def test_kp15_a_role_without_birth_dates_sees_what_was_said_by_hand_alone(cast: Cast) -> None:
    people = family(cast)
    booking = booked(cast, people["anna"], people["emil"])
    _type(cast, booking, people["anna"], "adult")
    by = replace(cast.advisor, field_access={"customer.birth_on": FieldAccess.HIDDEN})
    assert in_words(cast, booking, by=by) == ["Anna adult by hand lead", "Emil unknown"]
    with tenancy.scope(by.organization_id), pytest.raises(NotAllowed, match="dates of birth"):
        operations.take_numbers(booking.id, by=by)
    _type(cast, booking, people["emil"], "child")
    with tenancy.scope(by.organization_id):
        taken = operations.take_numbers(booking.id, by=by)
    assert (taken.adults, taken.children) == (1, 1)


def test_kp15_the_booked_numbers_change_when_somebody_says_so_alone(cast: Cast) -> None:
    people, by = family(cast), cast.advisor
    booking = booked(cast, people["anna"], people["emil"], people["cora"], adults=2)
    with tenancy.scope(by.organization_id):
        assert Booking.objects.get(id=booking.id).adults == 2
        operations.take_numbers(booking.id, by=by)
        taken, change = Booking.objects.get(id=booking.id), last_written_id()
    assert (taken.adults, taken.children, taken.infants) == (1, 1, 1)
    assert making.last_change_set(by).summary == (
        f"Took the numbers of booking {booking} from its passengers: 1 adult, 1 child, 1 infant"
    )
    _undo(cast, change)
    with tenancy.scope(by.organization_id):
        assert Booking.objects.get(id=booking.id).adults == 2
    add(cast, booking, people["ulla"])
    with tenancy.scope(by.organization_id), pytest.raises(TypesUnknown, match="Ulla Hansen"):
        operations.take_numbers(booking.id, by=by)
    empty = making.booking(by, people["anna"])
    with tenancy.scope(by.organization_id), pytest.raises(Conflict, match="Nobody is named"):
        operations.take_numbers(empty.id, by=by)


def test_kp10_a_deleted_customer_stays_a_passenger_with_the_name_as_issued(cast: Cast) -> None:
    """D-04."""
    people, by = family(cast), cast.manager
    booking = booked(cast, people["anna"], people["bent"])
    with tenancy.scope(by.organization_id):
        data = CustomerData({"family_name": "Berg"})
        customer_operations.update_customer(people["bent"].id, data, by=by)
        customer_operations.delete_customer(people["bent"].id, by=by)
    shown = travelling.party(cast, booking).passengers[1]
    assert (shown.customer.name, shown.passenger.issued_name) == ("Bent Berg", "Bent Hansen")
    assert shown.customer.deleted_at is not None


def test_kp10_only_people_who_exist_and_fit_are_added(cast: Cast) -> None:
    people, by = family(cast), cast.advisor
    booking = making.booking(by, people["anna"])
    firm = company(cast)
    with tenancy.scope(by.organization_id):
        with pytest.raises(InvalidValues, match="Nordic Horizons is a company"):
            operations.add_passengers(booking.id, [people["anna"].id, firm.id], by=by)
        with pytest.raises(NotFound):
            operations.add_passengers(booking.id, [uuid4()], by=by)
        with pytest.raises(NotFound):
            operations.set_lead(booking.id, people["anna"].id, by=by)
        for reader in (cast.viewer, making.without_permission(by, "customers.view")):
            with pytest.raises(NotAllowed):
                operations.add_passengers(booking.id, [people["anna"].id], by=reader)
    assert in_words(cast, booking) == []


RAW = (
    "INSERT INTO bookings_bookingpassenger (id, organization_id, booking_id, customer_id,"
    " position, is_lead, given_type, issued_name, version, created_at, updated_at)"
    " VALUES (%s, %s, %s, %s, 9, %s, %s, 'X', 1, now(), now())"
)
_OF = "WHERE organization_id = %s AND booking_id = %s"


def _refused(cast: Cast, sql: str, *values: object) -> str:
    """SQLSTATE and rule that refuse one raw statement at the end of its change set."""
    with (
        pytest.raises(DatabaseError) as raised,
        change_set(by=cast.advisor, operation="test", summary="Raw"),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)
    cause = raised.value.__cause__
    return f"{cause.sqlstate} {cause.diag.constraint_name}"  # type: ignore[union-attr]


def test_kp11_the_database_keeps_exactly_one_lead(cast: Cast) -> None:
    """D-03."""
    people, org = family(cast), cast.organization.id
    booking = booked(cast, people["anna"], people["bent"])
    rule = "WF040 bookings_one_lead_passenger"
    everybody = f"UPDATE bookings_bookingpassenger SET is_lead = %s {_OF}"
    assert _refused(cast, everybody, True, org, booking.id) == rule
    assert _refused(cast, everybody, False, org, booking.id) == rule
    gone = f"DELETE FROM bookings_bookingpassenger {_OF} AND is_lead"
    assert _refused(cast, gone, org, booking.id) == rule
    empty = making.booking(cast.advisor, people["anna"])
    emil = people["emil"].id
    assert _refused(cast, RAW, uuid4(), org, empty.id, emil, False, "") == rule
    moved = f"UPDATE bookings_bookingpassenger SET booking_id = %s {_OF} AND is_lead"
    assert _refused(cast, moved, empty.id, org, booking.id) == rule


def test_kp10_the_database_keeps_a_customer_once_and_types_known(cast: Cast) -> None:
    people, org = family(cast), cast.organization.id
    booking = booked(cast, people["anna"])
    once = _refused(cast, RAW, uuid4(), org, booking.id, people["anna"].id, False, "")
    assert once == "23505 bookings_passenger_once"
    odd = _refused(cast, RAW, uuid4(), org, booking.id, people["bent"].id, False, "senior")
    assert odd == "23514 bookings_passenger_type"
    other = travelling.making.booking(cast.outsider, making.customer(cast.outsider))
    away = _refused(cast, RAW, uuid4(), org, other.id, people["bent"].id, True, "")
    assert away.startswith("23503")


def test_kp11_history_tells_it_in_words(cast: Cast) -> None:
    people = family(cast)
    booking = booked(cast, people["anna"], people["bent"])

    def summary() -> str:
        return making.last_change_set(cast.advisor).summary

    assert summary() == f"Added Anna Hansen and Bent Hansen to booking {booking}"
    _lead(cast, booking, people["bent"])
    assert summary() == f"Made Bent Hansen lead passenger of booking {booking}"
    _remove(cast, booking, people["bent"])
    assert summary() == f"Took Bent Hansen off booking {booking}; Anna Hansen leads now"
    _type(cast, booking, people["anna"], "child")
    assert summary() == f"Noted Anna Hansen as child on booking {booking}"
    with tenancy.scope(cast.organization.id):
        assert BookingPassenger.objects.count() == 1
