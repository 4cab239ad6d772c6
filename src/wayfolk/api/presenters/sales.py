"""Offers and catalog orders as the API shows them; hidden fields are absent."""

from collections.abc import Iterable
from typing import Any

from wayfolk.api.presenters import customers, itineraries
from wayfolk.api.schemas import sales as shapes
from wayfolk.bookings import queries as booking_queries
from wayfolk.sales.models import CatalogOrder, ListEntry, Offer, OfferReminder, OfferSettings
from wayfolk.sales.rules import offers as offer_rules
from wayfolk.sales.rules import orders as order_rules
from wayfolk.staff.rules import Actor

_OFFER = (
    "number",
    "version",
    "status",
    "sent_on",
    "created_at",
    "updated_at",
    *shapes.OfferFields.model_fields,
)
_ORDER = (
    "number",
    "version",
    "status",
    "ordered_on",
    "sent_on",
    "created_at",
    "updated_at",
    *shapes.CatalogOrderFields.model_fields,
)


def offer(record: Offer, *, by: Actor) -> shapes.Offer:
    """An offer as `queries.offers.list_offers` loads it."""
    rules = offer_rules.FIELD_RULES
    values: dict[str, Any] = {
        name: getattr(record, name) for name in _OFFER if _may_see(rules.get(name), by)
    }
    if _may_see(rules["exchange_rate"], by):
        values["exchange_rate"] = f"{record.exchange_rate.normalize():f}"
    values["customer"] = record.customer and customers.customer_reference(record.customer, by=by)
    values["brand"] = record.brand.code if record.brand else None
    values["assignee"] = itineraries.person(record.assignee)
    values["close_reason"] = record.close_reason.label if record.close_reason else ""
    if booking_queries.may_see(by):
        values["booking"] = record.booking.number if record.booking else None
    return shapes.Offer.model_construct(**values, **_authors(record))


def reminder(record: OfferReminder) -> shapes.OfferReminder:
    names = shapes.OfferReminder.model_fields
    return shapes.OfferReminder.model_construct(**{name: getattr(record, name) for name in names})


def settings(record: OfferSettings) -> shapes.OfferSettings:
    names = shapes.OfferSettings.model_fields
    return shapes.OfferSettings.model_construct(**{name: getattr(record, name) for name in names})


def entry(record: ListEntry) -> shapes.ListEntry:
    return shapes.ListEntry.model_construct(
        id=record.id, label=record.label, is_closed=record.is_closed
    )


def entries(records: Iterable[ListEntry]) -> shapes.ListEntries:
    return shapes.ListEntries.model_construct(items=[entry(record) for record in records])


def order(record: CatalogOrder, *, by: Actor) -> shapes.CatalogOrder:
    """A catalog order as `queries.orders.list_orders` loads it."""
    rules = order_rules.FIELD_RULES
    values: dict[str, Any] = {
        name: getattr(record, name) for name in _ORDER if _may_see(rules.get(name), by)
    }
    values["customer"] = customers.customer_reference(record.customer, by=by)
    values["catalogue"] = entry(record.catalogue)
    return shapes.CatalogOrder.model_construct(**values, **_authors(record))


def _authors(record: Offer | CatalogOrder) -> dict[str, Any]:
    return {
        "created_by": itineraries.person(record.created_by),
        "updated_by": itineraries.person(record.updated_by),
    }


def _may_see(rule: str | None, by: Actor) -> bool:
    return rule is None or by.may_see(rule)
