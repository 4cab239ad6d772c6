"""What happens to offers and catalog orders when their customer goes."""

from wayfolk.customers.models import Customer
from wayfolk.sales.models import CatalogOrder, Offer, OrderStatus
from wayfolk.sales.operations.sending import cancel_planned
from wayfolk.staff.rules import Actor


def let_go(customer: Customer, by: Actor) -> None:  # noqa: ARG001 - the registration passes it
    """Nothing more is sent to a deleted customer; the records stay. In that change set."""
    for offer_id in Offer.objects.filter(customer_id=customer.id).values_list("id", flat=True):
        cancel_planned(offer_id, "The customer was deleted.")
    waiting = CatalogOrder.objects.filter(customer_id=customer.id, status=OrderStatus.ORDERED)
    for order in waiting.locked():
        order.status = OrderStatus.CANCELLED
        order.save_changes("status")
