"""Brands and their number ranges (TQ-50, TQ-53), in a real database."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests.bookings import making
from tests.sales import making as sales
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import operations as bookings
from wayfolk.bookings.models import Booking
from wayfolk.bookings.rules import BookingData
from wayfolk.kit import tenancy
from wayfolk.kit.database_errors import find_refusal
from wayfolk.kit.errors import InvalidValues, NotAllowed, Refusal
from wayfolk.organization import brands, numbering
from wayfolk.organization.brands import FirstBrandStays, NumbersGiven
from wayfolk.organization.models import Brand, NumberKind, NumberRange
from wayfolk.organization.numbering import NumbersUsedUp
from wayfolk.sales.operations import converting, lists, offers
from wayfolk.sales.rules.offers import OfferData
from wayfolk.staff.rules import Actor


@pytest.fixture
def by(cast: Cast) -> Actor:
    return cast.administrator


@pytest.fixture
def sunny(by: Actor) -> Brand:
    """A second brand, with booking numbers 100000 to 100004."""
    with tenancy.scope(by.organization_id):
        made = brands.create_brand("Sunny Days", "sun", by=by)
        brands.add_range(made.id, "booking", 100_000, 100_004, by=by)
        return made


@pytest.fixture
def book(by: Actor) -> Callable[..., Booking]:
    def make(brand: Brand | None = None) -> Booking:
        customer = sales.customer(by)
        values = {"customer_id": customer.id, "product": "A week", "brand_id": brand and brand.id}
        with tenancy.scope(by.organization_id):
            return bookings.create_booking(BookingData(values), by=by)

    return make


def _take(by: Actor, count: int = 1, brand: Brand | None = None) -> range:
    with change_set(by=by, operation="test.take", summary="Took numbers"):
        return numbering.take_numbers(NumberKind.BOOKING, count, brand_id=brand and brand.id)


def _errors(change: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(InvalidValues) as refused:
        change()
    return dict(refused.value.errors)


def test_brand_organisation_without_a_second_one_knows_none(by: Actor, book: Any) -> None:
    with tenancy.scope(by.organization_id):
        assert brands.list_brands() == []
        assert brands.by_reference() == {}
    first, second = book(), book()
    assert (first.brand_id, second.number) == (None, first.number + 1)


def test_tq50_second_brand_brings_the_first_under_the_organisations_name(
    by: Actor, sunny: Brand
) -> None:
    with tenancy.scope(by.organization_id):
        listed = brands.list_brands()
        known = brands.by_reference()
    assert [(b.is_default, b.name) for b in listed] == [
        (True, by.organization_name),
        (False, "Sunny Days"),
    ]
    assert sunny.code == "SUN"
    assert [*known] == [None, sunny.id]


def test_brand_names_and_codes_are_taken_once(by: Actor, sunny: Brand) -> None:
    taken = _errors(lambda: brands.create_brand("SUNNY days", "Sun", by=by))
    assert "“SUNNY days” already" in taken["name"]
    assert "code SUN" in taken["code"]
    assert set(_errors(lambda: brands.create_brand(" ", "?", by=by))) == {"name", "code"}
    assert brands.update_brand(sunny.id, "Sunnier", "SUN2", by=by).code == "SUN2"


def test_brand_only_administrators_change_them(cast: Cast, sunny: Brand) -> None:
    for change in (
        lambda: brands.create_brand("Snow", "SNOW", by=cast.manager),
        lambda: brands.add_range(None, "booking", 5, 6, by=cast.manager),
        lambda: brands.set_in_use(sunny.id, False, by=cast.manager),
        lambda: lists.set_brand_reminders(sunny.id, "3", by=cast.manager),
    ):
        with pytest.raises(NotAllowed):
            change()


def test_brand_first_stays_in_use_and_another_can_be_switched_off(
    by: Actor, sunny: Brand, book: Any
) -> None:
    with tenancy.scope(by.organization_id):
        first = brands.list_brands()[0]
        with pytest.raises(FirstBrandStays, match="stays in"):
            brands.set_in_use(first.id, False, by=by)
        brands.set_in_use(sunny.id, False, by=by)
    assert "switched off" in _errors(lambda: book(sunny))["brand_id"]


def test_tq53_numbers_are_of_the_brands_range(book: Any, sunny: Brand) -> None:
    before = book().number
    made = [book(sunny) for _ in range(2)]
    assert [(b.number, b.brand_id) for b in made] == [(100_000, sunny.id), (100_001, sunny.id)]
    assert book().number == before + 1


def test_tq53_used_up_range_is_told_in_words(by: Actor, sunny: Brand) -> None:
    assert _take(by, 5, sunny) == range(100_000, 100_005)
    with pytest.raises(
        NumbersUsedUp, match=r"of the brand Sunny Days are used up.*100000 to"
    ) as up:
        _take(by, 1, sunny)
    assert up.value.details == {"kind": "booking", "left": 0}
    with tenancy.scope(by.organization_id):
        brands.add_range(sunny.id, "booking", 200_000, 200_009, by=by)
    assert _take(by, 1, sunny)[0] == 200_000


def test_tq53_an_import_takes_a_block_in_a_row(by: Actor, sunny: Brand) -> None:
    with tenancy.scope(by.organization_id):
        brands.add_range(sunny.id, "booking", 300_000, 300_099, by=by)
    assert _take(by, 20, sunny) == range(300_000, 300_020)
    assert _take(by, 1, sunny)[0] == 100_000
    with pytest.raises(NumbersUsedUp, match="too short for 90 more in a row"):
        _take(by, 90, sunny)


def test_tq53_brands_without_ranges_count_on_past_those_of_others(by: Actor, sunny: Brand) -> None:
    start = _take(by)[0]
    with tenancy.scope(by.organization_id):
        brands.add_range(sunny.id, "booking", start + 2, start + 4, by=by)
        snow = brands.create_brand("Snow", "SNOW", by=by)
    assert _take(by, brand=snow)[0] == start + 1
    assert _take(by)[0] == start + 5
    assert _take(by, 2, snow) == range(start + 6, start + 8)


def test_tq53_overlapping_ranges_are_refused_in_words(by: Actor, sunny: Brand) -> None:
    def add(first: int | None, last: int | None, kind: str = "booking") -> Callable[[], object]:
        return lambda: brands.add_range(None, kind, first, last, by=by)

    met = _errors(add(99_000, 100_000))["first"]
    assert "meets the range 100000 to 100004 of Sunny Days" in met
    assert "ends" not in met
    assert "before it begins" in _errors(add(8, 7))["last"]
    assert set(_errors(add(0, None))) == {"first", "last"}
    assert "no kind" in _errors(add(1, 2, "invoice"))["kind"]
    with tenancy.scope(by.organization_id):
        assert brands.add_range(None, "offer", 99_000, 100_000, by=by).brand_id is None


def test_tq53_range_begins_after_what_was_given(by: Actor, sunny: Brand) -> None:
    given = _take(by)[0]
    told = _errors(lambda: brands.add_range(sunny.id, "booking", given, given + 9, by=by))
    assert f"begin at {given + 1} or later" in told["first"]


def _insert(by: Actor, first: int, last: int) -> None:
    with change_set(by=by, operation="test.range", summary="A range"):
        NumberRange.objects.create(kind="booking", first=first, last=last, next_value=first)


def test_tq53_the_database_itself_keeps_ranges_apart(by: Actor, sunny: Brand) -> None:
    for first, last, code in (
        (100_004, 100_010, "ranges_meet"),
        (1, 200_000, "numbers_given"),
        (300_000, 299_999, "invalid_value"),
    ):
        _take(by)
        with pytest.raises(DatabaseError) as broken, transaction.atomic():
            _insert(by, first, last)
        refusal = find_refusal(broken.value)
        assert refusal is not None
        assert refusal.code == code
    _insert(by, 100_005, 100_010)


def test_tq53_a_range_stays_once_a_number_was_given(by: Actor, sunny: Brand, book: Any) -> None:
    with tenancy.scope(by.organization_id):
        other = brands.add_range(sunny.id, "booking", 400_000, 400_009, by=by)
        brands.remove_range(other.id, by=by)
        used = NumberRange.objects.get(first=100_000)
    book(sunny)
    with tenancy.scope(by.organization_id), pytest.raises(NumbersGiven, match="up to 100000"):
        brands.remove_range(used.id, by=by)
    for statement in (
        lambda: NumberRange.objects.filter(id=used.id).delete(),
        lambda: NumberRange.objects.filter(id=used.id).update(last=100_900),
        lambda: NumberRange.objects.filter(id=used.id).update(next_value=100_000),
    ):
        with (
            pytest.raises(DatabaseError) as broken,
            transaction.atomic(),
            change_set(by=by, operation="test.range", summary="Moved"),
        ):
            statement()
        assert getattr(find_refusal(broken.value), "code", "") == "numbers_given"


def test_tq53_undo_never_gives_a_number_again(by: Actor, sunny: Brand, book: Any) -> None:
    made = book(sunny)
    sales.undo_last(by)
    with tenancy.scope(by.organization_id):
        assert not Booking.objects.filter(id=made.id).exists()
    assert book(sunny).number == made.number + 1


def test_tq53_undo_takes_an_unused_range_back_and_keeps_a_used_one(by: Actor, sunny: Brand) -> None:
    with tenancy.scope(by.organization_id):
        brands.add_range(sunny.id, "offer", 50_000, 50_009, by=by)
    sales.undo_last(by)
    with tenancy.scope(by.organization_id):
        assert not NumberRange.objects.filter(kind="offer").exists()
        brands.add_range(sunny.id, "offer", 60_000, 60_009, by=by)
    added = making.last_change_set(by).id
    sales.offer(by, brand_id=sunny.id)
    with pytest.raises((Refusal, DatabaseError)) as refused:
        undoing.undo_change_set(added, by=by)
    refusal = find_refusal(refused.value) or refused.value
    assert getattr(refusal, "code", "") == "numbers_given"


def test_tq53_a_removed_range_that_was_passed_is_not_restored(by: Actor, sunny: Brand) -> None:
    start = _take(by)[0]
    with tenancy.scope(by.organization_id):
        added = brands.add_range(sunny.id, "booking", start + 1, start + 3, by=by)
        brands.remove_range(added.id, by=by)
    removed = making.last_change_set(by).id
    assert _take(by)[0] == start + 1
    undoing.undo_change_set(removed, by=by)
    with tenancy.scope(by.organization_id):
        assert not NumberRange.objects.filter(id=added.id).exists()


def test_undo_of_the_second_brand_leaves_nothing_of_brands(by: Actor) -> None:
    with tenancy.scope(by.organization_id):
        brands.create_brand("Sunny Days", "SUN", by=by)
    sales.undo_last(by)
    with tenancy.scope(by.organization_id):
        assert brands.list_brands() == []


def test_tq50_a_brand_with_bookings_stays(by: Actor, book: Any) -> None:
    with tenancy.scope(by.organization_id):
        sunny = brands.create_brand("Sunny Days", "SUN", by=by)
    created = making.last_change_set(by).id
    book(sunny)
    undoing.undo_change_set(created, by=by)
    with tenancy.scope(by.organization_id):
        assert Brand.objects.filter(id=sunny.id).exists()


def test_tq50_brand_of_a_record_never_changes(by: Actor, sunny: Brand, book: Any) -> None:
    made, offered = book(), sales.offer(by)
    for change in (
        lambda: bookings.update_booking(made.id, BookingData({"brand_id": sunny.id}), by=by),
        lambda: offers.update_offer(offered.id, OfferData({"brand_id": sunny.id}), by=by),
    ):
        assert "keeps its brand" in _errors(change)["brand_id"]
    with tenancy.scope(by.organization_id):
        same = BookingData({"brand_id": None, "product": "Another week"})
        assert bookings.update_booking(made.id, same, by=by).product == "Another week"


def test_tq50_conversion_keeps_the_brand_and_takes_its_booking_number(
    by: Actor, sunny: Brand
) -> None:
    offered = sales.offer(by, brand_id=sunny.id)
    with tenancy.scope(by.organization_id):
        booking = converting.convert_offer(offered.id, by=by)
    assert (booking.brand_id, booking.number) == (sunny.id, 100_000)
    assert "Made a booking of offer" in making.last_change_set(by).summary


def test_tq50_history_names_the_brand(by: Actor, sunny: Brand, book: Any) -> None:
    book(sunny)
    assert making.last_change_set(by).summary == "Created booking 100000 A week (Sunny Days)"
    plain = book()
    assert making.last_change_set(by).summary == f"Created booking {plain.number} A week"


def test_tq51_reminder_days_are_the_brands_or_those_of_all(by: Actor, sunny: Brand) -> None:
    def due(brand: Brand | None) -> list[int]:
        made = sales.sent(by, brand_id=brand and brand.id)
        return [row.day for row in sales.reminders(made.id, by)]

    assert due(sunny) == due(None) == [3, 7, 14, 21]
    lists.set_brand_reminders(sunny.id, "14; 2", by=by)
    assert due(sunny) == [2, 14]
    assert due(None) == [3, 7, 14, 21]
    lists.set_brand_reminders(sunny.id, "never", by=by)
    assert due(sunny) == []
    lists.set_brand_reminders(sunny.id, " ", by=by)
    assert due(sunny) == [3, 7, 14, 21]
    wrong = _errors(lambda: lists.set_brand_reminders(sunny.id, "3, soon", by=by))
    assert "“soon”" in wrong["reminder_days"]


def test_brands_of_another_organisation_are_none(cast: Cast, sunny: Brand) -> None:
    with tenancy.scope(cast.outsider.organization_id):
        assert brands.list_brands() == []
    told = _errors(lambda: sales.offer(cast.outsider, offeree_name="Bo", brand_id=sunny.id))
    assert "no such brand" in told["brand_id"]
