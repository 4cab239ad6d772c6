"""Catalog orders as the templates show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from wayfolk.customers.models import Customer
from wayfolk.kit import paging
from wayfolk.sales.models import CatalogOrder
from wayfolk.sales.queries import orders as queries
from wayfolk.sales.queries.orders import OrderFilters
from wayfolk.staff.rules import Actor
from wayfolk.web.catalogs.forms import STATUS_TONES, STATUS_WORDS

CUSTOMER_PAGE = 10


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a table; `place` is "" for a reader who may not see addresses."""

    order: CatalogOrder
    url: str
    place: str
    status: str
    tone: str


@dataclass(frozen=True, slots=True)
class CustomerOrders:
    """A page of a customer's catalog orders."""

    rows: Sequence[OrderRow]
    previous_url: str
    next_url: str
    create_url: str


def page_url(order: CatalogOrder) -> str:
    return reverse("catalogs:edit", args=[order.number])


def row_of(order: CatalogOrder, by: Actor) -> OrderRow:
    """The order with customer and catalogue loaded."""
    place = " ".join(part for part in (order.postcode, order.city, order.country) if part)
    return OrderRow(
        order,
        page_url(order),
        place if by.may_see("customer.address") else "",
        STATUS_WORDS[order.status],
        STATUS_TONES[order.status],
    )


def for_customer(request: HttpRequest, customer: Customer, *, by: Actor) -> dict[str, Any]:
    """Context of catalogs/for_customer.html; the page comes from the query string."""
    rows = queries.list_orders(OrderFilters(customer_id=customer.id), by=by)
    page = paging.page_of(
        rows,
        order="-number",
        after=request.GET.get("catalogs_after", ""),
        before=request.GET.get("catalogs_before", ""),
        size=CUSTOMER_PAGE,
    )
    base = reverse("catalogs:of_customer", args=[customer.number])
    return {
        "customer_orders": CustomerOrders(
            [row_of(order, by) for order in page.rows],
            _neighbour(base, "catalogs_before", page.previous_cursor),
            _neighbour(base, "catalogs_after", page.next_cursor),
            f"{reverse('catalogs:create')}?customer={customer.number}"
            if by.may("catalogs.edit")
            else "",
        )
    }


def _neighbour(base: str, name: str, cursor: str) -> str:
    return f"{base}?{name}={cursor}" if cursor else ""
