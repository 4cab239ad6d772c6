"""Offers and catalog orders for tests, each in the actor's own organisation."""

from datetime import date
from typing import Any
from uuid import UUID

from tests.bookings import making
from wayfolk.audit import undoing
from wayfolk.communications.models import Communication
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.sales.models import CatalogOrder, Catalogue, CloseReason, Offer, OfferReminder
from wayfolk.sales.operations import offers, orders, sending
from wayfolk.sales.rules.offers import OfferData
from wayfolk.sales.rules.orders import OrderData
from wayfolk.staff.rules import Actor

DEPARTURE, RETURN = date(2027, 6, 10), date(2027, 6, 17)


def customer(by: Actor, email: str = "ann@example.com") -> Customer:
    """A customer with an email and a home address."""
    data = CustomerData(
        fields={"given_name": "Ann", "family_name": "Holm"},
        contacts={("primary", "email"): email},
        addresses={("primary", "lines"): "Havnegade 3", ("primary", "city"): "Aarhus"},
    )
    with tenancy.scope(by.organization_id):
        return customer_operations.create_customer(data, by=by)


def offer(by: Actor, of: Customer | None = None, **fields: Any) -> Offer:
    """An offer to a customer; with `offeree_name` to somebody who is none."""
    values: dict[str, Any] = {
        "title": "A week in the Algarve",
        "departs_on": DEPARTURE,
        "returns_on": RETURN,
        "hotel": "Hotel Azul",
        "adults": 2,
        "price_minor": 184_000,
        **fields,
    }
    if "offeree_name" not in values:
        values["customer_id"] = (of or customer(by)).id
    with tenancy.scope(by.organization_id):
        return offers.create_offer(OfferData(values), by=by)


def sent(by: Actor, of: Customer | None = None, **fields: Any) -> Offer:
    made = offer(by, of, **fields)
    with tenancy.scope(by.organization_id):
        proposed = sending.propose_message(made, by=by)
        return sending.send_offer(made.id, proposed, by=by)


def order(by: Actor, of: Customer | None = None, **fields: Any) -> CatalogOrder:
    with tenancy.scope(by.organization_id):
        values = {
            "customer_id": (of or customer(by)).id,
            "catalogue_id": Catalogue.objects.order_by("position")[0].id,
            **fields,
        }
        return orders.create_order(OrderData(values), by=by)


def reason(by: Actor) -> UUID:
    with tenancy.scope(by.organization_id):
        found: UUID = CloseReason.objects.order_by("position")[0].id
        return found


def stored(offer_id: UUID, by: Actor) -> Offer:
    with tenancy.scope(by.organization_id):
        return Offer.objects.select_related("booking", "customer").get(id=offer_id)


def reminders(offer_id: UUID, by: Actor) -> list[OfferReminder]:
    with tenancy.scope(by.organization_id):
        return list(OfferReminder.objects.filter(offer_id=offer_id).order_by("due_on", "state"))


def messages(offer_id: UUID, by: Actor) -> list[Communication]:
    with tenancy.scope(by.organization_id):
        return list(Communication.objects.filter(about=offer_id).order_by("at"))


def undo_last(by: Actor) -> None:
    undoing.undo_change_set(making.last_change_set(by).id, by=by)
