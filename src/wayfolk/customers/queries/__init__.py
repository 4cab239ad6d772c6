"""Customers by number, in lists, by place and address; identity.search finds them by anything.

Every function returns only what this actor may see.
"""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef

from wayfolk.customers.folding import PHONE_KINDS
from wayfolk.customers.models import (
    Address,
    ContactPoint,
    Customer,
    CustomerQuerySet,
    Status,
    load_reach,
)
from wayfolk.customers.queries import successors
from wayfolk.kit import contact, prepared, text
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor


def list_customers(*, by: Actor) -> CustomerQuerySet:
    """All customers that exist for this actor."""
    by.require("customers.view")
    return Customer.objects.present()


def get_customer(customer_id: UUID, *, by: Actor) -> Customer:
    """One customer with contact points and addresses; raises NotFound.

    The id of a customer who was merged into another gives that other one.
    """
    customer = list_customers(by=by).filter(id=customer_id).with_reach().first()
    if customer is None:
        customer = _successor(by, id=customer_id)
    if customer is None:
        raise NotFound("There is no such customer. It may have been deleted.")
    return customer


def get_customer_by_number(number: int, *, by: Actor) -> Customer:
    """One customer by Customer No; raises NotFound.

    The number of a customer who was merged into another gives that other one, for ever.
    """
    customer = list_customers(by=by).filter(number=number).with_reach().first()
    if customer is None:
        customer = _successor(by, number=number)
    if customer is None:
        raise NotFound(f"There is no customer with number {number}. It may have been deleted.")
    return customer


def _successor(by: Actor, **of: object) -> Customer | None:
    survivor_id = successors.survivor_id(**of)
    if survivor_id is None:
        return None
    return list_customers(by=by).filter(id=survivor_id).with_reach().first()


_COLUMNS = tuple(field.attname for field in Customer._meta.concrete_fields)
_BY_IDS = f"""
    SELECT {", ".join(_COLUMNS)} FROM customers_customer
    WHERE organization_id = %s AND id = ANY (%s) AND deleted_at IS NULL AND status <> %s
"""


def get_customers(ids: Collection[UUID], *, by: Actor) -> dict[UUID, Customer]:
    """Those of these customers who exist, with contact points and addresses.

    Prepared: every search over the API ends with it.
    """
    by.require("customers.view")
    rows = prepared.rows(_BY_IDS, [by.organization_id, list(ids), Status.MERGED.value])
    found = [Customer.from_db("default", _COLUMNS, row) for row in rows]
    load_reach(found)
    return {customer.id: customer for customer in found}


def living_in(rows: CustomerQuerySet, *, country: str = "", city: str = "") -> CustomerQuerySet:
    """Those of `rows` with an address in the country (ISO code) and the city (as folded)."""
    if not country and not city:
        return rows
    addresses = Address.objects.filter(customer_id=OuterRef("id"))
    if country:
        addresses = addresses.filter(country=country)
    if city:
        addresses = addresses.filter(folded_city__startswith=text.fold(city))
    return rows.filter(Exists(addresses))


def reachable_at(rows: CustomerQuerySet, value: str, *, by: Actor) -> CustomerQuerySet:
    """Those of `rows` with this very email address or phone number, however it is written."""
    is_email = "@" in value
    if not by.may_see("customer.email" if is_email else "customer.phone"):
        return rows.none()
    normalised = (
        contact.normalise_email(value) if is_email else contact.normalise_phone(value, by.country)
    )
    kinds = ["email"] if is_email else list(PHONE_KINDS)
    points = ContactPoint.objects.filter(
        customer_id=OuterRef("id"), normalised=normalised, kind__in=kinds
    )
    return rows.filter(Exists(points))
