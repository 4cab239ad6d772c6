"""Customers to write to."""

from typing import Any

from wayfolk.audit.change_sets import change_set
from wayfolk.communications.operations import settings
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


def use_mail(server: Any, by: Actor, **values: Any) -> None:
    """Set the organisation's mail server up as this one."""
    given = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "from_name": "Azure Coast",
        "from_address": "hello@azure.example",
        "link_base": "https://crm.azure.example",
        **values,
    }
    settings.save_mail_server(given, by=by)


def use_gateway(server: Any, by: Actor, token: str = "s3cret-token") -> None:
    settings.save_gateway({"url": server.url, "sender": "Azure"}, by=by, token=token)
