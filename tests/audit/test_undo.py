"""The undo engine: reversed, kept, conflict; redo; what others did since stays."""

import pytest

from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import ChangeSet
from wayfolk.audit.undoing import AlreadyUndone
from wayfolk.customers import operations
from wayfolk.customers.models import ContactPoint, Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.kit.errors import NotFound


def create(cast: Cast, **fields: object) -> Customer:
    with tenancy.scope(cast.organization.id):
        return operations.create_customer(
            CustomerData(
                fields={"given_name": "Ann", **fields},
                contacts={("primary", "email"): "ann@example.com"},
            ),
            by=cast.advisor,
        )


def update(cast: Cast, customer: Customer, **fields: object) -> ChangeSet:
    with tenancy.scope(cast.organization.id):
        operations.update_customer(customer.id, CustomerData(fields=fields), by=cast.advisor)
    return latest(cast)


def latest(cast: Cast) -> ChangeSet:
    with tenancy.scope(cast.organization.id):
        return ChangeSet.objects.order_by("-started_at", "-id")[0]


def present(cast: Cast) -> Customer:
    with tenancy.scope(cast.organization.id):
        return Customer.objects.get()


def test_former_values_come_back_and_others_stay(cast: Cast) -> None:
    customer = create(cast)
    ours = update(cast, customer, given_name="Zoe")
    update(cast, customer, notes="added since")
    report = undoing.undo_change_set(ours.id, by=cast.advisor)
    assert (report.reversed_count, report.kept_count, report.conflict_count) == (1, 0, 0)
    assert (present(cast).given_name, present(cast).notes) == ("Ann", "added since")


def test_the_same_column_changed_since_is_a_conflict_that_shows_all_three_values(
    cast: Cast,
) -> None:
    customer = create(cast)
    ours = update(cast, customer, given_name="Zoe")
    update(cast, customer, given_name="Eve")
    report = undoing.undo_change_set(ours.id, by=cast.advisor)
    assert report.reversed_count == 0
    (conflict,) = report.conflicts
    assert (conflict["before"], conflict["ours"], conflict["now"]) == ("Ann", "Zoe", "Eve")
    assert present(cast).given_name == "Eve"
    again = undoing.undo_change_set(ours.id, by=cast.advisor, choices={conflict["key"]: "restore"})
    assert again.reversed_count == 1
    assert present(cast).given_name == "Ann"


def test_created_rows_go_and_redo_brings_them_back_as_they_were(cast: Cast) -> None:
    customer = create(cast)
    created = latest(cast)
    undoing.undo_change_set(created.id, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert Customer.objects.count() == ContactPoint.objects.count() == 0
    undone = latest(cast)
    assert undone.undoes_id == created.id
    undoing.undo_change_set(undone.id, by=cast.advisor)
    restored = present(cast)
    assert (restored.id, restored.number, restored.folded_given) == (
        customer.id,
        customer.number,
        customer.folded_given,
    )
    assert latest(cast).summary == "Did again: Created customer Ann"


def test_a_record_that_was_edited_since_stays_whole(cast: Cast) -> None:
    customer = create(cast)
    created = latest(cast)
    update(cast, customer, notes="we know her")
    report = undoing.undo_change_set(created.id, by=cast.advisor)
    assert (report.reversed_count, report.kept_count) == (0, 2)
    assert {item["reason"] for item in report.kept} == {
        "It was changed since: notes.",
        "It belongs to a record that stays.",
    }
    with tenancy.scope(cast.organization.id):
        assert ContactPoint.objects.count() == 1


def test_an_edit_that_was_itself_taken_back_does_not_count(cast: Cast) -> None:
    customer = create(cast)
    created = latest(cast)
    edit = update(cast, customer, notes="oops")
    undoing.undo_change_set(edit.id, by=cast.advisor)
    report = undoing.undo_change_set(created.id, by=cast.advisor)
    assert (report.reversed_count, report.kept_count) == (2, 0)


def test_a_record_on_which_something_was_built_stays(cast: Cast) -> None:
    customer = create(cast)
    created = latest(cast)
    with change_set(by=cast.advisor, operation="test", summary="Added a phone"):
        ContactPoint.objects.create(
            customer=customer, set="primary", kind="phone", value="12345", normalised="12345"
        )
    report = undoing.undo_change_set(created.id, by=cast.advisor)
    assert report.reversed_count == 0
    assert "It is used by contact points added since." in {i["reason"] for i in report.kept}


def test_the_same_change_is_not_taken_back_twice(cast: Cast) -> None:
    edit = update(cast, create(cast), given_name="Zoe")
    undoing.undo_change_set(edit.id, by=cast.advisor)
    with pytest.raises(AlreadyUndone, match="taken back already"):
        undoing.undo_change_set(edit.id, by=cast.advisor)


def test_another_organisation_cannot_take_it_back(cast: Cast) -> None:
    edit = update(cast, create(cast), given_name="Zoe")
    with pytest.raises(NotFound):
        undoing.undo_change_set(edit.id, by=cast.outsider)
    assert present(cast).given_name == "Zoe"


def test_a_row_deleted_since_is_reported_not_resurrected(cast: Cast) -> None:
    customer = create(cast)
    with tenancy.scope(cast.organization.id):
        operations.update_customer(
            customer.id,
            CustomerData(contacts={("primary", "email"): "new@example.com"}),
            by=cast.advisor,
        )
        ours = latest(cast)
        operations.update_customer(
            customer.id, CustomerData(contacts={("primary", "email"): ""}), by=cast.advisor
        )
    report = undoing.undo_change_set(ours.id, by=cast.advisor)
    assert [item["reason"] for item in report.kept] == ["It was deleted since."]
    with tenancy.scope(cast.organization.id):
        assert ContactPoint.objects.count() == 0


def test_a_place_taken_since_keeps_the_deleted_row_away(cast: Cast) -> None:
    customer = create(cast)
    with tenancy.scope(cast.organization.id):
        operations.update_customer(
            customer.id, CustomerData(contacts={("primary", "email"): ""}), by=cast.advisor
        )
        removal = latest(cast)
        operations.update_customer(
            customer.id,
            CustomerData(contacts={("primary", "email"): "other@example.com"}),
            by=cast.advisor,
        )
    report = undoing.undo_change_set(removal.id, by=cast.advisor)
    assert report.kept_count == 1
    with tenancy.scope(cast.organization.id):
        assert ContactPoint.objects.get().value == "other@example.com"
