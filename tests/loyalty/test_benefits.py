"""Bonus packages, customer extras and the lists behind them (TQ-18, TQ-20)."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.bookings import making
from tests.partners.test_constraints import execute, refused
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.undoing import undo_change_set
from wayfolk.customers.models import Customer
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.loyalty import queries
from wayfolk.loyalty.models import BonusPackage, CustomerExtra, ExtraKind, Programme
from wayfolk.loyalty.operations import benefits, lists
from wayfolk.loyalty.rules import Values
from wayfolk.staff.rules import Actor


def package(by: Actor, customer: Customer, **fields: Any) -> BonusPackage:
    with tenancy.scope(by.organization_id):
        values = {"programme_id": Programme.objects.all()[0].id, "benefit": "Spa day", **fields}
        return benefits.create_package(customer.id, Values(values), by=by)


def extra(by: Actor, customer: Customer, **fields: Any) -> CustomerExtra:
    with tenancy.scope(by.organization_id):
        values = {"kind_id": ExtraKind.objects.order_by("position")[0].id, **fields}
        return benefits.create_extra(customer.id, Values(values), by=by)


def test_tq18_a_package_with_points_adds_them_when_it_is_used(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    made = package(by, ann, points=500, benefit="")
    with tenancy.scope(by.organization_id):
        assert queries.points_of(ann.id, by=by).balance == 0
        benefits.use_package(made.id, by=by)
        assert queries.points_of(ann.id, by=by).balance == 500
        with pytest.raises(benefits.NotUsable, match="was used on"):
            benefits.use_package(made.id, by=by)
        undo_change_set(making.last_change_set(by).id, by=by)
        assert queries.points_of(ann.id, by=by).balance == 0
        assert queries.get_package(made.id, by=by).status == "active"


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"benefit": ""}, "benefit"),
        ({"points": 0}, "points"),
        ({"valid_from": date(2026, 5, 2), "valid_to": date(2026, 5, 1)}, "valid_to"),
        ({"valid_from": date(1500, 1, 1)}, "valid_from"),
        ({"benefit": "x" * 301}, "benefit"),
        ({"programme_id": None}, "programme_id"),
    ],
)
def test_a_package_that_does_not_fit_is_refused(
    cast: Cast, fields: dict[str, Any], at: str
) -> None:
    with pytest.raises(InvalidValues) as failure:
        package(cast.advisor, making.customer(cast.advisor), **fields)
    assert set(failure.value.errors) == {at}


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": 1000}, "quantity"),
        ({"valid_from": date(2026, 5, 2), "valid_to": date(2026, 5, 1)}, "valid_to"),
        ({"kind_id": None}, "kind_id"),
    ],
)
def test_tq20_an_extra_that_does_not_fit_is_refused(
    cast: Cast, fields: dict[str, Any], at: str
) -> None:
    with pytest.raises(InvalidValues) as failure:
        extra(cast.advisor, making.customer(cast.advisor), **fields)
    assert set(failure.value.errors) == {at}


def test_tq20_an_extra_is_used_until_none_is_left(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    made = extra(by, ann, quantity=2)
    with tenancy.scope(by.organization_id):
        benefits.use_extra(made.id, by=by)
        benefits.use_extra(made.id, by=by)
        with pytest.raises(benefits.NotUsable, match="used up: 2 of 2"):
            benefits.use_extra(made.id, by=by)
        with pytest.raises(InvalidValues, match="2 of it are used"):
            benefits.update_extra(made.id, Values({"quantity": 1}), by=by)
        undo_change_set(making.last_change_set(by).id, by=by)
        assert queries.get_extra(made.id, by=by).left == 1


def test_neither_is_used_before_its_first_day_nor_after_its_last(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    today = clock.today(by.time_zone)
    early = extra(by, ann, valid_from=today + timedelta(days=1))
    late = package(by, ann, valid_from=date(2020, 1, 1), valid_to=today - timedelta(days=1))
    with tenancy.scope(by.organization_id):
        with pytest.raises(benefits.NotUsable, match="can be used from"):
            benefits.use_extra(early.id, by=by)
        with pytest.raises(benefits.NotUsable, match="was valid until"):
            benefits.use_package(late.id, by=by)


def test_each_operation_is_taken_back(cast: Cast) -> None:
    by, ann = cast.manager, making.customer(cast.manager)
    pack, gift = package(by, ann), extra(by, ann)
    with tenancy.scope(by.organization_id):
        for step in (
            lambda: package(by, ann),
            lambda: benefits.update_package(pack.id, Values({"benefit": "Massage"}), by=by),
            lambda: benefits.use_package(pack.id, by=by),
            lambda: benefits.end_package(pack.id, by=by),
            lambda: extra(by, ann),
            lambda: benefits.update_extra(gift.id, Values({"description": "Lisbon"}), by=by),
            lambda: benefits.use_extra(gift.id, by=by),
            lambda: benefits.remove_extra(gift.id, by=by),
        ):
            with change_set(by=by, operation="test", summary="test") as current:
                step()
            undo_change_set(current.id, by=by)
            (kept,) = queries.list_packages(ann.id, by=by)
            assert (kept.status, kept.benefit) == ("active", "Spa day")
            (left,) = queries.list_extras(ann.id, by=by)
            assert (left.used, left.description) == (0, "")


def test_versions_meet_in_a_conflict(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    pack, gift = package(by, ann), extra(by, ann)
    with tenancy.scope(by.organization_id):
        benefits.update_package(pack.id, Values({"notes": "By post"}), by=by)
        benefits.update_extra(gift.id, Values({"notes": "By post"}), by=by)
        with pytest.raises(benefits.StaleBenefit):
            benefits.use_package(pack.id, by=by, version=pack.version)
        with pytest.raises(benefits.StaleBenefit):
            benefits.use_extra(gift.id, by=by, version=gift.version)


def test_the_database_refuses_what_means_nothing(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    pack, gift = package(by, ann), extra(by, ann)
    for table, row, values in (
        ("loyalty_customerextra", gift, "used = 2, used_on = '2026-01-01'"),
        ("loyalty_customerextra", gift, "used = 1"),
        ("loyalty_customerextra", gift, "valid_to = valid_from - 1"),
        ("loyalty_bonuspackage", pack, "valid_to = valid_from - 1"),
        ("loyalty_bonuspackage", pack, "benefit = ''"),
        ("loyalty_bonuspackage", pack, "points = 0"),
        ("loyalty_bonuspackage", pack, "status = 'used'"),
    ):
        with refused(by, "invalid_value"):
            execute(
                f"UPDATE {table} SET {values} WHERE organization_id = %s AND id = %s",
                by.organization_id,
                row.id,
            )


def test_lists_are_kept_by_administrators_and_what_is_used_is_closed(cast: Cast) -> None:
    by = cast.administrator
    ann = making.customer(by)
    with tenancy.scope(by.organization_id):
        with pytest.raises(NotAllowed):
            lists.add_entry(Programme, "Gold", by=cast.manager)
        gold = lists.add_entry(Programme, "Gold", by=by)
        with pytest.raises(InvalidValues, match="already"):
            lists.add_entry(Programme, "gold", by=by)
        package(by, ann, programme_id=gold.id)
        with pytest.raises(lists.EntryInUse):
            lists.remove_entry(Programme, gold.id, by=by)
        lists.set_closed(Programme, gold.id, True, by=by)
        with pytest.raises(InvalidValues, match="is closed"):
            package(by, ann, programme_id=gold.id)
        lists.rename_entry(Programme, gold.id, "Gold club", by=by)
        undo_change_set(making.last_change_set(by).id, by=by)
        assert Programme.objects.get(id=gold.id).label == "Gold"
        unused = lists.add_entry(ExtraKind, "Parking", by=by)
        lists.remove_entry(ExtraKind, unused.id, by=by)


def test_tq20_extras_show_on_bookings_of_whoever_booked_or_travels(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    today = clock.today(by.time_zone)
    leaves = today + timedelta(days=30)
    booking = making.booking(
        by, ann, booked_on=today, departs_on=leaves, returns_on=leaves + timedelta(days=3)
    )
    now = extra(by, ann)
    then = extra(by, ann, valid_from=leaves, valid_to=leaves)
    extra(by, ann, valid_from=leaves + timedelta(days=1))
    extra(by, making.customer(by, "Bo"))
    with tenancy.scope(by.organization_id):
        found = queries.extras_for_booking(booking, by=by)
    assert {row.id for row in found} == {now.id, then.id}


def test_what_ends_soon_is_listed(cast: Cast) -> None:
    by, ann = cast.advisor, making.customer(cast.advisor)
    today = clock.today(by.time_zone)
    soon = extra(by, ann, valid_to=today + timedelta(days=10))
    extra(by, ann, valid_to=today + timedelta(days=60))
    pack = package(by, ann, valid_to=today + timedelta(days=10))
    with tenancy.scope(by.organization_id):
        assert [row.id for row in queries.list_ending_extras(by=by)] == [soon.id]
        assert [row.id for row in queries.list_ending_packages(by=by)] == [pack.id]
