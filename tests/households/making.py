"""Households and people for these tests, made by the product's own operations."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from tests.world import Cast
from wayfolk.audit import tables
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.households import queries
from wayfolk.households.models import Household
from wayfolk.households.operations import keeping
from wayfolk.households.operations.moving import Placement
from wayfolk.kit import tenancy

START = date(2020, 1, 1)
# Differs by design after an undo: a row's bookkeeping, and numbers that are never given again.
BOOKKEEPING = ("version", "updated_at")
UNCOMPARED = {"organization_numbering"}


def day(offset: int) -> date:
    return START + timedelta(days=offset)


def person(
    cast: Cast,
    given: str = "Anna",
    family: str = "Hansen",
    *,
    born: date | None = None,
    **extra: Any,
) -> Customer:
    """A customer; extra: email=, mobile=, and lines=, postcode=, city= of the primary address."""
    places = {("primary", n): extra.pop(n) for n in ("lines", "postcode", "city") if n in extra}
    data = CustomerData(
        fields={"given_name": given, "family_name": family, "birth_on": born},
        contacts={("primary", kind): value for kind, value in extra.items()},
        addresses=places,
    )
    return customer_operations.create_customer(data, by=cast.advisor)


def company(cast: Cast, name: str = "Nordic Horizons") -> Customer:
    data = CustomerData(fields={"kind": "company", "company_name": name})
    return customer_operations.create_customer(data, by=cast.advisor)


def household(
    cast: Cast, *members: tuple[Customer, str], name: str = "Hansen", on: int = 0, **fields: Any
) -> Household:
    """A household with (customer, role) members from day `on` on."""
    placements = [Placement(customer.id, role) for customer, role in members]
    made = keeping.create_household(
        {"name": name, **fields}, by=cast.advisor, members=placements, on=day(on)
    )
    return made.household


def names_on(cast: Cast, home: Household, offset: int) -> list[str]:
    """First names of who lived there on that day, heads first."""
    with tenancy.scope(cast.organization.id):
        members = queries.members_on(home.id, day(offset), by=cast.advisor)
    return [member.customer.given_name for member in members]


def dump(organization_id: int) -> list[tuple[str, str]]:
    """Every row of every table of the organisation, as the database itself writes it."""
    names = sorted(m._meta.db_table for m in tables.tenant_models())
    gone = "".join(f" - '{column}'" for column in BOOKKEEPING)
    parts = [
        f"SELECT '{name}' AS name, (to_jsonb(t){gone})::text AS row FROM \"{name}\" t"
        f" WHERE t.organization_id = {organization_id}"
        for name in names
        if name not in UNCOMPARED
    ]
    with tenancy.scope(organization_id), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " ORDER BY 1, 2")
        return [(name, row) for name, row in cursor.fetchall()]


Lived = set[tuple[int, UUID, UUID, str]]  # day, household, customer, role
