"""What households say against a person becoming a company: only people live in one (KP-06)."""

from collections.abc import Iterator

from wayfolk.customers.models import Customer, Kind
from wayfolk.customers.rules.conversion import Obstacle
from wayfolk.households import queries
from wayfolk.households.models import Connection, Guardian, HouseholdMember
from wayfolk.kit import clock
from wayfolk.staff.rules import Actor


def name_obstacles(customer: Customer, to_kind: str, by: Actor) -> Iterator[Obstacle]:
    """Households that the customer belongs to from today on, guardianships that are open.

    Where the actor sees no households it is said without naming one.
    """
    if to_kind != Kind.COMPANY:
        return
    today = clock.today(by.time_zone)
    found = [
        *_memberships(customer, today),
        *_guardianships(customer, today),
    ]
    if found and not queries.may_see(by):
        yield Obstacle(
            f"{customer.name} belongs to a household or is a guardian or ward. Somebody whose"
            " role includes households has to end that first."
        )
        return
    yield from found


def _memberships(customer: Customer, today: object) -> Iterator[Obstacle]:
    for model, words, end in (
        (HouseholdMember, "is a member of", "Move them out first."),
        (Connection, "is connected with", "End the connection first."),
    ):
        rows = model.objects.filter(customer_id=customer.id).after(today)
        for row in rows.select_related("household").order_by("from_on", "id"):
            home = row.household
            said = f"{customer.name} {words} household {home.name} (H-{home.number}). {end}"
            yield Obstacle(said, "household", home.number)


def _guardianships(customer: Customer, today: object) -> Iterator[Obstacle]:
    rows = Guardian.objects.after(today).select_related("child", "guardian")
    for row in rows.filter(child_id=customer.id).order_by("from_on", "id"):
        yield Obstacle(
            f"{row.guardian.name} (No {row.guardian.number}) is guardian of {customer.name}."
            " End that first.",
            "customer",
            row.guardian.number,
        )
    for row in rows.filter(guardian_id=customer.id).order_by("from_on", "id"):
        yield Obstacle(
            f"{customer.name} is guardian of {row.child.name} (No {row.child.number})."
            " End that first.",
            "customer",
            row.child.number,
        )
