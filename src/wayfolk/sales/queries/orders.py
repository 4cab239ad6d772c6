"""Finding catalog orders, and where a new one goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import ContactSet, Customer
from wayfolk.households import queries as household_queries
from wayfolk.kit.errors import NotFound
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.sales.models import CatalogOrder
from wayfolk.staff.rules import Actor

ADDRESS = ("lines", "postcode", "city", "country")


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """What a list is narrowed to; None and "" do not narrow. `number`: one Order No."""

    status: str = ""
    catalogue_id: UUID | None = None
    customer_id: UUID | None = None
    number: int | None = None


def may_see(by: Actor) -> bool:
    """Whether catalog orders exist for this actor at all: permission and module."""
    return by.may("catalogs.view") and by.has_module("catalogs")


def list_orders(filters: OrderFilters | None = None, *, by: Actor) -> TenantQuerySet[CatalogOrder]:
    """Orders with customer and catalogue, in no order: see `kit.paging`."""
    by.require_module("catalogs")
    by.require("catalogs.view")
    narrowed = filters or OrderFilters()
    exact = {
        "status": narrowed.status,
        "catalogue_id": narrowed.catalogue_id,
        "customer_id": narrowed.customer_id,
        "number": narrowed.number,
    }
    rows: TenantQuerySet[CatalogOrder]
    rows = CatalogOrder.objects.select_related("customer", "catalogue", "created_by", "updated_by")
    return rows.filter(**{name: value for name, value in exact.items() if value})


def get_order(order_id: UUID, *, by: Actor) -> CatalogOrder:
    """One order; raises NotFound."""
    order = list_orders(by=by).filter(id=order_id).first()
    if order is None:
        raise NotFound("There is no such catalog order. It may have been taken back since.")
    return order


def get_order_by_number(number: int, *, by: Actor) -> CatalogOrder:
    """One order by Order No; raises NotFound."""
    order = list_orders(by=by).filter(number=number).first()
    if order is None:
        raise NotFound(f"There is no catalog order {number}. It may have been taken back since.")
    return order


def address_for(customer_id: UUID, *, by: Actor) -> Mapping[str, str]:
    """Where post to a customer goes: the household's address or the own; and to which name.

    The address is empty for an actor who may not see addresses.
    """
    customer = customer_queries.get_customer(customer_id, by=by)
    place = _household_address(customer, by) or _own_address(customer)
    if not by.may_see("customer.address"):
        place = dict.fromkeys(ADDRESS, "")
    return {"recipient": customer.name[:200], **place}


def _household_address(customer: Customer, by: Actor) -> dict[str, str]:
    if not household_queries.may_see(by):
        return {}
    members = household_queries.current_memberships([customer.id], by=by)
    for member in members.get(customer.id, ()):
        shown = household_queries.describe_member(member, customer, by=by)
        if shown.address is not None and any(shown.address.values.values()):
            return {name: shown.address.values.get(name, "") for name in ADDRESS}
    return {}


def _own_address(customer: Customer) -> dict[str, str]:
    own = next((a for a in customer.places if a.set == ContactSet.PRIMARY), None)
    return {name: getattr(own, name, "") for name in ADDRESS}
