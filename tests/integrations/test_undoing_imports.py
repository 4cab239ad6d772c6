"""Undo of change sets of many rows: in chunks, exact, and with a fixed number of statements.

Chunks of a few rows here, so that a file of thirty has many boundaries.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import world
from tests.integrations import making
from tests.world import Cast
from wayfolk.audit import net_effects, undo_report, undoing
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.undo_report import UndoReport
from wayfolk.bookings.models import Booking
from wayfolk.customers import operations
from wayfolk.customers.models import Address, ContactPoint, Customer
from wayfolk.customers.operations import StaleCustomer
from wayfolk.customers.rules import CustomerData
from wayfolk.integrations.imports import shipped
from wayfolk.integrations.models import ImportRun
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor
from wayfolk.stays.models import Property, Stay

HOTEL = shipped.SHIPPED[shipped.HOTEL_RESERVATIONS]
TABLES = (Customer, ContactPoint, Address, Stay, Booking, Property)

Snapshot = dict[str, dict[UUID, dict[str, Any]]]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net_effects, "CHUNK", 4)


def reservations(count: int, **changed: Any) -> bytes:
    return making.reservations(*(making.reservation(n, **changed) for n in range(1, count + 1)))


def people(count: int, family: str, phone: int, city: str) -> bytes:
    return making.people(
        *(
            f"Ann{n:02} {family},ann{n}@example.com,+351 912 {phone} {n:03},{city}"
            for n in range(1, count + 1)
        )
    )


def snapshot(by: Actor) -> Snapshot:
    """Every column of every row, derived ones too; without what counts the writes."""
    with tenancy.scope(by.organization_id):
        return {
            model.__name__: {
                row["id"]: {k: v for k, v in row.items() if k not in {"version", "updated_at"}}
                for row in model.objects.values()
            }
            for model in TABLES
        }


def take_back(run: ImportRun | UndoReport, by: Actor) -> UndoReport:
    assert run.change_set_id is not None
    return undoing.undo_change_set(run.change_set_id, by=by)


def customers(by: Actor) -> list[Customer]:
    with tenancy.scope(by.organization_id):
        return list(Customer.objects.order_by("number"))


def edit(chosen: Iterable[Customer], by: Actor, **fields: object) -> None:
    with tenancy.scope(by.organization_id):
        for customer in chosen:
            operations.update_customer(customer.id, CustomerData(fields=fields), by=by)


def test_a_whole_import_goes_and_comes_back(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run = making.run(reservations(30), HOTEL, by)
    imported = snapshot(by)
    undone = take_back(run, by)
    assert (undone.kept_count, undone.conflict_count) == (0, 0)
    assert undone.reversed_count == sum(len(rows) for rows in imported.values())
    assert not any(snapshot(by).values())
    redone = take_back(undone, by)
    assert (redone.reversed_count, redone.kept_count) == (undone.reversed_count, 0)
    assert snapshot(by) == imported


def test_of_an_import_partly_edited_just_the_rest_goes(
    committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo_report, "ITEMS_MAX", 5)
    by = committed_cast.manager
    run = making.run(reservations(30), HOTEL, by)
    found = customers(by)
    edited, restored = found[::3], found[1]
    edit(edited, by, notes="we know them")
    edit([restored], by, notes="oops")
    edit([restored], by, notes="")
    with (
        tenancy.scope(by.organization_id),
        change_set(by=by, operation="test", summary="Cleared up"),
    ):
        Booking.objects.filter(customer=found[2]).delete()
    before = snapshot(by)
    undone = take_back(run, by)
    kept = {customer.id for customer in edited}
    after = snapshot(by)
    assert after["Customer"].keys() == kept
    assert {row["customer_id"] for row in after["ContactPoint"].values()} == kept
    assert not after["Stay"]
    assert not after["Booking"]
    assert all(before[name][i] == row for name, rows in after.items() for i, row in rows.items())
    assert undone.kept_count == len(after["Customer"]) + len(after["ContactPoint"])
    assert len(undone.kept) == 5
    take_back(undone, by)
    assert snapshot(by) == before


def test_of_rows_changed_in_bulk_derived_columns_follow(committed_cast: Cast) -> None:
    by = committed_cast.manager
    making.run(people(25, "Lee", 111, "Faro"), making.PEOPLE, by)
    before = snapshot(by)
    # Known by their emails and names: another phone and city for each.
    run = making.run(people(25, "Lee", 222, "Évora"), making.PEOPLE, by)
    changed = snapshot(by)
    for model, kind, column in (
        ("ContactPoint", {"kind": "phone"}, "normalised"),
        ("Address", {}, "folded_city"),
    ):
        rows = {i: row for i, row in before[model].items() if kind.items() <= row.items()}
        assert len(rows) == 25
        assert all(changed[model][i][column] != row[column] for i, row in rows.items())
    undone = take_back(run, by)
    assert (undone.kept_count, undone.conflict_count) == (0, 0)
    assert snapshot(by) == before
    take_back(undone, by)
    assert snapshot(by) == changed


def test_values_that_others_changed_since_are_conflicts_among_the_rest(
    committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo_report, "ITEMS_MAX", 3)
    by = committed_cast.manager
    making.run(reservations(20), HOTEL, by)
    found = customers(by)
    before = snapshot(by)["Customer"]
    with (
        tenancy.scope(by.organization_id),
        change_set(by=by, operation="test", summary="Renamed all") as renaming,
    ):
        Customer.objects.update(family_name="Silva")
    edit(found[::4], by, family_name="Costa")
    undone = undoing.undo_change_set(renaming.id, by=by)
    assert (undone.reversed_count, undone.conflict_count, undone.kept_count) == (15, 5, 0)
    assert len(undone.conflicts) == 3
    after = snapshot(by)["Customer"]
    for position, customer in enumerate(found):
        if position % 4:
            assert after[customer.id] == before[customer.id]
        else:
            assert after[customer.id]["family_name"] == "Costa"
            assert after[customer.id]["folded_family"] == "costa"


def test_a_row_whose_place_is_taken_stays_away_and_its_neighbours_return(
    committed_cast: Cast,
) -> None:
    by = committed_cast.manager
    making.run(people(19, "Lee", 111, "Faro"), making.PEOPLE, by)
    found = customers(by)
    with (
        tenancy.scope(by.organization_id),
        change_set(by=by, operation="test", summary="No emails") as removal,
    ):
        ContactPoint.objects.filter(kind="email").delete()
    with tenancy.scope(by.organization_id):
        for customer in found[::5]:
            data = CustomerData(contacts={("primary", "email"): "new@example.com"})
            operations.update_customer(customer.id, data, by=by)
    undone = undoing.undo_change_set(removal.id, by=by)
    assert (undone.reversed_count, undone.kept_count) == (15, 4)
    assert {item["reason"] for item in undone.kept} == {"Something else has taken its place since."}
    for position, customer in enumerate(customers(by)):
        email = f"ann{position + 1}@example.com" if position % 5 else "new@example.com"
        with tenancy.scope(by.organization_id):
            assert customer.contact_points.get(kind="email").normalised == email


@pytest.mark.parametrize(
    "data",
    [
        CustomerData(contacts={("primary", "phone"): "+351 912-111-001"}),  # folds alike
        CustomerData(addresses={("primary", "city"): "FARO"}),
    ],
)
def test_what_is_taken_back_of_parts_counts_as_a_change_of_the_customer(
    committed_cast: Cast, data: CustomerData
) -> None:
    by = committed_cast.manager
    making.run(people(1, "Lee", 111, "Faro"), making.PEOPLE, by)
    (customer,) = customers(by)
    with tenancy.scope(by.organization_id):
        seen = operations.update_customer(customer.id, data, by=by)
        newest = undoing.ChangeSet.objects.order_by("-started_at", "-id")[0]
        undoing.undo_change_set(newest.id, by=by)
        notes = CustomerData(fields={"notes": "from a form opened before"})
        with pytest.raises(StaleCustomer):
            operations.update_customer(customer.id, notes, by=by, version=seen.version)


def test_the_number_of_statements_depends_on_the_chunks_alone(
    committed_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(net_effects, "CHUNK", 1_000)
    assert statements(6, world.found().manager) == statements(24, world.found().manager)


def statements(count: int, by: Actor) -> list[int]:
    """How many it takes to undo rows created, deleted, edited since by others, and changed."""
    undone = making.run(reservations(count), HOTEL, by)
    taken = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            undone = take_back(undone, by)
        taken.append(len(queries))
    run = making.run(reservations(count, adr="9.50", **{"phone-number": "1-234-5"}), HOTEL, by)
    with CaptureQueriesContext(connection) as queries:
        assert take_back(run, by).reversed_count == 2 * count  # a phone and a booking for each
    taken.append(len(queries))
    edit(customers(by)[::2], by, notes="we know them")
    with CaptureQueriesContext(connection) as queries:
        assert take_back(undone, by).kept_count > count
    return [*taken, len(queries)]
