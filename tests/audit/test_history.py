"""History in words: who may know of what, and which values are shown."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.world import Cast
from wayfolk.audit import history, taking_back
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.history import Filters
from wayfolk.audit.models import ChangeSet
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import clock, paging, tenancy
from wayfolk.kit.errors import NotAllowed, NotFound
from wayfolk.staff.models import FieldRule, Role
from wayfolk.staff.rules import Actor, FieldAccess


def _create(by: Actor, name: str = "Ann", **contacts: str) -> Customer:
    reach = {("primary", kind): value for kind, value in contacts.items()}
    return operations.create_customer(CustomerData({"given_name": name}, reach), by=by)


def _recent(by: Actor, **conditions: Any) -> list[ChangeSet]:
    with tenancy.scope(by.organization_id):
        rows = history.list_change_sets(Filters(**conditions), by=by)
        return list(paging.page_of(rows, order="-started_at").rows)


def _newest(by: Actor) -> ChangeSet:
    return _recent(by)[0]


def _hiding(actor: Actor, *codes: str, access: FieldAccess = FieldAccess.HIDDEN) -> Actor:
    return replace(actor, field_access=dict.fromkeys(codes, access))


def _titles(by: Actor, change: ChangeSet) -> list[str]:
    with tenancy.scope(by.organization_id):
        return [row.title for row in history.rows_of(change.id, by=by)[0]]


def test_a_change_is_told_in_words_with_both_values(cast: Cast) -> None:
    customer = _create(cast.advisor, phone="+351 91 000 00 00")
    operations.update_customer(
        customer.id,
        CustomerData(
            {"given_name": "Anne", "is_special_guest": True},
            {("primary", "phone"): "+351 92 000 00 00"},
        ),
        by=cast.advisor,
    )
    change = _newest(cast.advisor)
    with tenancy.scope(cast.organization.id):
        rows, _ = history.rows_of(change.id, by=cast.advisor)
    told = {field.label: (field.before, field.after) for row in rows for field in row.fields}
    assert told["First name"] == ("Ann", "Anne")
    assert told["Special guest"] == ("no", "yes")
    assert told["Phone"] == ("+351 91 000 00 00", "+351 92 000 00 00")
    assert "Changed customer Anne" in [row.title for row in rows]


def test_a_hidden_value_appears_neither_in_fields_nor_in_titles(cast: Cast) -> None:
    customer = _create(cast.advisor, phone="+351 91 000 00 00", email="ann@example.com")
    created = _newest(cast.advisor)
    operations.update_customer(
        customer.id,
        CustomerData({"notes": "secret"}, {("primary", "phone"): "+351 92 000 00 00"}),
        by=cast.advisor,
    )
    changed = _newest(cast.advisor)
    blind = _hiding(cast.manager, "customer.phone", "customer.notes")
    with tenancy.scope(cast.organization.id):
        shown = str(history.rows_of(created.id, by=blind)) + str(
            history.rows_of(changed.id, by=blind)
        )
    assert "+351" not in shown
    assert "secret" not in shown
    assert "ann@example.com" in shown


def test_deleting_and_restoring_are_called_so(cast: Cast) -> None:
    customer = _create(cast.manager)
    operations.delete_customer(customer.id, by=cast.manager)
    deleted = _newest(cast.manager)
    assert _titles(cast.manager, deleted) == ["Deleted customer Ann"]
    taking_back.take_back(deleted.id, by=cast.manager)
    assert _titles(cast.manager, _newest(cast.manager)) == ["Restored customer Ann"]


def test_without_history_view_one_sees_only_what_one_did_oneself(cast: Cast) -> None:
    _create(cast.manager, "Other")
    _create(cast.advisor, "Own")
    limited = replace(cast.advisor, permissions=cast.advisor.permissions - {"history.view"})
    foreign = _recent(cast.manager)[1]
    with tenancy.scope(cast.organization.id), pytest.raises(NotFound):
        history.get_entry(foreign.id, by=limited)
    assert [change.summary for change in _recent(limited)] == ["Created customer Own"]


def test_a_closed_part_of_the_product_is_not_told_of(cast: Cast) -> None:
    _create(cast.advisor)
    blind = replace(cast.viewer, permissions=frozenset({"history.view"}))
    assert _recent(blind) == []


def test_the_founding_is_for_administrators_only(cast: Cast) -> None:
    areas = {change.area for change in _recent(cast.advisor)}
    assert areas <= {"customers", "itineraries", "stays", "bookings"}
    assert {"organization", "staff"} <= {change.area for change in _recent(cast.administrator)}


def test_filters_by_person_part_and_period(cast: Cast) -> None:
    _create(cast.advisor)
    _create(cast.manager, "Bea")
    now = clock.now()

    def count(**conditions: Any) -> int:
        return len(_recent(cast.administrator, **conditions))

    assert count(author_id=cast.manager.author_id) == 1
    assert count(area="customers") == 2
    assert count(area="customers", since=now + timedelta(hours=1)) == 0
    assert count(area="customers", until=now + timedelta(hours=1)) == 2


def test_an_undone_change_names_the_undo_until_that_is_taken_back(cast: Cast) -> None:
    _create(cast.advisor)
    created = _newest(cast.advisor)
    taking_back.take_back(created.id, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        entry = history.get_entry(created.id, by=cast.advisor)
    undo = _newest(cast.advisor)
    assert entry.undone_by is not None
    assert entry.undone_by.id == undo.id
    assert not entry.may_undo
    assert undo.area == "customers"
    taking_back.take_back(undo.id, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert history.get_entry(created.id, by=cast.advisor).undone_by is None


def test_the_history_of_a_record_holds_its_parts_and_is_paged(cast: Cast) -> None:
    customer = _create(cast.advisor, email="ann@example.com")
    for number in range(4):
        operations.update_customer(
            customer.id, CustomerData({"notes": f"note {number}"}), by=cast.advisor
        )
    _create(cast.advisor, "Somebody else")
    with tenancy.scope(cast.organization.id):
        newest = history.history_of(customer.id, by=cast.advisor, limit=3)
        older = history.history_of(
            customer.id, by=cast.advisor, before_seq=newest.before_seq, limit=3
        )
        denied = history.history_of(customer.id, by=_without(cast.advisor, "history.view"))
    notes = [e.rows[0].fields[0].after for e in newest.entries]
    assert notes == ["note 3", "note 2", "note 1"]
    titles = [row.title for row in older.entries[-1].rows]
    assert titles == ["Added customer Ann", "Added email ann@example.com of Ann"]
    assert older.before_seq is None
    assert denied.entries == []


def _without(actor: Actor, *permissions: str) -> Actor:
    return replace(actor, permissions=actor.permissions - set(permissions))


def test_changes_of_others_take_history_undo(cast: Cast) -> None:
    _create(cast.manager)
    change = _newest(cast.manager)
    with pytest.raises(NotAllowed, match="was done by Mats Berg"):
        taking_back.take_back(change.id, by=cast.advisor)
    assert taking_back.take_back(change.id, by=cast.manager).reversed_count == 1


def test_undo_takes_the_permission_of_what_it_changes(cast: Cast) -> None:
    _create(cast.manager)
    change = _newest(cast.manager)
    with pytest.raises(NotAllowed, match="may not change"):
        taking_back.take_back(change.id, by=_without(cast.manager, "customers.edit"))
    with tenancy.scope(cast.organization.id):
        customer = Customer.objects.get()
    operations.delete_customer(customer.id, by=cast.manager)
    deletion = _newest(cast.manager)
    with pytest.raises(NotAllowed):
        taking_back.take_back(deletion.id, by=_without(cast.manager, "customers.delete"))


@pytest.mark.parametrize("code", ["customer.phone", "customer.notes"])
def test_undo_is_no_way_around_a_field_that_may_not_be_edited(cast: Cast, code: str) -> None:
    customer = _create(cast.manager, phone="+351 91 000 00 00")
    operations.update_customer(
        customer.id,
        CustomerData({"notes": "x"}, {("primary", "phone"): "+351 92 000 00 00"}),
        by=cast.manager,
    )
    change = _newest(cast.manager)
    bound = _hiding(cast.manager, code, access=FieldAccess.VIEW)
    with pytest.raises(NotAllowed, match="a field that your role may not"):
        taking_back.take_back(change.id, by=bound)
    taking_back.take_back(
        change.id, by=_hiding(cast.manager, "customer.email", access=FieldAccess.VIEW)
    )


def test_another_organisation_knows_nothing_of_it(cast: Cast) -> None:
    _create(cast.advisor)
    change = _newest(cast.advisor)
    with pytest.raises(NotFound):
        taking_back.take_back(change.id, by=cast.outsider)


def test_a_table_that_nobody_declared_is_for_administrators(cast: Cast) -> None:
    from wayfolk.audit import wording

    kind = wording.kind_of("no_such_table")
    assert kind.is_open_to(cast.administrator)
    assert not kind.is_open_to(cast.manager)


def test_rights_are_told_in_the_words_of_the_matrix(cast: Cast) -> None:
    with change_set(by=cast.administrator, operation="staff.edit_role", summary="x") as current:
        role = Role.objects.get(code="viewer")
        FieldRule.objects.create(role=role, field="customer.phone", access="view")
    with tenancy.scope(cast.organization.id):
        rows, _ = history.rows_of(current.id, by=cast.administrator)
    assert rows[0].title == "Added limit “view” on Customer: phones and fax for Viewer"
