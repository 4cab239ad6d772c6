"""Keeping catalog orders."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer
from wayfolk.kit import clock
from wayfolk.kit.errors import Conflict, InvalidValues, NotAllowed, NotFound
from wayfolk.organization import numbering
from wayfolk.organization.models import NumberKind
from wayfolk.sales.models import CatalogOrder, Catalogue, OrderStatus
from wayfolk.sales.operations.offers import author_of
from wayfolk.sales.queries import orders as queries
from wayfolk.sales.rules import orders as rules
from wayfolk.sales.rules.orders import OrderData
from wayfolk.staff.rules import Actor


class StaleOrder(Conflict):
    """Somebody saved the order meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


def create_order(data: OrderData, *, by: Actor) -> CatalogOrder:
    """A new order with the next number, of today; it goes to the customer's or household's address.

    An address that is given, in any of its fields, is the order's own. Raises NotAllowed,
    InvalidValues (field -> message).
    """
    _require_rights(by)
    given = dict(rules.checked(data).fields)
    today = clock.today(by.time_zone)
    fields: dict[str, Any] = {"ordered_on": today, "copies": 1, **given}
    rules.require_consistent(fields, today=today)
    with change_set(by=by, operation="catalogs.create", summary="") as current:
        _require_references(fields)
        known = queries.address_for(fields["customer_id"], by=by)
        _require_editable((n for n in given if given[n] != known.get(n, "")), by)
        if not any(given.get(name) for name in queries.ADDRESS):
            fields |= {name: value for name, value in known.items() if not given.get(name)}
        fields["recipient"] = fields.get("recipient") or known["recipient"]
        order = CatalogOrder(number=numbering.take_number(NumberKind.CATALOG_ORDER), **fields)
        order.created_by_id = order.updated_by_id = author_of(by)
        current.summary = current.summary or f"Created catalog {order}"
        order.save(force_insert=True)
    return order


def update_order(
    order_id: UUID, data: OrderData, *, by: Actor, version: int | None = None
) -> CatalogOrder:
    """Change an order. Raises StaleOrder, NotFound, NotAllowed, InvalidValues."""
    _require_rights(by)
    cleaned = rules.checked(data).fields
    with change_set(by=by, operation="catalogs.update", summary="") as current:
        order = lock_order(order_id)
        _require_version(order, version)
        changed = {n: v for n, v in cleaned.items() if getattr(order, n) != v}
        _require_editable(changed, by)
        for name, value in changed.items():
            setattr(order, name, value)
        whole = {name: getattr(order, name) for name in rules.LABELS}
        rules.require_consistent(whole, today=clock.today(by.time_zone))
        _require_references(changed)
        current.summary = current.summary or f"Updated catalog {order}"
        if changed:
            _save(order, by, *changed)
    return order


def send_order(order_id: UUID, *, by: Actor, version: int | None = None) -> CatalogOrder:
    """It was posted today. Raises WrongOrderStatus unless it waits to be sent."""
    _require_rights(by)
    with change_set(by=by, operation="catalogs.send", summary="") as current:
        order = _lock_open(order_id, version)
        current.summary = current.summary or f"Sent catalog {order}"
        order.status, order.sent_on = OrderStatus.SENT, clock.today(by.time_zone)
        _save(order, by, "status", "sent_on")
    return order


def cancel_order(order_id: UUID, *, by: Actor, version: int | None = None) -> CatalogOrder:
    """It is not sent any more. Raises WrongOrderStatus unless it waits to be sent."""
    _require_rights(by)
    with change_set(by=by, operation="catalogs.cancel", summary="") as current:
        order = _lock_open(order_id, version)
        current.summary = current.summary or f"Cancelled catalog {order}"
        order.status = OrderStatus.CANCELLED
        _save(order, by, "status")
    return order


def lock_order(order_id: UUID) -> CatalogOrder:
    """The order, locked until the transaction ends; raises NotFound."""
    order: CatalogOrder | None = CatalogOrder.objects.filter(id=order_id).locked().first()
    if order is None:
        raise NotFound("There is no such catalog order. It may have been taken back meanwhile.")
    return order


def _lock_open(order_id: UUID, version: int | None) -> CatalogOrder:
    order = lock_order(order_id)
    _require_version(order, version)
    rules.require_open(order.status, number=order.number)
    return order


def _save(order: CatalogOrder, by: Actor, *fields: str) -> None:
    order.updated_by_id = author_of(by)
    order.save_changes(*fields, "updated_by_id")


def _require_rights(by: Actor) -> None:
    by.require_module("catalogs")
    by.require("catalogs.edit")


def _require_version(order: CatalogOrder, version: int | None) -> None:
    if version is not None and order.version != version:
        raise StaleOrder(
            f"Catalog order {order.number} was changed by someone else meanwhile.",
            details={"version": order.version, "expected": version},
        )


def _require_references(fields: Mapping[str, Any]) -> None:
    errors = {}
    customer_id, catalogue_id = fields.get("customer_id"), fields.get("catalogue_id")
    if customer_id and not Customer.objects.present().filter(id=customer_id).exists():
        errors["customer_id"] = "There is no such customer. It may have been deleted meanwhile."
    offered = Catalogue.objects.filter(id=catalogue_id, is_closed=False)
    if catalogue_id and not offered.exists():
        errors["catalogue_id"] = "There is no such catalogue to order. Choose one from the list."
    if errors:
        raise InvalidValues(errors)


def _require_editable(names: Iterable[str], by: Actor) -> None:
    """Refuse the whole change when a field in it is not this actor's to edit."""
    refused = sorted(
        {
            rules.LABELS[name]
            for name in names
            if name in rules.FIELD_RULES and not by.may_edit(rules.FIELD_RULES[name])
        }
    )
    if refused:
        raise NotAllowed(
            f"Nothing was saved: your role “{by.role_name}” may not change"
            f" {', '.join(refused)}. An administrator can allow it under Settings, Roles.",
            details={"fields": refused},
        )
