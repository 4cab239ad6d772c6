"""Preferences of customers as the API shows them."""

from wayfolk.api.schemas import preferences as shapes
from wayfolk.customers.models import Customer
from wayfolk.households import queries as households
from wayfolk.passengers.models import Preference
from wayfolk.passengers.preferences import queries
from wayfolk.staff.rules import Actor


def preference(record: Preference) -> shapes.Preference:
    """One that this reader may see."""
    values = {name: getattr(record, name) for name in shapes.Preference.model_fields}
    return shapes.Preference.model_construct(**values)


def preferences_of(customer: Customer, *, by: Actor) -> shapes.PreferenceList:
    """All of them, and by which channel and in which language the customer is written to."""
    shared, _ = households.preferences_of(customer, by=by)
    rows = queries.ordered(queries.list_preferences(customer.id, by=by))
    return shapes.PreferenceList.model_construct(
        items=[preference(row) for row in rows],
        language=shared.values["language"] or "",
        channel=shared.values["channel"] or "",
    )
