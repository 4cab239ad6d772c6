"""Customers to write to."""

from typing import Any

from wayfolk.audit.change_sets import change_set
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.staff.rules import Actor


def make_customer(
    by: Actor,
    given_name: str = "Anna",
    *,
    email: str = "anna@example.com",
    mobile: str = "",
    newsletter: bool | None = None,
    **fields: Any,
) -> Customer:
    contacts = {("primary", "email"): email, ("primary", "mobile"): mobile}
    customer = operations.create_customer(
        CustomerData(
            fields={"given_name": given_name, **fields},
            contacts={key: value for key, value in contacts.items() if value},
        ),
        by=by,
    )
    return note_consent(customer, newsletter, by) if newsletter is not None else customer


def note_consent(customer: Customer, takes_newsletter: bool | None, by: Actor) -> Customer:
    with change_set(by=by, operation="customers.update", summary="Asked about the newsletter"):
        customer.takes_newsletter = takes_newsletter
        customer.save_changes("takes_newsletter")
    return customer
