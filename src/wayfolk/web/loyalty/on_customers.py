"""Bonus in the head of the customer's page: the indicator Gained Bonus (TQ-09)."""

from django.urls import reverse

from wayfolk.customers.models import Customer
from wayfolk.loyalty import queries
from wayfolk.staff.rules import Actor


def indicators(customer: Customer, *, by: Actor) -> list[tuple[str, str, str]]:
    """(label, value, where to see more), in one query; nothing for whoever may not see points."""
    if not queries.may_see_points(by):
        return []
    points = queries.points_of(customer.id, by=by)
    url = reverse("bonus:of_customer", args=[customer.number])
    return [("Gained Bonus", f"{points.balance:,}", url)]
