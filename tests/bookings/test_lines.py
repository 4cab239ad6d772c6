"""Booking lines: price and cost in parts (TQ-24 to TQ-26, TQ-55, TQ-56)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from tests.bookings import making
from tests.world import Cast
from wayfolk.audit import history
from wayfolk.audit.change_sets import change_set, last_written_id
from wayfolk.audit.undoing import undo_change_set
from wayfolk.bookings import lines, operations, queries
from wayfolk.bookings.line_rules import LineData, PickupData
from wayfolk.bookings.models import Booking, BookingLine, LineCategory
from wayfolk.bookings.rules import BookingData
from wayfolk.kit import tenancy
from wayfolk.kit.database_errors import find_refusal
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.staff.rules import Actor, FieldAccess


@pytest.fixture
def scoped(cast: Cast) -> Any:
    with tenancy.scope(cast.organization.id):
        yield cast


def category(code: str) -> UUID:
    return LineCategory.objects.get(code=code).id


def line(kind: str, amount: int, **fields: Any) -> LineData:
    return LineData({"category_id": category(kind), "amount_minor": amount, **fields})


def present(booking: Booking) -> Booking:
    return Booking.objects.get(id=booking.id)


def of(booking: Booking, by: Actor) -> list[tuple[str, int, int | None]]:
    return [(x.kind, x.amount_minor, x.cost_minor) for x in lines.list_lines(booking.id, by=by)]


def test_tq24_the_price_so_far_becomes_the_basic_line_before_the_first_one(scoped: Cast) -> None:
    by = scoped.manager
    booking = making.booking(by, total_minor=12_000, cost_minor=9_000)
    operations.add_line(booking.id, line("insurance", 1_500, cost_minor=800), by=by)
    assert of(booking, by) == [("basic", 12_000, 9_000), ("insurance", 1_500, 800)]
    assert (present(booking).total_minor, present(booking).cost_minor) == (13_500, 9_800)
    totals = queries.customer_totals(booking.customer_id, by=by)
    assert (totals.parts["basic"].minor, totals.parts["insurance"].minor) == (12_000, 1_500)
    assert (totals.turnover.minor, totals.cost.minor) == (13_500, 9_800)


def test_tq56_a_discount_lowers_the_price_and_nothing_else_does(scoped: Cast) -> None:
    by = scoped.manager
    booking = making.booking(by, total_minor=10_000)
    operations.add_line(booking.id, line("discount", -2_000), by=by)
    assert present(booking).total_minor == 8_000
    for kind, amount, words in (
        ("discount", 500, "write EUR -5.00 instead of EUR 5.00"),
        ("fee", -500, "“Fee” is no discount"),
    ):
        with pytest.raises(InvalidValues, match=words):
            operations.add_line(booking.id, line(kind, amount), by=by)
    assert len(of(booking, by)) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"amount_minor": 1},
        {"kind": "fee"},
        {"currency": "NOK"},
    ],
)
def test_the_database_holds_lines_to_category_booking_and_sign(
    scoped: Cast, change: dict[str, Any]
) -> None:
    by = scoped.manager
    booking = making.booking(by, total_minor=10_000)
    operations.add_line(booking.id, line("discount", -2_000), by=by)
    with (
        pytest.raises(DatabaseError) as refused,
        transaction.atomic(),
        change_set(by=by, operation="t", summary="T"),
    ):
        BookingLine.objects.filter(booking_id=booking.id, kind="discount").update(**change)
    assert find_refusal(refused.value) is not None


@pytest.mark.parametrize("change", [{"total_minor": 1}, {"cost_minor": 5}, {"currency": "NOK"}])
def test_price_of_a_booking_with_lines_is_their_sum_for_whoever_writes(
    scoped: Cast, change: dict[str, Any]
) -> None:
    by = scoped.manager
    booking = making.booking(by, total_minor=10_000)
    operations.add_line(booking.id, line("fee", 100), by=by)
    given = {"total_minor": 10_100, "cost_minor": None, "exchange_rate": Decimal("0.1")}
    data = BookingData({**given, **change} if "currency" in change else change)
    with pytest.raises(InvalidValues, match="has lines"):
        operations.update_booking(booking.id, data, by=by)
    with (
        pytest.raises(DatabaseError) as refused,
        transaction.atomic(),
        change_set(by=by, operation="t", summary="T"),
    ):
        Booking.objects.filter(id=booking.id).update(**change)
    answer = find_refusal(refused.value)
    assert answer is not None
    assert answer.code == "price_of_lines"
    assert present(booking).total_minor == 10_100


def test_each_operation_is_taken_back_and_done_again(scoped: Cast) -> None:
    by = scoped.manager
    booking = making.booking(by, total_minor=10_000, cost_minor=7_000)
    start = (of(booking, by), present(booking).total_minor, present(booking).cost_minor)

    def state() -> Any:
        kept = queries.customer_totals(booking.customer_id, by=by)
        stored = present(booking)
        return (of(booking, by), stored.total_minor, stored.cost_minor), kept

    steps = [state()]
    done: list[UUID | None] = []
    operations.add_line(booking.id, line("transfer", 600, cost_minor=200), by=by)
    done.append(last_written_id())
    steps.append(state())
    second = lines.list_lines(booking.id, by=by)[1]
    operations.update_line(booking.id, second.id, LineData({"amount_minor": 900}), by=by)
    done.append(last_written_id())
    steps.append(state())
    operations.set_lines(
        booking.id,
        [LineData({"description": "Return"}, id=second.id), line("discount", -100)],
        by=by,
    )
    done.append(last_written_id())
    steps.append(state())
    operations.remove_line(booking.id, second.id, by=by)
    done.append(last_written_id())
    steps.append(state())
    assert steps[0][0] == start
    assert [step[0][1] for step in steps] == [10_000, 10_600, 10_900, 800, -100]
    undone = []
    for change, before in zip(reversed(done), reversed(steps[:-1]), strict=True):
        assert change is not None
        report = undo_change_set(change, by=by)
        assert not report.conflicts
        undone.append(report.change_set_id)
        assert state() == before
    for change, after in zip(reversed(undone), steps[1:], strict=True):
        assert change is not None
        undo_change_set(change, by=by)
        assert state() == after


def test_an_undo_of_an_earlier_line_leaves_later_ones(scoped: Cast) -> None:
    by = scoped.manager
    booking = making.booking(by, total_minor=10_000)
    operations.add_line(booking.id, line("fee", 100), by=by)
    operations.add_line(booking.id, line("transfer", 500), by=by)
    earlier = last_written_id()
    operations.add_line(booking.id, line("insurance", 900), by=by)
    assert earlier is not None
    undo_change_set(earlier, by=by)
    assert [kind for kind, *_ in of(booking, by)] == ["basic", "fee", "insurance"]
    assert present(booking).total_minor == 11_000
    assert queries.customer_totals(booking.customer_id, by=by).turnover.minor == 11_000


def test_after_the_last_line_the_price_stays(scoped: Cast) -> None:
    by = scoped.manager
    booking = making.booking(by, total_minor=10_000, cost_minor=4_000)
    operations.add_line(booking.id, line("fee", 100), by=by)
    operations.set_lines(booking.id, [], by=by)
    assert (present(booking).total_minor, present(booking).cost_minor) == (10_100, 4_000)
    assert queries.customer_totals(booking.customer_id, by=by).parts["basic"].minor == 10_100


def test_a_booking_that_was_changed_meanwhile_is_a_conflict(scoped: Cast) -> None:
    by = scoped.manager
    booking = making.booking(by)
    operations.add_line(booking.id, line("fee", 100), by=by, version=booking.version)
    with pytest.raises(operations.StaleBooking):
        operations.add_line(booking.id, line("fee", 100), by=by, version=booking.version)
    seen = present(booking).version
    found = lines.list_lines(booking.id, by=by)[1]
    operations.update_line(booking.id, found.id, LineData({"description": "Visa"}), by=by)
    assert present(booking).version > seen
    seen = present(booking).version
    operations.update_line(booking.id, found.id, LineData({"description": "Visa"}), by=by)
    assert present(booking).version == seen


def test_tq55_a_pickup_point_gives_its_line_price_and_cost(scoped: Cast) -> None:
    by, admin = scoped.advisor, scoped.administrator
    point = operations.create_pickup_point(
        PickupData(
            {"code": "opo1", "description": "Aliados", "price_minor": 900, "cost_minor": 400}
        ),
        by=admin,
    )
    booking = making.booking(by, total_minor=10_000)
    operations.add_line(booking.id, LineData({"pickup_point_id": point.id, "pax": 2}), by=by)
    stored = lines.list_lines(booking.id, by=by)[1]
    assert (stored.kind, stored.description) == ("pickup", "OPO1 Aliados")
    assert (stored.amount_minor, stored.cost_minor) == (1_800, 800)
    with pytest.raises(InvalidValues, match="no category of pickup points"):
        operations.add_line(booking.id, line("fee", 100, pickup_point_id=point.id), by=by)
    operations.update_pickup_point(point.id, PickupData({"is_retired": True}), by=admin)
    with pytest.raises(InvalidValues, match="is retired"):
        operations.add_line(booking.id, LineData({"pickup_point_id": point.id}), by=by)


def test_tq26_field_rights_hold_for_lines(scoped: Cast) -> None:
    by = scoped.manager
    booking = making.booking(by, total_minor=10_000)
    with pytest.raises(NotAllowed, match="may not change the cost"):
        operations.add_line(booking.id, line("fee", 100, cost_minor=50), by=scoped.advisor)
    blind = replace(by, field_access={"booking.total": FieldAccess.VIEW})
    with pytest.raises(NotAllowed, match="may not change the price"):
        operations.add_line(booking.id, line("fee", 100), by=blind)
    with pytest.raises(NotAllowed):
        operations.add_line(booking.id, line("fee", 100), by=scoped.viewer)
    assert of(booking, by) == []


def test_lines_that_a_role_sees_no_cost_of_keep_it(scoped: Cast) -> None:
    booking = making.booking(scoped.manager, total_minor=10_000, cost_minor=7_000)
    operations.add_line(booking.id, line("fee", 100, cost_minor=40), by=scoped.manager)
    found = lines.list_lines(booking.id, by=scoped.advisor)[1]
    operations.update_line(booking.id, found.id, LineData({"amount_minor": 300}), by=scoped.advisor)
    assert of(booking, scoped.manager)[1] == ("fee", 300, 40)


def test_faults_of_a_set_name_the_line(scoped: Cast) -> None:
    by = scoped.manager
    booking = making.booking(by)
    with pytest.raises(InvalidValues) as refused:
        operations.set_lines(booking.id, [line("fee", 1), LineData({"amount_minor": 5})], by=by)
    assert list(refused.value.errors) == ["1.category_id"]
    with pytest.raises(InvalidValues, match="more than can be stored"):
        operations.set_lines(booking.id, [line("fee", 10**15), line("fee", 10**15)], by=by)


def test_an_organisation_has_its_own_categories(scoped: Cast) -> None:
    by = scoped.administrator
    assert [each.code for each in lines.list_categories(by=by)] == [
        *("basic", "insurance", "transfer", "fee", "discount", "supplement", "pickup", "other")
    ]
    visa = operations.add_category("Visa", "fee", by=by)
    with pytest.raises(InvalidValues, match="There is a category"):
        operations.add_category("visa", "other", by=by)
    with pytest.raises(InvalidValues, match="is no kind of lines"):
        operations.add_category("Tips", "tips", by=by)
    with pytest.raises(NotAllowed):
        operations.add_category("Tips", "other", by=scoped.manager)
    booking = making.booking(by)
    data = LineData({"category_id": visa.id, "amount_minor": 4_000})
    operations.add_line(booking.id, data, by=by)
    operations.change_category(visa.id, name="Visa service", is_retired=True, by=by)
    with pytest.raises(InvalidValues, match="“Visa service” is retired"):
        operations.add_line(booking.id, data, by=by)
    kept = lines.list_lines(booking.id, by=by)[1]
    operations.update_line(booking.id, kept.id, LineData({"amount_minor": 4_500}), by=by)
    change = last_written_id()
    assert change is not None
    assert queries.customer_totals(booking.customer_id, by=by).parts["fee"].minor == 4_500


def test_history_of_a_booking_tells_of_its_lines(scoped: Cast) -> None:
    booking = making.booking(scoped.manager, total_minor=10_000)
    operations.add_line(
        booking.id, line("transfer", 600, cost_minor=200, description="Faro"), by=scoped.manager
    )
    told = str(history.history_of(booking.id, by=scoped.manager))
    assert "Transfer (Faro)" in told
