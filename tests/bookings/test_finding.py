"""Lists of bookings, and what a booking can be connected to (TA-03 to TA-06)."""

from datetime import date

import pytest

from tests.bookings import making
from tests.world import Cast
from wayfolk.bookings import connections, operations, queries
from wayfolk.bookings.connections import Targets
from wayfolk.bookings.queries import BookingFilters
from wayfolk.kit import paging, tenancy
from wayfolk.kit.errors import NotAllowed
from wayfolk.staff.rules import Actor


def search(query: str, by: Actor) -> Targets:
    with tenancy.scope(by.organization_id):
        return connections.search_targets(query, by=by)


def products(filters: BookingFilters, by: Actor) -> set[str]:
    with tenancy.scope(by.organization_id):
        return {booking.product for booking in queries.list_bookings(filters, by=by)}


def test_ta03_targets_are_found_by_reservation_id_trip_name_and_trip_id(cast: Cast) -> None:
    by = cast.advisor
    stay = making.stay(by, reservation_number="HX-20417/B")
    trip = making.itinerary(by, "Ångström family in Madeira")
    for query in ("HX-20417", "hx20", "0417", "20417/b"):
        assert list(search(query, by).stays) == [stay]
    for query in ("angstrom", "made", "madeira ångs", trip.trip_id, trip.trip_id.lower()):
        assert list(search(query, by).itineraries) == [trip], query
    assert len(search("nothing like it", by)) == 0


def test_ta03_guests_names_are_no_search_key(cast: Cast) -> None:
    making.stay(cast.advisor, making.customer(cast.advisor, "Wilhelmina", "Oosterhuis"))
    assert len(search("Oosterhuis", cast.advisor)) == 0


@pytest.mark.parametrize("query", ["", "  ", "ab", " a b ", "Li", "\u200ba\u200bb", "12"])
def test_ta04_fewer_than_three_characters_search_nothing(cast: Cast, query: str) -> None:
    """D-02."""
    making.stay(cast.advisor, reservation_number="ab12")
    making.itinerary(cast.advisor, "Lisbon ab 12")
    found = search(query, cast.advisor)
    assert found.is_too_short
    assert len(found) == 0


@pytest.mark.parametrize("query", ["%%%", "___", "\\\\\\", "'; --", "...", "%_%RES"])
def test_signs_of_patterns_find_nothing_by_themselves(cast: Cast, query: str) -> None:
    making.itinerary(cast.advisor)
    making.stay(cast.advisor, reservation_number="Q-1")
    assert len(search(query, cast.advisor)) == 0


def test_ta05_trip_names_are_searched_only_with_the_module_on(cast: Cast) -> None:
    making.itinerary(cast.advisor, "Lisbon in June")
    stay = making.stay(cast.advisor, reservation_number="LISBON-1")
    off = making.without_module(cast.advisor, "itineraries")
    blind = making.without_permission(cast.advisor, "itineraries.view")
    assert len(search("lisbon", cast.advisor)) == 2
    for by in (off, blind):
        found = search("lisbon", by)
        assert (list(found.stays), list(found.itineraries)) == ([stay], [])


def test_targets_of_another_organisation_are_not_found(cast: Cast) -> None:
    making.stay(cast.outsider, reservation_number="POLAR-77")
    making.itinerary(cast.outsider, "Polar night")
    assert len(search("polar", cast.advisor)) == 0


def test_searching_targets_needs_the_right_to_connect(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        search("lisbon", cast.viewer)


def test_a_search_for_targets_is_bounded(cast: Cast) -> None:
    guest = making.customer(cast.advisor)
    for _ in range(25):
        making.stay(cast.advisor, guest)
    assert len(search("RES-", cast.advisor).stays) == connections.TARGETS_MAX


def test_each_filter_narrows_the_list(cast: Cast) -> None:
    by = cast.advisor
    ann = making.customer(by)
    making.booking(by, ann, product="Spa day", booked_on=date(2026, 1, 5), departs_on=None)
    bus = making.booking(by, product="Bus to Porto", status="waitlisted", reference="WEB-9")
    boat = making.booking(by, product="Boat tour", departs_on=date(2026, 9, 1))
    with tenancy.scope(by.organization_id):
        operations.connect_booking(boat.id, by=by, stay_id=making.stay(by).id)
    assert products(BookingFilters(), by) == {"Spa day", "Bus to Porto", "Boat tour"}
    assert products(BookingFilters(customer_id=ann.id), by) == {"Spa day"}
    assert products(BookingFilters(status="waitlisted"), by) == {"Bus to Porto"}
    assert products(BookingFilters(is_unconnected=True), by) == {"Spa day", "Bus to Porto"}
    assert products(BookingFilters(booked_to=date(2026, 2, 1)), by) == {"Spa day"}
    assert products(BookingFilters(departs_from=date(2026, 8, 1)), by) == {"Boat tour"}
    assert products(BookingFilters(text="port"), by) == {"Bus to Porto"}
    assert products(BookingFilters(text="WEB-9"), by) == {"Bus to Porto"}
    assert products(BookingFilters(text=f"#{bus.number}"), by) == {"Bus to Porto"}
    assert products(BookingFilters(text="tour boat"), by) == {"Boat tour"}
    assert products(BookingFilters(text="bo", status="waitlisted"), by) == set()
    assert products(BookingFilters(text="spa", customer_id=ann.id), by) == {"Spa day"}
    assert products(BookingFilters(text="boat", customer_id=ann.id), by) == set()
    assert products(BookingFilters(text="boat", is_unconnected=True), by) == set()
    assert products(BookingFilters(text="%"), by) == set()


def test_pages_show_every_booking_once_in_order(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    for number in range(23):
        making.booking(by, ann, product=f"P{number}", booked_on=date(2026, 5, 1 + number % 4))
    with tenancy.scope(by.organization_id):
        expected = sorted(
            queries.list_bookings(by=by), key=lambda b: (b.booked_on, b.id), reverse=True
        )
        shown, cursor, pages = [], "", []
        while True:
            rows = queries.list_bookings(by=by)
            page = paging.page_of(rows, order="-booked_on", after=cursor, size=5)
            pages.append(page)
            shown.extend(page.rows)
            cursor = page.next_cursor
            if not cursor:
                break
        back = paging.page_of(
            queries.list_bookings(by=by),
            order="-booked_on",
            before=pages[2].previous_cursor,
            size=5,
        )
    assert shown == expected
    assert [len(page.rows) for page in pages] == [5, 5, 5, 5, 3]
    assert back.rows == pages[1].rows
    assert pages[0].previous_cursor == ""
    assert back.previous_cursor == pages[1].previous_cursor


@pytest.mark.parametrize(
    "cursor", ["x", "%%", "eHh8eQ", "é", "MjAyNi0wMS0wMXxub3QtYS11dWlk", "a" * 500]
)
def test_a_cursor_that_cannot_be_read_gives_the_first_page(cast: Cast, cursor: str) -> None:
    booking = making.booking(cast.advisor)
    with tenancy.scope(cast.organization.id):
        rows = queries.list_bookings(by=cast.advisor)
        assert paging.page_of(rows, order="-booked_on", after=cursor).rows == [booking]


def test_counts_stop_at_their_cap(cast: Cast) -> None:
    for _ in range(4):
        making.booking(cast.advisor)
    with tenancy.scope(cast.organization.id):
        rows = queries.list_bookings(by=cast.advisor)
        assert [paging.count_up_to(rows, cap) for cap in (3, 4, 5)] == [3, 4, 4]


def test_bookings_need_permission_and_module(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="See bookings"):
        products(BookingFilters(), making.without_permission(cast.advisor, "bookings.view"))
    with pytest.raises(NotAllowed, match="switched off"):
        products(BookingFilters(), making.without_module(cast.advisor, "bookings"))
