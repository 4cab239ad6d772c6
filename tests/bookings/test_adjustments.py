"""Discounts and supplements of the catalogue (TQ-56)."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from tests.bookings import making
from tests.world import Cast
from wayfolk.audit.change_sets import change_set, last_written_id
from wayfolk.audit.undoing import undo_change_set
from wayfolk.bookings import adjustment_rules, lines, operations
from wayfolk.bookings.adjustment_rules import AdjustmentData
from wayfolk.bookings.line_rules import LineData
from wayfolk.bookings.models import Booking, BookingLine, LineCategory, PriceAdjustment
from wayfolk.bookings.operations import StaleEntry
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed


@pytest.fixture
def scoped(cast: Cast) -> Any:
    with tenancy.scope(cast.organization.id):
        yield cast


def category(code: str) -> UUID:
    return LineCategory.objects.get(code=code).id


def adjustment(cast: Cast, code: str = "early", **fields: Any) -> PriceAdjustment:
    values = {"code": code, "description": "Early bird", "kind": "discount"}
    if "amount_minor" not in fields:
        values["rate"] = Decimal(10)
    return operations.create_adjustment(AdjustmentData({**values, **fields}), by=cast.administrator)


def drawn(cast: Cast, booking: Booking, **fields: Any) -> BookingLine:
    return operations.add_line(booking.id, LineData(fields), by=cast.manager)


@pytest.mark.parametrize(
    ("kind", "rate", "amount", "count", "expected"),
    [
        ("discount", Decimal("12.5"), None, 1, -1_250),
        ("supplement", Decimal("0.05"), None, 1, 5),
        ("discount", None, 700, 3, -2_100),
        ("supplement", None, 700, 1, 700),
    ],
)
def test_tq56_what_a_line_comes_to(
    kind: str, rate: Decimal | None, amount: int | None, count: int, expected: int
) -> None:
    found = adjustment_rules.amount_of(
        kind=kind, rate=rate, amount_minor=amount, count=count, basic_minor=10_000
    )
    assert found == expected


def test_tq56_a_percentage_is_of_the_basic_price_alone(scoped: Cast) -> None:
    booking = making.booking(scoped.manager, total_minor=10_005)
    drawn(scoped, booking, category_id=category("insurance"), amount_minor=5_000)
    line = drawn(scoped, booking, adjustment_id=adjustment(scoped).id)
    assert (line.kind, line.amount_minor) == ("discount", -1_001)
    assert line.description == "EARLY Early bird"
    assert Booking.objects.get(id=booking.id).total_minor == 14_004
    undo_change_set(last_written_id(), by=scoped.manager)
    assert Booking.objects.get(id=booking.id).total_minor == 15_005


def test_tq56_a_percentage_of_a_booking_that_is_all_basic(scoped: Cast) -> None:
    booking = making.booking(scoped.manager, total_minor=10_000)
    assert drawn(scoped, booking, adjustment_id=adjustment(scoped).id).amount_minor == -1_000


def test_tq56_an_amount_for_each_passenger_chosen_by_hand(scoped: Cast) -> None:
    single = adjustment(
        scoped, "single", kind="supplement", amount_minor=6_000, is_per_passenger=True
    )
    booking = making.booking(scoped.manager, total_minor=10_000, adults=3)
    everybody = drawn(scoped, booking, adjustment_id=single.id)
    assert (everybody.pax, everybody.amount_minor) == (3, 18_000)
    one = drawn(scoped, booking, adjustment_id=single.id, pax=1)
    assert (one.pax, one.amount_minor) == (1, 6_000)


def test_tq56_a_specific_one_is_for_its_product_alone(scoped: Cast) -> None:
    specific = adjustment(scoped, product="Douro wine")
    walk = making.booking(scoped.manager, product="DOURO WINE walk, 5 days")
    spa = making.booking(scoped.manager, product="Spa day")
    assert drawn(scoped, walk, adjustment_id=specific.id).adjustment_id == specific.id
    with pytest.raises(InvalidValues, match="is for “Douro wine”, not for “Spa day”"):
        drawn(scoped, spa, adjustment_id=specific.id)
    assert lines.adjustments_for(spa, [], by=scoped.manager) == []


def test_tq56_one_may_be_tied_to_a_line_that_has_to_be_there(scoped: Cast) -> None:
    tied = adjustment(scoped, beside_id=category("insurance"))
    booking = making.booking(scoped.manager, total_minor=10_000)
    with pytest.raises(InvalidValues, match="only for bookings that have a line “Insurance”"):
        drawn(scoped, booking, adjustment_id=tied.id)
    drawn(scoped, booking, category_id=category("insurance"), amount_minor=500)
    assert drawn(scoped, booking, adjustment_id=tied.id).amount_minor == -1_000


def test_tq56_a_bonus_code_alone_gives_what_has_one(scoped: Cast) -> None:
    hidden = adjustment(scoped, "summer", bonus_code="sun-26")
    booking = making.booking(scoped.manager, total_minor=10_000)
    assert lines.adjustments_for(booking, [], by=scoped.manager) == []
    with pytest.raises(InvalidValues, match="no such discount"):
        drawn(scoped, booking, adjustment_id=hidden.id)
    with pytest.raises(InvalidValues, match="There is no bonus code “MOON”") as refused:
        drawn(scoped, booking, bonus_code="MOON")
    assert set(refused.value.errors) == {"bonus_code"}
    assert drawn(scoped, booking, bonus_code=" Sun-26 ").adjustment_id == hidden.id


def test_what_is_retired_or_in_another_currency_is_not_drawn(scoped: Cast) -> None:
    gone = adjustment(scoped, is_retired=True)
    abroad = adjustment(scoped, "nok", amount_minor=100, currency="NOK")
    booking = making.booking(scoped.manager)
    with pytest.raises(InvalidValues, match="is retired"):
        drawn(scoped, booking, adjustment_id=gone.id)
    with pytest.raises(InvalidValues, match="is in NOK, the booking in EUR"):
        drawn(scoped, booking, adjustment_id=abroad.id)


def test_a_line_of_another_kind_is_not_made_of_it(scoped: Cast) -> None:
    booking = making.booking(scoped.manager)
    with pytest.raises(InvalidValues, match="“Fee” is no category of discounts"):
        drawn(scoped, booking, category_id=category("fee"), adjustment_id=adjustment(scoped).id)
    line = drawn(scoped, booking, adjustment_id=adjustment(scoped, "second").id)
    operations.update_line(
        booking.id,
        line.id,
        LineData({"category_id": category("fee"), "amount_minor": 100}),
        by=scoped.manager,
    )
    assert BookingLine.objects.get(id=line.id).adjustment_id is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"rate": None}, "Say how much"),
        ({"rate": Decimal(5), "amount_minor": 100}, "either a percentage or an amount"),
        ({"rate": Decimal(101)}, "at most 100"),
        ({"rate": Decimal("1.234")}, "too many places"),
        ({"rate": None, "amount_minor": 0}, "more than 0"),
        ({"kind": "fee"}, "kind"),
        ({"code": " "}, "The code is missing"),
        ({"currency": "EURO"}, "not a currency code"),
        ({"is_per_passenger": True}, "of the whole basic price"),
        ({"beside_id": UUID(int=1)}, "no such category"),
    ],
)
def test_bad_entries_are_refused_with_the_reason(
    scoped: Cast, fields: dict[str, Any], message: str
) -> None:
    values = {"code": "A", "description": "B", "kind": "discount", "rate": Decimal(10), **fields}
    with pytest.raises(InvalidValues, match=message):
        operations.create_adjustment(AdjustmentData(values), by=scoped.administrator)
    assert lines.list_adjustments(by=scoped.administrator) == []


def test_codes_are_unique_and_changes_are_guarded(scoped: Cast) -> None:
    first = adjustment(scoped, bonus_code="SUN")
    with pytest.raises(InvalidValues, match="EARLY already"):
        adjustment(scoped)
    with pytest.raises(InvalidValues, match="bonus code SUN is taken"):
        adjustment(scoped, "other", bonus_code="sun")
    data = AdjustmentData({"rate": None, "amount_minor": 500})
    changed = operations.update_adjustment(first.id, data, by=scoped.administrator, version=1)
    assert (changed.rate, changed.amount_minor) == (None, 500)
    with pytest.raises(StaleEntry):
        operations.update_adjustment(first.id, data, by=scoped.administrator, version=1)
    with pytest.raises(NotAllowed):
        operations.update_adjustment(first.id, data, by=scoped.manager)


def test_the_database_holds_an_entry_to_one_of_rate_and_amount(scoped: Cast) -> None:
    entry = adjustment(scoped)
    with (
        pytest.raises(DatabaseError, match="rate_or_amount"),
        change_set(by=scoped.administrator, operation="test", summary="test"),
        transaction.atomic(),
    ):
        PriceAdjustment.objects.filter(id=entry.id).update(amount_minor=100)
