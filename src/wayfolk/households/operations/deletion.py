"""What the deletion of a customer does to households: they leave, and nobody else does."""

from wayfolk.customers.models import Customer
from wayfolk.households.models import Connection, Guardian, HouseholdMember, Period
from wayfolk.households.operations import outcomes
from wayfolk.kit import clock
from wayfolk.staff.rules import Actor


def leave_households(customer: Customer, by: Actor) -> None:
    """Before a deletion, in its change set: end today what the customer is part of.

    Who lived where until today stays to be asked for. Needs no right to edit households: it
    belongs to the deletion, which was permitted.
    """
    today = clock.today(by.time_zone)
    open_rows: list[Period] = [
        *HouseholdMember.objects.filter(customer_id=customer.id).after(today).locked(),
        *Connection.objects.filter(customer_id=customer.id).after(today).locked(),
        *Guardian.objects.filter(child_id=customer.id).after(today).locked(),
        *Guardian.objects.filter(guardian_id=customer.id).after(today).locked(),
    ]
    for row in open_rows:
        outcomes.leave(row, today)
