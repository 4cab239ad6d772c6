"""The points ledger: gained bonus, redeeming, expiring, earning (TQ-09)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bookings import making
from tests.itineraries.test_point_of_contact_constraint import at_once
from tests.partners.test_constraints import execute, refused
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.undoing import undo_change_set
from wayfolk.bookings import operations as booking_operations
from wayfolk.bookings.models import Booking
from wayfolk.bookings.rules import BookingData
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Customer
from wayfolk.kit import clock, tenancy
from wayfolk.kit.database_errors import TooFewPoints
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.kit.ids import new_id
from wayfolk.loyalty import queries, rules
from wayfolk.loyalty.models import Balance, PointsEntry
from wayfolk.loyalty.operations import earning, points
from wayfolk.loyalty.rules import Values
from wayfolk.staff.rules import Actor, FieldAccess

RULE = {
    "is_on": True,
    "from_on": date(2020, 1, 1),
    "amount_minor": 1_000,
    "points_per_amount": 2,
    "points_per_night": 5,
    "points_per_trip": 100,
    "months_valid": 12,
}


def grant(by: Actor, customer: Customer, gained: int, **extra: Any) -> PointsEntry:
    with tenancy.scope(by.organization_id):
        return points.grant_points(customer.id, gained, reason="Welcome", by=by, **extra)


def redeem(by: Actor, customer: Customer, used: int) -> PointsEntry:
    with tenancy.scope(by.organization_id):
        return points.redeem_points(customer.id, used, reason="Upgrade", by=by)


def balance(by: Actor, customer: Customer) -> int:
    with tenancy.scope(by.organization_id):
        return queries.points_of(customer.id, by=by).balance


def lines(by: Actor, customer: Customer) -> list[tuple[str, int]]:
    with tenancy.scope(by.organization_id):
        rows = PointsEntry.objects.filter(customer_id=customer.id).order_by("created_at", "id")
        return list(rows.values_list("kind", "points"))


def past_booking(by: Actor, customer: Customer, **fields: Any) -> Booking:
    today = clock.today(by.time_zone)
    values = {
        "booked_on": today - timedelta(days=60),
        "departs_on": today - timedelta(days=12),
        "returns_on": today - timedelta(days=5),
        "total_minor": 50_000,
        **fields,
    }
    return making.booking(by, customer, **values)


def set_rule(by: Actor, **changed: Any) -> None:
    with tenancy.scope(by.organization_id):
        earning.set_rule(Values({**RULE, **changed}), by=by)


def settle(by: Actor) -> int:
    return earning.settle_points(by=by)


def test_tq09_gained_bonus_is_the_sum_of_the_ledger(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    assert balance(by, ann) == 0
    grant(by, ann, 500)
    redeem(by, ann, 120)
    with tenancy.scope(by.organization_id):
        points.correct_points(ann.id, -30, reason="Counted twice", by=by)
        found = queries.points_of(ann.id, by=by)
    assert found == queries.Points(balance=350, earned=500, redeemed=120, expired=0)


def test_redeeming_more_than_there_is_says_how_much_there_is(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    with pytest.raises(TooFewPoints, match="has no points"):
        redeem(by, ann, 1)
    grant(by, ann, 1_500)
    with pytest.raises(TooFewPoints, match="has 1,500 points, so 1,501 cannot be redeemed"):
        redeem(by, ann, 1_501)
    assert balance(by, ann) == 1_500


def test_two_who_redeem_at_once_use_no_more_than_there_is(committed_cast: Cast) -> None:
    cast = committed_cast
    ann = making.customer(cast.advisor)
    for _ in range(3):
        grant(cast.advisor, ann, 200)
        answers = at_once(
            lambda: redeem(cast.advisor, ann, 200), lambda: redeem(cast.manager, ann, 200)
        )
        assert sum(isinstance(each, TooFewPoints) for each in answers) == 1
        assert balance(cast.advisor, ann) == 0


def test_the_database_refuses_to_go_below_and_to_edit_a_line(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    line = grant(by, ann, 300)
    redeem(by, ann, 200)
    with refused(by, "too_few_points"):
        execute(
            "DELETE FROM loyalty_pointsentry WHERE organization_id = %s AND id = %s",
            by.organization_id,
            line.id,
        )
    with refused(by, "points_line_stays"):
        execute(
            "UPDATE loyalty_pointsentry SET points = 900 WHERE organization_id = %s AND id = %s",
            by.organization_id,
            line.id,
        )
    for values in ("kind = 'earned', points = -5", "points = 0", "points = 10000001"):
        with refused(by, "points_line_stays"):
            execute(
                f"UPDATE loyalty_pointsentry SET {values} WHERE organization_id = %s AND id = %s",
                by.organization_id,
                line.id,
            )


@pytest.mark.parametrize(
    ("kind", "gained", "last"),
    [
        ("granted", -5, None),
        ("redeemed", 5, None),
        ("corrected", 0, None),
        ("granted", 10_000_001, None),
        ("granted", 5, date(2020, 1, 1)),
        ("redeemed", -5, date(2099, 1, 1)),
    ],
)
def test_lines_that_mean_nothing_are_refused_by_the_database(
    cast: Cast, kind: str, gained: int, last: date | None
) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    grant(by, ann, 300)
    with refused(by, "invalid_value"):
        PointsEntry.objects.create(
            customer=ann, points=gained, kind=kind, entered_on=date(2026, 1, 1), expires_on=last
        )


@pytest.mark.parametrize("gained", [0, -3, 10_000_001])
def test_no_number_of_points_is_refused_in_words(cast: Cast, gained: int) -> None:
    with pytest.raises(InvalidValues, match="is no number of points"):
        grant(cast.advisor, making.customer(cast.advisor), gained)


def test_a_line_is_taken_back_by_undo_unless_its_points_are_used(cast: Cast) -> None:
    by, ann = cast.manager, making.customer(cast.manager)
    grant(by, ann, 300)
    granted = making.last_change_set(by)
    redeem(by, ann, 200)
    redeemed = making.last_change_set(by)
    with tenancy.scope(by.organization_id), refused(by, "too_few_points"):
        undo_change_set(granted.id, by=by)
    with tenancy.scope(by.organization_id):
        undo_change_set(redeemed.id, by=by)
        assert balance(by, ann) == 300
        undo_change_set(granted.id, by=by)
    assert balance(by, ann) == 0
    with tenancy.scope(by.organization_id):
        assert not Balance.objects.filter(id=ann.id).exists()


def test_points_are_handed_on_as_one_change(cast: Cast) -> None:
    by = cast.manager
    ann, bo = making.customer(by), making.customer(by, "Bo")
    grant(by, ann, 300)
    with tenancy.scope(by.organization_id):
        points.transfer_points(ann.id, bo.id, 120, by=by)
        assert (balance(by, ann), balance(by, bo)) == (180, 120)
        with pytest.raises(TooFewPoints, match="handed on"):
            points.transfer_points(ann.id, bo.id, 181, by=by)
        undo_change_set(making.last_change_set(by).id, by=by)
    assert (balance(by, ann), balance(by, bo)) == (300, 0)


def test_rights_and_the_hidden_field(cast: Cast) -> None:
    ann = making.customer(cast.advisor)
    with pytest.raises(NotAllowed):
        grant(cast.viewer, ann, 5)
    blind = replace(cast.manager, field_access={"customer.bonus": FieldAccess.HIDDEN})
    reader = replace(cast.manager, field_access={"customer.bonus": FieldAccess.VIEW})
    with pytest.raises(NotAllowed, match="may not change bonus points"):
        grant(reader, ann, 5)
    asked: list[Callable[[], object]] = [
        lambda: queries.points_of(ann.id, by=blind),
        lambda: queries.list_entries(ann.id, by=blind),
        lambda: queries.balances_of([ann.id], by=blind),
        lambda: queries.list_balances(by=blind),
    ]
    with tenancy.scope(cast.organization.id):
        for ask in asked:
            with pytest.raises(NotAllowed, match="may not see bonus points"):
                ask()


def test_a_customer_with_points_is_not_deleted(cast: Cast) -> None:
    by, ann = cast.manager, making.customer(cast.manager)
    grant(by, ann, 300)
    with tenancy.scope(by.organization_id):
        with pytest.raises(points.CustomerHasPoints, match="has 300 bonus points"):
            customer_operations.delete_customer(ann.id, by=by)
        redeem(by, ann, 300)
        customer_operations.delete_customer(ann.id, by=by)


def test_travelled_bookings_earn_once(cast: Cast) -> None:
    by, ann = cast.administrator, making.customer(cast.administrator)
    set_rule(by)
    booking = past_booking(by, ann, total_minor=50_999)
    past_booking(by, ann, status="waitlisted")
    past_booking(by, ann, departs_on=clock.today(by.time_zone), returns_on=None)
    assert settle(by) == 1
    assert lines(by, ann) == [("earned", 50 * 2 + 7 * 5 + 100)]
    assert settle(by) == 0
    with tenancy.scope(by.organization_id):
        line = PointsEntry.objects.get(booking_id=booking.id)
        assert line.expires_on == rules.after_months(clock.today(by.time_zone), 12)


def test_a_booking_in_another_currency_earns_by_its_own_rate(cast: Cast) -> None:
    by, ann = cast.administrator, making.customer(cast.administrator)
    set_rule(by, points_per_night=0, points_per_trip=0)
    past_booking(by, ann, total_minor=100_000, currency="NOK", exchange_rate=Decimal("0.1"))
    settle(by)
    assert lines(by, ann) == [("earned", 20)]


def test_what_changes_afterwards_is_corrected_by_further_lines(cast: Cast) -> None:
    by, ann = cast.administrator, making.customer(cast.administrator)
    set_rule(by, points_per_night=0)
    booking = past_booking(by, ann)
    settle(by)
    with tenancy.scope(by.organization_id):
        booking_operations.update_booking(booking.id, BookingData({"total_minor": 40_000}), by=by)
    settle(by)
    assert lines(by, ann) == [("earned", 200), ("corrected", -20)]
    with tenancy.scope(by.organization_id):
        booking_operations.cancel_booking(booking.id, by=by)
        cancelled = making.last_change_set(by)
    assert settle(by) == 1
    assert balance(by, ann) == 0
    with tenancy.scope(by.organization_id):
        undo_change_set(cancelled.id, by=by)
    assert settle(by) == 1
    assert settle(by) == 0
    assert balance(by, ann) == 180


def test_another_rule_leaves_what_was_earned(cast: Cast) -> None:
    by, ann = cast.administrator, making.customer(cast.administrator)
    set_rule(by)
    booking = past_booking(by, ann)
    settle(by)
    set_rule(by, points_per_trip=500)
    with tenancy.scope(by.organization_id):
        booking_operations.update_booking(booking.id, BookingData({"notes": "Late"}), by=by)
    assert settle(by) == 0


def test_points_follow_a_booking_to_its_other_customer(cast: Cast) -> None:
    by = cast.administrator
    ann, bo = making.customer(by), making.customer(by, "Bo")
    set_rule(by, points_per_amount=0, points_per_night=0)
    booking = past_booking(by, ann)
    settle(by)
    with tenancy.scope(by.organization_id):
        booking_operations.update_booking(booking.id, BookingData({"customer_id": bo.id}), by=by)
    settle(by)
    assert (balance(by, ann), balance(by, bo)) == (0, 100)
    assert settle(by) == 0


def test_redeemed_points_of_a_cancelled_booking_are_taken_from_later_ones(cast: Cast) -> None:
    by, ann = cast.administrator, making.customer(cast.administrator)
    set_rule(by, points_per_amount=0, points_per_night=0)
    booking = past_booking(by, ann)
    settle(by)
    redeem(by, ann, 70)
    with tenancy.scope(by.organization_id):
        booking_operations.cancel_booking(booking.id, by=by)
    settle(by)
    assert balance(by, ann) == 0
    assert settle(by) == 0
    grant(by, ann, 200)
    settle(by)
    assert balance(by, ann) == 130
    assert settle(by) == 0


def test_points_are_over_after_their_last_day_what_ends_first_is_used_first(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    today = clock.today(by.time_zone)
    with tenancy.scope(by.organization_id), change_set(by=by, operation="t", summary="T"):
        for gained, last in ((100, today - timedelta(days=2)), (50, None)):
            PointsEntry.objects.create(
                customer=ann, points=gained, kind="granted", expires_on=last,
                entered_on=today - timedelta(days=90),
            )  # fmt: skip
    redeem(by, ann, 30)
    assert earning.expire_points(by=by) == 1
    assert balance(by, ann) == 50
    assert earning.expire_points(by=by) == 0
    assert lines(by, ann)[-1] == ("expired", -70)


def test_the_rule_is_for_administrators_and_has_a_version(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        set_rule(cast.manager)
    set_rule(cast.administrator)
    with tenancy.scope(cast.organization.id):
        with pytest.raises(earning.StaleRule):
            earning.set_rule(Values(RULE), by=cast.administrator, version=0)
        with pytest.raises(InvalidValues) as failure:
            earning.set_rule(
                Values({**RULE, "amount_minor": 0, "points_per_trip": -1, "months_valid": 0}),
                by=cast.administrator,
            )
    assert set(failure.value.errors) == {"amount_minor", "points_per_trip", "months_valid"}


def test_two_runs_at_once_earn_once(committed_cast: Cast) -> None:
    by = committed_cast.administrator
    ann = making.customer(by)
    set_rule(by, points_per_amount=0, points_per_night=0)
    for _ in range(3):
        past_booking(by, ann)
    answers = at_once(lambda: settle(by), lambda: settle(by))
    assert not [each for each in answers if isinstance(each, Exception)]
    assert lines(by, ann) == [("earned", 100)] * 3


ledger_lines = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["earned", "granted", "redeemed", "expired", "corrected", "transferred"]),
        st.integers(1, 10_000_000),
    ),
    min_size=1,
    max_size=8,
)


def slow_points(customer_id: UUID) -> tuple[int, int, int, int]:
    """Line after line, as one would with a pencil."""
    total = gained = used = over = 0
    for line in PointsEntry.objects.filter(customer_id=customer_id):
        total += line.points
        if line.kind in {"earned", "granted"}:
            gained += line.points
        elif line.kind == "redeemed":
            used -= line.points
        elif line.kind == "expired":
            over -= line.points
    return total, gained, used, over


@given(ledger_lines, st.lists(st.tuples(st.integers(0, 7), st.integers(0, 2)), max_size=4))
@settings(max_examples=60)
def test_tq09_kept_balances_agree_with_a_slow_sum_after_whatever_is_written(
    cast: Cast, made: list[tuple[int, str, int]], changed: list[tuple[int, int]]
) -> None:
    """Many at once, moved to another customer, gone; also after undo of it all."""
    by = cast.manager
    with tenancy.scope(by.organization_id), transaction.atomic():
        point = transaction.savepoint()
        two = [making.customer(by), making.customer(by, "Bo")]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL wayfolk.change_set_id = %s", [str(new_id())])
        rows = PointsEntry.objects.bulk_create(
            PointsEntry(
                customer=two[whose], kind=kind, entered_on=date(2026, 1, 1),
                points=-number if kind in {"redeemed", "expired"} else number,
            )
            for whose, kind, number in made
        )  # fmt: skip
        for place, what in [(-1, -1), *changed]:
            row = PointsEntry.objects.filter(id=rows[place % len(rows)].id)
            if what == 2:
                row.delete()
            elif what >= 0:
                row.update(customer=two[what])
            for customer in two:
                found = queries.points_of(customer.id, by=by)
                kept = (found.balance, found.earned, found.redeemed, found.expired)
                assert kept == slow_points(customer.id)
                has_lines = PointsEntry.objects.filter(customer_id=customer.id).exists()
                assert Balance.objects.filter(id=customer.id).exists() == has_lines
        transaction.savepoint_rollback(point)


def test_points_are_true_after_undo_and_redo_with_their_customer(cast: Cast) -> None:
    by = cast.manager
    with change_set(by=by, operation="t", summary="T") as current:
        ann = making.customer(by)
        grant(by, ann, 300)
        redeem(by, ann, 100)
    with tenancy.scope(by.organization_id):
        undone = undo_change_set(current.id, by=by)
        assert not Balance.objects.filter(id=ann.id).exists()
        undo_change_set(undone.change_set_id, by=by)
        assert slow_points(ann.id)[0] == balance(by, ann) == 200


@given(
    st.lists(st.tuples(st.integers(1, 500), st.none() | st.integers(0, 60)), max_size=6),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 300)), max_size=6),
)
def test_expiring_day_by_day_never_takes_what_was_used_before(
    lots: list[tuple[int, int | None]], uses: list[tuple[int, int]]
) -> None:
    """Against a ledger of lots, day after day; the one that ends first is used first."""
    first = date(2026, 1, 1)
    ledger: list[tuple[int, date | None]] = [
        (gained, None if last is None else first + timedelta(days=last)) for gained, last in lots
    ]
    left = sorted(([last, gained] for gained, last in ledger), key=lambda x: x[0] or date.max)
    for offset in range(63):
        today = first + timedelta(days=offset)
        over = rules.expiring(ledger, today)
        slowly = sum(n for last, n in left if last is not None and last < today)
        assert over == slowly
        left = [lot for lot in left if lot[0] is None or lot[0] >= today]
        ledger += [(-over, None)] if over else []
        for day, wanted in uses:
            used = min(wanted, sum(n for _, n in left)) if day == offset else 0
            ledger += [(-used, None)] if used else []
            for lot in left:
                taken = min(used, lot[1])
                lot[1] -= taken
                used -= taken
