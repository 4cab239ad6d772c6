"""Payments in the head of the customer's page: what is unpaid."""

from collections import defaultdict
from datetime import date

from django.urls import reverse

from wayfolk.bookings.payments import queries
from wayfolk.bookings.payments.queries import LATE_SHOWN, Late
from wayfolk.customers.models import Customer
from wayfolk.kit.money import Money, format_money
from wayfolk.staff.rules import Actor


def warnings(customer: Customer, *, by: Actor) -> list[tuple[str, str]]:
    """What the customer is late with, one line for each currency, and where to see it: one query.

    Nothing for whoever may not see payments.
    """
    if not queries.may_see(by):
        return []
    late = queries.late_of_customer(customer.id, by=by)
    by_currency: dict[str, list[Late]] = defaultdict(list)
    for each in late:
        by_currency[each.missing.currency].append(each)
    more = " and more" if len(late) == LATE_SHOWN else ""
    return [
        (
            f"Unpaid: {format_money(_total(rows))}{more} due since {_since(rows):%-d %b %Y}",
            _url(customer, rows),
        )
        for rows in by_currency.values()
    ]


def _total(rows: list[Late]) -> Money:
    return Money(sum(each.missing.minor for each in rows), rows[0].missing.currency)


def _since(rows: list[Late]) -> date:
    return min(each.due_on for each in rows)


def _url(customer: Customer, rows: list[Late]) -> str:
    """The booking where there is one, else the customer's payments."""
    if len(rows) == 1:
        return reverse("bookings:detail", args=[rows[0].number])
    return reverse("payments:of_customer", args=[customer.number])
