"""Companies, partners and terms for tests, each in the actor's own organisation."""

from datetime import date
from decimal import Decimal
from typing import Any

from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.partners.models import CommissionTerm, Partner
from wayfolk.partners.operations import partners, terms
from wayfolk.partners.rules.records import PartnerData
from wayfolk.partners.rules.terms import TermData
from wayfolk.staff.rules import Actor

NEW_YEAR = date(2026, 1, 1)


def company(by: Actor, name: str = "Nordic Horizons") -> Customer:
    with tenancy.scope(by.organization_id):
        fields = {"kind": "company", "company_name": name}
        return customer_operations.create_customer(CustomerData(fields), by=by)


def person(by: Actor, given_name: str = "Mette", family_name: str = "Dahl") -> Customer:
    with tenancy.scope(by.organization_id):
        fields = {"given_name": given_name, "family_name": family_name}
        return customer_operations.create_customer(CustomerData(fields), by=by)


def partner(
    by: Actor,
    name: str = "Nordic Horizons",
    *,
    level: str = "agency",
    below: Partner | None = None,
    **fields: Any,
) -> Partner:
    customer = company(by, name)
    with tenancy.scope(by.organization_id):
        data = PartnerData({"level": level, "parent_id": below and below.id, **fields})
        return partners.create_partner(customer.id, data, by=by)


def line(by: Actor) -> tuple[Partner, Partner, Partner]:
    """A consortium, an agency of it, and an agent of that."""
    consortium = partner(by, "Northern Alliance", level="consortium")
    agency = partner(by, "Nordic Horizons", level="agency", below=consortium)
    return consortium, agency, partner(by, "Desk Aarhus", level="agent", below=agency)


def term(by: Actor, owner: Partner, rate: str | None = "10", **fields: Any) -> CommissionTerm:
    values = {"kind": "percentage", "rate": Decimal(rate) if rate else None, "valid_from": NEW_YEAR}
    with tenancy.scope(by.organization_id):
        return terms.create_term(owner.id, TermData({**values, **fields}), by=by)
