"""Whether a customer whom a row means can be what the row makes of them."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from wayfolk.customers.models import Customer, Kind, Status
from wayfolk.kit.errors import InvalidValues
from wayfolk.partners.rules import records

_KEY = "give the row another key if it means somebody else"


def known(customer_ids: Iterable[UUID]) -> Mapping[UUID, Customer]:
    """These customers, the deleted ones too."""
    rows = Customer.objects.filter(id__in=set(customer_ids)).defer("notes")
    return {customer.id: customer for customer in rows}


def absence(customer: Customer, otherwise: str = _KEY) -> str:
    """Why nothing can be added to the customer any more; "" for one who is present."""
    if customer.deleted_at is not None:
        return f"{_in_words(customer)} was deleted here. Take the deletion back, or {otherwise}."
    if customer.status == Status.MERGED:
        return f"{_in_words(customer)} was merged into another customer here: {otherwise}."
    return ""


def no_partner(customer: Customer, level: str) -> str:
    """Why the customer can be no trade partner of the level; "" for one who can."""
    try:
        records.require_kind(customer.name, level, is_company=customer.kind == Kind.COMPANY)
    except InvalidValues as error:
        return error.message
    return absence(customer)


def no_contact(customer: Customer) -> str:
    """Why the customer can speak for no trade partner; "" for a person who is present."""
    otherwise = "name another contact person"
    if customer.kind == Kind.COMPANY:
        return (
            f"{_in_words(customer)} is a company here, and people alone are contacts. Convert that"
            f" customer, or {otherwise}."
        )
    return absence(customer, otherwise)


def _in_words(customer: Customer) -> str:
    return f"{customer.name} (No {customer.number})"
