"""Every write belongs to a change set; the database itself refuses one that does not."""

import pytest
from django.db import DatabaseError

from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import Change, ChangeSet
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy


def test_a_write_outside_a_change_set_is_refused(cast: Cast) -> None:
    with (
        pytest.raises(DatabaseError, match="outside a change set"),
        tenancy.scope(cast.organization.id),
    ):
        Customer.objects.create(number=1, given_name="Ann")


def test_an_update_logs_only_the_columns_that_changed(cast: Cast) -> None:
    with change_set(by=cast.advisor, operation="test", summary="Created"):
        customer = Customer.objects.create(number=1, given_name="Ann", notes="likes sun")
    with change_set(by=cast.advisor, operation="test", summary="Changed") as current:
        customer.given_name = "Anne"
        customer.save_changes("given_name", "notes")
    with tenancy.scope(cast.organization.id):
        change = Change.objects.get(change_set_id=current.id)
    assert change.before == {"given_name": "Ann"}
    assert change.after == {"given_name": "Anne"}


def test_a_change_set_without_changes_is_not_kept(cast: Cast) -> None:
    with change_set(by=cast.advisor, operation="test", summary="Nothing") as current:
        pass
    with tenancy.scope(cast.organization.id):
        assert not ChangeSet.objects.filter(id=current.id).exists()
    assert not current.was_written


def test_an_operation_inside_another_joins_its_change_set(cast: Cast) -> None:
    with (
        change_set(by=cast.advisor, operation="outer", summary="Outer") as outer,
        change_set(by=cast.advisor, operation="inner", summary="Inner") as inner,
    ):
        Customer.objects.create(number=1, given_name="Ann")
    assert outer.id == inner.id
