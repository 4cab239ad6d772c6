"""Stays and their hotels: writing, finding, the itinerary that a stay belongs to."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection
from hypothesis import given
from hypothesis import strategies as st

from tests.bookings import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed, NotFound
from wayfolk.kit.ids import new_id
from wayfolk.staff.rules import Actor
from wayfolk.stays import folding, operations, queries, rules
from wayfolk.stays.models import Property, Stay
from wayfolk.stays.operations import StaleProperty, StaleStay
from wayfolk.stays.queries import StayFilters
from wayfolk.stays.rules import StayData

LISBON = ZoneInfo("Europe/Lisbon")


def update(stay: Stay, by: Actor, version: int | None = None, **fields: Any) -> Stay:
    with tenancy.scope(by.organization_id):
        return operations.update_stay(stay.id, StayData(fields), by=by, version=version)


def put_on(stay: Stay, itinerary: Itinerary | None, by: Actor) -> Stay:
    with tenancy.scope(by.organization_id):
        target = None if itinerary is None else itinerary.id
        return operations.set_itinerary(stay.id, target, by=by)


def found(by: Actor, **filters: Any) -> set[str]:
    with tenancy.scope(by.organization_id):
        stays = queries.list_stays(StayFilters(**filters), by=by)
        return {stay.reservation_number for stay in stays}


def test_a_stay_keeps_what_was_said_and_a_hotel_is_made_once(cast: Cast) -> None:
    one = making.stay(cast.advisor, hotel_name="Hôtel du Lac", room="204")
    other = making.stay(cast.advisor, hotel_name="hotel  DU lac")
    assert (one.room, one.nights, one.pax) == ("204", 4, 2)
    assert one.hotel_id == other.hotel_id
    with tenancy.scope(cast.organization.id):
        assert [p.name for p in queries.list_properties(by=cast.advisor)] == ["Hôtel du Lac"]


def test_zero_nights_are_a_day_visit(cast: Cast) -> None:
    assert making.stay(cast.advisor, departure_on=making.ARRIVAL).nights == 0


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("reservation_number", " ", "missing"),
        ("reservation_number", "x" * 61, "61 characters"),
        ("guest_id", None, "missing"),
        ("guest_id", new_id(), "no such customer"),
        ("arrival_on", None, "missing"),
        ("departure_on", date(2026, 6, 9), "before the arrival"),
        ("departure_on", date(2040, 6, 9), "3,660 nights"),
        ("arrival_on", date(1500, 1, 1), "too far away"),
        ("status", "gone", "no status"),
        ("children", -1, "no number of children"),
        ("hotel_name", "", "missing"),
    ],
)
def test_bad_values_are_refused_in_words(cast: Cast, field: str, value: Any, words: str) -> None:
    guest = making.customer(cast.advisor)
    with pytest.raises(InvalidValues, match=words) as refusal:
        making.stay(cast.advisor, guest, **{field: value})
    assert field in refusal.value.errors
    with tenancy.scope(cast.organization.id):
        assert not Stay.objects.exists()
        assert not Property.objects.exists()


def test_a_reservation_id_is_used_once_at_a_hotel(cast: Cast) -> None:
    making.stay(cast.advisor, reservation_number="AB-12")
    with pytest.raises(InvalidValues, match="already"):
        making.stay(cast.advisor, reservation_number="ab 12")
    elsewhere = making.stay(cast.advisor, reservation_number="AB-12", hotel_name="Other")
    with pytest.raises(InvalidValues, match="already"):
        update(elsewhere, cast.advisor, hotel_name="Hotel Azul")


def test_an_update_keeps_the_search_true_and_undo_too(cast: Cast) -> None:
    stay = making.stay(cast.advisor, reservation_number="OLD-1")
    assert update(stay, cast.advisor, version=1, reservation_number="NEW-1").version == 2
    assert (found(cast.advisor, text="new1"), found(cast.advisor, text="old")) == ({"NEW-1"}, set())
    undoing.undo_change_set(making.last_change_set(cast.advisor).id, by=cast.advisor)
    assert (found(cast.advisor, text="new1"), found(cast.advisor, text="old")) == (set(), {"OLD-1"})


def test_a_stale_version_is_refused(cast: Cast) -> None:
    stay = making.stay(cast.advisor)
    update(stay, cast.manager, room="1")
    with pytest.raises(StaleStay):
        update(stay, cast.advisor, version=1, room="2")


def test_a_cancelled_stay_comes_back_by_undo(cast: Cast) -> None:
    stay = making.stay(cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert operations.cancel_stay(stay.id, by=cast.advisor).status == "cancelled"
        assert operations.cancel_stay(stay.id, by=cast.advisor).version == 2
    undoing.undo_change_set(making.last_change_set(cast.advisor).id, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert queries.get_stay(stay.id, by=cast.advisor).status == "expected"


def test_hotels_are_renamed_for_every_stay(cast: Cast) -> None:
    stay, other = making.stay(cast.advisor), making.stay(cast.advisor, hotel_name="Other")
    with tenancy.scope(cast.organization.id):
        operations.rename_property(stay.hotel_id, "Azure Palace", by=cast.advisor, version=1)
        assert queries.get_stay(stay.id, by=cast.advisor).hotel.name == "Azure Palace"
        with pytest.raises(InvalidValues, match="already"):
            operations.rename_property(other.hotel_id, "azure palace", by=cast.advisor)
        with pytest.raises(StaleProperty):
            operations.rename_property(stay.hotel_id, "Again", by=cast.advisor, version=1)
        with pytest.raises(NotFound):
            operations.rename_property(new_id(), "Nowhere", by=cast.advisor)


def test_each_filter_narrows_the_list(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    making.stay(by, ann, reservation_number="A-1", arrival_on=date(2026, 1, 1))
    making.stay(by, reservation_number="B-2", hotel_name="Other", status="in_house")
    with tenancy.scope(by.organization_id):
        other = Property.objects.get(name="Other")
    assert found(by) == {"A-1", "B-2"}
    assert found(by, hotel_id=other.id) == {"B-2"}
    assert found(by, status="in_house") == {"B-2"}
    assert found(by, arrival_to=date(2026, 2, 1)) == {"A-1"}
    assert found(by, arrival_from=date(2026, 2, 1)) == {"B-2"}
    assert found(by, guest_id=ann.id) == {"A-1"}
    assert found(by, text="b") == {"B-2"}
    assert found(by, text="%") == set()
    assert found(cast.outsider) == set()


def test_stays_need_permission_and_module(cast: Cast) -> None:
    stay = making.stay(cast.advisor)
    with pytest.raises(NotAllowed):
        update(stay, cast.viewer, room="1")
    with pytest.raises(NotAllowed, match="switched off"):
        found(making.without_module(cast.advisor, "stays"))
    with pytest.raises(NotFound):
        update(stay, cast.outsider, room="1")


def test_a_stay_is_put_on_an_itinerary_and_taken_off(cast: Cast) -> None:
    by, stay, itinerary = cast.advisor, making.stay(cast.advisor), making.itinerary(cast.advisor)
    assert put_on(stay, itinerary, by).version == 2
    assert put_on(stay, itinerary, by).version == 2
    with tenancy.scope(by.organization_id):
        assert list(queries.list_for_itinerary(itinerary.id, by=by)) == [stay]
    assert put_on(stay, None, by).itinerary_id is None
    with pytest.raises(NotFound):
        put_on(stay, making.itinerary(cast.outsider), by)
    with pytest.raises(NotAllowed, match="switched off"):
        put_on(stay, itinerary, making.without_module(by, "itineraries"))


def test_ta26_an_itinerary_grows_to_cover_its_stays(cast: Cast) -> None:
    by = cast.advisor
    itinerary = making.itinerary(
        by,
        arrival_at=datetime(2026, 6, 10, 15, tzinfo=LISBON),
        departure_at=datetime(2026, 6, 12, 11, tzinfo=LISBON),
    )
    stay = making.stay(by)
    put_on(stay, itinerary, by)
    update(stay, by, arrival_on=date(2026, 6, 8))
    with tenancy.scope(by.organization_id):
        itinerary.refresh_from_db()
    assert itinerary.arrival_at == datetime(2026, 6, 8, 15, tzinfo=LISBON)
    assert itinerary.departure_at == datetime(2026, 6, 14, 11, tzinfo=LISBON)
    undoing.undo_change_set(making.last_change_set(by).id, by=by)
    with tenancy.scope(by.organization_id):
        itinerary.refresh_from_db()
    assert itinerary.arrival_at == datetime(2026, 6, 10, 15, tzinfo=LISBON)


FIRST, LAST = (datetime(year, 1, 2) for year in (2020, 2029))  # noqa: DTZ001 - made aware below
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(
    days,
    st.integers(0, 40),
    st.datetimes(FIRST, LAST),
    st.integers(0, 40),
)
def test_ta26_dates_only_ever_widen(
    arrival: date, nights: int, begins: datetime, length: int
) -> None:
    begin = begins.replace(tzinfo=UTC)
    end, departure = begin + timedelta(days=length), arrival + timedelta(days=nights)
    after = rules.widened(begin, end, arrival_on=arrival, departure_on=departure, zone=LISBON)
    assert after[0] is not None
    assert after[1] is not None
    assert after[0] <= begin
    assert after[1] >= end
    assert after[0].astimezone(LISBON).date() <= arrival or after[0] == begin
    assert after[1].astimezone(LISBON).date() >= departure
    assert after[0].astimezone(LISBON).date() == min(arrival, begin.astimezone(LISBON).date())


@given(st.text(max_size=60))
def test_a_reservation_id_is_found_by_itself(reservation: str) -> None:
    folded = folding.fold_reservation(reservation)
    assert rules.fold_query(reservation)[:60] == folded


@pytest.mark.parametrize(
    ("constraint", "assignment"),
    [
        ("stays_stay_dates_in_order", "departure_on = arrival_on - 1"),
        ("stays_stay_reservation", "folded_reservation = %(taken)s"),
        ("stays_stay_guest_fk", "guest_id = %(foreign_guest)s"),
        ("stays_stay_hotel_fk", "hotel_id = %(foreign_hotel)s"),
        ("stays_stay_itinerary_fk", "itinerary_id = %(foreign_itinerary)s"),
    ],
)
def test_the_database_refuses_what_breaks_a_rule(
    cast: Cast, constraint: str, assignment: str
) -> None:
    stay, other = making.stay(cast.advisor), making.stay(cast.advisor)
    foreign = making.stay(cast.outsider)
    params = {
        "taken": other.folded_reservation,
        "foreign_guest": foreign.guest_id,
        "foreign_hotel": foreign.hotel_id,
        "foreign_itinerary": making.itinerary(cast.outsider).id,
        "id": stay.id,
        "org": cast.organization.id,
    }
    sql = f"UPDATE stays_stay SET {assignment} WHERE organization_id = %(org)s AND id = %(id)s"
    with pytest.raises(DatabaseError, match=constraint):
        run(sql, params, cast)


def test_two_hotels_of_one_name_are_refused_by_the_database(cast: Cast) -> None:
    stay = making.stay(cast.advisor)
    sql = (
        "INSERT INTO stays_property (id, organization_id, version, created_at, updated_at,"
        " name, folded_name) SELECT %(new)s, organization_id, 1, now(), now(), name, folded_name"
        " FROM stays_property WHERE organization_id = %(org)s AND id = %(id)s"
    )
    params = {"new": new_id(), "org": cast.organization.id, "id": stay.hotel_id}
    with pytest.raises(DatabaseError, match="stays_property_name"):
        run(sql, params, cast)


def run(sql: str, params: dict[str, Any], cast: Cast) -> None:
    """Raw SQL as the application's role, its deferred constraints judged at once."""
    with tenancy.scope(cast.organization.id), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL wayfolk.change_set_id = '{new_id()}'")
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
