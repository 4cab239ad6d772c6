"""Preferences for these tests, noted by the product's own operations."""

from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy
from wayfolk.passengers.models import Preference
from wayfolk.passengers.preferences import operations
from wayfolk.passengers.preferences.rules import PreferenceData
from wayfolk.staff.rules import Actor


def prefers(by: Actor, customer: Customer, kind: str, value: str, **more: str) -> Preference:
    with tenancy.scope(by.organization_id):
        data = PreferenceData({"value": value, **more})
        return operations.add_preference(customer.id, kind, data, by=by)
