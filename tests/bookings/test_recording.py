"""Creating, changing and cancelling bookings."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.bookings import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.bookings import operations, queries
from wayfolk.bookings.models import Booking
from wayfolk.bookings.operations import StaleBooking
from wayfolk.bookings.queries import BookingFilters
from wayfolk.bookings.rules import BookingData
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed, NotFound
from wayfolk.kit.ids import new_id
from wayfolk.staff.rules import Actor, FieldAccess


def update(booking: Booking, by: Actor, version: int | None = None, **fields: Any) -> Booking:
    with tenancy.scope(by.organization_id):
        return operations.update_booking(booking.id, BookingData(fields), by=by, version=version)


def count(by: Actor) -> int:
    with tenancy.scope(by.organization_id):
        return Booking.objects.count()


def test_a_booking_has_the_next_number_and_sensible_defaults(cast: Cast) -> None:
    buyer = making.customer(cast.advisor)
    with tenancy.scope(cast.organization.id):
        data = BookingData({"customer_id": buyer.id, "product": "Bus to Porto"})
        first = operations.create_booking(data, by=cast.advisor)
        second = operations.create_booking(data, by=cast.advisor)
    assert (first.number, second.number) == (1, 2)
    assert first.booked_on == clock.today(cast.advisor.time_zone)
    assert (first.currency, first.exchange_rate) == ("EUR", 1)
    assert first.assignee_id == cast.advisor.author_id
    assert making.last_change_set(cast.advisor).summary == "Created booking 2 Bus to Porto"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("product", " \u200b ", "missing"),
        ("product", "x" * 201, "201 characters"),
        ("customer_id", None, "missing"),
        ("customer_id", new_id(), "no such customer"),
        ("assignee_id", new_id(), "no such user"),
        ("status", "sold", "no status"),
        ("adults", -1, "no number of adults"),
        ("infants", 1_000, "0 to 999"),
        ("contact_phone", "call me", "not a phone number"),
        ("currency", "EURO", "not a currency"),
        ("exchange_rate", Decimal(2), "rate is 1"),
        ("booked_on", None, "missing"),
        ("departs_on", date(1700, 1, 1), "too far away"),
        ("returns_on", date(2026, 6, 1), "before the departure"),
        ("total_minor", 10**16, "out of range"),
        ("notes", "x" * 20_001, "20,001 characters"),
    ],
)
def test_bad_values_are_refused_in_words(cast: Cast, field: str, value: Any, words: str) -> None:
    buyer = making.customer(cast.advisor)
    with pytest.raises(InvalidValues, match=words) as refusal:
        making.booking(cast.advisor, buyer, **{field: value})
    assert list(refusal.value.errors) == [field]
    assert count(cast.advisor) == 0


def test_several_faults_are_told_at_once(cast: Cast) -> None:
    with pytest.raises(InvalidValues) as refusal:
        making.booking(cast.advisor, product="", status="?", adults=-3, contact_phone="x")
    assert set(refusal.value.errors) == {"product", "status", "adults", "contact_phone"}


@pytest.mark.parametrize("rate", [Decimal(0), Decimal(-1), Decimal("1e10"), Decimal("0.123456789")])
def test_a_rate_that_cannot_be_used_is_refused(cast: Cast, rate: Decimal) -> None:
    with pytest.raises(InvalidValues, match="cannot be used"):
        making.booking(cast.advisor, currency="NOK", exchange_rate=rate)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "=HYPERLINK(1)", "İzmir", "👩‍👩‍👧", "李"]
)
def test_text_of_every_kind_is_kept_as_typed(cast: Cast, text: str) -> None:
    assert making.booking(cast.advisor, product=text).product == text


def test_a_customer_of_another_organisation_is_none(cast: Cast) -> None:
    foreign = making.customer(cast.outsider)
    with pytest.raises(InvalidValues, match="no such customer"):
        making.booking(cast.advisor, foreign)


def test_an_external_reference_names_one_booking(cast: Cast) -> None:
    first = making.booking(cast.advisor, reference="WEB-1")
    with pytest.raises(InvalidValues, match=f"Booking {first.number} has"):
        making.booking(cast.advisor, reference="WEB-1")
    other = making.booking(cast.advisor)
    with pytest.raises(InvalidValues, match=f"Booking {first.number} has"):
        update(other, cast.advisor, reference="WEB-1")
    assert making.booking(cast.outsider, reference="WEB-1").reference == "WEB-1"


def test_an_update_changes_what_was_said_and_nothing_else(cast: Cast) -> None:
    booking, bob = making.booking(cast.advisor), making.customer(cast.advisor, "Bob")
    after = update(booking, cast.advisor, version=1, product="Massage", customer_id=bob.id)
    assert (after.product, after.customer_id, after.version) == ("Massage", bob.id, 2)
    assert (after.departs_on, after.total_minor) == (booking.departs_on, booking.total_minor)
    with tenancy.scope(cast.organization.id):
        found = queries.find_ids(BookingFilters(text="massage"), by=cast.advisor)
    assert found == [booking.id]


def test_an_update_that_changes_nothing_leaves_no_trace(cast: Cast) -> None:
    booking = making.booking(cast.advisor)
    before = making.last_change_set(cast.advisor)
    assert update(booking, cast.advisor, product=booking.product).version == 1
    assert making.last_change_set(cast.advisor) == before


def test_a_stale_version_is_refused(cast: Cast) -> None:
    booking = making.booking(cast.advisor)
    update(booking, cast.manager, product="Massage")
    with pytest.raises(StaleBooking) as refusal:
        update(booking, cast.advisor, version=1, product="Facial")
    assert refusal.value.details == {"version": 2, "expected": 1}


def test_another_currency_needs_its_amounts(cast: Cast) -> None:
    booking = making.booking(cast.manager, cost_minor=5_000)
    rate = {"currency": "NOK", "exchange_rate": Decimal("0.1")}
    with pytest.raises(InvalidValues, match="price and the cost in NOK"):
        update(booking, cast.manager, **rate)
    with pytest.raises(InvalidValues, match="give the cost in NOK"):
        update(booking, cast.manager, **rate, total_minor=12_000)
    after = update(booking, cast.manager, **rate, total_minor=12_000, cost_minor=5_500)
    assert (after.currency, after.total_minor) == ("NOK", 12_000)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("booking.total", {"total_minor": 1}),
        ("booking.cost", {"cost_minor": 1}),
        ("customer.phone", {"contact_phone": "+45 45 12 34 56"}),
    ],
)
def test_a_field_that_is_not_ones_own_to_edit_refuses_the_whole(
    cast: Cast, rule: str, fields: dict[str, Any]
) -> None:
    by = replace(cast.advisor, field_access={rule: FieldAccess.VIEW})
    booking = making.booking(cast.manager)
    with pytest.raises(NotAllowed, match="Nothing was saved"):
        update(booking, by, product="Massage", **fields)
    assert update(booking, by, product="Massage").product == "Massage"
    with pytest.raises(NotAllowed, match="Nothing was saved"):
        making.booking(by, **{"total_minor": 0, **fields})


def test_viewers_change_nothing(cast: Cast) -> None:
    booking = making.booking(cast.advisor)
    with pytest.raises(NotAllowed, match="Create and change bookings"):
        update(booking, cast.viewer, product="x")
    with pytest.raises(NotAllowed), tenancy.scope(cast.organization.id):
        operations.cancel_booking(booking.id, by=cast.viewer)
    with pytest.raises(NotAllowed, match="switched off"):
        update(booking, making.without_module(cast.advisor, "bookings"), product="x")


def test_a_cancelled_booking_comes_back_by_undo(cast: Cast) -> None:
    booking = making.booking(cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert operations.cancel_booking(booking.id, by=cast.advisor).status == "cancelled"
        assert operations.cancel_booking(booking.id, by=cast.advisor).version == 2
    undoing.undo_change_set(making.last_change_set(cast.advisor).id, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert queries.get_booking(booking.id, by=cast.advisor).status == "confirmed"


def test_undo_brings_the_search_back_too(cast: Cast) -> None:
    booking = making.booking(cast.advisor, product="Spa day")
    update(booking, cast.advisor, product="Massage")
    undoing.undo_change_set(making.last_change_set(cast.advisor).id, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert queries.find_ids(BookingFilters(text="spa"), by=cast.advisor) == [booking.id]
        assert queries.find_ids(BookingFilters(text="massage"), by=cast.advisor) == []


def test_a_booking_of_another_organisation_does_not_exist(cast: Cast) -> None:
    booking = making.booking(cast.advisor)
    with pytest.raises(NotFound), tenancy.scope(cast.outsider.organization_id):
        queries.get_booking(booking.id, by=cast.outsider)
    with pytest.raises(NotFound):
        update(booking, cast.outsider, product="x")
