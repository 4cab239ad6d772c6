"""Undo against a simple model: whatever happened, taking everything back gives the start again.

At least 2,000 steps: max_examples * stateful_step_count (issue: stateful property test).
"""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from wayfolk.audit import undoing
from wayfolk.audit.models import ChangeSet
from wayfolk.customers import operations
from wayfolk.customers.models import Address, ContactPoint, Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy, text
from wayfolk.organization.models import Organization
from wayfolk.staff.rules import system_actor

NAMES = st.sampled_from(["Ann", "Bo", "Çelik", "Дора", "E"])
EMAILS = st.sampled_from(["", "a@example.com", "b@example.com"])
CITIES = st.sampled_from(["", "Faro", "Århus"])

Snapshot = dict[str, list[dict[str, Any]]]


def snapshot() -> Snapshot:
    """Everything that users see, without bookkeeping columns."""
    ignored = {"version", "updated_at", "created_at"}
    return {
        model.__name__: [
            {key: value for key, value in row.items() if key not in ignored}
            for row in model.objects.order_by("id").values()
        ]
        for model in (Customer, ContactPoint, Address)
    }


class UndoMachine(RuleBasedStateMachine):
    """Each step is one change set; `states` remembers the data before each of them."""

    customers = Bundle("customers")

    def __init__(self) -> None:
        super().__init__()
        organization = Organization.objects.create(name="Machine", country="PT", currency="EUR")
        self.by = system_actor(organization.id, "Machine", country="PT")
        with tenancy.scope(self.by.organization_id):
            self.history: list[tuple[Any, Snapshot]] = []
            self.last_known = {str(i) for i in ChangeSet.objects.values_list("id", flat=True)}

    def _remember(self, before: Snapshot) -> None:
        """Put the change set of this step, if it left one, on the stack."""
        with tenancy.scope(self.by.organization_id):
            newest = ChangeSet.objects.order_by("-started_at", "-id").first()
        if newest is not None and str(newest.id) not in self.last_known:
            self.last_known.add(str(newest.id))
            self.history.append((newest.id, before))

    def _state(self) -> Snapshot:
        with tenancy.scope(self.by.organization_id):
            return snapshot()

    @rule(target=customers, name=NAMES, email=EMAILS)
    def create(self, name: str, email: str) -> Any:
        before = self._state()
        with tenancy.scope(self.by.organization_id):
            customer = operations.create_customer(
                CustomerData({"given_name": name}, {("primary", "email"): email}),
                by=self.by,
            )
        self._remember(before)
        return customer.id

    @rule(customer=customers, name=NAMES, email=EMAILS, city=CITIES)
    def update(self, customer: Any, name: str, email: str, city: str) -> None:
        before = self._state()
        with tenancy.scope(self.by.organization_id):
            if not Customer.objects.present().filter(id=customer).exists():
                return
            operations.update_customer(
                customer,
                CustomerData(
                    {"given_name": name},
                    {("primary", "email"): email},
                    {("secondary", "city"): city},
                ),
                by=self.by,
            )
        self._remember(before)

    @rule(customer=customers)
    def delete(self, customer: Any) -> None:
        before = self._state()
        with tenancy.scope(self.by.organization_id):
            if not Customer.objects.present().filter(id=customer).exists():
                return
            operations.delete_customer(customer, by=self.by)
        self._remember(before)

    @rule()
    def undo_last(self) -> None:
        if not self.history:
            return
        change_set_id, before = self.history.pop()
        after = self._state()
        report = undoing.undo_change_set(change_set_id, by=self.by)
        assert (report.kept_count, report.conflict_count) == (0, 0)
        assert self._state() == before
        undo_id = report.change_set_id
        assert undo_id is not None
        redo = undoing.undo_change_set(undo_id, by=self.by)
        assert self._state() == after
        assert redo.change_set_id is not None
        final = undoing.undo_change_set(redo.change_set_id, by=self.by)
        assert self._state() == before
        with tenancy.scope(self.by.organization_id):
            self.last_known |= {str(i) for i in ChangeSet.objects.values_list("id", flat=True)}
        assert final.conflict_count == 0

    @invariant()
    def derived_columns_follow(self) -> None:
        with tenancy.scope(self.by.organization_id):
            for customer in Customer.objects.all():
                assert customer.folded_given == text.fold(customer.given_name)
            for point in ContactPoint.objects.all():
                assert point.normalised == point.value
            for address in Address.objects.all():
                assert address.folded_city == text.fold(address.city)


@pytest.mark.slow
def test_taking_back_and_doing_again_is_exact(db: None) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        UndoMachine, settings=settings(max_examples=40, stateful_step_count=50, deadline=None)
    )
